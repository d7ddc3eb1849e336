"""Rows by the thousand: prepared once for each table, and handed to the driver as they are.

SQLAlchemy looks at each value of each row; here every value is an integer, a text, octets or None already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from kenesh.edges.store.driver import Alike, cursor

#: Fewer rows than these are not worth PostgreSQL's COPY, which for many takes a third of the work away.
_MANY: Final = 20

#: Every column of ours is of one of these types.
_TYPES: Final = {
    "big_integer": "int8",
    "integer": "int4",
    "small_integer": "int2",
    "large_binary": "bytea",
    "text": "text",
}

Rows = Sequence[Mapping[str, Any]]


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts rows that all name the same columns, two at least."""
    if connection.dialect.name != "sqlite" and len(rows) > _MANY:
        _copy(connection, table, rows)
    else:
        _insert(connection, table, rows, is_new_only=False)


def insert_new(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts those of the rows whose key is not there yet."""
    if connection.dialect.name != "sqlite" and len(rows) > _MANY:
        _insert_arrays(connection, table, rows)
    else:
        _insert(connection, table, rows, is_new_only=True)


def _insert(connection: Connection, table: Table, rows: Rows, *, is_new_only: bool) -> None:
    if rows:
        statement, places = _prepared(Alike(connection.dialect), table, tuple(rows[0]), is_new_only)
        values: Any = list(map(itemgetter(*places), rows)) if places else list(rows)
        connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=128)
def _prepared(alike: Alike, table: Table, names: tuple[str, ...], is_new_only: bool) -> tuple[str, tuple[str, ...]]:
    """The statement, and for a driver that counts its parameters their names in order."""
    inserting = sqlite.insert(table) if alike.dialect.name == "sqlite" else postgresql.insert(table)
    if is_new_only:
        inserting = inserting.on_conflict_do_nothing()
    compiled = inserting.compile(dialect=alike.dialect, column_keys=list(names))
    return compiled.string, tuple(compiled.positiontup or ())


def _insert_arrays(connection: Connection, table: Table, rows: Rows) -> None:
    """One statement for all of them: COPY knows no ON CONFLICT, and a statement for each row costs three times this."""
    names = tuple(rows[0])
    arrays = ", ".join(f"%b::{kind}[]" for kind in _types(table, names))
    statement = f"INSERT INTO {_named(table, names)} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"
    with cursor(connection, statement) as writing:
        writing.execute(statement, [[row[name] for row in rows] for name in names])


def _copy(connection: Connection, table: Table, rows: Rows) -> None:
    names = tuple(rows[0])
    values = itemgetter(*names)
    # In binary, octets go as they are; as text each would become two digits, and be read again.
    statement = f"COPY {_named(table, names)} FROM STDIN (FORMAT BINARY)"
    with cursor(connection, statement) as writing, writing.copy(statement) as copy:
        copy.set_types(_types(table, names))
        for row in rows:
            copy.write_row(values(row))


def _named(table: Table, names: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"{table.name} ({columns})"


def _types(table: Table, names: Sequence[str]) -> list[str]:
    """The columns' types as the driver names them."""
    return [_TYPES[table.c[name].type.__visit_name__] for name in names]
