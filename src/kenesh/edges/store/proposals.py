"""Proposed values (`kenesh.holdings.proposing.ProposalRows`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert_new
from kenesh.holdings.ports import chunks
from kenesh.holdings.proposing import Found, Proposal, Standing

_p = s.proposals.c
_ALL: Final = select(s.proposals, s.imports.c.id.label("import_id"), s.imports.c.source).join_from(
    s.proposals, s.imports, s.imports.c.num == _p["import"]
)
_IN: Final = 500


def _proposal(row: Any) -> Proposal:
    found = Found(row.path, row.kind, row.value, row.sentence, row.doubt)
    return Proposal(row.num, row.import_id, row.source, found, Standing(row.standing), row.object)


class Proposals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def propose(self, import_num: int, found: Sequence[Found]) -> int:
        before = self._count()
        rows = [
            {
                "import": import_num,
                "key": one.key,
                "path": one.path,
                "kind": one.kind,
                "value": one.value,
                "sentence": one.sentence,
                "doubt": one.doubt,
                "standing": int(Standing.OPEN),
                "object": "",
            }
            for one in found
        ]
        insert_new(self._connection, s.proposals, rows)
        return self._count() - before

    def open(self, import_id: str | None, limit: int) -> list[Proposal]:
        statement = _ALL.where(_p.standing == int(Standing.OPEN)).order_by(_p.num).limit(limit)
        if import_id is not None:
            statement = statement.where(s.imports.c.id == import_id)
        return [_proposal(row) for row in self._connection.execute(statement)]

    def get(self, nums: Collection[int]) -> dict[int, Proposal]:
        parts = chunks(sorted(nums), _IN)
        rows = (row for part in parts for row in self._connection.execute(_ALL.where(_p.num.in_(part))))
        return {row.num: _proposal(row) for row in rows}

    def settle(self, standings: Sequence[tuple[int, Standing, str]]) -> None:
        if standings:
            statement = update(s.proposals).where(_p.num == bindparam("_num"))
            statement = statement.values(standing=bindparam("_standing"), object=bindparam("_object"))
            rows = [{"_num": num, "_standing": int(standing), "_object": made} for num, standing, made in standings]
            self._connection.execute(statement, rows)

    def _count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(s.proposals)).scalar_one()
