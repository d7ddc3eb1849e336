"""Grants of some objects, or of a release, in one collection: read by the index that leads to them alone.

SQLite keeps no statistics of a store of ours. It takes a collection for smaller than several objects or a release in it
are, and would pass over everything that stands there: it is told the index.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, text

from kenesh.holdings.ports import chunks

_IN: Final = 500


class ByIndex:
    """A question about grants that one index answers; `lists` are the parameters that stand for several values."""

    def __init__(self, columns: str, index: str, where: str, lists: Sequence[str]) -> None:
        several: list[BindParameter[Any]] = [bindparam(name, expanding=True) for name in lists]
        self._asked = {
            is_sqlite: text(f"SELECT {columns} FROM grants{by} WHERE {where}").bindparams(*several)
            for is_sqlite, by in ((True, f" INDEXED BY {index}"), (False, ""))
        }

    def rows(self, connection: Connection, asked: Mapping[str, Any]) -> Sequence[Any]:
        """The answers."""
        return connection.execute(self._asked[connection.dialect.name == "sqlite"], asked).all()


class ByObject:
    """A question about the grants of objects in a collection; `then` is what comes after its condition."""

    def __init__(self, columns: str, then: str = "") -> None:
        where = f"object IN :objects AND collection = :collection {then}"
        self._asked = ByIndex(columns, "grants_by_object", where, ["objects"])

    def rows(self, connection: Connection, collection: int, objects: Many[int]) -> Iterator[Any]:
        """The answers, some objects at a time, and so each object's together."""
        for part in chunks(sorted(objects), _IN):
            yield from self._asked.rows(connection, {"objects": part, "collection": collection})
