"""Terms of membership (`TermRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.driver import rows
from kenesh.holdings.rows import StoredTerm
from kenesh.parties.bodies import Role
from kenesh.parties.terms import Term

_t = s.terms.c

# Asked with every request: put together once.
_OF_AUDIENCES = select(s.terms).where(_t.audience_ref.in_(bindparam("refs", expanding=True))).order_by(_t.num)
_COLUMNS = "num, audience_ref, party, membership, kid, role, begins, ends, stated_at, stamp"
_OF_PARTY = f"SELECT {_COLUMNS} FROM terms WHERE party = :party ORDER BY num"
_UNAPPLIED = (
    f"SELECT {_COLUMNS} FROM terms WHERE stamp IS NULL AND begins <= :now AND (ends IS NULL OR ends > :now)"
    " ORDER BY begins, num"
)


def _stored(row: Sequence[Any]) -> StoredTerm:
    """The term of a row, its columns in the table's order."""
    num, audience_ref, party, membership, kid, role, begins, ends, stated_at, stamp = row
    until = None if ends is None else Instant(ends)
    term = Term(audience_ref, party, kid, Role(role), Instant(begins), until, membership)
    return StoredTerm(num, term, Instant(stated_at), None if stamp is None else Instant(stamp))


class TermTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_audiences(self, refs: Many[str]) -> list[StoredTerm]:
        return self._all(_OF_AUDIENCES, refs=list(refs))

    def of_party(self, party: str) -> list[StoredTerm]:
        return [_stored(row) for row in rows(self._connection, _OF_PARTY, {"party": party})]

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
        return [_stored(row) for row in rows(self._connection, _UNAPPLIED, {"now": now})]

    def apply(self, num: int, stamp: Instant | None) -> None:
        self._connection.execute(update(s.terms).where(_t.num == num).values(stamp=stamp))

    def _all(self, statement: Select[Any], **params: Any) -> list[StoredTerm]:
        return [_stored(row) for row in self._connection.execute(statement, params)]
