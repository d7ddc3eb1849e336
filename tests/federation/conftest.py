"""What the tests between nodes share: an empty store for each node, on either database, and one event loop."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.contract.postgresql import PostgreSql
from tests.federation.liars import Liar
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.stage import WAYS, Way

from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import create_store
from kenesh.edges.store.schema import metadata


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in one file, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    create_store(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def _careless(connection: Any, _record: object) -> None:
    """Speed alone: what the tests write is worth nothing after them."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def open_in(empty_file: Path) -> Callable[[Path], OpenStore]:
    """Empty stores in files of a folder."""

    def stores(folder: Path) -> OpenStore:
        def open_store(name: str) -> Database:
            path = folder / f"{name}.db"
            shutil.copy(empty_file, path)
            engine = open_engine(f"sqlite:///{path}")
            event.listen(engine, "connect", _careless)
            return Database(engine)

        return open_store

    return stores


@pytest.fixture
def sqlite_stores(tmp_path: Path, open_in: Callable[[Path], OpenStore]) -> OpenStore:
    return open_in(tmp_path)


class Lent(Database):
    """A store that is emptied and lent again instead of being closed: to make a database anew takes much longer."""

    def __init__(self, engine: Engine, free: list[Lent]) -> None:
        super().__init__(engine)
        self._free = free

    def close(self) -> None:
        with self.writing() as tx:
            for table in metadata.sorted_tables:
                tx.connection.execute(table.delete())
        self._free.append(self)


@pytest.fixture(scope="session")
def lent_stores(postgresql: PostgreSql, postgresql_template: str) -> Iterator[OpenStore]:
    """Empty stores on PostgreSQL, each lent to one node at a time."""
    free: list[Lent] = []
    engines: list[Engine] = []

    def open_store(name: str) -> Database:
        if not free:
            engines.append(open_engine(postgresql.url(postgresql.create(postgresql_template))))
            free.append(Lent(engines[-1], free))
        return free.pop()

    yield open_store
    for engine in engines:
        engine.dispose()


@pytest.fixture
def postgresql_stores(lent_stores: OpenStore) -> OpenStore:
    return lent_stores


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> OpenStore:
    """Empty stores, on the one database and on the other."""
    found: OpenStore = request.getfixturevalue(f"{request.param}_stores")
    return found


@pytest.fixture
def nodes(tmp_path: Path, sqlite_stores: OpenStore, loop: Loop) -> Iterator[Nodes]:
    """Nodes on SQLite, for what does not depend on the database."""
    nodes = Nodes(tmp_path, sqlite_stores, loop)
    yield nodes
    nodes.close()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """How what a liar has made comes to a node."""
    return WAYS[request.param]


@pytest.fixture
def kz(nodes: Nodes) -> Node:
    """The author."""
    (kz,) = nodes.found("KZ")
    return kz


@pytest.fixture
def az(nodes: Nodes, kz: Node) -> Node:
    """Who is lied to."""
    (az,) = nodes.found("AZ")
    nodes.introduce()
    return az


@pytest.fixture
def tr(nodes: Nodes, kz: Node, az: Node) -> Liar:
    """The liar; both others have admitted it."""
    liar = Liar(nodes, "TR")
    liar.is_admitted_by(kz, az)
    return liar
