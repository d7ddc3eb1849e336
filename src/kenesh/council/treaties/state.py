"""How a treaty stands: a pure function of what parties and the depositary stated, by the treaty's own rule, on a day.

Each party states its own steps. What counts for the entry into force is what the depositary says it received; what a
source reports is shown, and counts for nothing. Nobody jumps a step: what does is ignored, and shown, whoever signed
it. Source: ADR 45.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kenesh.basis.instants import Instant
from kenesh.council.treaties.dates import today
from kenesh.council.treaties.kinds import Counts, Of, Step
from kenesh.council.treaties.values import Basis, PartyState, Standing, Stated, Taken, Treaty, TreatyState
from kenesh.council.values import Ignored

#: What the depositary alone states, of another or of itself.
RECEIPTS: Final = frozenset((Step.RECEIPT, Step.DENUNCIATION_RECEIPT, Step.ENTRY))
#: Of these several may stand beside each other.
_SEVERAL: Final = frozenset((Step.DECLARATION, Step.RESERVATION, Step.APPROVAL))


def treaty_state(versions: Iterable[Treaty], steps: Iterable[Stated], keeper: str, now: Instant) -> TreatyState | None:
    """How a treaty stands at an instant; None where the body's keeper had stated none by then, or took it back."""
    own = [one for one in versions if one.by_ref == keeper and one.modified_at <= now]
    treaty = max(own, key=lambda one: (one.modified_at, repr(one)), default=None)
    if treaty is None or treaty.revoked:
        return None
    newest: dict[str, Stated] = {}
    for one in sorted({one for one in steps if one.modified_at <= now}, key=lambda one: (one.modified_at, repr(one))):
        newest[one.id] = one
    said = sorted((one for one in newest.values() if not one.revoked), key=lambda one: (one.on, one.id))
    return _Count(treaty, said, today(now, treaty.rule.zone)).state()


@dataclass(slots=True)
class _Count:
    treaty: Treaty
    said: Sequence[Stated]
    on: date

    def state(self) -> TreatyState:
        ignored: list[Ignored] = []
        taken = list(self._taken(ignored))
        counted = [one for one in taken if one.basis is not Basis.REPORTED]
        rule = self.treaty.rule
        about = {one.said.about_ref for one in counted}
        consents = sorted((day, party) for party in about if (day := self._consent(counted, party)) is not None)
        signed = {one.said.about_ref for one in counted if one.said.step is Step.SIGNATURE}
        if rule.of is Of.SIGNATORIES:
            consents = [one for one in consents if one[1] in signed]
        enough = len(consents) >= rule.count
        last = consents[rule.count - 1][0] if enough else None
        enters_on = rule.first.after(last) if last is not None else None
        entries = [one for one in taken if one.said.step is Step.ENTRY]
        parties = tuple(
            self._party(party, taken, last, enters_on)
            for party in sorted({one.said.about_ref for one in taken if one.said.step is not Step.ENTRY})
        )
        days = [day for one in parties for day in (one.since, one.until, enters_on) if day is not None]
        return TreatyState(
            treaty=self.treaty,
            on=self.on,
            parties=parties,
            consents=len(consents),
            missing=max(0, rule.count - len(consents)),
            enters_on=enters_on,
            earliest=None if enough else rule.first.after(self.on),
            said_otherwise=tuple(one for one in entries if one.said.on != enters_on),
            too_many=rule.of is Of.SIGNATORIES and len(signed) > rule.count,
            ignored=tuple(sorted(set(ignored), key=lambda one: (one.id, one.why))),
            changes_on=min((day for day in days if day > self.on), default=None),
        )

    def _taken(self, ignored: list[Ignored]) -> Iterable[Taken]:
        """The steps as they count, those that jump none."""
        first = [(one, self._basis(one)) for one in self.said]
        signed = {
            one.about_ref: one.on
            for one, basis in reversed(first)
            if one.step is Step.SIGNATURE and basis is not None and basis is not Basis.REPORTED
        }
        notified = {
            one.about_ref: one.on
            for one, basis in reversed(first)
            if one.step in (Step.NOTIFICATION, Step.RECEIPT) and basis is not None and basis is not Basis.REPORTED
        }
        for one, basis in first:
            why = "" if basis is not None else self._not_theirs(one)
            if basis is not None and basis is not Basis.REPORTED:
                why = self._jumps(one, signed, notified)
            if not why and one.on > self.on:
                why = "its day has not come"
            if why or basis is None:
                ignored.append(Ignored(one.id, why))
            else:
                yield Taken(one, basis)

    def _basis(self, one: Stated) -> Basis | None:
        if one.source and one.by_ref != one.about_ref:
            return Basis.REPORTED
        if one.step in RECEIPTS:
            return Basis.DEPOSITARY if one.by_ref == self.treaty.depositary_ref else None
        return Basis.OWN if one.by_ref == one.about_ref else None

    def _not_theirs(self, one: Stated) -> str:
        if one.step in RECEIPTS:
            return "the depositary alone says what it received"
        return "each party states its own steps; of another it is reported, with its source"

    def _jumps(self, one: Stated, signed: dict[str, date], notified: dict[str, date]) -> str:
        rule, party = self.treaty.rule, one.about_ref
        until = self.treaty.open_until
        if one.step is Step.SIGNATURE and until is not None and one.on > until:
            return "it was signed after the last day on which it was open"
        if one.step in (Step.NOTIFICATION, Step.RECEIPT) and party not in signed and not rule.accession:
            return "the party has not signed, and the treaty knows no accession"
        if one.step is Step.RECEIPT and party in signed and one.on < signed[party]:
            return "it was received before it was signed"
        if one.step is Step.RESERVATION and party in notified and one.on > notified[party]:
            return "a reservation is made with the signature or the notification, and not later"
        if one.step in (Step.DENUNCIATION, Step.DENUNCIATION_RECEIPT) and rule.denunciation is None:
            return "the treaty knows no denunciation"
        return ""

    def _consent(self, taken: Iterable[Taken], party: str) -> date | None:
        """On which day the party consented, as the rule counts it."""
        own = [one.said for one in taken if one.said.about_ref == party]
        if self.treaty.rule.counts is Counts.SIGNATURE:
            days = [one.on for one in own if one.step is Step.SIGNATURE]
        else:
            days = [one.on for one in own if one.step is Step.RECEIPT]
            if party == self.treaty.depositary_ref:
                # What the depositary's own state notifies it has received.
                days += [one.on for one in own if one.step is Step.NOTIFICATION]
        return min(days, default=None)

    def _party(self, party: str, every: Sequence[Taken], last: date | None, enters_on: date | None) -> PartyState:
        steps = tuple(one for one in every if one.said.about_ref == party and one.said.step is not Step.ENTRY)
        counted = [one for one in steps if one.basis is not Basis.REPORTED]
        rule = self.treaty.rule
        consent = self._consent(counted, party)
        since: date | None = None
        if consent is not None and enters_on is not None and last is not None:
            since = enters_on if consent <= last else max(enters_on, rule.later.after(consent))
        left = min((one.said.on for one in counted if one.said.step is Step.DENUNCIATION_RECEIPT), default=None)
        until = rule.denunciation.after(left) if left is not None and rule.denunciation is not None else None
        have = {one.said.step for one in counted}
        return PartyState(
            party_ref=party,
            standing=self._standing(have, consent, since, until),
            steps=steps,
            disputed=tuple(sorted({step for step in Step if _differ(steps, step)})),
            since=since,
            until=until,
            waits_for=tuple(self._waits(party, have, consent)),
        )

    def _standing(self, have: set[Step], consent: date | None, since: date | None, until: date | None) -> Standing:
        if until is not None:
            return Standing.LEFT if until <= self.on else Standing.LEAVES
        if since is not None:
            return Standing.IN_FORCE if since <= self.on else Standing.TO_ENTER
        if consent is not None:
            return Standing.CONSENTED
        for step, standing in (
            (Step.NOTIFICATION, Standing.NOTIFIED),
            (Step.APPROVAL, Standing.APPROVED),
            (Step.SIGNATURE, Standing.SIGNED),
        ):
            if step in have:
                return standing
        return Standing.NOTHING

    def _waits(self, party: str, have: set[Step], consent: date | None) -> Iterable[Step]:
        if consent is not None:
            return
        if Step.SIGNATURE not in have and not self.treaty.rule.accession:
            yield Step.SIGNATURE
        if self.treaty.rule.counts is Counts.RECEIPT:
            if Step.NOTIFICATION not in have:
                yield Step.NOTIFICATION
            if party != self.treaty.depositary_ref:
                yield Step.RECEIPT


def _differ(steps: Iterable[Taken], step: Step) -> bool:
    """Whether different days are stated of one step, by whomever."""
    return step not in _SEVERAL and len({one.said.on for one in steps if one.said.step is step}) > 1
