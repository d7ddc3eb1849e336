"""What was heard of parties' keys (`kenesh.federation.ports.KeyRows`)."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, bindparam, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.federation.key_rows import KeySaid, KeyStatement

_k = s.key_statements.c
_OF_PARTY = select(s.key_statements).where(_k.party == bindparam("party")).order_by(_k.num)


class KeyStatements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_party(self, party_ref: str) -> list[KeyStatement]:
        found = self._connection.execute(_OF_PARTY, {"party": party_ref})
        return [KeyStatement(KeySaid(row.said), bytes(row.raw), Instant(row.at)) for row in found]

    def parties(self) -> list[str]:
        return list(self._connection.execute(select(_k.party).distinct().order_by(_k.party)).scalars())

    def add(self, party_ref: str, statement: KeyStatement) -> bool:
        digest = sha256(statement.raw).digest()
        there = (_k.party == party_ref, _k.said == statement.said.value, _k.sha256 == digest)
        if self._connection.execute(select(_k.num).where(*there)).first() is not None:
            return False
        row = {"party": party_ref, "said": statement.said.value, "sha256": digest, "raw": statement.raw}
        self._connection.execute(s.key_statements.insert().values(row | {"at": statement.at}))
        return True
