"""How the node came to hold what it holds (`HoldRows`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.caveats import caveats_of
from kenesh.edges.store.inserting import insert
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Hold
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import Tlp

_h = s.holds.c
# Asked with every page that comes or goes: put together once.
_IN_FORCE = (
    select(s.holds).where(_h.version.in_(bindparam("versions", expanding=True)), _h.ended_at.is_(None)).order_by(_h.num)
)


def _hold(row: Any, caveats: Caveats) -> Hold:
    return Hold(
        num=row.num,
        version=row.version,
        party_ref=row.party,
        audience_ref=row.audience_ref,
        statement=row.statement,
        position=row.position,
        import_num=row._mapping["import"],
        person=row.person,
        label=None if row.label == NO_LABEL else Tlp(row.label),
        since=Instant(row.since),
        caveats=caveats,
    )


class Holds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        insert(self._connection, s.holds, rows)

    def in_force(self, versions: Many[int]) -> dict[int, list[Hold]]:
        found: dict[int, list[Hold]] = defaultdict(list)
        for part in chunks(sorted(versions), 500):
            for hold in self._select(_IN_FORCE, versions=part):
                found[hold.version].append(hold)
        return dict(found)

    def of_object(self, obj: int) -> list[Hold]:
        statement = select(s.holds).join(s.versions, s.versions.c.num == _h.version)
        return self._select(statement.where(s.versions.c.object == obj, _h.ended_at.is_(None)).order_by(_h.num))

    def ever(self, version: int) -> list[Hold]:
        return self._select(select(s.holds).where(_h.version == version).order_by(_h.num))

    def end(self, nums: Many[int], at: Instant) -> None:
        for part in chunks(sorted(nums), 500):
            self._connection.execute(update(s.holds).where(_h.num.in_(part)).values(ended_at=at))

    def unproved_with_position(self, creator: str) -> list[tuple[int, int, int]]:
        v = s.versions.c
        statement = select(v.num, _h.statement, _h.position).join_from(s.versions, s.holds, _h.version == v.num)
        statement = statement.where(v.created_by == creator, v.proved == 0, v.accepted == 1, _h.position.is_not(None))
        return [(row.num, row.statement, row.position) for row in self._connection.execute(statement)]

    def last(self) -> int:
        return int(self._connection.execute(select(func.max(_h.num))).scalar() or 0)

    def after(self, num: int, limit: int) -> list[Hold]:
        return self._select(select(s.holds).where(_h.num > num).order_by(_h.num).limit(limit))

    def _select(self, statement: Select[Any], **params: Any) -> list[Hold]:
        rows = self._connection.execute(statement, params).all()
        caveats = caveats_of(self._connection, {row.statement for row in rows if row.statement is not None})
        return [_hold(row, caveats.get(row.statement, NO_CAVEATS)) for row in rows]
