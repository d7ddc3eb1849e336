"""A whole store, row by row: read from one consistent state, and put into an empty store of the same revision.

The same on SQLite and PostgreSQL, and from either to the other: every column holds an integer, a text, octets or
nothing, and no program but this one is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from kenesh.basis.problem import DamagedProblem
from kenesh.edges.store.driver import cursor

Row = tuple[int | str | bytes | None, ...]

#: Kept by alembic, and made by whoever makes the store.
_REVISION: Final = "alembic_version"
_ROWS_AT_ONCE: Final = 500
_OCTETS_AT_ONCE: Final = 2**20


def tables(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The columns of every table, as the database itself lists them."""
    found = inspect(connection)
    names = sorted(set(found.get_table_names()) - {_REVISION})
    return {name: tuple(column["name"] for column in found.get_columns(name)) for name in names}


def revision_of(connection: Connection) -> str:
    """The revision of the store."""
    return str(connection.execute(text(f"SELECT version_num FROM {_REVISION}")).scalar_one())


def rows_of(connection: Connection, table: str, columns: Sequence[str]) -> Iterator[list[Row]]:
    """Every row, some at a time: as many as are quickly sent, and one where it is large."""
    statement = f"SELECT {_listed(columns)} FROM {_quoted(table)}"
    part: list[Row] = []
    octets = 0
    for row in _read(connection, statement):
        part.append(row)
        octets += sum(len(value) for value in row if isinstance(value, str | bytes))
        if octets >= _OCTETS_AT_ONCE or len(part) >= _ROWS_AT_ONCE:
            yield part
            part, octets = [], 0
    if part:
        yield part


def _read(connection: Connection, statement: str) -> Iterator[Row]:
    if connection.dialect.name == "sqlite":
        with cursor(connection, statement) as reading:
            yield from reading.execute(statement)
        return
    # A cursor of the server's: the driver would else fetch the whole table at once.
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor(name="kenesh_copy") as reading:
            reading.itersize = _ROWS_AT_ONCE
            yield from reading.execute(statement)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(statement, None, error, connection.dialect.loaded_dbapi.Error) from error


def fill(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Puts rows into a table of an empty store.

    Raises:
        DamagedProblem: there is no such table, or it has no such columns.
    """
    known = tables(connection).get(table, ())
    if set(columns) != set(known):
        raise DamagedProblem("It holds a table that no store of that revision has.")
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {_quoted(table)} ({_listed(columns)}) VALUES ({places})", list(rows))
        return
    statement = f"COPY {_quoted(table)} ({_listed(columns)}) FROM STDIN"
    with cursor(connection, statement) as writing, writing.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def go_on_counting(connection: Connection) -> None:
    """Numbers that the database gives go on after those that stand in the store. SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table, columns in tables(connection).items():
        for column in columns:
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": _quoted(table), "c": column}
            ).scalar()
            if sequence is not None:
                newest = f"(SELECT max({_quoted(column)}) FROM {_quoted(table)})"
                connection.execute(text(f"SELECT setval('{sequence}', coalesce({newest}, 1), {newest} IS NOT NULL)"))


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
