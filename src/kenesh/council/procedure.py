"""How a proposal stands: a pure function of what was stated, of the receipts, of who decides, and of now.

No job adopts anything: a silence that nobody broke is adopted at its instant, whether any node was running then. What
counts before an instant is what the depositary, or any two other parties that decide, had confirmed before it, as a
further member knows; equality is too late. Nobody jumps a state: what does is ignored, and shown, whoever signed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.council.certifying import Adopted, certified, unseen
from kenesh.council.evidence import KNOWN_WITHIN, Evidence, Statement
from kenesh.council.finding import BREAKS, Asked, Found, consensus
from kenesh.council.kinds import Procedure
from kenesh.council.opening import opening_of, rules_under
from kenesh.council.values import (
    Decision,
    Finding,
    Ignored,
    Outcome,
    Position,
    Proposal,
    ProposalState,
    Receipt,
    Room,
    Rules,
    Taken,
    Tally,
)
from kenesh.council.voting import tally
from kenesh.parties.bodies import SPEAKS

#: Who decides in a body. The others are heard, and break no silence.
DECIDES: Final = SPEAKS
#: A node whose clock is further off the median of its peers' certifies nothing.
CLOCK_OFF: Final = 2 * SECOND
#: A position that nobody has confirmed for so long is shown as not delivered.
DELIVERED_WITHIN: Final = MINUTE


def proposal_state(
    versions: Iterable[Proposal],
    positions: Iterable[Position],
    receipts: Iterable[Receipt],
    decisions: Iterable[Decision],
    room: Room,
    findings: Iterable[Finding] = (),
) -> ProposalState:
    """How a proposal stands; at least one version has been stated by now."""
    now = room.now
    stated = sorted({one for one in versions if one.modified_at <= now}, key=lambda one: (one.modified_at, repr(one)))
    first = stated[0]
    deciding = sorted(
        party
        for party, seats in room.members.items()
        if any(seat.role in DECIDES and seat.holds(first.opens_at) for seat in seats)
    )
    told = tuple({one for one in receipts if one.at <= now})
    return _Count(
        stated,
        sorted({one for one in positions if one.modified_at <= now}, key=lambda one: (one.modified_at, repr(one))),
        sorted({one for one in findings if one.modified_at <= now}, key=lambda one: (one.modified_at, repr(one))),
        told,
        sorted({one for one in decisions if one.stated_at <= now}, key=lambda one: (one.stated_at, one.id)),
        room,
        deciding,
        Evidence(told, room.depositary, deciding),
    ).state()


@dataclass(slots=True)
class _Count:
    versions: Sequence[Proposal]
    positions: Sequence[Position]
    findings: Sequence[Finding]
    receipts: Sequence[Receipt]
    decisions: Sequence[Decision]
    room: Room
    deciding: Sequence[str]
    evidence: Evidence
    ignored: list[Ignored] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)

    def state(self) -> ProposalState:
        first, now = self.versions[0], self.room.now
        deadline, newest = self._in_force(first)
        opening = opening_of(first, newest, self.receipts, self.deciding, now)
        missing, opened_at = opening.missing, opening.opened_at
        rules = rules_under(first, self.room.rules, opening)
        found, awaited = self._consensus(first, deadline, opened_at)
        #: What came later than this counts for nothing.
        closes = found.known_at if found is not None else deadline
        taken = tuple(self._taken(first, closes))
        votes = self._votes(first, rules, taken, deadline)
        outcome, since = self._outcome(newest, rules, opened_at, deadline, taken, found, votes)
        decision = certified(self.decisions, self._adopted(first, outcome, since, closes), self.ignored)
        over = outcome in (Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.BROKEN) and now >= closes
        unheard = [party for party in self.deciding if over and self.room.heard.get(party, 0) < closes]
        moments = [first.opens_at, deadline, Instant(closes + KNOWN_WITHIN)]
        moments += [Instant(one.modified_at + DELIVERED_WITHIN + 1) for one in self.positions]
        moments.append(Instant(deadline - ((rules.silence or 0) if rules is not None else 0) + 1))
        return ProposalState(
            proposal=newest,
            outcome=outcome,
            since=since,
            opened_at=opened_at,
            deadline=deadline,
            taken=taken,
            missing=missing,
            had=opening.had,
            unseen=unseen(self.receipts, self._here(), closes, set(self.deciding), len(unheard)),
            unheard=tuple(sorted(unheard)),
            decision=decision,
            is_provisional=outcome is Outcome.ADOPTED and decision is None,
            certifies=abs(self.room.off) <= CLOCK_OFF,
            ignored=tuple(sorted(set(self.ignored), key=lambda one: (one.id, one.why))),
            holds_until=min((at for at in moments if at > now), default=None),
            finding=found.finding if found is not None and outcome is Outcome.ADOPTED else None,
            awaited=awaited,
            tally=votes,
            doubts=tuple(sorted(self.doubts)) if over else (),
        )

    def _here(self) -> set[tuple[str, Instant]]:
        here: tuple[Statement, ...] = (*self.positions, *self.findings, *self.versions)
        return {(one.id, one.modified_at) for one in here}

    def _in_time(self, one: Proposal | Position, instant: Instant) -> bool:
        """Whether it was there before, and a further member knows; what none can confirm by then is in doubt."""
        return self.evidence.is_known_before(one, instant)

    def _consensus(
        self, first: Proposal, deadline: Instant, opened_at: Instant | None
    ) -> tuple[Found | None, Finding | None]:
        if first.procedure is not Procedure.CONSENSUS:
            self.ignored += [Ignored(one.id, "it is not decided by consensus") for one in self.findings]
            return None, None
        counted = [one for one in self.positions if not self._why_not(first, one)]
        members, keeper = self.room.members, self.room.depositary
        asked = Asked(first, deadline, opened_at, counted, members, keeper, self.room.now)
        return consensus(asked, self.findings, self.evidence, self.ignored)

    def _in_force(self, first: Proposal) -> tuple[Instant, Proposal]:
        """The deadline as it was extended in time, and the last version that changes nothing that is frozen."""
        deadline, newest = first.deadline, first
        for version in self.versions[1:]:
            why = ""
            moved, gone = version.deadline != deadline, version.withdrawn_at is not None
            if _frozen(version) != _frozen(first):
                why = "a text that was proposed is frozen: a change is a new proposal"
            elif moved and version.deadline < deadline:
                why = "a deadline is extended before it has passed, and never shortened"
            elif (moved or gone) and not self._in_time(version, deadline):
                why = "a deadline is extended before it has passed, and never shortened"
                why = why if moved else "a proposal is withdrawn before its deadline"
                if self.evidence.was_before(version, deadline):
                    self.doubts.add(version.id)
                    why = "it was confirmed in time, and no further member knew of that: it is in doubt"
            if why:
                self.ignored.append(Ignored(version.id, why))
                continue
            deadline, newest = version.deadline, version
            if gone:
                break
        return deadline, newest

    def _taken(self, first: Proposal, closes: Instant) -> Iterator[Taken]:
        by_party: dict[str, Taken] = {}
        for position in self.positions:
            why = self._why_not(first, position)
            if why:
                self.ignored.append(Ignored(position.id, why))
                continue
            taken = self._judged(position, closes)
            if not taken.in_time and self.room.now >= closes:
                why = "it was not confirmed before the deadline"
                if not taken.witnessed:
                    why = "it was confirmed in time, and no further member knew of that: it is in doubt"
                    if first.procedure is Procedure.VOTE or position.stance in BREAKS:
                        self.doubts.add(position.id)
                self.ignored.append(Ignored(position.id, why))
                # What came too late replaces nothing; alone, it is shown.
                if position.by_ref in by_party and by_party[position.by_ref].in_time:
                    continue
            by_party[position.by_ref] = taken
        yield from (by_party[party] for party in sorted(by_party))

    def _why_not(self, first: Proposal, position: Position) -> str:
        if position.by_ref not in self.deciding:
            return "its party does not decide here"
        if position.text_sha256 != first.text_sha256:
            return "it is about another text"
        if position.by_ref == first.by_ref and position.stance in BREAKS:
            return "who proposed it withdraws it, and does not object"
        return ""

    def _judged(self, position: Position, closes: Instant) -> Taken:
        before = self.evidence.was_before
        off, is_there = abs(self.room.off), before(position, closes)
        known = self._in_time(position, closes)
        hangs = off and before(position, Instant(closes - off)) != before(position, Instant(closes + off))
        # A further member may still have got the confirmation within the minute.
        unknown = is_there and not known and self.room.now >= closes + KNOWN_WITHIN
        delivered = self.evidence.was_told(position) or self.room.now <= position.modified_at + DELIVERED_WITHIN
        return Taken(position, known, bool(hangs) or unknown, delivered, witnessed=known or not is_there)

    def _votes(self, first: Proposal, rules: Rules | None, taken: Sequence[Taken], deadline: Instant) -> Tally | None:
        if first.procedure is not Procedure.VOTE or rules is None or rules.vote is None:
            return None
        stances = {one.position.by_ref: one.position.stance for one in taken if self._counts(one, deadline)}
        return tally(stances, self.deciding, rules.vote, rules.counting)

    def _counts(self, one: Taken, deadline: Instant) -> bool:
        return one.in_time or (self.room.now < deadline and one.delivered)

    def _outcome(
        self,
        newest: Proposal,
        rules: Rules | None,
        opened_at: Instant | None,
        deadline: Instant,
        taken: Sequence[Taken],
        found: Found | None,
        votes: Tally | None,
    ) -> tuple[Outcome, Instant]:
        now, procedure = self.room.now, newest.procedure
        if newest.withdrawn_at is not None and not self._too_late(newest, found):
            return Outcome.WITHDRAWN, newest.modified_at
        # By another majority than the rules', nothing is voted on.
        by_rules = procedure is not Procedure.VOTE or (rules is not None and newest.majority is rules.vote)
        if rules is None or not rules.knows(procedure) or not by_rules:
            return Outcome.LAPSED, newest.modified_at
        period = (rules.silence or 0) if procedure is Procedure.SILENCE else 0
        if opened_at is None or opened_at + period > deadline:
            too_late = opened_at is not None or now + period > deadline
            return (Outcome.LAPSED, deadline) if too_late else (Outcome.OPENING, newest.modified_at)
        if found is not None:
            return Outcome.ADOPTED, found.finding.found_at
        counted = [one for one in taken if self._counts(one, deadline)]
        against = [one.position.modified_at for one in counted if one.position.stance in BREAKS]
        if against and procedure is not Procedure.VOTE:
            return Outcome.BROKEN, min(against)
        if now < deadline:
            return Outcome.OPEN, opened_at
        is_adopted = procedure is Procedure.SILENCE or (votes is not None and votes.is_adopted)
        return (Outcome.ADOPTED if is_adopted else Outcome.NOT_ADOPTED), deadline

    def _adopted(self, first: Proposal, outcome: Outcome, since: Instant, closes: Instant) -> Adopted | None:
        is_so = outcome is Outcome.ADOPTED
        return Adopted(first.text_sha256, since, closes, self.room.depositary) if is_so else None

    def _too_late(self, newest: Proposal, found: Found | None) -> bool:
        """Whether consensus had been found before it was withdrawn."""
        if found is None or self.evidence.was_before(newest, found.known_at):
            return False
        self.ignored.append(Ignored(newest.id, "consensus was found before it was withdrawn"))
        return True


def _frozen(version: Proposal) -> tuple[object, ...]:
    """What no later version changes."""
    how = version.procedure, version.rules_version, version.majority
    said = version.sitting_ref, version.succeeds_ref, version.takes_up_refs
    return version.text_sha256, version.opens_at, *how, *said
