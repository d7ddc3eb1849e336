"""Which versions cite a marking-definition beyond the fixed ones."""

from __future__ import annotations

from collections.abc import Collection as Many

from sqlalchemy import Connection, bindparam, select

from kenesh.edges.store import schema as s
from kenesh.holdings.ports import chunks

_c = s.cited_markings.c
_IN = 500
# By the primary key, which begins with the marking: what else is held is not visited.
_BY = select(_c.version).where(_c.marking == bindparam("marking"), _c.version.in_(bindparam("nums", expanding=True)))


class Marked:
    """Fulfils `MarkedRows`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by(self, marking: str, nums: Many[int]) -> frozenset[int]:
        found: set[int] = set()
        for part in chunks(sorted(nums), _IN):
            found.update(self._connection.execute(_BY, {"marking": marking, "nums": part}).scalars())
        return frozenset(found)
