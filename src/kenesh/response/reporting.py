"""What each party owes in a case by the laws that it reports under, with the clock of each report.

A party's clocks begin with what that party itself says it was aware of. A report counts when the lead has it, as the
lead's receipt says; the lead's own when it is stated. What answers a report counts when its reporter has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kenesh.basis.instants import Instant
from kenesh.response.asking import Asked
from kenesh.response.clocks import Clock, Event, Happened, clocks
from kenesh.response.regimes import Regime
from kenesh.response.spans import Calendar
from kenesh.response.stated import Case, Report

_NOWHERE = Calendar("UTC")


@dataclass(frozen=True, slots=True)
class Laws:
    """The regimes by id, and where each party works by days. A party that is not in it counts days in UTC."""

    regimes: Mapping[str, Regime]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A report, and when it counts from; None while nobody who counts says that he has it."""

    report: Report
    counts_at: Instant | None


@dataclass(frozen=True, slots=True)
class Owed:
    """One clock of one party. `sent_at`: it was sent then, and who must have it has not said so yet."""

    party_ref: str
    regime: str
    clock: Clock
    sent_at: Instant | None = None


def owed(
    case: Case, submissions: Sequence[Submission], asked: Sequence[Asked], laws: Laws, now: Instant
) -> tuple[tuple[Owed, ...], Instant | None]:
    """Every clock of every party that reports, by party and regime; and until when they hold if nothing happens."""
    by_party = _by_party(case, submissions, asked, laws)
    found: list[Owed] = []
    changes: list[Instant] = []
    for (party, name), of_party in sorted(by_party.items()):
        calendar = laws.calendars.get(party, _NOWHERE)
        told = clocks(
            laws.regimes[name], _events(case, party, of_party), sectors=case.sectors, calendar=calendar, now=now
        )
        sent = _unconfirmed(of_party.of_its_own, now)
        found += [Owed(party, name, clock, sent.get(clock.step.id)) for clock in told.clocks]
        changes += [told.holds_until] if told.holds_until is not None else []
    return tuple(found), min(changes, default=None)


@dataclass(slots=True)
class _OfParty:
    """Under one regime: what the party reported, what others answered to that, and what it was asked to report."""

    of_its_own: list[Submission] = field(default_factory=list)
    answers: list[Submission] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def _by_party(
    case: Case, submissions: Sequence[Submission], asked: Sequence[Asked], laws: Laws
) -> dict[tuple[str, str], _OfParty]:
    found = {(case.by_ref, name): _OfParty() for name in case.regimes if name in laws.regimes}
    authors = {one.report.id: one.report.by_ref for one in submissions}
    for one in submissions:
        report = one.report
        whose = authors.get(report.answers_ref, "") if report.answers_ref else report.by_ref
        if whose and report.regime in laws.regimes:
            of_party = found.setdefault((whose, report.regime), _OfParty())
            (of_party.answers if report.answers_ref else of_party.of_its_own).append(one)
    for request in asked:
        if request.stage and request.regime in laws.regimes:
            found.setdefault((request.to_ref, request.regime), _OfParty()).asked.append(request)
    return found


def _events(case: Case, party: str, of_party: _OfParty) -> Iterator[Event]:
    reports = [one.report for one in of_party.of_its_own]
    aware = [report.aware_at for report in reports]
    handled = [report.handled_at for report in reports if report.handled_at is not None]
    if party == case.by_ref:
        aware.append(case.aware_at)
        handled += [case.handled_at] if case.handled_at is not None else []
    if aware:
        yield Event(min(aware), Happened.AWARE)
    # An incident that broke out again is handled when its party says so for the last time.
    if handled:
        yield Event(max(handled), Happened.HANDLED)
    for request in of_party.asked:
        yield Event(request.asked_at, Happened.ASKED, request.stage, request.due_at)
    for one in (*of_party.of_its_own, *of_party.answers):
        if one.counts_at is not None:
            yield Event(one.counts_at, Happened.SUBMITTED, one.report.stage)


def _unconfirmed(submissions: Iterable[Submission], now: Instant) -> dict[str, Instant]:
    """Of each step when its first report was sent, where none counts yet."""
    sent: dict[str, Instant] = {}
    counted: set[str] = set()
    for one in submissions:
        step, at = one.report.stage, one.report.stated_at
        if one.counts_at is not None and one.counts_at <= now:
            counted.add(step)
        elif at <= now:
            sent[step] = min(at, sent.get(step, at))
    return {step: at for step, at in sent.items() if step not in counted}
