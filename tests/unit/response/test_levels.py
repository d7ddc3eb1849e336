"""The alert level follows from what members ask for, in any order, to the second."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, SECOND, Instant
from kenesh.basis.problem import DamagedProblem
from kenesh.parties.bodies import Role
from kenesh.response.alerts import LEVELS
from kenesh.response.ladder import SHIPPED, read_ladder, shipped
from kenesh.response.levels import Demand, LevelState, level_state

LADDER = shipped()
T = Instant(1_795_593_600 * SECOND)
MEMBERS = {"AZ": Role.CHAIR, "KZ": Role.MEMBER, "TR": Role.MEMBER, "UZ": Role.MEMBER, "HU": Role.OBSERVER}


def asks(party: str, level: str, at: float = 0, lasts: float = 24, **more: bool) -> Demand:
    begins = Instant(T + int(at * HOUR))
    return Demand(
        f"kenesh-alert--{party}", party, level, "a wiper", begins, Instant(begins + int(lasts * HOUR)), **more
    )


def state(*demands: Demand, at: float = 1) -> LevelState:
    return level_state(demands, LADDER, MEMBERS, Instant(T + int(at * HOUR)))


def test_where_nobody_asks_it_is_routine_for_ever() -> None:
    assert state() == LevelState("routine", None, (), (), (), (), None)


@pytest.mark.parametrize(
    ("demands", "level"),
    [
        ([asks("KZ", "watch")], "watch"),
        ([asks("KZ", "alert")], "watch"),
        ([asks("KZ", "alert", affected=True)], "alert"),
        ([asks("KZ", "alert"), asks("TR", "alert")], "alert"),
        ([asks("KZ", "joint-response", affected=True), asks("TR", "joint-response")], "alert"),
        ([asks("KZ", "joint-response", affected=True), asks("AZ", "joint-response")], "joint-response"),
        ([asks("AZ", "joint-response")], "watch"),
        (
            [asks("KZ", "council-crisis", political=True), asks("TR", "council-crisis", political=True)],
            "council-crisis",
        ),
        ([asks("KZ", "council-crisis", political=True), asks("TR", "council-crisis")], "alert"),
        ([asks("HU", "alert", affected=True)], "routine"),
        ([asks("XX", "alert", affected=True)], "routine"),
        ([asks("KZ", "alert", affected=True), asks("KZ", "routine", at=0.5)], "routine"),
        ([asks("KZ", "alert", affected=True), asks("KZ", "watch", at=0.5)], "watch"),
        ([asks("KZ", "alert", at=2, affected=True)], "routine"),
    ],
)
def test_the_highest_level_of_which_a_need_is_met_is_in_force(demands: list[Demand], level: str) -> None:
    assert state(*demands).level == level


def test_a_demand_ends_to_the_second_and_never_later_than_its_level_lasts() -> None:
    one = asks("KZ", "alert", lasts=24, affected=True)
    assert state(one, at=24 - 1 / 3600).level == "alert"
    assert state(one, at=24).level == "routine"
    assert state(one).holds_until == T + 24 * HOUR
    long = asks("KZ", "alert", lasts=1000, affected=True)
    assert state(long, at=48 - 1 / 3600).level == "alert"
    assert state(long, at=48).level == "routine"


def test_a_renewal_keeps_the_level_since_it_began_and_a_gap_begins_it_anew() -> None:
    first, again = asks("KZ", "alert", affected=True), asks("KZ", "alert", at=20, affected=True)
    assert state(first, again, at=30).since == T
    late = asks("KZ", "alert", at=25, affected=True)
    assert state(first, late, at=30).since == late.at
    assert state(asks("KZ", "alert"), asks("TR", "alert", at=3), at=4).since == T + 3 * HOUR


def test_what_is_asked_for_and_not_in_force_says_what_it_needs() -> None:
    (wanting,) = state(asks("KZ", "alert")).wanting
    assert (wanting.level, wanting.by) == ("alert", ("KZ",))
    assert [(need.affected, need.states) for need in wanting.needs] == [(1, 0), (0, 2)]


def test_a_level_asks_again_and_again_or_once() -> None:
    demand = asks("KZ", "alert", lasts=48, affected=True)
    report, room = state(demand, at=1).due
    assert (report.what, report.at, room.at) == ("Situation report", T + 12 * HOUR, T + 4 * HOUR)
    assert state(demand, at=12).due[0].at == T + 12 * HOUR
    assert state(demand, at=13).due[0].at == T + 24 * HOUR
    assert state(demand, at=13).due[1].at == T + 4 * HOUR


def test_who_does_not_decide_is_shown_and_counts_for_nothing() -> None:
    found = state(asks("HU", "alert", affected=True))
    assert [one.party_ref for one in found.ignored] == ["HU"]
    assert found.demands == ()


DEMANDS = st.lists(
    st.builds(
        asks,
        st.sampled_from([*MEMBERS, "XX"]),
        st.sampled_from(LEVELS),
        at=st.integers(0, 40),
        lasts=st.integers(1, 80),
        affected=st.booleans(),
        political=st.booleans(),
    ),
    max_size=12,
)


@given(demands=DEMANDS, seed=st.integers(), at=st.integers(0, 60))
def test_order_and_repetition_change_nothing(demands: list[Demand], seed: int, at: int) -> None:
    again = [*demands, *demands]
    Random(seed).shuffle(again)
    assert state(*again, at=at) == state(*demands, at=at)


@given(demands=DEMANDS, at=st.integers(0, 60))
def test_it_holds_until_it_says_if_nothing_arrives(demands: list[Demand], at: int) -> None:
    found = state(*demands, at=at)
    if found.holds_until is not None:
        last = level_state(demands, LADDER, MEMBERS, Instant(found.holds_until - 1))
        assert replace(last, due=found.due) == found


@given(demands=DEMANDS, at=st.integers(0, 60))
def test_one_who_asks_for_more_never_brings_the_level_down(demands: list[Demand], at: int) -> None:
    more = asks("UZ", LEVELS[-1], at=at, affected=True, political=True)
    assert LEVELS.index(state(*demands, more, at=at).level) >= LEVELS.index(state(*demands, at=at).level)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'id = "watch"', b'id = "panic"', "no level above routine"),
        (b"states = 1\n", b"states = 0\n", "needs nobody"),
        (b'within = "24h"', b'within = "24h"\nevery = "2h"', "either within or every"),
        (b'lasts_at_most = "72h"', b'lasts_at_most = "long"', "no span"),
        (b'id = "alert"', b'id = "watch"', "once each"),
        (b"states = 1\n", b"states = 1000\n", "<= 100"),
        (b"title =", b"title", "holds no alert levels"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_the_place(old: bytes, new: bytes, says: str) -> None:
    octets = SHIPPED.read_bytes()
    assert old in octets
    with pytest.raises(DamagedProblem, match=says):
        read_ladder(octets.replace(old, new, 1))
