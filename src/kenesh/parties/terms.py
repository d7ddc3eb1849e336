"""Terms: from when until when a party belongs to an audience, derived from the versions of its memberships.

A pure function of the memberships: whatever their order or repetition, the same terms come out. A body's term runs
through a change of role; a class's term begins and ends with the role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from kenesh.basis.instants import DAY, Instant, ModifiedKey
from kenesh.parties.bodies import Membership, Role

#: So long a body's list of members is honoured after its keeper was last heard: somebody may have been expelled.
HONOURED: Final = 7 * DAY


def is_honoured(heard_at: Instant | None, now: Instant) -> bool:
    """Whether a list that was last heard then still opens anything; None: this node keeps it itself."""
    return heard_at is None or now < heard_at + HONOURED


@dataclass(frozen=True, slots=True)
class Term:
    """A party belongs to an audience from `begins` until `ends` (None: open)."""

    audience_ref: str
    party_ref: str
    kid: str
    role: Role
    begins: Instant
    ends: Instant | None
    membership_id: str

    def is_in_force(self, now: Instant) -> bool:
        return self.begins <= now and (self.ends is None or now < self.ends)


def _segments(versions: Iterable[Membership]) -> list[Membership]:
    """What one membership says over time: a later version holds from its own `begins`, an earlier one until then."""
    segments: list[Membership] = []
    for version in sorted(set(versions), key=_by_modified):
        kept = [replace(s, ends=_earlier(s.ends, version.begins)) for s in segments if s.begins < version.begins]
        segments = [*kept, version]
    return [s for s in segments if s.ends is None or s.begins < s.ends]


def _by_modified(m: Membership) -> tuple[ModifiedKey, Instant, Instant, str, str, str, str]:
    """The order of versions; where two have one `modified`, what they say decides, so that it is always the same."""
    ends = Instant(-1) if m.ends is None else m.ends
    return (m.modified, m.begins, ends, m.role.value, m.kid, m.body_ref, m.party_ref)


def _earlier(ends: Instant | None, bound: Instant) -> Instant:
    return bound if ends is None else min(ends, bound)


def _joined(segments: list[Membership]) -> list[Membership]:
    """Segments of one party in one body that touch become one."""
    joined: list[Membership] = []
    for segment in segments:
        if joined and joined[-1].ends == segment.begins and _is_same_seat(joined[-1], segment):
            joined[-1] = replace(joined[-1], ends=segment.ends, role=segment.role, kid=segment.kid)
        else:
            joined.append(segment)
    return joined


def _is_same_seat(one: Membership, other: Membership) -> bool:
    return (one.body_ref, one.party_ref) == (other.body_ref, other.party_ref)


def _term(audience_ref: str, m: Membership) -> Term:
    return Term(audience_ref, m.party_ref, m.kid, m.role, m.begins, m.ends, m.id)


def body_terms(memberships: Iterable[Membership]) -> list[Term]:
    """The terms in bodies that the memberships state, in a fixed order."""
    return sorted(
        (_term(m.body_ref, m) for group in _by_id(memberships) for m in _joined(_segments(group))), key=_order
    )


def class_terms(memberships: Iterable[Membership], class_refs: dict[Role, str]) -> list[Term]:
    """The terms in classes that memberships of the council state; `class_refs` names each class's audience."""
    found = []
    for group in _by_id(memberships):
        for role, run in groupby(_segments(group), key=lambda m: m.role):
            found += [_term(class_refs[role], m) for m in _joined(list(run)) if role in class_refs]
    return sorted(found, key=_order)


def _by_id(memberships: Iterable[Membership]) -> list[list[Membership]]:
    ordered = sorted(memberships, key=lambda m: m.id)
    return [list(group) for _, group in groupby(ordered, key=lambda m: m.id)]


def _order(term: Term) -> tuple[str, str, Instant, str]:
    return (term.audience_ref, term.party_ref, term.begins, term.membership_id)
