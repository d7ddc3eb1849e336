"""Releases and withdrawals (`StatementRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Awaited, Statement
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import Tlp

_s, _a = s.statements.c, s.awaited.c


def _statement(row: Any) -> Statement:
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
    )


def _awaited(row: Any) -> Awaited:
    proof = None if row.proof is None else bytes(row.proof)
    return Awaited(row.statement, row.position, row.object_id, bytes(row.sha256), proof, Tlp(row.label))


class Statements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: Mapping[str, Any]) -> int:
        result = self._connection.execute(s.statements.insert().values(**row))
        assert result.inserted_primary_key is not None
        return int(result.inserted_primary_key[0])

    def last(self, party: str, audience_ref: str) -> Statement | None:
        statement = select(s.statements).where(_s.party == party, _s.audience_ref == audience_ref)
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

    def _all(self, statement: Select[Any]) -> list[Statement]:
        return [_statement(row) for row in self._connection.execute(statement)]

    def _first(self, statement: Select[Any]) -> Statement | None:
        row = self._connection.execute(statement).first()
        return None if row is None else _statement(row)
