"""What is asked of another party: accepted, refused, done, overdue; nothing is closed for somebody else."""

from __future__ import annotations

import random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, Instant, instant_of
from kenesh.response.asking import Answer, Asked, Standing, State, state
from kenesh.response.kinds import Status

KZ, TR, AZ = "identity--kz", "identity--tr", "identity--az"
T0: Final = instant_of("2026-11-25T09:00:00Z")
TASK: Final = "kenesh-task--1"


def hours(count: float) -> Instant:
    return Instant(T0 + int(count * HOUR))


def asked(modified: float = 0, due: float = 24, cancelled: float | None = None) -> Asked:
    end = None if cancelled is None else hours(cancelled)
    return Asked(TASK, hours(modified), KZ, TR, T0, hours(due), end)


def said(
    status: Status,
    stated: float,
    received: float | None = None,
    *,
    by: str = TR,
    name: str = "",
    modified: float | None = None,
    target: str = TASK,
) -> Answer:
    there = None if received is None else hours(received)
    when = hours(stated)
    return Answer(
        name or f"kenesh-update--{status}-{stated}", when if modified is None else hours(modified), by, target, status,
        when, there,
    )  # fmt: skip


def derived(
    answers: list[Answer],
    now: float,
    *versions: Asked,
    heard: dict[str, Instant] | None = None,
    left: dict[str, Instant] | None = None,
) -> State:
    known = {TR: hours(now)} if heard is None else heard
    return state(versions or (asked(),), answers, heard=known, left=left or {}, now=hours(now))


ACCEPTED, REFUSED, GOES_ON, DONE = Status.ACCEPTED, Status.REFUSED, Status.IN_PROGRESS, Status.DONE

TABLE: Final[list[tuple[str, list[Answer], float, Standing, bool | None, bool]]] = [
    ("nothing was said", [], 1, Standing.ASKED, None, False),
    ("at the deadline sharp", [], 24, Standing.ASKED, None, False),
    ("nothing was said, and the time is over", [], 24.001, Standing.ASKED, None, True),
    ("accepted", [said(ACCEPTED, 1, 1)], 2, Standing.ACCEPTED, None, False),
    ("accepted, and not done", [said(ACCEPTED, 1, 1)], 25, Standing.ACCEPTED, None, True),
    ("done in time", [said(ACCEPTED, 1, 1), said(DONE, 20, 21)], 30, Standing.DONE, True, False),
    ("done without a word before", [said(DONE, 20, 24)], 30, Standing.DONE, True, False),
    ("done in time by its own clock, and received late", [said(DONE, 20, 24.001)], 30, Standing.DONE, False, False),
    ("done, and no receipt", [said(DONE, 20)], 30, Standing.DONE, None, False),
    ("refused in time", [said(REFUSED, 2, 3)], 30, Standing.REFUSED, True, False),
    ("refused, then accepted", [said(REFUSED, 2, 3), said(ACCEPTED, 4, 5)], 25, Standing.ACCEPTED, None, True),
    ("accepted, then handed back", [said(ACCEPTED, 2, 3), said(REFUSED, 4, 5)], 25, Standing.REFUSED, True, False),
    ("it goes on", [said(ACCEPTED, 2, 3), said(GOES_ON, 9, 9)], 10, Standing.ACCEPTED, None, False),
    ("another party says that it is done", [said(DONE, 2, 3, by=AZ)], 10, Standing.ASKED, None, False),
    ("the asking party says that it is done", [said(DONE, 2, 3, by=KZ)], 25, Standing.ASKED, None, True),
    ("it goes on, and nobody accepted it", [said(GOES_ON, 2, 3)], 10, Standing.ASKED, None, False),
    ("done, then refused", [said(DONE, 2, 3), said(REFUSED, 4, 5)], 10, Standing.DONE, True, False),
    ("of something else", [said(DONE, 2, 3, target="kenesh-task--2")], 10, Standing.ASKED, None, False),
    ("dated later than now", [said(DONE, 12, 12)], 10, Standing.ASKED, None, False),
]


@pytest.mark.parametrize(
    ("answers", "now", "standing", "in_time", "overdue"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_how_it_stands(
    answers: list[Answer], now: float, standing: Standing, in_time: bool | None, overdue: bool
) -> None:
    found = derived(answers, now)
    assert (found.standing, found.in_time, found.is_overdue) == (standing, in_time, overdue)


def test_what_jumps_a_state_or_comes_from_somebody_else_is_shown() -> None:
    answers = [
        said(DONE, 2, 3, name="kenesh-update--a"),
        said(REFUSED, 4, 5, name="kenesh-update--b"),
        said(DONE, 1, 1, by=AZ, name="kenesh-update--c"),
    ]
    found = derived(answers, 10)
    assert [(one.id, one.why) for one in found.ignored] == [
        ("kenesh-update--c", "it was not asked of who states it"),
        ("kenesh-update--b", "refused does not follow done"),
    ]


def test_the_asking_party_cancels_what_is_open_and_takes_nothing_back_that_is_done() -> None:
    assert derived([said(ACCEPTED, 1, 1)], 10, asked(), asked(5, cancelled=5)).standing is Standing.CANCELLED
    assert derived([said(DONE, 1, 1)], 10, asked(), asked(5, cancelled=5)).standing is Standing.DONE
    assert not derived([], 30, asked(5, cancelled=5)).is_overdue


def test_a_later_version_moves_the_deadline_from_then_on() -> None:
    moved = (asked(), asked(20, due=48))
    assert derived([], 19, *moved).due_at == hours(24)
    assert derived([], 30, *moved).due_at == hours(48)
    assert not derived([], 30, *moved).is_overdue


def test_an_update_that_is_put_right_counts_as_it_stands_now() -> None:
    first = said(DONE, 2, 3, name="kenesh-update--a")
    righted = said(ACCEPTED, 2, 6, name="kenesh-update--a", modified=5)
    assert derived([first, righted], 4).standing is Standing.DONE
    assert derived([righted, first], 10).standing is Standing.ACCEPTED


def test_the_silence_of_a_party_that_was_not_heard_is_said_so() -> None:
    assert derived([], 30, heard={TR: hours(14)}).unheard_since == hours(14)
    assert derived([], 30, heard={}).unheard_since == T0
    assert derived([], 30, heard={TR: hours(29)}).unheard_since is None
    assert derived([], 20, heard={TR: hours(14)}).unheard_since is None


def test_a_task_of_a_party_that_left_is_not_overdue() -> None:
    found = derived([said(ACCEPTED, 1, 1)], 30, left={TR: hours(10)})
    assert (found.left_at, found.is_overdue) == (hours(10), False)
    assert derived([said(DONE, 1, 1)], 30, left={TR: hours(10)}).left_at is None


_ANSWERS = st.lists(
    st.builds(
        said,
        st.sampled_from(Status),
        st.integers(0, 40),
        st.none() | st.integers(0, 50),
        by=st.sampled_from((KZ, TR, AZ)),
        name=st.sampled_from([f"kenesh-update--{n}" for n in range(4)]),
        modified=st.integers(0, 45),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(_ANSWERS, st.integers(0, 60), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(answers: list[Answer], now: int, chance: random.Random) -> None:
    versions = [asked(), asked(20, due=30), asked(35, due=30, cancelled=36)]
    again, other = [*answers, *answers[:3]], [*versions, versions[0]]
    chance.shuffle(again)
    chance.shuffle(other)
    assert derived(again, now, *other) == derived(answers, now, *versions)


@settings(deadline=None)
@given(_ANSWERS, st.integers(0, 60), st.integers(0, 1000))
def test_it_holds_until_it_says(answers: list[Answer], now: int, part: int) -> None:
    heard, left = {TR: hours(7)}, {TR: hours(33)}
    found = state([asked(), asked(20, due=30)], answers, heard=heard, left=left, now=hours(now))
    end = hours(500) if found.holds_until is None else found.holds_until
    between = Instant(hours(now) + (end - 1 - hours(now)) * part // 1000)
    assert end > hours(now)
    assert state([asked(), asked(20, due=30)], answers, heard=heard, left=left, now=between) == found


@settings(deadline=None)
@given(_ANSWERS, st.integers(0, 60))
def test_nobody_closes_it_for_whoever_was_asked(answers: list[Answer], now: int) -> None:
    others = [answer for answer in answers if answer.by_ref != TR]
    found = derived(others, now)
    assert found.standing is Standing.ASKED
    assert len(found.ignored) <= len({answer.id for answer in others})


def test_two_versions_that_differ_in_what_one_lacks_are_in_one_order() -> None:
    both = [said(DONE, 2, None, name="kenesh-update--a"), said(DONE, 2, 3, name="kenesh-update--a")]
    assert derived(both, 10) == derived(both[::-1], 10)
    assert derived(both, 10).in_time is True
    cancelled = (asked(5), asked(5, cancelled=5))
    assert derived([], 10, *cancelled) == derived([], 10, *cancelled[::-1])
