"""Terms of membership (`TermRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.holdings.rows import StoredTerm
from kenesh.parties.bodies import Role
from kenesh.parties.terms import Term

_t = s.terms.c

# Asked with every request: put together once.
_OF_AUDIENCES = select(s.terms).where(_t.audience_ref.in_(bindparam("refs", expanding=True))).order_by(_t.num)
_UNAPPLIED = (
    select(s.terms)
    .where(_t.stamp.is_(None), _t.begins <= bindparam("now"), or_(_t.ends.is_(None), _t.ends > bindparam("now")))
    .order_by(_t.begins, _t.num)
)


def _stored(row: Any) -> StoredTerm:
    ends = None if row.ends is None else Instant(row.ends)
    term = Term(row.audience_ref, row.party, row.kid, Role(row.role), Instant(row.begins), ends, row.membership)
    return StoredTerm(row.num, term, Instant(row.stated_at), None if row.stamp is None else Instant(row.stamp))


class TermTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_audiences(self, refs: Many[str]) -> list[StoredTerm]:
        return self._all(_OF_AUDIENCES, refs=list(refs))

    def of_party(self, party: str) -> list[StoredTerm]:
        return self._all(select(s.terms).where(_t.party == party).order_by(_t.num))

    def add(self, term: Term, stated_at: Instant) -> int:
        values = {
            "audience_ref": term.audience_ref,
            "party": term.party_ref,
            "membership": term.membership_id,
            "kid": term.kid,
            "role": term.role.value,
            "begins": term.begins,
            "ends": term.ends,
            "stated_at": stated_at,
            "stamp": None,
        }
        result = self._connection.execute(s.terms.insert().values(values))
        assert result.inserted_primary_key is not None
        return int(result.inserted_primary_key[0])

    def restate(self, num: int, term: Term) -> None:
        values = {"kid": term.kid, "role": term.role.value, "ends": term.ends}
        self._connection.execute(update(s.terms).where(_t.num == num).values(values))

    def remove(self, num: int) -> None:
        self._connection.execute(delete(s.terms).where(_t.num == num))

    def unapplied(self, now: Instant) -> list[StoredTerm]:
        return self._all(_UNAPPLIED, now=now)

    def apply(self, num: int, stamp: Instant | None) -> None:
        self._connection.execute(update(s.terms).where(_t.num == num).values(stamp=stamp))

    def _all(self, statement: Select[Any], **params: Any) -> list[StoredTerm]:
        return [_stored(row) for row in self._connection.execute(statement, params)]
