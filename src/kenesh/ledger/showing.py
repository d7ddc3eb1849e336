"""What a node can prove of its own log out of its store: that it only grew, and that an act stands in it.

The log is read a stretch at a time, from the last head on whose frontier was kept: a proof between two heads reads what
lies between them and no more.

Source: RFC 9162 §2.1.3, §2.1.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.merkle import Frontier, Tree
from kenesh.basis.problem import UnknownProblem
from kenesh.ledger.acts import act_bytes
from kenesh.ledger.log import INTERVAL, LogHead, SignedHead, interval_salt
from kenesh.ledger.ports import LedgerRows
from kenesh.ledger.proofs import ActProof, prove_act

_STRETCH: Final = DAY // INTERVAL


def last_head(rows: LedgerRows) -> SignedHead | None:
    """The last head that was signed; None before the first."""
    for epoch in reversed(rows.epochs()):
        # A head stands for each hour or less: in the last stretch there is one, where there is any.
        size = rows.frontier(epoch.number).size
        for after in (max(0, size - _STRETCH), 0):
            heads = rows.heads(epoch.number, after, None)
            if heads:
                return heads[-1]
    return None


def frontier_at(rows: LedgerRows, epoch: int, size: int) -> Frontier:
    """The frontier of the first leaves of an epoch.

    Raises:
        UnknownProblem: there are not so many.
    """
    frontier = _kept_before(rows, epoch, size)
    for stretch in _leaves(rows, epoch, frontier.size, size):
        frontier = frontier.extended(stretch)
    return frontier


def _kept_before(rows: LedgerRows, epoch: int, size: int) -> Frontier:
    """What was kept only saves work: it counts where it is that of its head."""
    kept = rows.frontier_before(epoch, size)
    heads = rows.heads(epoch, kept.size - 1, kept.size) if kept.size else []
    return kept if heads and heads[0].head.root == kept.root else Frontier()


def _leaves(rows: LedgerRows, epoch: int, start: int, stop: int) -> Iterator[list[bytes]]:
    while start < stop:
        stretch = list(rows.leaves(epoch, start, min(stop, start + _STRETCH)))
        if not stretch:
            raise UnknownProblem(f"The record has no {stop} leaves in epoch {epoch}.")
        yield stretch
        start += len(stretch)


def consistency(rows: LedgerRows, epoch: int, old_size: int, new_size: int) -> list[bytes]:
    """The proof that the first leaves are the beginning of the more (RFC 9162 §2.1.4.1).

    Raises:
        UnknownProblem: there are not so many, or the older are more than the newer.
    """
    if not 0 <= old_size <= new_size or new_size > _size(rows, epoch):
        raise UnknownProblem(f"The record has no leaves {old_size} to {new_size} in epoch {epoch}.")

    def root_between(start: int, stop: int) -> bytes:
        frontier = Frontier()
        for stretch in _leaves(rows, epoch, start, stop):
            frontier = frontier.extended(stretch)
        return frontier.root

    return frontier_at(rows, epoch, old_size).consistency_path_to(new_size, root_between)


def _size(rows: LedgerRows, epoch: int) -> int:
    return rows.frontier(epoch).size if any(one.number == epoch for one in rows.epochs()) else -1


def is_of_this_log(rows: LedgerRows, head: LogHead) -> bool:
    """Whether the log that is stored has, or had, this head."""
    if not 0 <= head.size <= _size(rows, head.epoch):
        return False
    try:
        return frontier_at(rows, head.epoch, head.size).root == head.root
    except UnknownProblem:
        return False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an act stands: in which interval of which epoch."""

    epoch: int
    interval: int


def place_of(rows: LedgerRows, number: int) -> Placed:
    """Where the act of that number stands.

    Raises:
        UnknownProblem: there is no such act, or its interval is not closed yet.
    """
    for epoch in rows.epochs():
        for interval, acts in rows.placed(epoch.number, 0, None).items():
            if number in acts:
                return Placed(epoch.number, interval)
    if any(one.number == number for one in rows.acts(number - 1, 1)):
        raise UnknownProblem(f"Entry {number} stands in no leaf yet.", advice="Ask again in ten seconds.")
    raise UnknownProblem(f"The record has no entry {number}.", advice="`kenesh audit list` shows the latest.")


def head_over(rows: LedgerRows, placed: Placed, now: Instant) -> LogHead | SignedHead:
    """The first signed head that covers the interval, which peers hold too; before it, the log as it is now."""
    signed = rows.heads(placed.epoch, placed.interval, placed.interval + _STRETCH)
    if signed:
        return signed[0]
    frontier = rows.frontier(placed.epoch)
    return LogHead(placed.epoch, frontier.size, frontier.root, now)


def prove_entry(rows: LedgerRows, secret: bytes, number: int, placed: Placed, size: int) -> ActProof:
    """The proof that the act of that number stands in the first `size` leaves of its epoch.

    Raises:
        UnknownProblem: what it says was erased.
    """
    (recorded,) = rows.acts(number - 1, 1)
    if recorded.act is None or recorded.salt is None:
        raise UnknownProblem(f"What entry {number} says was erased, and its salt with it: it can be proved no more.")
    entry = act_bytes(recorded.act, recorded.salt)
    digests = list(rows.placed(placed.epoch, placed.interval, placed.interval + 1)[placed.interval].values())
    salt = interval_salt(secret, placed.epoch, placed.interval)
    log = Tree([leaf for stretch in _leaves(rows, placed.epoch, 0, size) for leaf in stretch])
    try:
        return prove_act(entry, digests, salt, placed.interval, log)
    except ValueError:
        raise UnknownProblem(
            f"Entry {number} is not what was recorded.", advice="`kenesh audit verify` says what does not hold."
        ) from None
