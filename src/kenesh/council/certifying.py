"""Certifying: which decision counts, and what the depositary may not know of yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kenesh.basis.identifiers import type_of
from kenesh.basis.instants import Instant
from kenesh.council.values import WITNESSES, Decision, Ignored, Receipt
from kenesh.release.recalls import RECEIPT


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was adopted, from when, and `closes`: after which nothing against it counted."""

    text_sha256: str
    since: Instant
    closes: Instant
    depositary: str


def certified(decisions: Sequence[Decision], adopted: Adopted | None, ignored: list[Ignored]) -> Decision | None:
    """The first decision that counts; each of the others is ignored, and says why."""
    found: Decision | None = None
    for decision in decisions:
        why = _why_not(decision, adopted)
        if not why and found is not None:
            why = "it was certified before"
        if why:
            ignored.append(Ignored(decision.id, why))
        else:
            found = decision
    return found


def _why_not(decision: Decision, adopted: Adopted | None) -> str:
    if adopted is not None and decision.by_ref != adopted.depositary:
        return "only the depositary certifies"
    if adopted is None or decision.stated_at < adopted.closes or decision.adopted_at != adopted.since:
        return "what it certifies was not adopted then"
    return "" if decision.text_sha256 == adopted.text_sha256 else "it is of another text"


def unseen(
    receipts: Iterable[Receipt],
    here: Collection[tuple[str, Instant]],
    closes: Instant,
    deciding: Collection[str],
    unheard: int,
) -> tuple[str, ...]:
    """Who confirms in time what has not come here, where it may count; one alone holds up nothing.

    It may where two confirm it, or would if those who were not heard did; one of these is who stated it.
    """
    found: dict[tuple[str, Instant], set[str]] = {}
    for receipt in receipts:
        key = receipt.of_ref, receipt.of_modified_at
        # A receipt that has not come is of something that others confirm too.
        if key not in here and receipt.at < closes and type_of(receipt.of_ref) != RECEIPT.name:
            found.setdefault(key, set()).add(receipt.by_ref)
    counted = [had & set(deciding) for had in found.values()]
    return tuple(sorted({by for had in counted if had and len(had) + max(0, unheard - 1) >= WITNESSES for by in had}))
