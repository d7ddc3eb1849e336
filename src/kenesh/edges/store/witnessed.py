"""Heads of other nodes' records (`kenesh.ledger.ports.WitnessRows`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.ledger.log import LogHead, SignedHead
from kenesh.ledger.witness import Standing, WitnessedHead

_w = s.witnessed_heads.c
# Asked of each party with every sync: put together once.
_STANDING = (
    select(s.witnessed_heads)
    .where(_w.party == bindparam("party"), _w.kid == bindparam("kid"), _w.standing == bindparam("standing"))
    .order_by(_w.epoch.desc(), _w.size.desc())
    .limit(bindparam("limit"))
)


def _witnessed(row: Any) -> WitnessedHead:
    head = LogHead(row.epoch, row.size, bytes(row.root), Instant(row.at))
    return WitnessedHead(
        row.party,
        row.kid,
        SignedHead(head, row.signature),
        row.heard_from,
        Instant(row.heard_at),
        Standing(row.standing),
    )


def _is(one: WitnessedHead) -> tuple[ColumnElement[bool], ...]:
    head = one.head
    whose = (_w.party == one.party_ref, _w.kid == one.kid)
    return (*whose, _w.epoch == head.epoch, _w.size == head.size, _w.root == head.root)


class WitnessedHeads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, head: WitnessedHead) -> bool:
        if self._connection.execute(select(_w.size).where(*_is(head))).first() is not None:
            return False
        what = head.head
        self._connection.execute(
            s.witnessed_heads.insert().values(
                party=head.party_ref,
                kid=head.kid,
                epoch=what.epoch,
                size=what.size,
                root=what.root,
                at=what.at,
                signature=head.signed.signature,
                heard_from=head.heard_from,
                heard_at=head.heard_at,
                standing=head.standing.value,
            )
        )
        return True

    def settle(self, head: WitnessedHead, standing: Standing) -> None:
        self._connection.execute(update(s.witnessed_heads).where(*_is(head)).values(standing=standing.value))

    def last(self, party_ref: str, kid: str, epoch: int | None = None) -> WitnessedHead | None:
        asked = {"party": party_ref, "kid": kid, "standing": Standing.HOLDS.value, "limit": 1}
        statement = _STANDING if epoch is None else _STANDING.where(_w.epoch == epoch)
        row = self._connection.execute(statement, asked).first()
        return None if row is None else _witnessed(row)

    def of_epoch(self, party_ref: str, kid: str, epoch: int, after: int, limit: int) -> list[WitnessedHead]:
        statement = select(s.witnessed_heads).where(
            _w.party == party_ref,
            _w.kid == kid,
            _w.epoch == epoch,
            _w.size > after,
            _w.standing == Standing.HOLDS.value,
        )
        return [_witnessed(row) for row in self._connection.execute(statement.order_by(_w.size).limit(limit))]

    def of_size(self, party_ref: str, kid: str, epoch: int, size: int) -> list[WitnessedHead]:
        statement = select(s.witnessed_heads).where(
            _w.party == party_ref, _w.kid == kid, _w.epoch == epoch, _w.size == size
        )
        return [_witnessed(row) for row in self._connection.execute(statement.order_by(_w.root))]

    def standing(self, party_ref: str, kid: str, standing: Standing, limit: int) -> list[WitnessedHead]:
        asked = {"party": party_ref, "kid": kid, "standing": standing.value, "limit": limit}
        return [_witnessed(row) for row in self._connection.execute(_STANDING, asked)]

    def thin(self, party_ref: str, kid: str, keep: int) -> None:
        whose = (_w.party == party_ref, _w.kid == kid, _w.standing == Standing.HOLDS.value)
        newest = select(_w.epoch, _w.size).where(*whose).order_by(_w.epoch.desc(), _w.size.desc())
        last = self._connection.execute(newest.offset(keep).limit(1)).first()
        if last is not None:
            older = (_w.epoch < last.epoch) | ((_w.epoch == last.epoch) & (_w.size <= last.size))
            self._connection.execute(delete(s.witnessed_heads).where(*whose, older))
