"""Packs that were made and that came, by their numbers (`kenesh.federation.ports.PackRows`)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s

_p = s.packs.c


class Packs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self, party_ref: str, *, outgoing: bool) -> tuple[int, str]:
        statement = select(_p.number, _p.digest).where(_p.party == party_ref, _p.outgoing == int(outgoing))
        row = self._connection.execute(statement.order_by(_p.number.desc()).limit(1)).first()
        return (0, "") if row is None else (int(row.number), str(row.digest))

    def find(self, party_ref: str, number: int) -> str | None:
        where = (_p.party == party_ref, _p.outgoing == 0, _p.number == number)
        found: str | None = self._connection.execute(select(_p.digest).where(*where)).scalar()
        return found

    def numbers(self, party_ref: str) -> set[int]:
        where = (_p.party == party_ref, _p.outgoing == 0)
        return {int(row.number) for row in self._connection.execute(select(_p.number).where(*where))}

    def add(self, party_ref: str, number: int, digest: str, at: Instant, *, outgoing: bool) -> None:
        values = {"party": party_ref, "outgoing": int(outgoing), "number": number, "digest": digest, "at": at}
        self._connection.execute(s.packs.insert().values(values))
