"""NIS2 Article 23, to the second: what happened, when somebody looks, and where every clock stands."""

from __future__ import annotations

import random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, MINUTE, SECOND, Instant, instant_of
from kenesh.response.clocks import Clock, Clocks, Event, Happened, Standing, clocks
from kenesh.response.regimes import Regime, shipped
from kenesh.response.spans import Calendar

NIS2: Final = shipped()["nis2"]
BUDAPEST: Final = Calendar("Europe/Budapest")
AWARE, HANDLED, ASKED = Happened.AWARE, Happened.HANDLED, Happened.ASKED


def at(text: str) -> Instant:
    """`03-01 09:00` or `03-01 09:00:01`, of 2026 and UTC."""
    day, time = text.split()
    return instant_of(f"2026-{day}T{time}{'' if time.count(':') == 2 else ':00'}Z")


def sent(step: str, when: str) -> Event:
    return Event(at(when), Happened.SUBMITTED, step)


def happened(what: Happened, when: str) -> Event:
    return Event(at(when), what)


def derived(
    events: list[Event], now: Instant, *sectors: str, regime: Regime = NIS2, calendar: Calendar = BUDAPEST
) -> Clocks:
    return clocks(regime, events, sectors=frozenset(sectors), calendar=calendar, now=now)


def of(found: Clocks, step: str) -> Clock:
    (clock,) = [clock for clock in found.clocks if clock.step.id == step]
    return clock


WARNED = [happened(AWARE, "03-01 09:00"), sent("early-warning", "03-01 20:00")]
NOTIFIED = [*WARNED, sent("notification", "03-03 10:30")]

#: What happened; when it is looked at; the step; how it stands then; until when it is in time.
TABLE: Final[list[tuple[str, list[Event], str, str, Standing, str | None]]] = [
    ("nobody is aware", [], "03-01 09:00", "early-warning", Standing.WAITING, None),
    ("just aware", WARNED[:1], "03-01 09:00", "early-warning", Standing.RUNNING, "03-02 09:00"),
    ("20 hours later", WARNED[:1], "03-02 05:00", "early-warning", Standing.NEAR, "03-02 09:00"),
    ("a second before that", WARNED[:1], "03-02 04:59:59", "early-warning", Standing.RUNNING, "03-02 09:00"),
    ("at 24 hours sharp", WARNED[:1], "03-02 09:00", "early-warning", Standing.NEAR, "03-02 09:00"),
    ("a second after", WARNED[:1], "03-02 09:00:01", "early-warning", Standing.LATE, "03-02 09:00"),
    ("sent in time", WARNED, "03-09 09:00", "early-warning", Standing.MET, "03-02 09:00"),
    ("sent at 24 hours sharp", [WARNED[0], sent("early-warning", "03-02 09:00")], "03-09 09:00", "early-warning",
     Standing.MET, "03-02 09:00"),
    ("sent a second late", [WARNED[0], sent("early-warning", "03-02 09:00:01")], "03-09 09:00", "early-warning",
     Standing.MET_LATE, "03-02 09:00"),
    ("sent before anybody is said to be aware", [sent("early-warning", "03-01 08:00")], "03-01 09:00", "early-warning",
     Standing.MET, None),
    ("the CSIRT owes nothing yet", WARNED[:1], "03-02 09:00", "answer", Standing.WAITING, None),
    ("the CSIRT has 24 hours from the warning", WARNED, "03-01 21:00", "answer", Standing.RUNNING, "03-02 20:00"),
    ("the CSIRT is late", WARNED, "03-02 20:00:01", "answer", Standing.LATE, "03-02 20:00"),
    ("the CSIRT answers late", [*WARNED, sent("answer", "03-02 22:00")], "03-03 09:00", "answer", Standing.MET_LATE,
     "03-02 20:00"),
    ("72 hours from aware, not from the warning", WARNED, "03-02 09:00", "notification", Standing.RUNNING,
     "03-04 09:00"),
    ("the notification is late", WARNED, "03-04 09:00:01", "notification", Standing.LATE, "03-04 09:00"),
    ("no final report before there is a notification", WARNED, "03-09 09:00", "final", Standing.WAITING, None),
    # A month by the clock on the wall in Budapest, where summer begins on 29 March: 11:30 is 10:30Z, then 09:30Z.
    ("a month after the notification", NOTIFIED, "03-10 09:00", "final", Standing.RUNNING, "04-03 09:30"),
    ("the final report is near", NOTIFIED, "03-31 09:30", "final", Standing.NEAR, "04-03 09:30"),
    ("handled, and no report yet", [*NOTIFIED, happened(HANDLED, "03-20 12:00")], "04-03 09:30:01", "final",
     Standing.LATE, "04-03 09:30"),
    ("handled: no progress report", [*NOTIFIED, happened(HANDLED, "03-20 12:00")], "03-21 09:00", "progress",
     Standing.NOT_ASKED, None),
    ("still running: a progress report at that date", NOTIFIED, "03-21 09:00", "progress", Standing.RUNNING,
     "04-03 09:30"),
    ("still running, and none came", NOTIFIED, "04-03 09:30:01", "progress", Standing.LATE, "04-03 09:30"),
    ("still running: the final report waits for the end", NOTIFIED, "04-03 09:30:01", "final", Standing.WAITING, None),
    ("handled at last: a month from then", [*NOTIFIED, happened(HANDLED, "04-20 06:00")], "04-21 09:00", "final",
     Standing.RUNNING, "05-20 06:00"),
    ("... and the progress report is still owed", [*NOTIFIED, happened(HANDLED, "04-20 06:00")], "04-21 09:00",
     "progress", Standing.LATE, "04-03 09:30"),
    ("it broke out again after it was handled in time",
     [*NOTIFIED, happened(HANDLED, "03-20 12:00"), happened(HANDLED, "04-20 06:00")], "04-21 09:00", "progress",
     Standing.NOT_ASKED, None),
    ("the final report came while it ran", [*NOTIFIED, sent("final", "03-25 09:00")], "05-01 09:00", "final",
     Standing.MET, "04-03 09:30"),
    ("a month that has no 31st", [WARNED[0], sent("notification", "01-31 12:00")], "02-01 09:00", "final",
     Standing.RUNNING, "02-28 12:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "now", "step", "standing", "due"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_where_a_clock_of_article_23_stands(
    events: list[Event], now: str, step: str, standing: Standing, due: str | None
) -> None:
    found = of(derived(events, at(now)), step)
    assert (found.standing, found.due_at) == (standing, at(due) if due else None)


def test_a_trust_service_has_24_hours_for_the_notification() -> None:
    aware = WARNED[:1]
    assert of(derived(aware, at("03-01 10:00"), "trust-services"), "notification").due_at == at("03-02 09:00")
    assert of(derived(aware, at("03-01 10:00"), "energy"), "notification").due_at == at("03-04 09:00")
    both = derived(aware, at("03-01 10:00"), "energy", "trust-services")
    assert of(both, "notification").due_at == at("03-02 09:00")


def test_each_intermediate_report_that_is_asked_for_has_a_clock_of_its_own() -> None:
    events = [
        Event(at("03-05 09:00"), ASKED, "intermediate", at("03-06 09:00")),
        Event(at("03-05 12:00"), ASKED, "intermediate", at("03-08 09:00")),
        Event(at("03-05 13:00"), ASKED, "intermediate"),
        sent("intermediate", "03-06 10:00"),
    ]
    found = [c for c in derived([*NOTIFIED, *events], at("03-09 09:00")).clocks if c.step.id == "intermediate"]
    assert [(c.number, c.standing, c.due_at) for c in found] == [
        (1, Standing.MET_LATE, at("03-06 09:00")),
        (2, Standing.LATE, at("03-08 09:00")),
        (3, Standing.RUNNING, None),
    ]


def test_a_progress_report_is_owed_only_if_it_still_runs_and_that_is_said_before() -> None:
    assert of(derived(NOTIFIED, at("03-21 09:00")), "progress").if_ongoing
    assert not of(derived(NOTIFIED, at("04-04 09:00")), "progress").if_ongoing


def test_two_requests_of_one_moment_are_in_one_order() -> None:
    events = [Event(at("03-05 09:00"), ASKED, "intermediate", until) for until in (None, at("03-06 09:00"))]
    assert derived(events, at("03-07 09:00")) == derived(events[::-1], at("03-07 09:00"))


_EVENTS = st.lists(
    st.builds(
        Event,
        st.integers(0, 90 * 24).map(lambda hours: Instant(at("02-20 00:00") + hours * HOUR + 7 * MINUTE)),
        st.sampled_from(Happened),
        st.sampled_from([step.id for step in NIS2.steps]),
        st.none(),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(_EVENTS, st.integers(0, 120 * 24), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(events: list[Event], hours: int, chance: random.Random) -> None:
    now = Instant(at("02-20 00:00") + hours * HOUR)
    again = [*events, *events[: len(events) // 2]]
    chance.shuffle(again)
    assert derived(again, now) == derived(events, now)


@settings(deadline=None)
@given(_EVENTS, st.integers(0, 120 * 24), st.integers(0, 1000))
def test_it_holds_until_it_says_and_not_a_moment_longer(events: list[Event], hours: int, part: int) -> None:
    now = Instant(at("02-20 00:00") + hours * HOUR)
    found = derived(events, now)
    end = found.holds_until
    if end is None:
        assert derived(events, Instant(now + 400 * 24 * HOUR)).clocks == found.clocks
        return
    assert end > now
    between = Instant(now + (end - 1 - now) * part // 1000)
    assert derived(events, between).clocks == found.clocks
    happens = any(event.at == end for event in events)
    assert happens or derived(events, end).clocks != found.clocks


def test_what_is_dated_later_than_now_has_not_happened() -> None:
    found = derived(NOTIFIED, at("03-01 10:00"))
    assert of(found, "early-warning").standing is Standing.RUNNING
    assert found.holds_until == at("03-01 20:00")


def test_a_late_answer_says_by_how_much() -> None:
    found = of(derived([*WARNED, sent("answer", "03-02 20:00:01")], at("03-09 09:00")), "answer")
    assert found.done_at is not None and found.due_at is not None
    assert found.done_at - found.due_at == SECOND
