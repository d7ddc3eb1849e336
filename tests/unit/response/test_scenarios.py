"""A scenario says what can be played, or where it cannot; and what a drill came to follows from what was said."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.basis.problem import DamagedProblem, UnknownProblem
from kenesh.parties.bodies import Seat
from kenesh.response.asking import Answer, Asked, Standing
from kenesh.response.cases import CaseState, case_state
from kenesh.response.drills import Reached, Review, compared, due, levels_wanted, review, upcoming
from kenesh.response.kinds import Status
from kenesh.response.reporting import Laws
from kenesh.response.scenarios import Scenario, read_scenario, scenario_of, shipped
from kenesh.response.stated import Case, Received, Stated

T = Instant(1_795_593_600 * SECOND)
CASE = "kenesh-case--11111111-1111-4111-8111-111111111111"

FILE = """
name = "storm"
version = 2
title = "A storm"
summary = "It rains."
source = "Written for a test."
[[role]]
id = "hit"
title = "Who is hit"
stand_in = "KZ"
[[role]]
id = "near"
title = "Who is near"
[[inject]]
id = "rain"
at = "0m"
to = ["hit"]
title = "It rains"
text = "Much."
within = "10m"
expects = "An umbrella."
level = "watch"
[[inject]]
id = "flood"
at = "30m"
to = ["hit", "near"]
title = "A flood"
text = "More."
within = "20m"
expects = "A boat."
values = ["flood.example"]
"""
STORM = read_scenario(FILE.encode())


def test_a_scenario_is_read_and_goes_over_the_wire_as_it_was() -> None:
    assert [(inject.id, inject.after, inject.allowed) for inject in STORM.inject] == [
        ("rain", 0, 10 * MINUTE),
        ("flood", 30 * MINUTE, 20 * MINUTE),
    ]
    wire = {"type": "kenesh-scenario", "id": "kenesh-scenario--1", "case_ref": CASE} | STORM.wire()
    assert scenario_of(wire) == STORM
    assert STORM.injected("flood").values == ("flood.example",)
    with pytest.raises(UnknownProblem, match="no event 'fire'") as unknown:
        STORM.injected("fire")
    assert unknown.value.advice == "It has rain, flood."


def test_what_ships_can_be_played_and_tried_out() -> None:
    found = shipped()
    assert "wiper-energy" in found
    for scenario in found.values():
        assert all(role.stand_in for role in scenario.role)
        assert {role for inject in scenario.inject for role in inject.to} == {role.id for role in scenario.role}


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        ('to = ["hit"]', 'to = ["fire-brigade"]', "rain is for 'fire-brigade', which is none of its roles"),
        ('to = ["hit"]', "to = []", "at least 1|length >= 1"),
        ('to = ["hit"]', 'to = ["hit", "hit"]', "for one role twice"),
        ('id = "near"', 'id = "hit"', "Two of its roles have the same id"),
        ('id = "flood"', 'id = "rain"', "Two of its events have the same id"),
        ('at = "0m"', 'at = "soon"', "'soon' is no span of time"),
        ('at = "0m"', 'at = "90m"', "in the order of their times"),
        ('within = "10m"', 'within = "0m"', "'0m' is no span of time"),
        ('level = "watch"', 'level = "panic"', "'panic' is no level"),
        ('level = "watch"', 'mood = "bad"', "unknown field `mood`"),
        ("version = 2", "version = 0", ">= 1"),
        ('name = "storm"', 'name = "A storm!"', "matching regex"),
        ("[[role]]", "[[role", "holds no scenario"),
    ],
)
def test_what_cannot_be_played_is_refused_with_the_place(was: str, is_: str, says: str) -> None:
    with pytest.raises(DamagedProblem, match=says):
        read_scenario(FILE.replace(was, is_, 1).encode(), "storm.toml")


def test_a_file_of_any_size_is_no_scenario() -> None:
    with pytest.raises(DamagedProblem, match="larger than a scenario may be"):
        read_scenario(FILE.encode() + b"#" * 300_000)


def task(event: str, to: str, at: int, within: int = 20) -> Asked:
    begins = Instant(T + at * MINUTE)
    name = f"kenesh-task--{event}-{to}"
    due_at = Instant(begins + within * MINUTE)
    return Asked(name, begins, "SEC", to, begins, due_at, name=event, case_ref=CASE, inject=event)


def answer(target: Asked, status: Status, after: int, *, come_after: int | None = None) -> list[Stated]:
    """What a party says of a task so many minutes after it, and when that had come to who asked."""
    at = Instant(target.asked_at + after * MINUTE)
    said = Answer(f"{target.id}-{status}", at, target.to_ref, target.id, status, at)
    come = Instant(target.asked_at + (after if come_after is None else come_after) * MINUTE)
    return [said, Received(said.id, said.modified_at, "SEC", come)]


RAIN, FLOOD_KZ, FLOOD_UZ = task("rain", "KZ", 0, 10), task("flood", "KZ", 31), task("flood", "UZ", 31)
SAID: list[Stated] = [
    Case(CASE, T, "SEC", "drill", "cyber-incident", T, T, exercise=True),
    RAIN,
    FLOOD_KZ,
    FLOOD_UZ,
    *answer(RAIN, Status.ACCEPTED, 2),
    *answer(RAIN, Status.DONE, 8),
    # Done in time by its own clock; it came when its node was back.
    *answer(FLOOD_KZ, Status.DONE, 5, come_after=25),
]
SEATS = {code: [Seat(T)] for code in ("SEC", "KZ", "UZ")}


def stands(said: list[Stated], at: int = 60) -> CaseState:
    laws = Laws({}, {})
    return case_state(CASE, said, heard={}, members=SEATS, laws=laws, now=Instant(T + at * MINUTE))


def reviewed(said: list[Stated], scenario: Scenario | None = STORM) -> Review:
    return review(stands(said), scenario, {("watch", T): Instant(T + MINUTE)})


def test_the_review_measures_by_when_answers_had_come() -> None:
    found = reviewed(SAID)
    assert [(t.inject, t.party_ref, t.standing, t.answered_after, t.done_after, t.in_time) for t in found.turns] == [
        ("rain", "KZ", Standing.DONE, 2 * MINUTE, 8 * MINUTE, True),
        ("flood", "KZ", Standing.DONE, 25 * MINUTE, 25 * MINUTE, False),
        ("flood", "UZ", Standing.ASKED, None, None, None),
    ]
    assert [(t.planned_at or 0) - T for t in found.turns] == [0, 30 * MINUTE, 30 * MINUTE]
    results = {one.party_ref: (one.asked, one.in_time, one.late, one.open, one.answered_after) for one in found.results}
    assert results == {"KZ": (2, 1, 1, 0, (2 + 25) * MINUTE // 2), "UZ": (1, 0, 0, 1, None)}
    assert found.levels == (Reached("rain", "watch", T, Instant(T + MINUTE)),)
    assert found.not_played == ()
    assert reviewed(SAID[:2]).not_played == ("flood",)


def test_who_does_not_know_the_scenario_sees_the_same_answers() -> None:
    known, unknown = reviewed(SAID), reviewed(SAID, None)
    assert unknown.results == known.results
    assert [replace(turn, planned_at=None) for turn in known.turns] == list(unknown.turns)
    assert (unknown.scenario, unknown.levels, unknown.not_played) == (None, (), ())


@given(seed=st.integers(), again=st.lists(st.sampled_from(range(len(SAID))), max_size=10))
def test_the_order_and_repetition_of_statements_change_nothing(seed: int, again: list[int]) -> None:
    said = [*SAID, *(SAID[index] for index in again)]
    Random(seed).shuffle(said)
    assert reviewed(said) == reviewed(SAID)


def test_an_event_is_due_at_its_time_once_and_never_after_the_end() -> None:
    open_ = stands(SAID[:1])
    assert [one.id for one in due(open_, STORM, T)] == ["rain"]
    assert [one.id for one in due(open_, STORM, Instant(T + 30 * MINUTE))] == ["rain", "flood"]
    assert [one.id for one in due(stands(SAID[:2]), STORM, Instant(T + 30 * MINUTE))] == ["flood"]
    assert [(at - T, one.id) for at, one in upcoming(stands(SAID[:2]), STORM)] == [(30 * MINUTE, "flood")]
    over = [replace(SAID[0], closed_at=Instant(T + MINUTE))]  # type: ignore[type-var, arg-type]
    assert due(stands(over), STORM, Instant(T + 30 * MINUTE)) == ()
    assert levels_wanted(stands(SAID[:1]), STORM) == []


def test_two_drills_are_compared_by_party() -> None:
    better = reviewed([*SAID[:-2], *answer(FLOOD_KZ, Status.DONE, 5)])
    found = {one.party_ref: one for one in compared(better, reviewed(SAID))}
    assert (found["KZ"].in_time, found["KZ"].in_time_before) == (100, 50)
    assert (found["UZ"].in_time, found["UZ"].answered_after) == (0, None)
    none = compared(reviewed(SAID[:1]), better)
    assert [(one.in_time, one.in_time_before) for one in none] == [(None, 100), (None, 0)]
