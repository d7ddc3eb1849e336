"""A store of acts in memory: what `LedgerRows` asks for, and nothing that a database would add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kenesh.basis.instants import Instant
from kenesh.basis.merkle import Frontier
from kenesh.basis.problem import StoreProblem
from kenesh.ledger.acts import Act, RecordedAct
from kenesh.ledger.log import Epoch, SignedHead
from kenesh.ledger.ports import PendingAct


@dataclass
class Row:
    """One row of the table of acts; tests change it as a database administrator would."""

    recorded: RecordedAct
    at: Instant
    place: tuple[int, int] | None = None


class MemoryRows:
    """`LedgerRows` over lists and dictionaries, all of them open to tampering."""

    def __init__(self) -> None:
        self.table: dict[int, Row] = {}
        self.last_number = 0
        self.kept_epochs: list[Epoch] = []
        self.kept_leaves: defaultdict[int, list[bytes]] = defaultdict(list)
        self.frontiers: dict[int, Frontier] = {}
        self.kept_heads: list[SignedHead] = []
        self.head_frontiers: dict[tuple[int, int], Frontier] = {}

    def record(self, act: Act, salt: bytes, digest: bytes) -> int:
        self.last_number += 1
        self.table[self.last_number] = Row(RecordedAct(self.last_number, act, salt, digest), act.at)
        return self.last_number

    def erase(self, number: int) -> None:
        row = self.table[number]
        row.recorded = replace(row.recorded, act=None, salt=None)

    def acts(self, after: int, limit: int) -> Sequence[RecordedAct]:
        return [self.table[number].recorded for number in sorted(self.table) if number > after][:limit]

    def count_acts(self) -> int:
        return len(self.acts(-1, 10**9))

    def pending(self, before: Instant) -> Sequence[PendingAct]:
        rows = [self.table[number] for number in sorted(self.table)]
        open_rows = [row for row in rows if row.place is None and row.at < before]
        return [PendingAct(row.recorded.number, row.at, row.recorded.digest) for row in open_rows]

    def place(self, epoch: int, numbers: Mapping[int, Sequence[int]]) -> None:
        for interval, acts in numbers.items():
            for number in acts:
                self.table[number].place = (epoch, interval)

    def placed(self, epoch: int, start: int, stop: int | None) -> Mapping[int, Mapping[int, bytes]]:
        found: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
        for number in sorted(self.table):
            row = self.table[number]
            if row.place and row.place[0] == epoch and start <= row.place[1] and (stop is None or row.place[1] < stop):
                found[row.place[1]][number] = row.recorded.digest
        return found

    def epochs(self) -> Sequence[Epoch]:
        return list(self.kept_epochs)

    def add_epoch(self, epoch: Epoch) -> None:
        self.kept_epochs.append(epoch)

    def leaves(self, epoch: int, start: int, stop: int) -> Sequence[bytes]:
        return self.kept_leaves[epoch][start:stop]

    def append_leaves(self, epoch: int, leaves: Sequence[bytes], frontier: Frontier) -> None:
        if len(self.kept_leaves[epoch]) + len(leaves) != frontier.size:
            raise StoreProblem("Somebody else appended meanwhile.")
        self.kept_leaves[epoch].extend(leaves)
        self.frontiers[epoch] = frontier

    def frontier(self, epoch: int) -> Frontier:
        return self.frontiers.get(epoch, Frontier())

    def heads(self, epoch: int, after: int, until: int | None) -> Sequence[SignedHead]:
        mine = [one for one in self.kept_heads if one.head.epoch == epoch]
        return [one for one in mine if after < one.head.size and (until is None or one.head.size <= until)]

    def add_head(self, head: SignedHead, frontier: Frontier) -> None:
        self.kept_heads.append(head)
        self.head_frontiers[head.head.epoch, head.head.size] = frontier

    def frontier_before(self, epoch: int, size: int) -> Frontier:
        mine = [kept for (of, at), kept in self.head_frontiers.items() if of == epoch and at <= size]
        return max(mine, key=lambda frontier: frontier.size, default=Frontier())
