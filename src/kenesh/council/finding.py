"""Consensus: who chairs the body states that at an instant nobody objected.

It is the absence of objection, and no vote: who says nothing has not objected. The instant is the chair's word. That
nobody moves it back past an objection is seen from when the others knew of the finding: an objection that was there
before they did prevents it, as does one that stood at the instant itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import DAY, Instant
from kenesh.council.evidence import Evidence
from kenesh.council.kinds import Stance
from kenesh.council.values import Finding, Ignored, Position, Proposal
from kenesh.parties.bodies import Role, Seat

#: Objections and amendments stand against a text; nothing else does.
BREAKS: Final = frozenset((Stance.OBJECT, Stance.AMEND))
#: Later than so long after its instant a finding is not stated any more.
STATED_WITHIN: Final = DAY


def finds(seats: Sequence[Seat], at: Instant) -> bool:
    """Whether a party with these seats chairs then; the body's keeper finds consensus too."""
    return any(seat.role is Role.CHAIR and seat.holds(at) for seat in seats)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that counts, and from when on the others knew of it."""

    finding: Finding
    known_at: Instant


@dataclass(frozen=True, slots=True)
class Asked:
    """The proposal on which consensus is looked for, and what counts of what was said of it."""

    proposal: Proposal
    deadline: Instant
    opened_at: Instant | None
    positions: Sequence[Position]
    members: Mapping[str, Sequence[Seat]]
    keeper: str
    now: Instant

    def standing_at(self, evidence: Evidence, instant: Instant) -> list[str]:
        """Which parties' objections stood before that instant."""
        newest: dict[str, Position] = {}
        for position in sorted(self.positions, key=lambda one: (one.modified_at, one.id)):
            if evidence.is_known_before(position, instant):
                newest[position.by_ref] = position
        return sorted(party for party, one in newest.items() if one.stance in BREAKS)


def consensus(
    asked: Asked, findings: Iterable[Finding], evidence: Evidence, ignored: list[Ignored]
) -> tuple[Found | None, Finding | None]:
    """The first finding that counts, and the first that not enough others have yet.

    Each of the rest is ignored, and says why.
    """
    found: list[Found] = []
    awaited: list[Finding] = []
    for finding in findings:
        known_at = evidence.there_since(finding)
        why = _why_not(asked, finding)
        if not why and known_at is not None and evidence.is_known_before(finding, Instant(known_at + 1)):
            why = _prevented(asked, finding, known_at, evidence)
            found += [] if why else [Found(finding, known_at)]
        elif not why and asked.now >= asked.deadline:
            why = "not enough others knew of it"
        elif not why:
            awaited.append(finding)
        if why:
            ignored.append(Ignored(finding.id, why))
    first = min(found, key=lambda one: (one.known_at, one.finding.id), default=None)
    return first, awaited[0] if awaited and first is None else None


def _why_not(asked: Asked, finding: Finding) -> str:
    if finding.by_ref != asked.keeper and not finds(asked.members.get(finding.by_ref, ()), finding.found_at):
        return "only who chairs the body, or keeps it, finds consensus"
    if finding.text_sha256 != asked.proposal.text_sha256:
        return "it is of another text"
    if not finding.found_at <= finding.modified_at <= finding.found_at + STATED_WITHIN:
        return "it was not stated at its time, or within a day after it"
    if asked.opened_at is None or finding.found_at < asked.opened_at:
        return "not everybody had the text then"
    return "" if finding.found_at < asked.deadline else "consensus is found before the deadline"


def _prevented(asked: Asked, finding: Finding, known_at: Instant, evidence: Evidence) -> str:
    at_the_time = asked.standing_at(evidence, finding.found_at)
    if at_the_time or asked.standing_at(evidence, known_at):
        return "an objection stood " + ("then" if at_the_time else "before the others knew of it")
    return ""
