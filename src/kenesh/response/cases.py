"""How a case stands: a pure function of what its parties stated in its room, in any order, and of now.

The lead alone opens, handles and closes; each party joins, answers and reports for itself. What jumps, or is somebody
else's to say, is ignored, and shown. What a reader cannot see is not among the objects, and leaves no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.parties.bodies import Seat
from kenesh.response import asking, clocks
from kenesh.response.asking import Answer, Asked, Ignored
from kenesh.response.circles import coordinates
from kenesh.response.kinds import CASE, Status
from kenesh.response.reporting import Laws, Owed, Submission, owed
from kenesh.response.rooms import Room
from kenesh.response.stated import Case, Report, Stated

#: What is due within that time is near.
NEAR: Final = 2 * HOUR


class Standing(StrEnum):
    """How a case stands, as its lead says."""

    OPEN = "open"
    HANDLED = "handled"
    CLOSED = "closed"


class Joining(StrEnum):
    """How a party stands to the case: admitted to its room by the lead; the rest it says itself."""

    ADMITTED = "admitted"
    JOINED = "joined"
    DECLINED = "declined"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Participant:
    """A party in the room. `heard_at`: up to when it was heard here; None where it never was."""

    party_ref: str
    joining: Joining
    since: Instant
    heard_at: Instant | None


@dataclass(frozen=True, slots=True)
class Item:
    """A task or request, how it stands, and what was answered, each with when it had come to who asked."""

    asked: Asked
    state: asking.State
    answers: tuple[Answer, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come from a party that is there."""
        return self.state.standing in (asking.Standing.ASKED, asking.Standing.ACCEPTED) and self.state.left_at is None

    def next_words(self) -> tuple[Status, ...]:
        """What its party may say of it now."""
        return tuple(status for status in Status if asking.follows(status, self.state.standing))

    def is_near(self, now: Instant) -> bool:
        """Whether it is due soon."""
        return self.is_open and 0 <= self.state.due_at - now <= NEAR


@dataclass(frozen=True, slots=True)
class CaseState:
    """How a case stands.

    Attributes:
        lead_left_at: the lead has been in the room until then; what it asked stands, and nobody can close the case.
        items: what is asked, by when it is due. owed: the clocks of every party that reports.
        reports: as they count now, in the order in which they were stated.
        linked: what is tied to the case by relationships, but its room.
        others: other cases that name the same incident. Each stands by itself.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    case: Case
    standing: Standing
    since: Instant
    lead_left_at: Instant | None
    parties: tuple[Participant, ...]
    items: tuple[Item, ...]
    owed: tuple[Owed, ...]
    reports: tuple[Submission, ...]
    linked: tuple[str, ...]
    others: tuple[str, ...]
    ignored: tuple[Ignored, ...]
    holds_until: Instant | None

    def open_items(self) -> tuple[Item, ...]:
        """What is still to be answered, by when it is due."""
        return tuple(item for item in self.items if item.is_open)

    def silent(self) -> dict[str, Instant]:
        """Up to when each party was heard that was not heard since before something that it owes fell due."""
        return {i.asked.to_ref: i.state.unheard_since for i in self.items if i.state.unheard_since is not None}

    def running(self) -> tuple[Owed, ...]:
        """The clocks that have begun."""
        still = (clocks.Standing.WAITING, clocks.Standing.NOT_ASKED)
        return tuple(one for one in self.owed if one.clock.standing not in still)


def case_state(
    case_ref: str,
    objects: Iterable[Stated],
    *,
    heard: Mapping[str, Instant],
    members: Mapping[str, Sequence[Seat]],
    laws: Laws,
    now: Instant,
) -> CaseState:
    """How a case stands.

    Args:
        objects: what was stated in its room, of any case, perhaps in several versions and more than once.
        heard: up to which instant each party was heard here.
        members: the terms of each party in the room.

    Raises:
        UnknownProblem: the case is not among the objects.
    """
    room = Room.of(objects, members, now)
    case = _newest(room.cases.get(case_ref, ()), now)
    if case is None:
        raise UnknownProblem("There is no such case here.", advice="`kenesh case list` lists them.")
    ignored: list[Ignored] = []
    items = list(_items(room, case, heard, ignored))
    submissions = list(_submissions(room, case, laws, ignored))
    reports, reports_hold = owed(case, submissions, [item.asked for item in items], laws, now)
    standing, since = _standing(case, now)
    linked = sorted(room.linked_to(case.id))
    holds = [item.state.holds_until for item in items] + [reports_hold, room.changes(case.id)]
    return CaseState(
        case=case,
        standing=standing,
        since=since,
        lead_left_at=room.left_at(case.by_ref) if not room.is_in(case.by_ref) else None,
        parties=tuple(_participant(room, case, party, heard) for party in sorted(members) if room.was_in(party)),
        items=tuple(items),
        owed=reports,
        reports=tuple(submissions),
        linked=tuple(ref for ref in linked if not ref.startswith(f"{CASE.name}--")),
        others=tuple(sorted(room.others(case.id, linked))),
        ignored=tuple(
            sorted(
                {*ignored, *(one for item in items for one in item.state.ignored)}, key=lambda one: (one.id, one.why)
            )
        ),
        holds_until=min((at for at in holds if at is not None), default=None),
    )


Versioned = TypeVar("Versioned", Case, Report)


def _newest(versions: Iterable[Versioned], now: Instant) -> Versioned | None:
    """The version that counts now: of those that are stated already the last."""
    past = [one for one in versions if one.modified_at <= now]
    return max(past, key=lambda one: (one.modified_at, repr(one)), default=None)


def _standing(case: Case, now: Instant) -> tuple[Standing, Instant]:
    for standing, at in ((Standing.CLOSED, case.closed_at), (Standing.HANDLED, case.handled_at)):
        if at is not None and at <= now:
            return standing, at
    return Standing.OPEN, case.opened_at


def _items(room: Room, case: Case, heard: Mapping[str, Instant], ignored: list[Ignored]) -> Iterator[Item]:
    """What is asked in the case, by when it is due."""
    found: list[Item] = []
    left = {party: at for party in room.members if (at := room.left_at(party)) is not None}
    for versions in room.asked.values():
        first = versions[0]
        if first.case_ref != case.id:
            continue
        if not first.kind and first.by_ref != case.by_ref:
            ignored.append(Ignored(first.id, "a task is the lead's to set"))
        elif not room.was_in(first.to_ref):
            ignored.append(Ignored(first.id, "it is asked of a party that was never in the room"))
        else:
            said = _without_files(case, room.answers.get(first.id, ()), ignored)
            answers = list(asking.as_received(said, partial(_came_at, room, first.by_ref)))
            state = asking.state(versions, answers, heard=heard, left=left, now=room.now)
            told = sorted(
                {one for one in answers if one.modified_at <= room.now}, key=lambda one: (one.modified_at, one.id)
            )
            found.append(Item(asking.newest(versions, room.now), state, tuple(told)))
    yield from sorted(found, key=lambda item: (item.state.due_at, item.asked.id))


def _without_files(case: Case, answers: Sequence[Answer], ignored: list[Ignored]) -> list[Answer]:
    """A circle that only coordinates holds no files: an answer that names one counts for nothing."""
    odd = [answer for answer in answers if answer.files and coordinates(case.kind)]
    ignored += [Ignored(answer.id, "it names files in a circle that holds none") for answer in odd]
    return [answer for answer in answers if answer not in odd]


def _came_at(room: Room, by_ref: str, answer: Answer) -> Instant | None:
    return room.counts_at(answer, by_ref)


def _submissions(room: Room, case: Case, laws: Laws, ignored: list[Ignored]) -> Iterator[Submission]:
    """The reports that count, in the order in which they were stated."""
    current = {
        id_: report
        for id_, versions in room.reports.items()
        if (report := _newest(versions, room.now)) is not None and report.case_ref == case.id
    }
    for report in sorted(current.values(), key=lambda one: (one.stated_at, one.id)):
        why = _why_not(room, report, current, laws)
        if why:
            ignored.append(Ignored(report.id, why))
            continue
        answered = current.get(report.answers_ref)
        # Only its first version says when it was submitted: what is put right later is not sent late.
        first = min(room.reports[report.id], key=lambda one: (one.modified_at, repr(one)))
        yield Submission(report, room.counts_at(first, answered.by_ref if answered else case.by_ref))


def _why_not(room: Room, report: Report, current: Mapping[str, Report], laws: Laws) -> str:
    """Why a report counts for nothing; '' where it counts."""
    regime = laws.regimes.get(report.regime)
    if not room.was_in(report.by_ref):
        return "its party was never in the room"
    if regime is None:
        return f"this node knows no regime {report.regime}"
    if all(step.id != report.stage for step in regime.steps):
        return f"{report.regime} has no step {report.stage}"
    if report.answers_ref and report.answers_ref not in current:
        return "what it answers is not here"
    if report.answers_ref and current[report.answers_ref].by_ref == report.by_ref:
        return "nobody answers his own report"
    return ""


def _participant(room: Room, case: Case, party: str, heard: Mapping[str, Instant]) -> Participant:
    joining, since = _joined(room, case, party)
    return Participant(party, joining, since, heard.get(party))


_MEANS: Mapping[Status, Joining] = {
    Status.ACCEPTED: Joining.JOINED,
    Status.IN_PROGRESS: Joining.JOINED,
    Status.REFUSED: Joining.DECLINED,
    Status.DONE: Joining.DONE,
}


def _joined(room: Room, case: Case, party: str) -> tuple[Joining, Instant]:
    left = room.left_at(party)
    if left is not None and left <= room.now and not room.is_in(party):
        return Joining.LEFT, left
    if party == case.by_ref:
        return Joining.JOINED, case.opened_at
    last = {
        answer.id: answer
        for answer in sorted(room.answers.get(case.id, ()), key=lambda a: (a.id, a.modified_at, repr(a)))
        if answer.by_ref == party and answer.modified_at <= room.now
    }
    if last:
        word = max(last.values(), key=lambda answer: (answer.stated_at, answer.id))
        return _MEANS[word.status], word.stated_at
    return Joining.ADMITTED, min(seat.begins for seat in room.members[party])
