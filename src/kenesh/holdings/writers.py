"""Who may write an id, and what becomes of a version that arrives. Pure.

The first accepted version fixes the writer: where `created_by_ref` names a party, only content with that party's proof
counts; else only the giver from whom it came may supersede or revoke it. Any other version is a conflict: kept apart,
shown, never served, displacing nothing. Proved content displaces unproved content, and a revocation is final: whatever
the order in which they come, what is newer than a revocation does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import msgspec

from kenesh.basis.instants import ModifiedKey
from kenesh.holdings.rows import UNVERSIONED, KnownObject, KnownVersion


class Outcome(Enum):
    """What becomes of a version."""

    NEW = "new"
    SAME = "same"
    PROMOTED = "promoted"  # known as a conflict, now rightful
    CONFLICT = "conflict"


class Claim(msgspec.Struct, frozen=True, gc=False):
    """What a version that arrives says of itself, and who says it.

    `creator` is the party that `created_by_ref` names; None where it names none.
    """

    key: ModifiedKey
    sha256: bytes
    creator: str | None
    giver: str
    proved: bool
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; `known` is the same content in the store, `displaces` what gives way to it, and why."""

    outcome: Outcome
    known: KnownVersion | None = None
    displaces: Mapping[int, str] = field(default_factory=dict)
    why: str = ""


_NEW: Final = Verdict(Outcome.NEW)
_TOOK_PLACE: Final = "the author's own version took its place"
_REVOKED: Final = "the object was revoked, and a revocation is final"
_UNPROVED: Final = "it comes without its author's proof"


def judge(known: KnownObject | None, claim: Claim) -> Verdict:
    """What becomes of the claim, beside what is known of its object."""
    if known is None:
        return _NEW
    same = next((v for v in known.versions if v.key == claim.key and v.sha256 == claim.sha256), None)
    if claim.key == UNVERSIONED:
        # Each statement of a cyber-observable or marking stands for itself: nothing to supersede.
        return Verdict(Outcome.SAME, same) if same else _NEW
    if same is not None and same.accepted:
        return Verdict(Outcome.SAME, same, _displaced(known, claim, same))
    why = _no_right_of(known, claim) or _clash_of(known, claim)
    if why:
        return Verdict(Outcome.CONFLICT, same, why=why)
    return Verdict(Outcome.PROMOTED if same else Outcome.NEW, same, _displaced(known, claim, same))


def _no_right_of(known: KnownObject, claim: Claim) -> str:
    if claim.creator is None:
        if known.writer != claim.giver:
            return "only the party from which it first came may supersede it"
        return _UNPROVED if known.proved else ""
    if known.writer != claim.creator:
        return "the id was first stated by another"
    if claim.proved or (not known.proved and known.giver == claim.giver):
        return ""
    return _UNPROVED


def _clash_of(known: KnownObject, claim: Claim) -> str:
    counting = [v for v in known.versions if v.accepted and not _gives_way(v, known, claim)]
    if any(v.key == claim.key for v in counting):
        return "another content stands under the same id and modified"
    return _REVOKED if any(v.revoked and v.key < claim.key for v in counting) else ""


def _gives_way(version: KnownVersion, known: KnownObject, claim: Claim) -> bool:
    """Unproved content gives way to the author's proof."""
    return claim.proved and known.writer == claim.creator and not version.proved


def _displaced(known: KnownObject, claim: Claim, same: KnownVersion | None) -> dict[int, str]:
    displaced = {}
    for version in known.versions:
        if not version.accepted or version is same:
            continue
        if _gives_way(version, known, claim):
            displaced[version.num] = _TOOK_PLACE
        elif claim.revoked and version.key > claim.key:
            displaced[version.num] = _REVOKED
    return displaced
