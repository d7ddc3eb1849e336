"""The driver itself, for what is read or written by the thousand: SQLAlchemy's rows cost as much as finding them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, text
from sqlalchemy.exc import DBAPIError


def rows(connection: Connection, statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, its parameters written as `:name`, as the driver gives them."""
    compiled, places = _compiled(Alike(connection.dialect), statement)
    values = [params[name] for name in places] if places else dict(params)
    # What `cursor` does, without what a context manager costs: several of these stand behind every request.
    reading: Any = connection.connection.cursor()
    try:
        reading.execute(compiled, values)
        found: list[tuple[Any, ...]] = reading.fetchall()
        return found
    except connection.dialect.loaded_dbapi.Error as error:
        raise _raised(connection, statement, error) from error
    finally:
        reading.close()


def said(connection: Connection, statement: str) -> None:
    """A statement without parameters or rows, said to the driver."""
    saying: Any = connection.connection.cursor()
    try:
        saying.execute(statement)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _raised(connection, statement, error) from error
    finally:
        saying.close()


@contextmanager
def cursor(connection: Connection, statement: str) -> Iterator[Any]:
    """The driver's cursor in the transaction at hand; its errors are raised as SQLAlchemy's are."""
    used = connection.connection.cursor()
    try:
        yield used
    except connection.dialect.loaded_dbapi.Error as error:
        raise _raised(connection, statement, error) from error
    finally:
        used.close()


@contextmanager
def no_value_beyond(connection: Connection, octets: int) -> Iterator[None]:
    """SQLite neither reads nor makes a value of so many octets or more: a `DataError` says that it would have to."""
    used: Any = connection.connection.driver_connection
    before = used.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, octets)
    try:
        yield
    finally:
        used.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def _raised(connection: Connection, statement: str, error: Exception) -> Exception:
    return DBAPIError.instance(statement, None, error, connection.dialect.loaded_dbapi.Error)


class Alike:
    """A dialect that counts as the same as every other of its database: each engine has one of its own."""

    __slots__ = ("dialect",)

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


@lru_cache(maxsize=512)
def _compiled(alike: Alike, statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement as the driver writes its parameters, and for one that counts them their names in order."""
    clause = text(statement)
    compiled = clause.compile(dialect=alike.dialect)
    return compiled.string, tuple(getattr(compiled, "positiontup", None) or ())
