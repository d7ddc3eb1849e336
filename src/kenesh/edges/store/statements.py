"""Releases and withdrawals (`StatementRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.caveats import END, add_caveats, caveats_of
from kenesh.edges.store.driver import rows
from kenesh.edges.store.inserting import insert
from kenesh.holdings.pages import Limit
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Awaited, Statement
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import Tlp

_s, _a, _c = s.statements.c, s.awaited.c, s.caveats.c

# Asked with every page that comes or goes: put together once.
_CHAIN = func.coalesce(select(_c.chain).where(_c.statement == _s.num).scalar_subquery(), "")
_LAST = (
    select(s.statements)
    .where(_s.party == bindparam("party"), _s.audience_ref == bindparam("audience"))
    .where(bindparam("chain") == _CHAIN)
    .order_by(_s.number.desc(), _s.num.desc())
    .limit(1)
)
_BY_ID = select(s.statements).where(_s.id == bindparam("id"))
_BY_NUM = select(s.statements).where(_s.num.in_(bindparam("nums", expanding=True)))
_AWAITED = (
    select(s.awaited, _s.label)
    .join_from(s.awaited, s.statements, _s.num == _a.statement)
    .where(_a.object_id.in_(bindparam("ids", expanding=True)))
    .where(_s.party == bindparam("party"), _s.audience_ref == bindparam("audience"))
)
# Two ranges of the audience's own: what was said to others is not passed over.
_IN_FORCE = "EXISTS (SELECT 1 FROM grants g WHERE g.statement = l.statement)"
_LIMITS = f"SELECT l.statement FROM limits l WHERE {_IN_FORCE} AND l.audience_ref = :audience"
_LIMITED = f"{_LIMITS} AND l.ref = '{END}' AND l.until < :now UNION ALL {_LIMITS} AND l.ref IN ({{refs}}) LIMIT 1"


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
        add_caveats(self._connection, num, row["audience_ref"], caveats)
        return num

    def last(self, party: str, audience_ref: str, chain: str = "") -> Statement | None:
        return self._first(_LAST, party=party, audience=audience_ref, chain=chain)

    def find(self, statement_id: str) -> Statement | None:
        return self._first(_BY_ID, id=statement_id)

    def get(self, nums: Many[int]) -> dict[int, Statement]:
        found: dict[int, Statement] = {}
        for part in chunks(sorted(nums), 500):
            found |= {x.num: x for x in self._all(_BY_NUM, nums=part)}
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
            asked = {"ids": part, "party": party, "audience": audience_ref}
            found += [_awaited(row) for row in self._connection.execute(_AWAITED, asked)]
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
        # Asked with every page: by the driver itself.
        named = {f"ref{number}": ref for number, ref in enumerate(limit.refs)}
        refs = ", ".join(f":{name}" for name in named) or "NULL"
        asked = {"now": limit.now, "audience": audience_ref, **named}
        return bool(rows(self._connection, _LIMITED.format(refs=refs), asked))

    def _all(self, statement: Select[Any], **params: Any) -> list[Statement]:
        rows = self._connection.execute(statement, params).all()
        caveats = caveats_of(self._connection, [row.num for row in rows])
        return [_statement(row, caveats.get(row.num, NO_CAVEATS)) for row in rows]

    def _first(self, statement: Select[Any], **params: Any) -> Statement | None:
        return next(iter(self._all(statement, **params)), None)
