"""One store for each test: the same assertions on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import create_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    create_store(engine)
    engine.dispose()
    return path


def sqlite_url(template: Path, folder: Path) -> str:
    """The URL of a copy."""
    shutil.copy(template, folder / "store.db")
    return f"sqlite:///{folder / 'store.db'}"


def opened(url: str) -> Iterator[Database]:
    """The store, closed after the test."""
    database = Database(open_engine(url))
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a database with an empty store."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return sqlite_url(sqlite_template, tmp_path)


@pytest.fixture
def store(store_url: str) -> Iterator[Database]:
    """An empty store, once on each database."""
    yield from opened(store_url)


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty store on SQLite, where a test is about SQLite."""
    yield from opened(sqlite_url(sqlite_template, tmp_path))


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Database]:
    """An empty store on PostgreSQL, where a test is about PostgreSQL."""
    yield from opened(postgresql_url)


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("empty_postgresql_url"))
    return f"sqlite:///{tmp_path / 'empty.db'}"
