"""Engines and transactions: one writer at a time, readers beside it, on SQLite (WAL, FULL) and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from kenesh.edges.store.driver import said
from kenesh.edges.store.erasing import ERASED, is_log_emptied
from kenesh.edges.store.gate import Gate
from kenesh.edges.store.problems import BUSY_TIMEOUT_S, as_problems
from kenesh.edges.store.transaction import StoreTransaction

#: The advisory lock under which PostgreSQL's writers follow one another; any constant of ours does.
_APPEND_LOCK: Final = 0x6B656E657368
#: Beside the five that are kept open. PostgreSQL takes a hundred by default, and other programs want some.
_MORE_CONNECTIONS: Final = 35
_PRAGMAS: Final = (
    "PRAGMA page_size=8192",  # an object of the common size takes half the reads of 4096; asked only of a new store
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}",
    "PRAGMA cache_size=-6000",  # KiB for each connection, and a busy node has dozens
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # what is erased by a recall is overwritten
)


#: For who writes very much and has one connection: random keys find their pages in memory, and a page that changes in
#: batch after batch is brought into the file once for many of them.
_BULK_PRAGMAS: Final = ("PRAGMA cache_size=-131072", "PRAGMA wal_autocheckpoint=8000")

_NO_GATE: Final = nullcontext()


def open_engine(url: str, *, bulk: bool = False) -> Engine:
    """An engine whose transactions are begun and ended by hand, so that both databases do the same.

    `bulk`: it serves one process that writes very much and ends then.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # A connection to a file costs little; a reader that waits for one would time out behind a slow client.
        engine = _engine(parsed, -1, timeout=BUSY_TIMEOUT_S)
        event.listen(engine, "connect", partial(_prepare_sqlite, (*_PRAGMAS, *(_BULK_PRAGMAS if bulk else ()))))
        return engine
    parsed = parsed.set(drivername="postgresql+psycopg")
    return _engine(parsed, _MORE_CONNECTIONS, connect_timeout=5, options=f"-c lock_timeout={BUSY_TIMEOUT_S}s")


def _engine(url: URL, more_connections: int, **arguments: Any) -> Engine:
    # Every transaction is ended by hand, or its connection given up: there is nothing to reset.
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        max_overflow=more_connections,
        pool_reset_on_return=None,
        pool_use_lifo=True,
        connect_args=arguments,
    )


def _prepare_sqlite(pragmas: Sequence[str], connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(pragma)
    cursor.close()


class Database:
    """Gives the transactions of one store (`kenesh.holdings.ports.Store`)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        # The threads of one process queue here first, and then its turn comes among the processes.
        self._writer = threading.Lock()
        self._is_to_scrub = False
        self._gate = Gate(f"{engine.url.database}-gate") if self._is_sqlite and engine.url.database else None

    def reading(self) -> AbstractContextManager[StoreTransaction]:
        """One consistent state, in which nothing can be written."""
        begin = "BEGIN" if self._is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        return self._transaction(_NO_GATE, begin, writes=False)

    @contextmanager
    def writing(self) -> Iterator[StoreTransaction]:
        """Under the append lock: stamp order is commit order."""
        # On PostgreSQL the lock in a statement of its own, so that later ones see what the writer before committed.
        begin = ("BEGIN IMMEDIATE",) if self._is_sqlite else ("BEGIN", f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
        gate = self._gate.passing() if self._gate else _NO_GATE
        with self._writer, self._transaction(gate, *begin, writes=True) as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, gate: AbstractContextManager[None], *begin: str, writes: bool) -> Iterator[StoreTransaction]:
        with as_problems(self._is_sqlite), self.engine.connect() as connection:
            is_committed = False
            try:
                if self._is_sqlite:
                    _let_write(connection, writes)
                with gate:
                    for statement in begin:
                        said(connection, statement)
                # SQLAlchemy is told, so that nothing in here begins or commits a transaction of its own.
                connection.begin()
                yield StoreTransaction(connection)
                said(connection, "COMMIT")
                is_committed = True
            finally:
                if not is_committed:
                    _roll_back(connection)
            if writes and self._is_sqlite:
                self._scrub(connection)

    def _scrub(self, connection: Connection) -> None:
        """What was erased stands in SQLite's write-ahead log too, until that is emptied: now, or after a later act."""
        self._is_to_scrub |= connection.info.pop(ERASED, False)
        if self._is_to_scrub:
            self._is_to_scrub = not is_log_emptied(connection)

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def _let_write(connection: Connection, allowed: bool) -> None:
    """Said only where the connection was used otherwise before: SQLite then prepares every statement anew."""
    if connection.info.get("writes") is not allowed:
        said(connection, f"PRAGMA query_only={'OFF' if allowed else 'ON'}")
        connection.info["writes"] = allowed


def _roll_back(connection: Connection) -> None:
    if connection.invalidated:
        # It is gone, and its transaction with it.
        return
    try:
        said(connection, "ROLLBACK")
    except DBAPIError:
        # SQLite rolled back of itself, or PostgreSQL went away just now.
        connection.invalidate()
