"""Regimes are files: those that come with the node are read, and what cannot be is refused with its place."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import HOUR, Instant, instant_of
from kenesh.basis.problem import Problem
from kenesh.response.clocks import Event, Happened, Standing, clocks
from kenesh.response.regimes import read_regime, shipped
from kenesh.response.spans import Calendar

HEAD = 'id = "x"\ntitle = "X"\nsource = "a law"\n'


def step(name: str = "one", **said: str) -> str:
    parts = {"id": name, "title": "T", "source": "S", "after": "aware", "within": "24 h"} | said
    return "[[step]]\n" + "".join(f'{key} = "{value}"\n' for key, value in parts.items())


def test_the_directive_a_national_law_and_the_councils_own_come_with_the_node() -> None:
    assert set(shipped()) == {"nis2", "kz-personal-data", "council"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing required field `id`"),
        (HEAD + "step = []", "length >= 1"),
        (HEAD + step() + "odd = 1\n", "odd"),
        (HEAD + step(within="a while"), "no span of a law"),
        (HEAD + step(within=""), "does not say within which span"),
        (HEAD + step(after="submitted:two") + step("two"), "does not happen before it"),
        (HEAD + step(after="tomorrow"), "does not happen before it"),
        (HEAD + step() + step(), "stands twice"),
        (HEAD + step() + '[[step.variant]]\nsectors = ["energy"]\nwithin = "1 day"\n', "counts in"),
        (HEAD + step(by="minister"), "by"),
        ("\x00", "no regime"),
        ("[" * 100_000, "larger"),
        ("a = " + "[" * 30_000, "no regime"),
    ],
)
def test_a_file_that_is_no_regime_is_refused(text: str, told: str) -> None:
    with pytest.raises(Problem, match="regime") as raised:
        read_regime(text.encode())
    assert told in raised.value.detail


def test_octets_that_are_no_text_are_refused() -> None:
    with pytest.raises(Problem, match="no regime"):
        read_regime(b"\xff")


REGIME = read_regime(
    (HEAD + step() + 'pauses = ["waiting-for-a-party", "weather"]\n' + step("review", after="handled")).encode()
)
T0 = instant_of("2026-11-25T09:00:00Z")


def hours(count: float) -> Instant:
    return Instant(T0 + int(count * HOUR))


def stopped(start: float, end: float | None, why: str = "weather") -> list[Event]:
    events = [Event(hours(start), Happened.PAUSED, why)]
    return events + ([] if end is None else [Event(hours(end), Happened.RESUMED, why)])


@pytest.mark.parametrize(
    ("pauses", "now", "standing", "due", "left"),
    [
        (stopped(2, 5), 6, Standing.RUNNING, 27, None),
        (stopped(2, 5) + stopped(3, 7, "waiting-for-a-party"), 8, Standing.RUNNING, 29, None),
        (stopped(2, None), 200, Standing.PAUSED, None, 22),
        (stopped(-3, 4), 5, Standing.RUNNING, 28, None),
        (stopped(-3, -1), 5, Standing.RUNNING, 24, None),
        (stopped(25, None), 26, Standing.LATE, 24, None),
        (stopped(24, None), 26, Standing.PAUSED, None, 0),
        (stopped(20, 30) + stopped(32, 33), 34, Standing.NEAR, 35, None),
        (stopped(2, 5, "a reason of its own"), 6, Standing.RUNNING, 24, None),
        ([Event(hours(3), Happened.RESUMED, "weather")], 6, Standing.RUNNING, 24, None),
    ],
)
def test_a_pause_gives_its_time_back(
    pauses: list[Event], now: float, standing: Standing, due: float | None, left: float | None
) -> None:
    events = [Event(T0, Happened.AWARE), *pauses]
    found = clocks(REGIME, events, sectors=frozenset(), calendar=Calendar("UTC"), now=hours(now)).clocks[0]
    assert found.standing is standing
    assert found.due_at == (None if due is None else hours(due))
    assert found.left == (None if left is None else left * HOUR)


def test_what_is_done_while_the_clock_stands_still_is_in_time() -> None:
    events = [Event(T0, Happened.AWARE), *stopped(2, None), Event(hours(90), Happened.SUBMITTED, "one")]
    found = clocks(REGIME, events, sectors=frozenset(), calendar=Calendar("UTC"), now=hours(100)).clocks[0]
    assert (found.standing, found.done_at) == (Standing.MET, hours(90))
