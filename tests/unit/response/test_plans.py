"""Planned checks: when one is due, once in each period, and no burst after a time in which nobody looked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import DAY, HOUR, SECOND, Instant
from kenesh.basis.problem import UsageProblem
from kenesh.response.checks import CheckChannel
from kenesh.response.contacts import ContactKind
from kenesh.response.plans import Plan, checked_plan, due, is_to_be_drawn, waiting_since

T = Instant(1_795_593_600 * SECOND)
SCHEDULED = Plan("1", "kenesh-body--1", "ping", ContactKind.DUTY, (CheckChannel.MAIL,), 30 * DAY, 2 * HOUR, T)
SUDDEN = replace(SCHEDULED, unannounced=True)


def day(at: float) -> Instant:
    return Instant(T + int(at * DAY))


@pytest.mark.parametrize(
    ("last", "now", "at"),
    [
        (None, -1, None),
        (None, 0, 0),
        (None, 95, 0),
        (0, 29, None),
        (0, 30, 30),
        (0.5, 30, 30),
        # Three were missed, one is made, and the next one comes with the next period.
        (0, 100, 30),
        (100, 119, None),
        (100, 120, 120),
        # A clock that was set back makes none twice.
        (100, 40, None),
        (-5, 0, 0),
    ],
)
def test_a_scheduled_check_is_due_when_its_period_begins(last: float | None, now: float, at: float | None) -> None:
    found = due(SCHEDULED, None if last is None else day(last), day(now), None)
    assert found == (None if at is None else day(at))


@pytest.mark.parametrize(
    ("last", "now", "drawn", "at"),
    [
        (None, 10, None, None),
        (None, 10, 11, None),
        (None, 11, 11, 11),
        (None, 50, 11, 11),
        (11, 31, 2, None),
        (11, 32, 2, 32),
        (50, 59, 0, None),
        (50, 60, 0, 60),
    ],
)
def test_an_unannounced_check_is_due_at_the_moment_that_was_drawn(
    last: float | None, now: float, drawn: int | None, at: float | None
) -> None:
    found = due(SUDDEN, None if last is None else day(last), day(now), None if drawn is None else drawn * DAY)
    assert found == (None if at is None else day(at))


def test_no_moment_is_drawn_before_its_period_has_begun() -> None:
    assert [is_to_be_drawn(SUDDEN, day(11), day(at)) for at in (11, 29, 30, 31)] == [False, False, True, True]
    assert not is_to_be_drawn(SCHEDULED, day(11), day(31))
    assert waiting_since(SUDDEN, day(11)) == day(30)


@given(
    looks=st.lists(st.integers(0, 400 * 24), min_size=1, max_size=60).map(sorted),
    draws=st.lists(st.integers(0, 30 * 24 - 1), min_size=60, max_size=60),
    sudden=st.booleans(),
)
def test_each_period_has_one_check_at_most_and_none_that_was_looked_at_to_its_end_has_none(
    looks: list[int], draws: list[int], sudden: bool
) -> None:
    """Whenever the node is there to look: at these hours, and at no other."""
    plan = SUDDEN if sudden else SCHEDULED
    last, drawn, made = None, None, []
    for hour, draw in zip(looks, draws, strict=False):
        now = Instant(T + hour * HOUR)
        if drawn is None and is_to_be_drawn(plan, last, now):
            drawn = draw * HOUR
        if due(plan, last, now, drawn) is not None:
            made.append((now - T) // plan.every)
            last, drawn = now, None
        assert due(plan, last, now, drawn) is None
    assert len(made) == len(set(made))
    seen = {hour * HOUR // plan.every for hour in looks}
    # A period in which anybody looked after one without a check has one, of it or of the one before.
    assert all({period, period - 1} & set(made) for period in seen if {period - 1, period} <= seen or not sudden)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"every": HOUR - 1}, "every hour"),
        ({"answer_in": 31 * DAY}, "longer than a period"),
        ({"name": " "}, "has a name"),
        ({"name": "x" * 201}, "has a name"),
    ],
)
def test_what_cannot_be_planned_is_said(more: dict[str, object], says: str) -> None:
    assert checked_plan(SUDDEN) == SUDDEN
    with pytest.raises(UsageProblem, match=says):
        checked_plan(replace(SUDDEN, **more))  # type: ignore[arg-type]


def test_a_scheduled_check_is_told_a_day_ahead_or_half_a_short_period() -> None:
    assert (SCHEDULED.notice, SUDDEN.notice, replace(SCHEDULED, every=4 * HOUR).notice) == (DAY, 0, 2 * HOUR)
