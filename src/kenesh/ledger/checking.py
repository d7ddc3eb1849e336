"""Does the stored record hold? Each fault is a sentence that names the act, interval or head that does not.

Three questions, one after the other: does each act give the digest that was taken when it was recorded; do the digests
in each interval give its leaf; do the leaves give the heads that were signed. Who changes an act and its digest is
found by the second, who changes the leaf too by the third, who has the node's key by the heads that its peers hold.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Final

from kenesh.basis.instants import short_timestamp
from kenesh.basis.merkle import Frontier
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem
from kenesh.ledger.acts import ActKind, RecordedAct, act_digest
from kenesh.ledger.log import Epoch, LogHead, SignedHead, head_bytes, leaves

#: The interval's number, and in it each act's number and digest, in the order of the numbers.
Placed = Mapping[int, Mapping[int, bytes]]
#: Whether the node's own signature over these octets is this.
IsSigned = Callable[[bytes, str], bool]

_MAX_NAMED: Final = 5


def erased_number(recorded: RecordedAct) -> int | None:
    """The number of the act that this one says was erased; None where it says nothing of the kind."""
    act = recorded.act
    if act is None or act.kind != ActKind.CONTENT_ERASED:
        return None
    number = act.details.get("number")
    return number if isinstance(number, int) else None


def act_faults(recorded: Iterable[RecordedAct], announced: Container[int]) -> Iterator[str]:
    """What is wrong with the acts themselves; an erased act is none where its number was `announced`."""
    for one in recorded:
        if one.is_erased:
            if one.number not in announced:
                yield f"Act {one.number} is erased, and no act says so."
        elif one.act is None:
            yield f"Act {one.number} cannot be read."
        elif not _gives_its_digest(one):
            what = f"{visible(str(one.act.kind), 60)}, {_when(one.act.at)}"
            yield f"Act {one.number} ({what}) is not what was recorded."


def _when(instant: int) -> str:
    try:
        return short_timestamp(instant)
    except (OverflowError, ValueError):
        return "at no time that exists"


def _gives_its_digest(one: RecordedAct) -> bool:
    if one.act is None or one.salt is None:
        return False
    try:
        return act_digest(one.act, one.salt) == one.digest
    except (Problem, ValueError):
        return False  # what has no canonical form was never recorded


def leaf_faults(epoch: Epoch, secret: bytes, start: int, placed: Placed, stored: Sequence[bytes]) -> Iterator[str]:
    """Which intervals, from `start` on, do not give the leaf that is stored for them."""
    digests = {interval: list(acts.values()) for interval, acts in placed.items()}
    made = leaves(secret, epoch.number, start, start + len(stored), digests)
    for interval, (ours, theirs) in enumerate(zip(made, stored, strict=True), start):
        if ours != theirs:
            yield (
                f"Interval {interval} of epoch {epoch.number}, from {_when(epoch.starts(interval))}: "
                f"{_acts_named(placed.get(interval, {}))} not give its leaf; "
                "an act was changed, added, moved or taken away, or the leaf was."
            )


def _acts_named(acts: Mapping[int, bytes]) -> str:
    if not acts:
        return "that nothing happened does"
    numbers = [str(number) for number in acts]
    more = f" and {len(numbers) - _MAX_NAMED} more" if len(numbers) > _MAX_NAMED else ""
    named = ", ".join(numbers[:_MAX_NAMED]) + more
    return f"act {named} does" if len(numbers) == 1 else f"acts {named} do"


def head_faults(before: Frontier, stored: Sequence[bytes], heads: Iterable[LogHead]) -> Iterator[str]:
    """Which heads, of sizes after `before` and within the stored leaves, these leaves do not give."""
    frontier = before
    for head in sorted(heads, key=lambda head: head.size):
        frontier = frontier.extended(stored[frontier.size - before.size : head.size - before.size])
        if frontier.root != head.root:
            yield (
                f"The head of epoch {head.epoch} with {head.size} leaves, of {_when(head.at)}, does not hold: "
                "the leaves give another root."
            )


def signature_faults(heads: Iterable[SignedHead], is_signed: IsSigned) -> Iterator[str]:
    """Which heads the node did not sign."""
    for one in heads:
        if not is_signed(head_bytes(one.head), one.signature):
            yield f"The head of epoch {one.head.epoch} with {one.head.size} leaves is not signed by this node."


def verify(
    epoch: Epoch,
    secret: bytes,
    acts: Mapping[int, Sequence[RecordedAct]],
    stored: Sequence[bytes],
    heads: Sequence[LogHead],
) -> list[str]:
    """The faults of an epoch that is held in memory: acts by interval, leaves, heads. Empty when all holds.

    `book.verify` asks the same of a store, a stretch at a time.
    """
    flat = [one for interval in sorted(acts) for one in acts[interval]]
    announced = {number for one in flat if (number := erased_number(one)) is not None}
    placed = {interval: {one.number: one.digest for one in some} for interval, some in acts.items()}
    beyond = [f"Interval {interval} holds acts and has no leaf." for interval in placed if interval >= len(stored)]
    short = [
        f"A head says {head.size} leaves, and {len(stored)} are stored." for head in heads if head.size > len(stored)
    ]
    within = [head for head in heads if head.size <= len(stored)]
    return [
        *act_faults(flat, announced),
        *leaf_faults(epoch, secret, 0, placed, stored),
        *head_faults(Frontier(), stored, within),
        *beyond,
        *short,
    ]
