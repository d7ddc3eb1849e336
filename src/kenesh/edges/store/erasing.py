"""Erasing versions: their octets, and every row that says something of them.

What is left are ids and dates: in statements, and in the grants that ended, by which others are told.

SQLite overwrites what it deletes (`secure_delete`), and its write-ahead log is emptied as soon as nobody reads by it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.exc import DBAPIError

from kenesh.edges.store import schema as s
from kenesh.edges.store.driver import rows, said
from kenesh.holdings.ports import chunks

#: Said to `kenesh.edges.store.database` in the connection's notes: something was erased in this transaction.
ERASED: Final = "erased"
#: What has a column `version` and says something of its content, or who holds it.
_OF_VERSIONS: Final[tuple[Table, ...]] = (
    s.originals,
    s.links,
    s.cited_markings,
    s.import_versions,
    s.search_keys,
    s.holds,
)
_IN: Final = 500


#: PostgreSQL overwrites nothing by itself.
_LEFT_ON_POSTGRESQL: Final = ("this node's PostgreSQL: its log, and its free space until it is vacuumed in full",)


def erase(connection: Connection, versions: Collection[int]) -> tuple[str, ...]:
    """Erases these versions, which nothing holds and nobody is given; says where octets of them may be left."""
    v, a = s.versions.c, s.atoms.c
    for part in chunks(sorted(versions), _IN):
        values = set(connection.execute(select(a.value).where(a.version.in_(part))).scalars())
        connection.execute(delete(s.atoms).where(a.version.in_(part)))
        for table in _OF_VERSIONS:
            connection.execute(delete(table).where(table.c.version.in_(part)))
        connection.execute(delete(s.versions).where(v.num.in_(part)))
        _erase_long(connection, values)
    if connection.dialect.name != "sqlite":
        return _LEFT_ON_POSTGRESQL if versions else ()
    connection.info[ERASED] = bool(versions)
    return ()


def is_log_emptied(connection: Connection) -> bool:
    """Empties SQLite's write-ahead log, unless somebody reads or writes by it: nobody is kept waiting for that."""
    (patience,) = rows(connection, "PRAGMA busy_timeout", {})[0]
    said(connection, "PRAGMA busy_timeout=0")
    try:
        ((busy, _, _),) = rows(connection, "PRAGMA wal_checkpoint(TRUNCATE)", {})
    except DBAPIError:
        # What was to be done is done and on the disk; a disk that fails now tells the next who writes.
        return False
    finally:
        said(connection, f"PRAGMA busy_timeout={int(patience)}")
    return not busy


def _erase_long(connection: Connection, values: Collection[str]) -> None:
    """Of long values those that no atom names any more."""
    a, long = s.atoms.c, s.long_values.c
    still = set(connection.execute(select(a.value).where(a.value.in_(values))).scalars())
    connection.execute(delete(s.long_values).where(long.key.in_(set(values) - still)))
