"""What happened in a case, one after another, by what its parties stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.response.asking import Answer
from kenesh.response.cases import CaseState, Joining, Standing


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a party said. `what` chooses the words; `name` is of what it is about, `text` what was written."""

    at: Instant
    party_ref: str
    what: str
    name: str = ""
    text: str = ""


def timeline(state: CaseState, answers: Iterable[Answer]) -> tuple[Entry, ...]:
    """The entries, the oldest first. An update is told once, as it stands now; what counts for nothing is not told."""
    ignored = {one.id for one in state.ignored}
    last: dict[str, Answer] = {}
    for answer in answers:
        if answer.id not in ignored and (answer.id not in last or answer.modified_at > last[answer.id].modified_at):
            last[answer.id] = answer
    found = {*_of_the_case(state), *_of_the_parties(state), *_of_what_is_asked(state), *_of_answers(state, last)}
    found |= {
        Entry(one.report.stated_at, one.report.by_ref, "report", f"{one.report.regime} {one.report.stage}")
        for one in state.reports
    }
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.what, entry.party_ref, entry.name, entry.text)))


def _of_the_case(state: CaseState) -> Iterator[Entry]:
    case = state.case
    yield Entry(case.opened_at, case.by_ref, "opened", case.name, case.text)
    if state.standing is not Standing.OPEN and case.handled_at is not None:
        yield Entry(case.handled_at, case.by_ref, "handled", case.name)
    if state.standing is Standing.CLOSED:
        yield Entry(state.since, case.by_ref, "closed", case.name)


def _of_the_parties(state: CaseState) -> Iterator[Entry]:
    for party in state.parties:
        if party.joining is Joining.LEFT:
            yield Entry(party.since, party.party_ref, "left")


def _of_what_is_asked(state: CaseState) -> Iterator[Entry]:
    for item in state.items:
        asked = item.asked
        yield Entry(asked.asked_at, asked.by_ref, "asked", asked.name)
        if item.state.standing.value == "cancelled" and asked.cancelled_at is not None:
            yield Entry(asked.cancelled_at, asked.by_ref, "cancelled", asked.name)


def _of_answers(state: CaseState, answers: dict[str, Answer]) -> Iterator[Entry]:
    names = {item.asked.id: item.asked.name for item in state.items}
    for answer in answers.values():
        if answer.target_ref in names:
            yield Entry(answer.stated_at, answer.by_ref, answer.status.value, names[answer.target_ref], answer.text)
        elif answer.target_ref == state.case.id:
            yield Entry(answer.stated_at, answer.by_ref, f"case-{answer.status.value}", "", answer.text)
