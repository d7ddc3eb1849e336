"""What the record of acts needs of a store. Everything happens inside a transaction that the caller opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kenesh.basis.instants import Instant
from kenesh.basis.merkle import Frontier
from kenesh.ledger.acts import Act, RecordedAct
from kenesh.ledger.log import Epoch, SignedHead
from kenesh.ledger.witness import Standing, WitnessedHead


@dataclass(frozen=True, slots=True)
class PendingAct:
    """An act that no leaf covers yet."""

    number: int
    at: Instant
    digest: bytes


class LedgerRows(Protocol):
    """The tables `ledger_*`.

    Only `book` writes through it. `place`, `append_leaves` and `add_head` are called under the one lock that
    serialises appends; `record` needs no lock, since an act that commits late is placed late.
    """

    def record(self, act: Act, salt: bytes, digest: bytes) -> int:
        """Add the act, in no interval yet, and give the number it got: higher than every number before it."""
        ...

    def erase(self, number: int) -> None:
        """Let go of the content and the salt of an act; its number, its instant and its digest stay."""
        ...

    def acts(self, after: int, limit: int) -> Sequence[RecordedAct]:
        """The first acts, at most `limit`, with numbers above `after`, in the order of their numbers.

        A row that cannot be read as an `Act` is given with `act` None and its salt, and stops nothing.
        """
        ...

    def count_acts(self) -> int:
        """How many acts were recorded."""
        ...

    def pending(self, before: Instant) -> Sequence[PendingAct]:
        """The acts in no interval that happened before the instant, in the order of their numbers."""
        ...

    def place(self, epoch: int, numbers: Mapping[int, Sequence[int]]) -> None:
        """Put acts into intervals of the epoch: the interval's number, and the acts' numbers."""
        ...

    def placed(self, epoch: int, start: int, stop: int | None) -> Mapping[int, Mapping[int, bytes]]:
        """The acts in the intervals from `start` to before `stop` (None: all later ones).

        Each busy interval's number gives its acts' numbers and digests, in the order of their numbers.
        """
        ...

    def epochs(self) -> Sequence[Epoch]:
        """All epochs, in the order of their numbers."""
        ...

    def add_epoch(self, epoch: Epoch) -> None:
        """Add an epoch without leaves."""
        ...

    def leaves(self, epoch: int, start: int, stop: int) -> Sequence[bytes]:
        """The leaves of the intervals from `start` to before `stop`, in order, as many of them as there are."""
        ...

    def append_leaves(self, epoch: int, leaves: Sequence[bytes], frontier: Frontier) -> None:
        """Add leaves after the last one, and keep the frontier that the log has with them.

        Raises:
            StoreProblem: somebody else appended meanwhile (`frontier.size` is not what is stored and these).
        """
        ...

    def frontier(self, epoch: int) -> Frontier:
        """The frontier last kept; an empty one for an epoch without leaves."""
        ...

    def heads(self, epoch: int, after: int, until: int | None) -> Sequence[SignedHead]:
        """The heads of an epoch with sizes above `after` and up to `until` (None: all), in the order of their sizes."""
        ...

    def add_head(self, head: SignedHead, frontier: Frontier) -> None:
        """Keep a signed head, and the frontier of the leaves that it is of."""
        ...

    def frontier_before(self, epoch: int, size: int) -> Frontier:
        """The frontier of the last head with at most so many leaves; an empty one where none is kept."""
        ...


class WitnessRows(Protocol):
    """Heads of the logs of others, by party and key; bounded by who adds them."""

    def add(self, head: WitnessedHead) -> bool:
        """Keep a head; False where the same one is kept already."""
        ...

    def settle(self, head: WitnessedHead, standing: Standing) -> None:
        """What became of a head that was heard."""
        ...

    def last(self, party_ref: str, kid: str, epoch: int | None = None) -> WitnessedHead | None:
        """The longest that holds, of the last epoch or of this one."""
        ...

    def of_epoch(self, party_ref: str, kid: str, epoch: int, after: int, limit: int) -> list[WitnessedHead]:
        """Those of more than `after` leaves that hold, in the order of their sizes."""
        ...

    def of_size(self, party_ref: str, kid: str, epoch: int, size: int) -> list[WitnessedHead]:
        """All of that size, whatever their standing."""
        ...

    def standing(self, party_ref: str, kid: str, standing: Standing, limit: int) -> list[WitnessedHead]:
        """The newest of that standing."""
        ...

    def thin(self, party_ref: str, kid: str, keep: int) -> None:
        """Let go of the oldest that hold, but for so many: a later one stands for all that was before it."""
        ...
