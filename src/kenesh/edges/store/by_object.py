"""Grants of some objects in one collection, read by the index of objects.

SQLite keeps no statistics of a store of ours. Asked for several objects at once it takes the collection for the smaller
part, and would pass over everything that stands there: it is told the index.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, bindparam, text

from kenesh.holdings.ports import chunks

_IN: Final = 500
_WHERE: Final = "WHERE object IN :objects AND collection = :collection"


class ByObject:
    """A question about such grants; `then` is what comes after its condition."""

    def __init__(self, columns: str, then: str = "") -> None:
        self._asked = {
            is_sqlite: text(f"SELECT {columns} FROM grants{by} {_WHERE} {then}").bindparams(
                bindparam("objects", expanding=True)
            )
            for is_sqlite, by in ((True, " INDEXED BY grants_by_object"), (False, ""))
        }

    def rows(self, connection: Connection, collection: int, objects: Many[int]) -> Iterator[Any]:
        """The answers, some objects at a time, and so each object's together."""
        asked = self._asked[connection.dialect.name == "sqlite"]
        for part in chunks(sorted(objects), _IN):
            yield from connection.execute(asked, {"objects": part, "collection": collection}).all()
