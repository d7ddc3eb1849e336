"""Who may write an id, and what becomes of a version that arrives. Pure.

The first accepted version fixes the writer: where `created_by_ref` names a party, only content with that party's proof
counts; else only the giver from whom it came may supersede or revoke it. Any other version is a conflict: kept apart,
shown, never served, displacing nothing. Proved content displaces unproved content.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kenesh.basis.instants import ModifiedKey
from kenesh.holdings.rows import UNVERSIONED, KnownObject, KnownVersion


class Outcome(Enum):
    """What becomes of a version."""

    NEW = "new"
    SAME = "same"
    PROMOTED = "promoted"  # known as a conflict, now rightful
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a version that arrives says of itself, and who says it.

    `creator` is the party that `created_by_ref` names; None where it names none.
    """

    key: ModifiedKey
    sha256: bytes
    creator: str | None
    giver: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; `known` is the same content in the store, `displaces` what gives way to it."""

    outcome: Outcome
    known: KnownVersion | None = None
    displaces: tuple[int, ...] = ()
    why: str = ""


def judge(known: KnownObject | None, claim: Claim) -> Verdict:
    """What becomes of the claim, beside what is known of its object."""
    if known is None:
        return Verdict(Outcome.NEW)
    same = next((v for v in known.versions if v.key == claim.key and v.sha256 == claim.sha256), None)
    if claim.key == UNVERSIONED:
        # Each statement of a cyber-observable or marking stands for itself: nothing to supersede.
        return Verdict(Outcome.SAME, same) if same else Verdict(Outcome.NEW)
    if same is not None and same.accepted:
        return Verdict(Outcome.SAME, same, displaces=_displaced(known, claim, same))
    why = _wrong_of(known, claim)
    if why:
        return Verdict(Outcome.CONFLICT, same, why=why)
    outcome = Outcome.PROMOTED if same else Outcome.NEW
    return Verdict(outcome, same, displaces=_displaced(known, claim, same))


def _wrong_of(known: KnownObject, claim: Claim) -> str:
    """Why the claim does not count; '' where it does."""
    return _no_right_of(known, claim) or _clash_of(known, claim)


def _no_right_of(known: KnownObject, claim: Claim) -> str:
    if claim.creator is None:
        return "" if known.writer == claim.giver else "only the party from which it first came may supersede it"
    if known.writer != claim.creator:
        return "the id was first stated by another"
    if claim.proved or (not known.proved and known.giver == claim.giver):
        return ""
    return "it comes without its author's proof"


def _clash_of(known: KnownObject, claim: Claim) -> str:
    counting = [v for v in known.versions if v.accepted and not _gives_way(v, known, claim)]
    if any(v.key == claim.key for v in counting):
        return "another content stands under the same id and modified"
    if known.revoked and counting and claim.key > max(v.key for v in counting):
        return "the object was revoked, and a revocation is final"
    return ""


def _gives_way(version: KnownVersion, known: KnownObject, claim: Claim) -> bool:
    """Unproved content gives way to the author's proof."""
    return claim.proved and known.writer == claim.creator and not version.proved


def _displaced(known: KnownObject, claim: Claim, same: KnownVersion | None) -> tuple[int, ...]:
    return tuple(v.num for v in known.versions if v.accepted and v is not same and _gives_way(v, known, claim))
