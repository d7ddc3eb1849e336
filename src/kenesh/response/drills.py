"""What a drill came to: a pure function of how its case stands, of its scenario, and of now.

A drill is a case of an exercise: its lead is the secretariat, each event of the scenario is a task to every party that
plays the role, and the answers are updates. So it is measured as the real thing is: an answer counts when it has come
to who asked, as that party's receipt says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from kenesh.basis.instants import Instant
from kenesh.response import asking
from kenesh.response.cases import CaseState, Item
from kenesh.response.scenarios import Inject, Scenario


@dataclass(frozen=True, slots=True)
class Turn:
    """One event, for one party. Times after it are in microseconds.

    Attributes:
        planned_at: when the scenario has it; None while the scenario is not known here.
        answered_after: until the first answer had come; None where none has. done_after: until it was done or refused.
        in_time: as the task has it; None while nobody can say.
    """

    inject: str
    title: str
    party_ref: str
    planned_at: Instant | None
    stated_at: Instant
    due_at: Instant
    standing: asking.Standing
    answered_after: int | None
    done_after: int | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a party did in the whole drill. `answered_after` is the median of its first answers, in microseconds."""

    party_ref: str
    asked: int
    in_time: int
    late: int
    open: int
    answered_after: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """By an event the circle was expected to be at a level. `at`: since when it was; None where it never was."""

    inject: str
    level: str
    wanted_at: Instant
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Review:
    """The report after a drill.

    Attributes:
        scenario: its name and version; None while it is not known here.
        turns: by when they were stated. results: by party.
        not_played: events of the scenario that were never stated.
    """

    case_ref: str
    name: str
    began_at: Instant
    ended_at: Instant | None
    scenario: tuple[str, int] | None
    title: str
    turns: tuple[Turn, ...]
    results: tuple[Result, ...]
    levels: tuple[Reached, ...]
    not_played: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A party in this drill and in the one before: its share in time, in per cent, and its median first answer."""

    party_ref: str
    in_time: int | None
    in_time_before: int | None
    answered_after: int | None
    answered_after_before: int | None


#: When the circle first was at a level, or above, from an instant on; None where it was not.
FirstAt = Mapping[tuple[str, Instant], Instant | None]


def review(case: CaseState, scenario: Scenario | None, first_at: FirstAt) -> Review:
    """What came of it up to now. The same statements, in any order and however often, give the same review."""
    injects = {} if scenario is None else {inject.id: inject for inject in scenario.inject}
    played = [item for item in case.items if item.asked.inject]
    turns = tuple(
        sorted(
            (_turn(case, item, injects.get(item.asked.inject)) for item in played),
            key=lambda turn: (turn.stated_at, turn.inject, turn.party_ref),
        )
    )
    told = {turn.inject for turn in turns}
    return Review(
        case_ref=case.case.id,
        name=case.case.name,
        began_at=case.case.opened_at,
        ended_at=case.case.closed_at,
        scenario=None if scenario is None else (scenario.name, scenario.version),
        title="" if scenario is None else scenario.title,
        turns=turns,
        results=tuple(_result(ref, turns) for ref in sorted({turn.party_ref for turn in turns})),
        levels=tuple(
            Reached(name, level, at, first_at.get((level, at))) for name, level, at in levels_wanted(case, scenario)
        ),
        not_played=tuple(name for name in injects if name not in told),
    )


def levels_wanted(case: CaseState, scenario: Scenario | None) -> list[tuple[str, str, Instant]]:
    """Of the events that were stated and expect a level: the event, the level, and when it was stated first."""
    found = []
    for inject in () if scenario is None else scenario.inject:
        times = [item.asked.asked_at for item in case.items if item.asked.inject == inject.id]
        if inject.level and times:
            found.append((inject.id, inject.level, min(times)))
    return found


def due(case: CaseState, scenario: Scenario, now: Instant) -> tuple[Inject, ...]:
    """The events whose time has come, and that nobody has been told of; none once the drill is over."""
    if case.case.closed_at is not None:
        return ()
    told = {item.asked.inject for item in case.items}
    return tuple(
        inject for inject in scenario.inject if inject.id not in told and case.case.opened_at + inject.after <= now
    )


def upcoming(case: CaseState, scenario: Scenario) -> tuple[tuple[Instant, Inject], ...]:
    """What is still to come, with its time."""
    told = {item.asked.inject for item in case.items}
    return tuple(
        (Instant(case.case.opened_at + inject.after), inject) for inject in scenario.inject if inject.id not in told
    )


def compared(review: Review, before: Review) -> tuple[Compared, ...]:
    """Each party of either drill, beside what it did in the other."""
    now, then = ({one.party_ref: one for one in which.results} for which in (review, before))
    return tuple(_compared(ref, now.get(ref), then.get(ref)) for ref in sorted({*now, *then}))


def _turn(case: CaseState, item: Item, inject: Inject | None) -> Turn:
    asked, state = item.asked, item.state
    received = sorted(
        answer.received_at
        for answer in item.answers
        if answer.by_ref == asked.to_ref and answer.received_at is not None
    )
    done = [
        answer.received_at
        for answer in item.answers
        if answer.by_ref == asked.to_ref and answer.status.value == state.standing.value
        if answer.received_at is not None
    ]
    is_over = state.standing in (asking.Standing.DONE, asking.Standing.REFUSED)
    return Turn(
        inject=asked.inject,
        title=asked.name,
        party_ref=asked.to_ref,
        planned_at=None if inject is None else Instant(case.case.opened_at + inject.after),
        stated_at=asked.asked_at,
        due_at=asked.due_at,
        standing=state.standing,
        answered_after=received[0] - asked.asked_at if received else None,
        done_after=min(done) - asked.asked_at if is_over and done else None,
        in_time=state.in_time,
    )


def _result(party_ref: str, turns: Iterable[Turn]) -> Result:
    own = [turn for turn in turns if turn.party_ref == party_ref]
    return Result(
        party_ref=party_ref,
        asked=len(own),
        in_time=sum(turn.in_time is True for turn in own),
        late=sum(turn.in_time is False for turn in own),
        open=sum(turn.in_time is None for turn in own),
        answered_after=_median([turn.answered_after for turn in own if turn.answered_after is not None]),
    )


def _median(spans: Sequence[int]) -> int | None:
    return int(median(spans)) if spans else None


def _compared(ref: str, now: Result | None, before: Result | None) -> Compared:
    return Compared(
        ref,
        _share(now),
        _share(before),
        None if now is None else now.answered_after,
        None if before is None else before.answered_after,
    )


def _share(result: Result | None) -> int | None:
    return None if result is None or not result.asked else round(100 * result.in_time / result.asked)
