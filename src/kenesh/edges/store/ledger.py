"""The record of acts (`kenesh.ledger.ports.LedgerRows`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from kenesh.basis.instants import Instant
from kenesh.basis.merkle import Frontier
from kenesh.basis.problem import StoreProblem
from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert
from kenesh.ledger.acts import Act, ActKind, RecordedAct
from kenesh.ledger.log import Epoch, LogHead, SignedHead
from kenesh.ledger.ports import PendingAct

_a, _e, _l, _h = s.ledger_acts.c, s.ledger_epochs.c, s.ledger_leaves.c, s.ledger_heads.c
_f = s.ledger_frontiers.c
_HASH = 32


def _recorded(row: Any) -> RecordedAct:
    salt = None if row.salt is None else bytes(row.salt)
    try:
        details = msgspec.json.decode(row.details, type=dict[str, str | int])
        who, subject = msgspec.convert((row.who, row.subject), tuple[str, str])
        act = Act(ActKind(row.kind), Instant(row.at), who, subject, details)
    except (ValueError, TypeError, msgspec.MsgspecError):
        act = None
    return RecordedAct(row.num, act, salt, bytes(row.digest))


def _head(row: Any) -> SignedHead:
    return SignedHead(LogHead(row.epoch, row.size, bytes(row.root), Instant(row.at)), row.signature)


def _frontier(row: Any) -> Frontier:
    octets = bytes(row.frontier)
    return Frontier(row.size, tuple(octets[i : i + _HASH] for i in range(0, len(octets), _HASH)))


class LedgerTables:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, act: Act, salt: bytes, digest: bytes) -> int:
        values = {
            "at": act.at,
            "kind": act.kind.value,
            "who": act.who,
            "subject": act.subject,
            "details": msgspec.json.encode(dict(act.details)).decode(),
            "salt": salt,
            "digest": digest,
        }
        result = self._connection.execute(s.ledger_acts.insert().values(values))
        assert result.inserted_primary_key is not None
        return int(result.inserted_primary_key[0])

    def erase(self, number: int) -> None:
        nothing = dict.fromkeys(("kind", "who", "subject", "details", "salt"))
        self._connection.execute(update(s.ledger_acts).where(_a.num == number).values(**nothing))

    def acts(self, after: int, limit: int) -> Sequence[RecordedAct]:
        statement = select(s.ledger_acts).where(_a.num > after).order_by(_a.num).limit(limit)
        return [_recorded(row) for row in self._connection.execute(statement)]

    def count_acts(self) -> int:
        return self._connection.execute(select(func.count()).select_from(s.ledger_acts)).scalar_one()

    def pending(self, before: Instant) -> Sequence[PendingAct]:
        statement = select(_a.num, _a.at, _a.digest).where(_a.epoch.is_(None), _a.at < before).order_by(_a.num)
        rows = self._connection.execute(statement)
        return [PendingAct(row.num, Instant(row.at), bytes(row.digest)) for row in rows]

    def place(self, epoch: int, numbers: Mapping[int, Sequence[int]]) -> None:
        rows = [{"_i": interval, "_n": number} for interval, listed in numbers.items() for number in listed]
        if rows:
            statement = update(s.ledger_acts).where(_a.num == bindparam("_n"))
            self._connection.execute(statement.values(epoch=epoch, interval=bindparam("_i")), rows)

    def placed(self, epoch: int, start: int, stop: int | None) -> Mapping[int, Mapping[int, bytes]]:
        statement = select(_a.num, _a.interval, _a.digest).where(_a.epoch == epoch, _a.interval >= start)
        if stop is not None:
            statement = statement.where(_a.interval < stop)
        found: dict[int, dict[int, bytes]] = defaultdict(dict)
        for row in self._connection.execute(statement.order_by(_a.num)):
            found[row.interval][row.num] = bytes(row.digest)
        return found

    def epochs(self) -> Sequence[Epoch]:
        rows = self._connection.execute(select(s.ledger_epochs).order_by(_e.number))
        return [Epoch(row.number, Instant(row.began_at)) for row in rows]

    def add_epoch(self, epoch: Epoch) -> None:
        values = {"number": epoch.number, "began_at": epoch.began_at, "size": 0, "frontier": b""}
        self._connection.execute(s.ledger_epochs.insert().values(values))

    def leaves(self, epoch: int, start: int, stop: int) -> Sequence[bytes]:
        statement = select(_l.hash).where(_l.epoch == epoch, _l.num >= start, _l.num < stop).order_by(_l.num)
        return [bytes(leaf) for leaf in self._connection.execute(statement).scalars()]

    def append_leaves(self, epoch: int, leaves: Sequence[bytes], frontier: Frontier) -> None:
        first = self.frontier(epoch).size
        if first + len(leaves) != frontier.size:
            raise StoreProblem("Another process appended to the record of acts at the same time.", advice="Repeat it.")
        rows = [{"epoch": epoch, "num": first + i, "hash": leaf} for i, leaf in enumerate(leaves)]
        insert(self._connection, s.ledger_leaves, rows)
        changed = update(s.ledger_epochs).where(_e.number == epoch)
        self._connection.execute(changed.values(size=frontier.size, frontier=b"".join(frontier.peaks)))

    def frontier(self, epoch: int) -> Frontier:
        row = self._connection.execute(select(_e.size, _e.frontier).where(_e.number == epoch)).one()
        return _frontier(row)

    def heads(self, epoch: int, after: int, until: int | None) -> Sequence[SignedHead]:
        statement = select(s.ledger_heads).where(_h.epoch == epoch, _h.size > after).order_by(_h.size)
        if until is not None:
            statement = statement.where(_h.size <= until)
        return [_head(row) for row in self._connection.execute(statement)]

    def add_head(self, head: SignedHead, frontier: Frontier) -> None:
        what = head.head
        values = {"epoch": what.epoch, "size": what.size, "root": what.root, "at": what.at, "signature": head.signature}
        self._connection.execute(s.ledger_heads.insert().values(values))
        kept = {"epoch": what.epoch, "size": what.size, "frontier": b"".join(frontier.peaks)}
        self._connection.execute(s.ledger_frontiers.insert().values(kept))

    def frontier_before(self, epoch: int, size: int) -> Frontier:
        statement = select(s.ledger_frontiers).where(_f.epoch == epoch, _f.size <= size).order_by(_f.size.desc())
        row = self._connection.execute(statement.limit(1)).first()
        return Frontier() if row is None else _frontier(row)
