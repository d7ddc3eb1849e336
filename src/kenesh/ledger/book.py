"""The book of a node's acts: written inside the transaction of what was done, closed every ten seconds, checked whole.

An act has no interval until it is closed in one: the interval in which it happened, or the first one still open where
its transaction was slow. So nobody waits for the log, and no leaf ever changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.merkle import Frontier
from kenesh.basis.problem import FaultProblem
from kenesh.ledger.acts import Act, ActKind, RecordedAct, act_digest
from kenesh.ledger.checking import IsSigned, act_faults, erased_number, head_faults, leaf_faults, signature_faults
from kenesh.ledger.log import INTERVAL, Epoch, LogHead, SignedHead, head_bytes, interval_of, leaves
from kenesh.ledger.ports import LedgerRows, PendingAct

#: So many intervals are closed in one call and one transaction: a hundred days. A longer sleep takes several.
MAX_CLOSED: Final = 100 * DAY // INTERVAL
MAX_FAULTS: Final = 100
_STRETCH: Final = DAY // INTERVAL
_ACTS_AT_ONCE: Final = 10_000


def record(rows: LedgerRows, act: Act, salt: bytes) -> int:
    """Record an act under its salt, in the transaction of what was done, and give its number.

    Raises:
        DamagedProblem: the act has no canonical form.
    """
    return rows.record(act, salt, act_digest(act, salt))


def erase(rows: LedgerRows, number: int, act: Act, salt: bytes) -> int:
    """Erase what act `number` says, and record the act that says so: of kind content-erased, with that `number`.

    Raises:
        ValueError: `act` says something else.
    """
    if act.kind != ActKind.CONTENT_ERASED or act.details.get("number") != number:
        raise ValueError(f"the act that erases act {number} says so: content-erased, number={number}")
    rows.erase(number)
    return record(rows, act, salt)


def begin_epoch(rows: LedgerRows, at: Instant, at_least: int = 1) -> Epoch:
    """Begin the next epoch: with the node, and again after each restore. Open acts are closed in the new one.

    `at_least`: a number beyond any that a store which was lost may have begun.
    """
    epochs = rows.epochs()
    epoch = Epoch(max(epochs[-1].number + 1 if epochs else 1, at_least), at)
    rows.add_epoch(epoch)
    return epoch


def close_until(
    rows: LedgerRows, now: Instant, secret: bytes, sign: Callable[[bytes], str], *, head_every: int = 1
) -> SignedHead | None:
    """Turn the intervals that are finished at `now` into leaves, and give the head that this made, if any.

    At most `MAX_CLOSED` intervals are closed at once, and so many always make a head: after a long sleep it is called
    until it gives None. A clock that went back closes nothing until it has caught up.

    Args:
        secret: the secret of the log, from which the salts of the intervals come.
        sign: signs `head_bytes` with the node's key.
        head_every: a head is made when the size passes a multiple of so many intervals (1: whenever it grows; 360: each
            hour), at most `MAX_CLOSED`. It depends on time alone, as the size does.

    Raises:
        FaultProblem: no epoch has begun.
    """
    epoch = _epoch(rows)
    before = rows.frontier(epoch.number)
    size = min(interval_of(now, epoch.began_at), before.size + MAX_CLOSED)
    if size <= before.size:
        return None
    digests = _place(rows, epoch, before.size, size)
    made = leaves(secret, epoch.number, before.size, size, digests)
    after = before.extended(made)
    rows.append_leaves(epoch.number, made, after)
    if size // head_every == before.size // head_every:
        return None
    head = LogHead(epoch.number, size, after.root, now)
    signed = SignedHead(head, sign(head_bytes(head)))
    rows.add_head(signed, after)
    return signed


def _epoch(rows: LedgerRows) -> Epoch:
    epochs = rows.epochs()
    if not epochs:
        raise FaultProblem("The record of acts has no epoch.", advice="It begins when the node is initialised.")
    return epochs[-1]


def _place(rows: LedgerRows, epoch: Epoch, start: int, stop: int) -> dict[int, list[bytes]]:
    """Put what is pending into the intervals that are about to be closed; an act that came late into the first."""
    by_interval: defaultdict[int, list[PendingAct]] = defaultdict(list)
    for act in rows.pending(epoch.starts(stop)):
        by_interval[max(start, interval_of(act.at, epoch.began_at))].append(act)
    rows.place(epoch.number, {at: [act.number for act in acts] for at, acts in by_interval.items()})
    return {at: [act.digest for act in acts] for at, acts in by_interval.items()}


def verify(
    rows: LedgerRows, secret: bytes, is_signed: IsSigned | None = None, witnessed: Sequence[LogHead] = ()
) -> list[str]:
    """The faults of the whole record, a sentence each, the first `MAX_FAULTS` of them; empty when all holds.

    Args:
        is_signed: whether a signature over these octets is this node's; None asks for no signatures.
        witnessed: heads that others hold of this node. They bind it even where its own store was rewritten.
    """
    epochs = rows.epochs()
    each = (_epoch_faults(rows, secret, epoch, is_signed, witnessed) for epoch in epochs)
    faults = chain(_act_faults(rows), _strange_heads(epochs, witnessed), *each)
    listed = list(islice(faults, MAX_FAULTS))
    if next(faults, None) is not None:
        listed.append(f"There are more than {MAX_FAULTS} faults; only the first are listed.")
    return listed


def _all_acts(rows: LedgerRows) -> Iterator[RecordedAct]:
    page: Sequence[RecordedAct] = rows.acts(-1, _ACTS_AT_ONCE)
    while page:
        yield from page
        page = rows.acts(page[-1].number, _ACTS_AT_ONCE)


def _act_faults(rows: LedgerRows) -> Iterator[str]:
    """Erasures are read first: an act is erased by a later one."""
    announced = {number for one in _all_acts(rows) if (number := erased_number(one)) is not None}
    return act_faults(_all_acts(rows), announced)


def _strange_heads(epochs: Sequence[Epoch], witnessed: Sequence[LogHead]) -> Iterator[str]:
    numbers = {epoch.number for epoch in epochs}
    for head in witnessed:
        if head.epoch not in numbers:
            yield f"Others hold a head of epoch {head.epoch}, and there is no such epoch here."


def _epoch_faults(
    rows: LedgerRows, secret: bytes, epoch: Epoch, is_signed: IsSigned | None, witnessed: Sequence[LogHead]
) -> Iterator[str]:
    theirs = [head for head in witnessed if head.epoch == epoch.number]
    frontier, start = Frontier(), 0
    while stored := rows.leaves(epoch.number, start, start + _STRETCH):
        stop = start + len(stored)
        yield from leaf_faults(epoch, secret, start, rows.placed(epoch.number, start, stop), stored)
        signed = rows.heads(epoch.number, start, stop)
        if is_signed is not None:
            yield from signature_faults(signed, is_signed)
        # What others hold and what is stored is mostly the same; each head is asked for once.
        heads = dict.fromkeys([*(one.head for one in signed), *(one for one in theirs if start < one.size <= stop)])
        yield from head_faults(frontier, stored, heads)
        frontier, start = frontier.extended(stored), stop
    yield from _edge_faults(rows, epoch, frontier, theirs)


def _edge_faults(rows: LedgerRows, epoch: Epoch, frontier: Frontier, theirs: Sequence[LogHead]) -> Iterator[str]:
    """What is said of more leaves than there are, and whether the next leaf would be appended to the right edge."""
    if rows.frontier(epoch.number) != frontier:
        yield f"The frontier kept for epoch {epoch.number} is not that of its {frontier.size} leaves."
    for interval, acts in rows.placed(epoch.number, frontier.size, None).items():
        yield f"Interval {interval} of epoch {epoch.number} has no leaf, and holds acts {', '.join(map(str, acts))}."
    ours = [one.head for one in rows.heads(epoch.number, frontier.size, None)]
    for head in dict.fromkeys([*ours, *theirs]):
        if head.size > frontier.size:
            yield f"A head of epoch {epoch.number} says {head.size} leaves, and {frontier.size} are stored."
