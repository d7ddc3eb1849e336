"""The light of a measure, and the sentences that explain it: pure, and the same on every node for any past instant.

Grey: nobody reported, and nothing is over. Green: what others verified is on its way. Amber: behind it, late with a
report, claimed only, or disputed. Red: only after a day has ended, in the time zone of the accountable party. Source:
ADR 49.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from kenesh.basis.instants import Instant
from kenesh.council.measures.kinds import Direction, Standing, Verdict
from kenesh.council.measures.values import (
    Colour,
    Done,
    Indicator,
    Lights,
    Measure,
    Reached,
    Reason,
    Report,
    Verification,
    Why,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HUNDRED: Final = Decimal(100)
#: From the gravest on.
GRAVEST: Final = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY)


@dataclass(frozen=True, slots=True)
class Told:
    """What counts of what was said about one measure: each reporter's newest report, and who verified which version."""

    measure: Measure
    reports: Sequence[Report]
    verifications: Sequence[Verification]

    def newest(self, party: str) -> Report | None:
        """The last that a party reported."""
        own = [one for one in self.reports if one.by_ref == party]
        return max(own, key=lambda one: (one.modified_at, one.id), default=None)

    def by(self, report: Report, verdict: Verdict) -> list[str]:
        """Who says so of that version of a report; of several words of one party the last counts."""
        said: dict[str, Verification] = {}
        for one in self.verifications:
            if (one.report_ref, one.report_modified_at) == (report.id, report.modified_at):
                before = said.get(one.by_ref)
                if before is None or (before.modified_at, before.id) < (one.modified_at, one.id):
                    said[one.by_ref] = one
        return sorted(party for party, one in said.items() if one.verdict is verdict)

    def holds(self, report: Report) -> bool:
        """Whether somebody verified it, and nobody disputes it."""
        return bool(self.by(report, Verdict.VERIFIED)) and not self.by(report, Verdict.DISPUTED)


def today(at: Instant, zone: str) -> date:
    """The day on the wall there."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()


def done_by(told: Told) -> tuple[Done, ...]:
    """How each party that must have done it stands."""
    found = []
    for party in told.measure.owners:
        report = told.newest(party)
        claimed = report is not None and report.done
        disputed = report is not None and bool(told.by(report, Verdict.DISPUTED))
        found.append(Done(party, claimed, claimed and report is not None and told.holds(report), disputed))
    return tuple(found)


def reached(told: Told, day: date) -> tuple[Reached, ...]:
    """How far each indicator is, as claimed and as verified, and how far it should be."""
    found = []
    for indicator in told.measure.indicators:
        values = [
            (one.modified_at, one.id, value, told.holds(one))
            for one in told.reports
            for name, value in one.figures
            if name == indicator.id
        ]
        claimed = max(values, default=None)
        verified = max((one for one in values if one[3]), default=None)
        found.append(
            Reached(
                indicator,
                None if claimed is None else claimed[2],
                None if verified is None else verified[2],
                expected(indicator, told.measure, day),
            )
        )
    return tuple(found)


def expected(indicator: Indicator, measure: Measure, day: date) -> Decimal:
    """What should be reached on a day: along straight lines from the baseline through the targets to the last."""
    points = [(measure.begins, indicator.baseline), *indicator.targets, (measure.due, indicator.target)]
    for (begins, low), (ends, high) in pairwise(points):
        if day < ends:
            if indicator.direction is Direction.YES_NO or day <= begins:
                return low
            return low + (high - low) * (day - begins).days / (ends - begins).days
    return indicator.target


def percent(value: Decimal, baseline: Decimal, wanted: Decimal, *, descending: bool = False) -> int:
    """How much of the way from the baseline to what is wanted is behind, in whole per cent, rounded down."""
    if wanted == baseline:
        return 100 if (value <= wanted if descending else value >= wanted) else 0
    share = (value - baseline) / (wanted - baseline) * _HUNDRED
    return max(0, int(share.to_integral_value(ROUND_DOWN)))


def light(
    told: Told, at: Instant, zone: str, lights: Lights, reports_due: Sequence[tuple[int, int]] = ()
) -> tuple[Colour, tuple[Reason, ...]]:
    """The colour of a measure at an instant, and why, the gravest reason first; there is always one.

    `zone` is the time zone of the accountable party: a day is over when it has ended there.
    """
    found = list(_Light(told, today(at, zone), zone, lights, reports_due).reasons())
    order = {colour: number for number, colour in enumerate(GRAVEST)}
    reasons = tuple(sorted(found, key=lambda one: order[one.colour]))
    return reasons[0].colour, reasons


@dataclass(frozen=True, slots=True)
class _Light:
    told: Told
    day: date
    zone: str
    lights: Lights
    reports_due: Sequence[tuple[int, int]]

    def reasons(self) -> Iterator[Reason]:
        measure = self.told.measure
        done = done_by(self.told)
        if measure.standing is not Standing.IN_FORCE:
            yield _reason(Colour.GREY, Why.STANDING, standing=measure.standing)
        elif all(one.verified for one in done):
            yield _reason(Colour.GREEN, Why.DONE, parties=measure.owners, verifiers=self._verifiers())
        elif not self.told.reports:
            yield self._unseen()
        else:
            yield from self._of_reports(done)

    def _verifiers(self) -> list[str]:
        reports = [self.told.newest(party) for party in self.told.measure.owners]
        return sorted({by for one in reports if one is not None for by in self.told.by(one, Verdict.VERIFIED)})

    def _unseen(self) -> Reason:
        measure = self.told.measure
        if self.day > measure.due:
            return _reason(Colour.RED, Why.OVER_UNSEEN, due=measure.due, zone=self.zone)
        if self.day < measure.begins:
            return _reason(Colour.GREY, Why.NOT_BEGUN, begins=measure.begins)
        return _reason(Colour.GREY, Why.NO_REPORT, due=measure.due, zone=self.zone)

    def _of_reports(self, done: Sequence[Done]) -> Iterator[Reason]:
        measure = self.told.measure
        waiting = [one.party for one in done if not one.claimed]
        if not waiting:
            unseen = [one.party for one in done if not one.verified]
            yield _reason(Colour.AMBER, Why.DONE_CLAIMED, parties=unseen)
        elif self.day > measure.due:
            yield _reason(Colour.RED, Why.OVER, due=measure.due, zone=self.zone, parties=waiting)
        yield from self._disputed()
        if waiting:
            yield from self._milestones()
            yield from self._late()
            yield from self._progress()

    def _disputed(self) -> Iterator[Reason]:
        for party in sorted(self.told.measure.reporters):
            report = self.told.newest(party)
            for by in self.told.by(report, Verdict.DISPUTED) if report is not None else ():
                yield _reason(Colour.AMBER, Why.DISPUTED, verifier=by, party=party)

    def _milestones(self) -> Iterator[Reason]:
        newest = [self.told.newest(party) for party in self.told.measure.reporters]
        claimed = {name for one in newest if one is not None for name in one.milestones}
        for one in self.told.measure.milestones:
            if self.day > one.due and one.id not in claimed:
                yield _reason(Colour.RED, Why.MILESTONE_OVER, milestone=one.name, on=one.due, zone=self.zone)

    def _late(self) -> Iterator[Reason]:
        """The accountable party's report on the last day on which one was due."""
        measure = self.told.measure
        days = sorted(
            day
            for year in range(measure.begins.year, self.day.year + 1)
            for month, number in self.reports_due
            if (day := _day(year, month, number)) is not None and measure.begins < day < self.day
        )
        if not days:
            return
        since = days[-2] if len(days) > 1 else measure.begins
        own = self.told.newest(measure.accountable)
        if own is not None and today(own.modified_at, self.zone) > since:
            return
        late = (self.day - days[-1]).days
        is_late = late <= self.lights.late_days
        why, colour = (Why.REPORT_LATE, Colour.AMBER) if is_late else (Why.REPORT_MISSING, Colour.RED)
        yield _reason(colour, why, party=measure.accountable, on=days[-1], days=late)

    def _progress(self) -> Iterator[Reason]:
        held = [one for one in self.told.reports if self.told.holds(one)]
        if not held:
            last = max(self.told.reports, key=lambda one: (one.modified_at, one.id))
            yield _reason(Colour.AMBER, Why.CLAIMED, party=last.by_ref)
            return
        if not self.told.measure.indicators:
            yield _reason(Colour.GREEN, Why.REPORTED)
        for one in reached(self.told, self.day):
            yield self._of_indicator(one)

    def _of_indicator(self, one: Reached) -> Reason:
        indicator, measure = one.indicator, self.told.measure
        descending = indicator.direction is Direction.DESCENDING
        value = indicator.baseline if one.verified is None else one.verified
        said = {"indicator": indicator.name, "value": f"{value:f}", "target": f"{indicator.target:f}"}
        passed = [(on, wanted) for on, wanted in indicator.targets if self.day > on and on < measure.due]
        if passed:
            on, wanted = passed[-1]
            share = percent(value, indicator.baseline, wanted, descending=descending)
            if share < self.lights.amber:
                more = {"on": on, "percent": share, "amber": self.lights.amber, "target": f"{wanted:f}"}
                return _reason(Colour.RED, Why.FAR_BEHIND, **(said | more))
        share = percent(value, indicator.baseline, one.expected, descending=descending)
        if share >= self.lights.green:
            return _reason(Colour.GREEN, Why.ON_WAY, percent=share, **said)
        return _reason(Colour.AMBER, Why.BEHIND, percent=share, green=self.lights.green, **said)


def _reason(colour: Colour, why: Why, **params: object) -> Reason:
    said = {name: " ".join(value) if isinstance(value, (list, tuple)) else str(value) for name, value in params.items()}
    return Reason(colour, why, tuple(sorted(said.items())))


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def describes(reasons: Sequence[Reason], codes: Mapping[str, str]) -> list[str]:
    """The reasons as English sentences."""
    return [one.sentence(codes) for one in reasons]
