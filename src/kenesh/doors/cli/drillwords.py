"""A drill as those read it who run it, play it, or look back on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kenesh.basis.instants import SECOND, Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.doors.drilling import SeenDrill
from kenesh.response.drills import Compared, Review, Turn
from kenesh.stix.exercise import BANNER

_MINUTE: Final = 60 * SECOND
_HOUR: Final = 60 * _MINUTE


def describe_drills(found: Sequence[SeenDrill]) -> Iterator[str]:
    """One line for each drill."""
    for drill in found:
        case, review = drill.case.state.case, drill.review
        over = "running" if review.ended_at is None else f"ended {short_timestamp(review.ended_at)}"
        told = f"{len({turn.inject for turn in review.turns})} events told"
        yield f"{BANNER}  {visible(case.name, 100)}  began {short_timestamp(review.began_at)}, {over}, {told}"


def describe_drill(drill: SeenDrill) -> Iterator[str]:
    """How a drill stands: what was told and how it is answered, and for who runs it what is still to come."""
    yield from _head(drill)
    yield from _turns(drill, drill.review)
    coming = (_coming(drill, at, one.id, one.title, one.to) for at, one in drill.coming())
    yield from _part("STILL TO COME", coming)


def describe_review(drill: SeenDrill) -> Iterator[str]:
    """The report after the drill, and what is otherwise than in the one before."""
    review = drill.review
    yield from _head(drill)
    if review.ended_at is None:
        yield "THE DRILL IS STILL RUNNING: this is how it stands now."
    yield from _turns(drill, review)
    results = (
        f"{_code(drill, one.party_ref)}  {one.asked} asked: {one.in_time} in time, {one.late} late, {one.open} open;"
        f" first answer after {_span(one.answered_after)} (median)"
        for one in review.results
    )
    yield from _part("BY PARTY", results)
    levels = (
        f"{one.level} by {one.inject}: "
        + ("NEVER REACHED" if one.at is None else f"after {_span(one.at - one.wanted_at)}")
        for one in review.levels
    )
    yield from _part("ALERT LEVEL", levels)
    yield from _part("NOT PLAYED", iter(review.not_played))
    if drill.before is not None:
        before = f"COMPARED WITH {visible(drill.before.name, 100)}, began {short_timestamp(drill.before.began_at)}"
        yield from _part(before, (_compared(drill, one) for one in drill.compared()))
    if drill.scenario is not None and review.ended_at is not None:
        expected = (f"{one.id}: {visible(' '.join(one.expects.split()), 300)}" for one in drill.scenario.inject)
        yield from _part("WHAT A GOOD ANSWER HAD", expected)


def _head(drill: SeenDrill) -> Iterator[str]:
    review, case = drill.review, drill.case
    over = "" if review.ended_at is None else f", ended {short_timestamp(review.ended_at)}"
    yield f"{BANNER}  {visible(review.name, 100)}  began {short_timestamp(review.began_at)}{over}"
    if drill.scenario is not None:
        yield f"{visible(drill.scenario.title, 300)} ({drill.scenario.name} {drill.scenario.version})"
    roles = ", ".join(f"{role}: {' '.join(map(case.code, refs))}" for role, refs in sorted(drill.plays.items()))
    if roles:
        yield roles
    yield f"run by {case.code(case.state.case.by_ref)}, room body:{visible(case.room, 100)}"


def _part(title: str, lines: Iterator[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield ""
        yield title
        yield from (f"  {line}" for line in told)


def _turns(drill: SeenDrill, review: Review) -> Iterator[str]:
    silent = drill.case.state.silent()
    yield from _part("EVENTS", (_turn(drill, turn, silent.get(turn.party_ref)) for turn in review.turns))


def _turn(drill: SeenDrill, turn: Turn, heard_at: Instant | None) -> str:
    how = f"{turn.standing}" + {True: " in time", False: " LATE", None: ""}[turn.in_time]
    if turn.in_time is None and heard_at is not None:
        how += f", not heard since {short_timestamp(heard_at)}"
    answered = f", answered after {_span(turn.answered_after)}" if turn.answered_after is not None else ""
    done = f", over after {_span(turn.done_after)}" if turn.done_after is not None else ""
    told = f"told {short_timestamp(turn.stated_at)}{_lag(turn)}"
    return f"{turn.inject}  {_code(drill, turn.party_ref)}  [{how}]  {told}{answered}{done}"


def _lag(turn: Turn) -> str:
    """By how much it was told otherwise than planned: a drill may be hurried, and its runner may have been away."""
    if turn.planned_at is None or abs(turn.stated_at - turn.planned_at) < _MINUTE:
        return ""
    lag = turn.stated_at - turn.planned_at
    return f" ({_span(abs(lag))} {'after' if lag > 0 else 'before'} its time)"


def _coming(drill: SeenDrill, at: Instant, name: str, title: str, roles: tuple[str, ...]) -> str:
    players = sorted({_code(drill, ref) for role in roles for ref in drill.plays.get(role, ())})
    return f"{short_timestamp(at)}  {name}  to {' '.join(players) or 'NOBODY'}: {visible(title, 200)}"


def _compared(drill: SeenDrill, one: Compared) -> str:
    return (
        f"{_code(drill, one.party_ref)}  in time {_share(one.in_time)}, before {_share(one.in_time_before)};"
        f" first answer after {_span(one.answered_after)}, before {_span(one.answered_after_before)}"
    )


def _share(share: int | None) -> str:
    return "-" if share is None else f"{share} %"


def _code(drill: SeenDrill, ref: str) -> str:
    return visible(drill.case.code(ref), 60)


def _span(span: int | None) -> str:
    """As it is said: 1 h 05 min, 4 min 12 s, 12 s; - where there is none."""
    if span is None:
        return "-"
    if span >= _HOUR:
        return f"{span // _HOUR} h {span % _HOUR // _MINUTE:02} min"
    if span >= _MINUTE:
        return f"{span // _MINUTE} min {span % _MINUTE // SECOND:02} s"
    return f"{span // SECOND} s"


def compared_wire(drill: SeenDrill) -> list[dict[str, Any]]:
    """Each party beside what it did in the drill before."""
    return [
        {
            "party": drill.case.code(one.party_ref),
            "in_time": one.in_time,
            "in_time_before": one.in_time_before,
            "answered_after_s": _seconds(one.answered_after),
            "answered_after_before_s": _seconds(one.answered_after_before),
        }
        for one in drill.compared()
    ]


def review_wire(drill: SeenDrill, review: Review) -> dict[str, Any]:
    """A review as one document; what is the same at every node stands in it, and nothing else."""
    code = drill.case.code
    return {
        "drill": review.case_ref,
        "name": review.name,
        "exercise": True,
        "scenario": None if review.scenario is None else f"{review.scenario[0]} {review.scenario[1]}",
        "title": review.title,
        "began_at": stix_timestamp(review.began_at),
        "ended_at": None if review.ended_at is None else stix_timestamp(review.ended_at),
        "turns": [
            {
                "event": turn.inject,
                "party": code(turn.party_ref),
                "planned_at": None if turn.planned_at is None else stix_timestamp(turn.planned_at),
                "stated_at": stix_timestamp(turn.stated_at),
                "due_at": stix_timestamp(turn.due_at),
                "state": turn.standing.value,
                "answered_after_s": _seconds(turn.answered_after),
                "done_after_s": _seconds(turn.done_after),
                "in_time": turn.in_time,
            }
            for turn in review.turns
        ],
        "parties": [
            {"party": code(one.party_ref), "asked": one.asked, "in_time": one.in_time, "late": one.late,
             "open": one.open, "answered_after_s": _seconds(one.answered_after)}
            for one in review.results
        ],
        "levels": [
            {"event": one.inject, "level": one.level, "wanted_at": stix_timestamp(one.wanted_at),
             "reached_at": None if one.at is None else stix_timestamp(one.at)}
            for one in review.levels
        ],
        "not_played": list(review.not_played),
    }  # fmt: skip


def _seconds(span: int | None) -> float | None:
    return None if span is None else round(span / 1_000_000, 3)
