"""What did not hold, with its bytes, until it is tried again."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.erasing import ERASED
from kenesh.federation.ports import Quarantined
from kenesh.holdings.ports import chunks
from kenesh.stix.register import Channel

_q = s.quarantine.c


def _quarantined(row: Any) -> Quarantined:
    return Quarantined(
        num=row.num,
        party_ref=row.party,
        audience_ref=row.audience_ref,
        channel=Channel(row.channel),
        object_id=row.object_id,
        reason=row.reason,
        at=Instant(row.at),
        raw=bytes(row.raw),
    )


class Quarantine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self, party_ref: str, audience_ref: str, channel: Channel, object_id: str, raw: bytes, reason: str, at: Instant
    ) -> bool:
        """Whether it was not there already; a new reason replaces the old one."""
        digest = sha256(raw).digest()
        where = (
            _q.party == party_ref,
            _q.audience_ref == audience_ref,
            _q.channel == channel.value,
            _q.octets_sha256 == digest,
        )
        if self._connection.execute(update(s.quarantine).where(*where).values(reason=reason)).rowcount:
            return False
        self._connection.execute(
            s.quarantine.insert().values(
                party=party_ref,
                audience_ref=audience_ref,
                channel=channel.value,
                object_id=object_id,
                octets_sha256=digest,
                reason=reason,
                at=at,
                raw=raw,
                size=len(raw),
            )
        )
        return True

    def of_party(self, party_ref: str, after: int, limit: int) -> list[Quarantined]:
        """In the order in which they came, from a number on."""
        statement = select(s.quarantine).where(_q.party == party_ref, _q.num > after).order_by(_q.num).limit(limit)
        return [_quarantined(row) for row in self._connection.execute(statement)]

    def find(self, num: int) -> Quarantined | None:
        row = self._connection.execute(select(s.quarantine).where(_q.num == num)).first()
        return None if row is None else _quarantined(row)

    def remove(self, num: int) -> None:
        self._connection.execute(delete(s.quarantine).where(_q.num == num))

    def erase(self, party_ref: str, ids: Collection[str]) -> None:
        for part in chunks(sorted(ids), 500):
            self._connection.execute(delete(s.quarantine).where(_q.party == party_ref, _q.object_id.in_(part)))
        self._connection.info[ERASED] = True

    def counts(self) -> dict[str, tuple[int, int]]:
        """By party: how many, and how many octets."""
        statement = select(_q.party, func.count(), func.sum(_q.size)).group_by(_q.party)
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(statement)}

    def by_audience(self) -> dict[tuple[str, str], int]:
        statement = select(_q.party, _q.audience_ref, func.count()).group_by(_q.party, _q.audience_ref)
        return {(party, audience): count for party, audience, count in self._connection.execute(statement)}
