"""Imports (`ImportRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert, insert_new
from kenesh.holdings.proposing import Standing
from kenesh.holdings.rows import ImportRecord, Remark

_i, _r, _p = s.imports.c, s.import_remarks.c, s.proposals.c
_PROPOSED = select(func.count()).where(_p["import"] == _i.num)
_ALL = select(
    s.imports,
    _PROPOSED.scalar_subquery().label("proposed"),
    _PROPOSED.where(_p.standing == int(Standing.OPEN)).scalar_subquery().label("waiting"),
)

_l = s.import_versions.c
_LAST = select(func.max(_l.version)).where(_l["import"] == bindparam("num"))


def _record(row: Any) -> ImportRecord:
    return ImportRecord(
        num=row.num,
        id=row.id,
        at=Instant(row.at),
        person=row.person,
        source=row.source,
        accepted=row.accepted,
        unchanged=row.unchanged,
        refused=row.refused,
        warnings=row.warnings,
        finished=bool(row.finished),
        proposed=row.proposed,
        waiting=row.waiting,
    )


class Imports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, import_id: str, at: Instant, person: str, source: str, licence: str) -> int:
        counts = dict.fromkeys(("accepted", "unchanged", "refused", "warnings", "finished"), 0)
        values = {"id": import_id, "at": at, "person": person, "source": source, "licence": licence, **counts}
        result = self._connection.execute(s.imports.insert().values(values))
        assert result.inserted_primary_key is not None
        return int(result.inserted_primary_key[0])

    def add_versions(self, num: int, versions: Iterable[int]) -> None:
        # What stands after the last one that is listed is not listed yet, and need not be looked for.
        last = self._connection.execute(_LAST, {"num": num}).scalar() or 0
        rows = [{"import": num, "version": version} for version in sorted(set(versions))]
        insert(self._connection, s.import_versions, [row for row in rows if row["version"] > last])
        insert_new(self._connection, s.import_versions, [row for row in rows if row["version"] <= last])

    def add_remarks(self, num: int, remarks: Sequence[Remark]) -> None:
        rows = [
            {"import": num, "refused": int(r.refused), "path": r.path, "object": r.object_id, "reason": r.reason}
            for r in remarks
        ]
        insert(self._connection, s.import_remarks, rows)

    def count(self, num: int, *, accepted: int, unchanged: int, refused: int, warnings: int, finished: bool) -> None:
        values = {"accepted": accepted, "unchanged": unchanged, "refused": refused, "warnings": warnings}
        statement = update(s.imports).where(_i.num == num).values(**values, finished=int(finished))
        self._connection.execute(statement)

    def recent(self, limit: int) -> list[ImportRecord]:
        return [_record(r) for r in self._connection.execute(_ALL.order_by(_i.num.desc()).limit(limit))]

    def find(self, import_id: str) -> ImportRecord | None:
        row = self._connection.execute(_ALL.where(_i.id == import_id)).first()
        return None if row is None else _record(row)

    def versions(self, num: int) -> list[int]:
        statement = select(_l.version).where(_l["import"] == num).order_by(_l.version)
        return list(self._connection.execute(statement).scalars())

    def licences(self, nums: Many[int]) -> dict[int, str]:
        statement = select(_i.num, _i.licence).where(_i.num.in_(sorted(nums)), _i.licence != "")
        return {row.num: row.licence for row in self._connection.execute(statement)}

    def remarks(self, num: int, limit: int) -> list[Remark]:
        statement = select(s.import_remarks).where(_r["import"] == num).order_by(_r.num).limit(limit)
        rows = self._connection.execute(statement)
        return [Remark(bool(r.refused), r.path, r.object, r.reason) for r in rows]
