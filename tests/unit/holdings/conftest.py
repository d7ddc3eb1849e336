"""A store in memory, empty for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from kenesh.edges.store.database import Database
from kenesh.edges.store.schema import metadata
from kenesh.edges.store.transaction import StoreTransaction


class RolledBack(Exception):
    """Ends a transaction without a trace."""


@pytest.fixture(scope="session")
def memory() -> Iterator[Database]:
    """The store of this process; every test rolls back what it wrote."""
    arguments = {"check_same_thread": False}
    engine = create_engine("sqlite://", poolclass=StaticPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    metadata.create_all(engine)
    database = Database(engine)
    yield database
    database.close()


@pytest.fixture
def tx(memory: Database) -> Iterator[StoreTransaction]:
    """A transaction over an empty store."""
    try:
        with memory.writing() as transaction:
            yield transaction
            raise RolledBack
    except RolledBack:
        pass
