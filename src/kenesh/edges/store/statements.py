"""Releases and withdrawals (`StatementRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, select, union

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.caveats import add_caveats, caveats_of
from kenesh.edges.store.inserting import insert
from kenesh.holdings.pages import Limit
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Awaited, Statement
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import Tlp

_s, _a, _c, _n = s.statements.c, s.awaited.c, s.caveats.c, s.not_for.c


def _statement(row: Any, caveats: Caveats) -> Statement:
    return Statement(
        num=row.num,
        id=row.id,
        type=row.type,
        version=row.version,
        party_ref=row.party,
        audience_ref=row.audience_ref,
        number=row.number,
        sha256=bytes(row.sha256),
        label=None if row.label == NO_LABEL else Tlp(row.label),
        follow=bool(row.follow),
        objects=row.objects,
        reason=row.reason,
        at=Instant(row.at),
        caveats=caveats,
    )


def _awaited(row: Any) -> Awaited:
    proof = None if row.proof is None else bytes(row.proof)
    return Awaited(row.statement, row.position, row.object_id, bytes(row.sha256), proof, Tlp(row.label))


class Statements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: Mapping[str, Any], caveats: Caveats = NO_CAVEATS) -> int:
        result = self._connection.execute(s.statements.insert().values(**row))
        assert result.inserted_primary_key is not None
        num = int(result.inserted_primary_key[0])
        add_caveats(self._connection, num, caveats)
        return num

    def last(self, party: str, audience_ref: str, chain: str = "") -> Statement | None:
        statement = select(s.statements).where(_s.party == party, _s.audience_ref == audience_ref)
        own = select(_c.chain).where(_c.statement == _s.num).scalar_subquery()
        statement = statement.where(func.coalesce(own, "") == chain)
        return self._first(statement.order_by(_s.number.desc(), _s.num.desc()).limit(1))

    def find(self, statement_id: str) -> Statement | None:
        return self._first(select(s.statements).where(_s.id == statement_id))

    def get(self, nums: Many[int]) -> dict[int, Statement]:
        found: dict[int, Statement] = {}
        for part in chunks(sorted(nums), 500):
            found |= {x.num: x for x in self._all(select(s.statements).where(_s.num.in_(part)))}
        return found

    def recent(self, limit: int) -> list[Statement]:
        return self._all(select(s.statements).order_by(_s.num.desc()).limit(limit))

    def of_party(self, party: str, audience_ref: str | None) -> list[Statement]:
        statement = select(s.statements).where(_s.party == party).order_by(_s.audience_ref, _s.number)
        return self._all(statement if audience_ref is None else statement.where(_s.audience_ref == audience_ref))

    def await_content(self, rows: Sequence[Mapping[str, Any]]) -> None:
        insert(self._connection, s.awaited, rows)

    def awaited(self, party: str, audience_ref: str, ids: Many[str]) -> list[Awaited]:
        found = []
        for part in chunks(sorted(ids), 500):
            statement = select(s.awaited, _s.label).join_from(s.awaited, s.statements, _s.num == _a.statement)
            statement = statement.where(_a.object_id.in_(part), _s.party == party, _s.audience_ref == audience_ref)
            found += [_awaited(row) for row in self._connection.execute(statement)]
        return found

    def arrived(self, pairs: Sequence[tuple[int, int]]) -> None:
        by_statement: dict[int, list[int]] = {}
        for statement, position in pairs:
            by_statement.setdefault(statement, []).append(position)
        for statement, positions in by_statement.items():
            for part in chunks(sorted(positions), 500):
                where = (_a.statement == statement, _a.position.in_(part))
                self._connection.execute(delete(s.awaited).where(*where))

    def cancel_awaited(self, statements: Many[int], object_id: str) -> None:
        for part in chunks(sorted(statements), 500):
            where = (_a.statement.in_(part), _a.object_id == object_id)
            self._connection.execute(delete(s.awaited).where(*where))

    def is_limited(self, audience_ref: str, limit: Limit) -> bool:
        over = select(_c.statement).where(_c.valid_until < limit.now)
        barred = select(_n.statement).where(_n.ref.in_(limit.refs))
        found = select(_s.num).where(_s.num.in_(union(over, barred)), _s.audience_ref == audience_ref)
        found = found.where(exists().where(s.grants.c.statement == _s.num))
        return self._connection.execute(found.limit(1)).first() is not None

    def _all(self, statement: Select[Any]) -> list[Statement]:
        rows = self._connection.execute(statement).all()
        caveats = caveats_of(self._connection, [row.num for row in rows])
        return [_statement(row, caveats.get(row.num, NO_CAVEATS)) for row in rows]

    def _first(self, statement: Select[Any]) -> Statement | None:
        return next(iter(self._all(statement)), None)
