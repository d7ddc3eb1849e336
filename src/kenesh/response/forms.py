"""The form of a report: what a step of a law asks for, with what was said to it, and how its clock stood.

One form for every step, in the order in which an authority reads it; what was not said is there as such, so that nobody
takes a gap for a no. The same report gives the same form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kenesh.basis.instants import Instant, short_timestamp
from kenesh.response import clocks
from kenesh.response.cases import CaseState
from kenesh.response.regimes import Regime
from kenesh.response.reporting import Submission
from kenesh.response.zones import capital_times

#: What stands in a form where nothing was said.
NOT_SAID: Final = "not said"
#: The fields of a report, as the form calls them.
_ASKED: Final[tuple[tuple[str, str], ...]] = (
    ("severity", "National severity"),
    ("suspected_malicious", "Suspected to be malicious"),
    ("cross_border_impact", "Impact across borders"),
    ("outlook", "Outlook for six hours"),
    ("root_cause", "Root cause"),
    ("mitigation", "What was done against it"),
    ("description", "What happened"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A report on paper. `rows` are labels with what was said; `at` is when it was stated."""

    title: str
    source: str
    tlp: str
    exercise: bool
    at: Instant
    rows: tuple[tuple[str, str], ...]


def form_of(state: CaseState, sent: Submission, regime: Regime, codes: Mapping[str, str], tlp: str) -> Form:
    """The form of one report of a case.

    Raises:
        UnknownProblem: the regime has no such step.
    """
    step = regime.step(sent.report.stage)
    return Form(
        title=f"{regime.title}: {step.title}",
        source=f"{regime.source}, {step.source}",
        tlp=tlp,
        exercise=state.case.exercise,
        at=sent.report.stated_at,
        rows=tuple(_rows(state, sent, codes)),
    )


def _rows(state: CaseState, sent: Submission, codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    report, case = sent.report, state.case
    yield "Reported by", codes.get(report.by_ref, report.by_ref)
    yield "Case", f"{case.name} ({case.id})"
    yield "Led by", codes.get(case.by_ref, case.by_ref)
    yield "Sectors", ", ".join(sorted(case.sectors)) or NOT_SAID
    yield "Aware since", _time(report.aware_at, codes)
    yield "Handled since", NOT_SAID if report.handled_at is None else _time(report.handled_at, codes)
    yield "Stated", _time(report.stated_at, codes)
    yield "With who must have it", "not confirmed yet" if sent.counts_at is None else _time(sent.counts_at, codes)
    yield from _clock(state, sent, codes)
    said = dict(report.form)
    yield from ((label, said.get(name) or NOT_SAID) for name, label in _ASKED)
    yield "Number of this report", report.id


def _clock(state: CaseState, sent: Submission, codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """By when it was due, where a clock of its party runs for this step."""
    report = sent.report
    for owed in state.owed:
        clock = owed.clock
        if (owed.party_ref, owed.regime, clock.step.id) != (report.by_ref, report.regime, report.stage):
            continue
        if clock.due_at is not None:
            yield "Due", _time(clock.due_at, codes)
            late = clock.standing is clocks.Standing.LATE or (clock.done_at or 0) > clock.due_at
            yield "In time", "no" if late else "yes" if clock.done_at is not None else "not confirmed yet"
        return


def _time(at: Instant, codes: Mapping[str, str]) -> str:
    told = capital_times(codes.values(), at)
    return f"{short_timestamp(at)} ({told})" if told else short_timestamp(at)
