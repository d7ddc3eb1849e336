"""How a proposal stands: a pure function of what was stated, of the receipts, of who decides, and of now.

No job adopts anything: a silence that nobody broke is adopted at its instant, whether any node was running then. What
counts before an instant is what the depositary, or any two other parties that decide, had confirmed before it;
equality is too late. Nobody jumps a state: what does is ignored, and shown, whoever signed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.council.kinds import Majority, Procedure, Stance
from kenesh.council.values import (
    WITNESSES,
    Decision,
    Ignored,
    Outcome,
    Position,
    Proposal,
    ProposalState,
    Receipt,
    Room,
    Rules,
    Taken,
)
from kenesh.parties.bodies import SPEAKS

#: Who decides in a body. The others are heard, and break no silence.
DECIDES: Final = SPEAKS
#: A node whose clock is further off the median of its peers' certifies nothing.
CLOCK_OFF: Final = 2 * SECOND
#: A position that nobody has confirmed for so long is shown as not delivered.
DELIVERED_WITHIN: Final = MINUTE
_BREAKS: Final = frozenset((Stance.OBJECT, Stance.AMEND))


def proposal_state(
    versions: Iterable[Proposal],
    positions: Iterable[Position],
    receipts: Iterable[Receipt],
    decisions: Iterable[Decision],
    room: Room,
) -> ProposalState:
    """How a proposal stands; at least one version has been stated by now."""
    return _Count(
        sorted({one for one in versions if one.modified_at <= room.now}, key=lambda one: (one.modified_at, repr(one))),
        sorted({one for one in positions if one.modified_at <= room.now}, key=lambda one: (one.modified_at, repr(one))),
        tuple({one for one in receipts if one.at <= room.now}),
        sorted({one for one in decisions if one.stated_at <= room.now}, key=lambda one: (one.stated_at, one.id)),
        room,
    ).state()


@dataclass(slots=True)
class _Count:
    versions: Sequence[Proposal]
    positions: Sequence[Position]
    receipts: Sequence[Receipt]
    decisions: Sequence[Decision]
    room: Room

    def state(self) -> ProposalState:
        ignored: list[Ignored] = []
        first, now = self.versions[0], self.room.now
        deadline, newest = self._in_force(first, ignored)
        deciding = self._deciding(first.opens_at)
        missing, opened_at = self._opening(first, newest, deciding)
        rules = next((one for one in self.room.rules if one.version == first.rules_version), None)
        taken = tuple(self._taken(first, deadline, deciding, ignored))
        outcome, since = self._outcome(newest, rules, opened_at, deadline, taken, deciding)
        decision = self._certified(first, outcome, deadline, ignored)
        over = outcome in (Outcome.ADOPTED, Outcome.NOT_ADOPTED, Outcome.BROKEN) and now >= deadline
        unheard = [party for party in deciding if over and self.room.heard.get(party, 0) < deadline]
        moments = [
            first.opens_at,
            deadline,
            *(Instant(one.modified_at + DELIVERED_WITHIN + 1) for one in self.positions),
        ]
        moments.append(Instant(deadline - ((rules.silence or 0) if rules is not None else 0) + 1))
        return ProposalState(
            proposal=newest,
            outcome=outcome,
            since=since,
            opened_at=opened_at,
            deadline=deadline,
            taken=taken,
            missing=missing,
            unseen=self._unseen(first, deadline),
            unheard=tuple(sorted(unheard)),
            decision=decision,
            is_provisional=outcome is Outcome.ADOPTED and decision is None,
            certifies=abs(self.room.off) <= CLOCK_OFF,
            ignored=tuple(sorted(set(ignored), key=lambda one: (one.id, one.why))),
            holds_until=min((at for at in moments if at > now), default=None),
        )

    def _deciding(self, at: Instant) -> list[str]:
        seats = self.room.members
        return sorted(p for p in seats if any(seat.role in DECIDES and seat.holds(at) for seat in seats[p]))

    def _counts_before(self, id_: str, modified_at: Instant, by_ref: str, instant: Instant) -> bool:
        """Whether the depositary, or two others who decide, had it before."""
        had = {r.by_ref for r in self.receipts if (r.of_ref, r.of_modified_at) == (id_, modified_at) and r.at < instant}
        others = set(self._deciding(instant)) - {by_ref}
        if modified_at >= instant:
            return False
        return self.room.depositary in had - {by_ref} or len(had & others) >= min(WITNESSES, max(1, len(others)))

    def _in_force(self, first: Proposal, ignored: list[Ignored]) -> tuple[Instant, Proposal]:
        """The deadline as it was extended in time, and the last version that changes nothing that is frozen."""
        deadline, newest = first.deadline, first
        for version in self.versions[1:]:
            frozen = (version.text_sha256, version.procedure, version.rules_version, version.opens_at, version.majority)
            if frozen != (first.text_sha256, first.procedure, first.rules_version, first.opens_at, first.majority):
                ignored.append(Ignored(version.id, "a text that was proposed is frozen: a change is a new proposal"))
                continue
            moved = version.deadline != deadline
            in_time = self._counts_before(version.id, version.modified_at, version.by_ref, deadline)
            if moved and (version.deadline < deadline or not in_time):
                ignored.append(Ignored(version.id, "a deadline is extended before it has passed, and never shortened"))
                continue
            if version.withdrawn_at is not None and not in_time:
                ignored.append(Ignored(version.id, "a proposal is withdrawn before its deadline"))
                continue
            deadline, newest = version.deadline, version
            if version.withdrawn_at is not None:
                break
        return deadline, newest

    def _opening(
        self, first: Proposal, newest: Proposal, deciding: Sequence[str]
    ) -> tuple[tuple[str, ...], Instant | None]:
        """Who has not got it, and when the last of the others had."""
        had: dict[str, Instant] = {first.by_ref: first.modified_at}
        for receipt in self.receipts:
            if receipt.of_ref == first.id:
                had[receipt.by_ref] = min(receipt.at, had.get(receipt.by_ref, receipt.at))
        for party, at in newest.notices:
            if at <= self.room.now:
                had[party] = min(at, had.get(party, at))
        missing = tuple(party for party in deciding if party not in had)
        if missing:
            return missing, None
        opened_at = max([first.opens_at, *(had[party] for party in deciding)])
        return (), opened_at if opened_at <= self.room.now else None

    def _unseen(self, first: Proposal, deadline: Instant) -> tuple[str, ...]:
        """Who confirms in time what has not come here, where so many do that it counts: one alone holds up nothing."""
        known = {(one.id, one.modified_at) for one in self.positions} | {(v.id, v.modified_at) for v in self.versions}
        found: dict[tuple[str, Instant], set[str]] = {}
        for receipt in self.receipts:
            key = receipt.of_ref, receipt.of_modified_at
            if receipt.of_ref != first.id and key not in known and receipt.at < deadline:
                found.setdefault(key, set()).add(receipt.by_ref)
        deciding = set(self._deciding(deadline))
        return tuple(
            sorted({by for had in found.values() if len(had & deciding) >= WITNESSES for by in had & deciding})
        )

    def _taken(
        self, first: Proposal, deadline: Instant, deciding: Sequence[str], ignored: list[Ignored]
    ) -> Iterator[Taken]:
        by_party: dict[str, Taken] = {}
        for position in self.positions:
            why = self._why_not(first, position, deciding)
            if why:
                ignored.append(Ignored(position.id, why))
                continue
            taken = self._judged(position, deadline)
            if not taken.in_time and self.room.now >= deadline:
                ignored.append(Ignored(position.id, "it was not confirmed before the deadline"))
                # What came too late replaces nothing; alone, it is shown.
                if position.by_ref in by_party and by_party[position.by_ref].in_time:
                    continue
            by_party[position.by_ref] = taken
        yield from (by_party[party] for party in sorted(by_party))

    def _why_not(self, first: Proposal, position: Position, deciding: Sequence[str]) -> str:
        if position.by_ref not in deciding:
            return "its party does not decide here"
        if position.text_sha256 != first.text_sha256:
            return "it is about another text"
        if position.by_ref == first.by_ref and position.stance in _BREAKS:
            return "who proposed it withdraws it, and does not object"
        return ""

    def _judged(self, position: Position, deadline: Instant) -> Taken:
        def before(instant: Instant) -> bool:
            return self._counts_before(position.id, position.modified_at, position.by_ref, instant)

        off, in_time = abs(self.room.off), before(deadline)
        in_doubt = before(Instant(deadline - off)) != before(Instant(deadline + off)) if off else False
        had = any(
            (r.of_ref, r.of_modified_at) == (position.id, position.modified_at) and r.by_ref != position.by_ref
            for r in self.receipts
        )
        return Taken(position, in_time, in_doubt, had or self.room.now <= position.modified_at + DELIVERED_WITHIN)

    def _outcome(
        self,
        newest: Proposal,
        rules: Rules | None,
        opened_at: Instant | None,
        deadline: Instant,
        taken: Sequence[Taken],
        deciding: Sequence[str],
    ) -> tuple[Outcome, Instant]:
        now = self.room.now
        if newest.withdrawn_at is not None:
            return Outcome.WITHDRAWN, newest.modified_at
        if rules is None or (rules.silence if newest.procedure is Procedure.SILENCE else rules.vote) is None:
            return Outcome.LAPSED, newest.modified_at
        period = (rules.silence or 0) if newest.procedure is Procedure.SILENCE else 0
        if opened_at is None or opened_at + period > deadline:
            too_late = opened_at is not None or now + period > deadline
            return (Outcome.LAPSED, deadline) if too_late else (Outcome.OPENING, newest.modified_at)
        counted = [one for one in taken if one.in_time or (now < deadline and one.delivered)]
        if newest.procedure is Procedure.SILENCE:
            against = [one.position.modified_at for one in counted if one.position.stance in _BREAKS]
            if against:
                return Outcome.BROKEN, min(against)
            return (Outcome.OPEN, opened_at) if now < deadline else (Outcome.ADOPTED, deadline)
        if now < deadline:
            return Outcome.OPEN, opened_at
        support = sum(one.position.stance is Stance.SUPPORT for one in counted)
        against_it = sum(one.position.stance in _BREAKS for one in counted)
        is_adopted = _is_enough(newest.majority, support, against_it, len(deciding))
        return (Outcome.ADOPTED if is_adopted else Outcome.NOT_ADOPTED), deadline

    def _certified(
        self, first: Proposal, outcome: Outcome, deadline: Instant, ignored: list[Ignored]
    ) -> Decision | None:
        found: Decision | None = None
        for decision in self.decisions:
            why = ""
            if decision.by_ref != self.room.depositary:
                why = "only the depositary certifies"
            elif outcome is not Outcome.ADOPTED or decision.stated_at < deadline or decision.adopted_at != deadline:
                why = "what it certifies was not adopted then"
            elif decision.text_sha256 != first.text_sha256:
                why = "it is of another text"
            elif found is not None:
                why = "it was certified before"
            if why:
                ignored.append(Ignored(decision.id, why))
            else:
                found = decision
        return found


def _is_enough(majority: Majority, support: int, against: int, deciding: int) -> bool:
    """Simple: more for it than against it. The others are of all who decide."""
    if majority is Majority.SIMPLE:
        return support > against
    if majority is Majority.TWO_THIRDS:
        return 3 * support >= 2 * deciding
    return support == deciding > 0
