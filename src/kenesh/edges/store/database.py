"""Engines and transactions: one writer at a time, readers beside it, on SQLite (WAL, FULL) and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from kenesh.basis.problem import Problem, StoreProblem, UnreachableProblem
from kenesh.edges.store.transaction import StoreTransaction

#: The advisory lock under which PostgreSQL's writers follow one another; any constant of ours does.
_APPEND_LOCK = 0x6B656E657368
_BUSY_TIMEOUT_S = 30
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_S * 1000}",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


def open_engine(url: str) -> Engine:
    """An engine whose transactions are begun and ended by hand, so that both databases do the same."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, isolation_level="AUTOCOMMIT", connect_args={"timeout": _BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


class Database:
    """Gives the transactions of one store (`kenesh.holdings.ports.Store`)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        # SQLite's own busy handler is unfair between the threads of one process: they queue here first.
        self._writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[StoreTransaction]:
        """One consistent state."""
        begin = "BEGIN" if self._is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self._transaction(begin) as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[StoreTransaction]:
        """Under the append lock: stamp order is commit order."""
        with self._writer, self._transaction("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN") as transaction:
            if not self._is_sqlite:
                # The lock in a statement of its own, so that later statements see what the one before committed.
                transaction.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
            yield transaction

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[StoreTransaction]:
        with as_problems(self._is_sqlite), self.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            try:
                yield StoreTransaction(connection)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def _roll_back(connection: Connection) -> None:
    try:
        connection.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        # The connection is gone, and its transaction with it.
        connection.invalidate()


@contextmanager
def as_problems(is_sqlite: bool) -> Iterator[None]:
    """What a database says, as a sentence that says what to do."""
    try:
        yield
    except Problem:
        raise
    except (OperationalError, InterfaceError) as error:
        raise _operational(str(error.orig), is_sqlite) from error
    except DatabaseError as error:
        raise StoreProblem(f"The store refused: {str(error.orig).splitlines()[0]}.") from error


def _operational(said: str, is_sqlite: bool) -> Problem:
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return StoreProblem(
            "The disk is full; nothing was changed.", advice="Make room on the disk that holds the store, then repeat."
        )
    if "locked" in said:
        return StoreProblem(
            f"Another process has held the store for more than {_BUSY_TIMEOUT_S} s.", advice="Wait for it, then repeat."
        )
    if "readonly" in said or "unable to open" in said:
        return StoreProblem(
            f"The store cannot be opened: {said}.", advice="Look at the folder's owner and permissions."
        )
    if "not a database" in said or "malformed" in said:
        return StoreProblem(f"The store is damaged: {said}.", advice="Keep a copy, then restore a backup.")
    first = said.strip().splitlines()[0] if said.strip() else "no answer"
    if is_sqlite:
        return StoreProblem(f"The store cannot do this: {first}.")
    return UnreachableProblem(
        f"The database does not answer: {first}.", advice="Start it, or look at `database` in kenesh.toml."
    )
