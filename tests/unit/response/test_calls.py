"""Calls: who is told of what waits, in which order; what quiet hours hold back, and what they may not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant, instant_of
from kenesh.basis.problem import DamagedProblem
from kenesh.response.calls import Called, Concern, Matter, Person, Plan, Stage, Watch, calls, read_plan, words

NOW = instant_of("2026-11-26T12:00:00Z")
TASK = Concern(Matter.TASK, Stage.NEW, "kenesh-task--1", "Isolate the gateway of Sandstorm", Instant(NOW + 3 * DAY))
OFFICER = Person("officer", ("mail:officer@cert.example",))
HEAD = Person("head", ("mail:head@cert.example",), after="15m")
CHIEF = Person("chief", ("mail:chief@cert.example",), after="1h")
LADDER = Plan((OFFICER, HEAD, CHIEF))


def at(text: str) -> Instant:
    return instant_of(text)


def called(
    plan: Plan,
    book: Mapping[str, Called],
    now: Instant = NOW,
    *concerns: Concern,
    on_duty: frozenset[str] = frozenset(),
    wakes: bool = False,
) -> list[str]:
    found = calls(plan, concerns or (TASK,), book, Watch(on_duty, wakes, now))
    return [person.name for person, _ in found]


def test_whoever_is_first_is_told_at_once_and_the_next_only_if_nobody_says_anything() -> None:
    assert called(LADDER, {}) == ["officer"]
    told = {TASK.number: Called(NOW, {"officer": NOW})}
    assert called(LADDER, told, Instant(NOW + 15 * MINUTE - 1)) == []
    assert called(LADDER, told, Instant(NOW + 15 * MINUTE)) == ["head"]
    seen = {TASK.number: Called(NOW, {"officer": NOW}, frozenset(), "officer", Instant(NOW + MINUTE))}
    assert called(LADDER, seen, Instant(NOW + DAY)) == []


def test_whom_no_way_reaches_is_passed_over_at_once_and_tried_again() -> None:
    failed = {TASK.number: Called(NOW, {}, frozenset({"officer"}))}
    assert called(LADDER, failed) == ["officer", "head"]
    assert called(LADDER, {TASK.number: Called(NOW, {}, frozenset({"officer", "head"}))}) == [
        "officer",
        "head",
        "chief",
    ]
    # Somebody was told: the third waits for his time.
    one = {TASK.number: Called(NOW, {"head": NOW}, frozenset({"officer"}))}
    assert called(LADDER, one) == ["officer"]


def test_each_stage_is_told_anew() -> None:
    late = Concern(TASK.matter, Stage.LATE, TASK.about, TASK.name, TASK.due_at)
    seen = {TASK.number: Called(NOW, {}, frozenset(), "officer", NOW)}
    assert called(LADDER, seen, NOW, TASK, late) == ["officer"]
    assert late.number != TASK.number


QUIET = Person("officer", ("mail:officer@cert.example",), quiet="22:00-07:00", zone="Asia/Almaty")


@pytest.mark.parametrize(
    ("now", "due", "is_told"),
    [
        ("2026-11-26T16:59:59Z", "2026-12-01T00:00:00Z", True),  # 21:59:59 in Almaty
        ("2026-11-26T17:00:00Z", "2026-12-01T00:00:00Z", False),  # 22:00
        ("2026-11-27T01:59:59Z", "2026-12-01T00:00:00Z", False),  # 06:59:59
        ("2026-11-27T02:00:00Z", "2026-12-01T00:00:00Z", True),  # 07:00
        ("2026-11-26T17:00:00Z", "2026-11-27T02:00:00Z", True),  # due when the quiet ends: it cannot wait
        ("2026-11-26T17:00:00Z", "2026-11-27T02:00:01Z", False),
        ("2026-11-26T17:00:00Z", "2026-11-26T10:00:00Z", True),  # late already
        ("2026-11-26T17:00:00Z", None, False),
    ],
)
def test_quiet_hours_hold_back_only_what_can_wait(now: str, due: str | None, is_told: bool) -> None:
    concern = Concern(Matter.TASK, Stage.NEW, "t", "t", at(due) if due else None)
    assert (called(Plan((QUIET,)), {}, at(now), concern) == ["officer"]) is is_told
    assert called(Plan((QUIET,)), {}, at(now), concern, wakes=True) == ["officer"]


def test_quiet_hours_end_by_the_clock_on_the_wall_also_where_it_is_changed() -> None:
    # In Budapest the clocks go back at 01:00 UTC on 2026-10-25: 07:00 is 05:00 UTC before it, and 06:00 after.
    person = Person("officer", ("mail:o@cert.example",), quiet="22:00-07:00", zone="Europe/Budapest")
    assert person.quiet_until(at("2026-10-23T23:00:00Z")) == at("2026-10-24T05:00:00Z")
    assert person.quiet_until(at("2026-10-24T23:00:00Z")) == at("2026-10-25T06:00:00Z")
    assert person.quiet_until(at("2026-10-25T05:59:59Z")) == at("2026-10-25T06:00:00Z")
    assert person.quiet_until(at("2026-10-25T06:00:00Z")) is None


@given(st.integers(0, 10**6), st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_hours_end_within_a_day_and_are_over_then(minutes: int, begins: int, ends: int) -> None:
    said = f"{begins // 60:02}:{begins % 60:02}-{ends // 60:02}:{ends % 60:02}"
    person = Person("o", ("mail:o@cert.example",), quiet=said, zone="Europe/Budapest")
    now = Instant(NOW + minutes * MINUTE)
    until = person.quiet_until(now)
    if until is not None:
        assert now < until <= now + DAY + HOUR
        assert person.quiet_until(until) is None


def test_who_is_not_on_duty_sleeps_unless_nobody_is() -> None:
    plan = Plan(tuple(Person(name, (f"mail:{name}@cert.example",), on_duty=True) for name in ("aigul", "timur")))
    assert called(plan, {}, on_duty=frozenset({"timur"})) == ["timur"]
    assert called(plan, {}) == ["aigul", "timur"]


def test_of_some_matters_alone() -> None:
    plan = Plan((Person("delegate", ("mail:d@cert.example",), matters=(Matter.LEVEL,)),))
    level = Concern(Matter.LEVEL, Stage.NEW, "l", "council: alert")
    assert called(plan, {}, NOW, TASK) == []
    assert called(plan, {}, NOW, TASK, level) == ["delegate"]


def test_a_call_tells_how_much_waits_the_late_first_and_nothing_of_what_it_is_about() -> None:
    late = Concern(Matter.REPORT, Stage.LATE, "c nis2 early-warning 1", "Sandstorm", Instant(NOW - HOUR))
    drill = Concern(Matter.TASK, Stage.LATE, "kenesh-task--2", "Sandstorm", Instant(NOW - DAY), exercise=True)
    said = words([drill, TASK, late])
    assert said == (
        f"A report of an incident is owed, due 2026-11-26 11:00 UTC, LATE ({late.number}). "
        f"A task waits for an answer, due 2026-11-29 12:00 UTC ({TASK.number}). "
        f"EXERCISE: A task waits for an answer, due 2026-11-25 12:00 UTC, LATE ({drill.number})."
    )
    many = [Concern(Matter.TASK, Stage.NEW, str(n), "Sandstorm") for n in range(5_000)]
    assert words(many).endswith("And 4995 more.") and len(words(many)) < 400


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("person = 1", "Expected `array`"),
        ('[[person]]\nname = "a"\nby = []', "length >= 1"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nafter = "soon"', "'soon' is no span of time"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nquiet = "22-07"', "'22-07' are no quiet hours"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nzone = "Mars/Olympus"', "no time zone"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nzone = "../../etc/passwd"', "no time zone"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nloud = true', "unknown field `loud`"),
        ('[[person]]\nname = "a"\nby = ["mail:a@b.example"]\n' * 2, "the same name"),
        ("#" * 70_000, "larger than a plan of calls may be"),
        ("[[person", "no plan of calls"),
    ],
)
def test_a_plan_that_would_not_do_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(DamagedProblem) as refused:
        read_plan(text.encode(), "calls.toml")
    assert says in refused.value.detail and "calls.toml" in refused.value.detail
