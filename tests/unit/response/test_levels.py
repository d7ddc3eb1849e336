"""The alert level follows from what members ask for, in any order, to the second."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.instants import HOUR, SECOND, Instant
from kenesh.basis.problem import DamagedProblem
from kenesh.parties.bodies import Role, Seat
from kenesh.response.alerts import LEVELS
from kenesh.response.ladder import SHIPPED, Ladder, ladder_of, read_ladder, shipped
from kenesh.response.levels import Demand, Ended, LevelState, level_state

LADDER = shipped()
T = Instant(1_795_593_600 * SECOND)
LONG_AGO = Instant(T - 1_000 * HOUR)
ROLES = {"AZ": Role.CHAIR, "KZ": Role.MEMBER, "TR": Role.MEMBER, "UZ": Role.MEMBER, "HU": Role.OBSERVER}
MEMBERS = {code: [Seat(LONG_AGO, None, role)] for code, role in ROLES.items()}
LADDERS = [(Instant(0), LADDER)]
Rules = list[tuple[Instant, Ladder]]
Members = dict[str, list[Seat]]


def hour(at: float) -> Instant:
    return Instant(T + int(at * HOUR))


def asks(party: str, level: str, at: float = 0, lasts: float = 24, **more: bool) -> Demand:
    begins = Instant(T + int(at * HOUR))
    return Demand(
        f"kenesh-alert--{party}", party, level, "a wiper", begins, Instant(begins + int(lasts * HOUR)), **more
    )


def state(*demands: Demand, at: float = 1, rules: Rules = LADDERS, members: Members = MEMBERS) -> LevelState:
    return level_state(demands, rules, members, hour(at))


def test_where_nobody_asks_it_is_routine_for_ever() -> None:
    assert state() == LevelState("routine", None, None, (), (), (), (), None)
    assert state(members={**MEMBERS, "UZ": [Seat(LONG_AGO, hour(9))]}).holds_until == hour(9)


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
    assert state(one, at=13).holds_until == T + 24 * HOUR
    long = asks("KZ", "alert", lasts=1000, affected=True)
    assert state(long, at=48 - 1 / 3600).level == "alert"
    assert state(long, at=48).level == "routine"
    assert state(long).until == state(long).demands[0].until == hour(48)


def test_a_renewal_keeps_the_level_since_it_began_and_a_gap_begins_it_anew() -> None:
    first, again = asks("KZ", "alert", affected=True), asks("KZ", "alert", at=20, affected=True)
    assert state(first, again, at=30).since == T
    late = asks("KZ", "alert", at=25, affected=True)
    assert state(first, late, at=30).since == late.at
    assert state(asks("KZ", "alert"), asks("TR", "alert", at=3), at=4).since == T + 3 * HOUR


def test_it_says_when_the_level_changes_if_nobody_says_anything() -> None:
    demands = [asks("KZ", "alert", lasts=10, affected=True), asks("TR", "watch", lasts=30)]
    assert [state(*demands, at=at).until for at in (1, 10, 30)] == [hour(10), hour(30), None]
    assert state(asks("KZ", "alert", affected=True), asks("KZ", "routine", at=1), at=2).until is None


def test_no_level_began_before_its_need_was_met() -> None:
    hit_later = [asks("KZ", "alert"), asks("KZ", "alert", at=10, affected=True)]
    assert state(*hit_later, at=9).level == "watch"
    found = state(*hit_later, at=11)
    assert (found.level, found.since) == ("alert", hour(10))
    assert min(due.at for due in found.due) == hour(14)
    becomes_chair = {
        **MEMBERS,
        "AZ": [Seat(LONG_AGO)],
        "TR": [Seat(LONG_AGO, hour(10)), Seat(hour(10), None, Role.CHAIR)],
    }
    joint = [asks("KZ", "joint-response", affected=True), asks("TR", "joint-response")]
    assert state(*joint, at=9, members=becomes_chair).level == "alert"
    assert state(*joint, at=11, members=becomes_chair).since == hour(10)
    strict = ladder_of(LADDER.wire() | {"level": [{"id": "watch", "needs": [{"states": 3}], "lasts_at_most": "72h"}]})
    rules = [(Instant(0), strict), (hour(5), LADDER)]
    assert state(asks("KZ", "watch"), at=4, rules=rules).level == "routine"
    assert state(asks("KZ", "watch"), at=4, rules=rules).holds_until == hour(5)
    assert state(asks("KZ", "watch"), at=6, rules=rules).since == hour(5)


def test_a_hand_over_between_those_who_carry_it_begins_nothing_anew() -> None:
    over = [asks("KZ", "watch"), asks("TR", "watch", at=20), asks("KZ", "routine", at=21)]
    assert state(*over, at=22).since == T
    graver = [asks("KZ", "alert", affected=True), asks("KZ", "watch", at=3)]
    assert state(*graver, at=4).since == T


def test_who_leaves_carries_nothing_from_then_on() -> None:
    leaves = {**MEMBERS, "KZ": [Seat(LONG_AGO, hour(5))]}
    demand = asks("KZ", "alert", affected=True)
    assert [state(demand, at=at, members=leaves).level for at in (4.9, 5)] == ["alert", "routine"]
    assert state(demand, at=1, members=leaves).holds_until == hour(5)
    assert [one.party_ref for one in state(demand, at=5, members=leaves).ignored] == ["KZ"]


def test_ten_thousand_renewals_are_gone_through_in_order() -> None:
    often = [asks(code, "alert", at=n / 100, affected=True) for n in range(5_000) for code in ("KZ", "TR")]
    assert state(*often, at=50).since == T


def test_at_routine_it_says_what_level_ended_and_asks_for_the_review() -> None:
    demands = [
        asks("KZ", "watch", lasts=30),
        asks("TR", "alert", at=3, lasts=5, affected=True),
        asks("KZ", "routine", at=10),
    ]
    assert state(*demands, at=9).ended is None
    found = state(*demands, at=11)
    assert (found.level, found.ended) == ("routine", Ended("alert", hour(0), hour(10)))
    assert [(due.what, due.at) for due in found.due] == [("After-action review", hour(10 + 14 * 24))]
    again = [*demands, asks("UZ", "watch", at=20, lasts=4)]
    assert [one.what for one in state(*again, at=21).due] == ["Confirm your contacts"]
    only_watch = state(*again, at=25)
    assert (only_watch.ended, only_watch.due) == (Ended("watch", hour(20), hour(24)), ())


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


SEATS = st.fixed_dictionaries(
    {
        code: st.lists(
            st.builds(
                lambda begins, lasts, role: Seat(hour(begins), None if lasts is None else hour(begins + lasts), role),
                st.integers(-20, 40),
                st.none() | st.integers(1, 40),
                st.sampled_from(Role),
            ),
            max_size=2,
        )
        for code in ROLES
    }
)
OTHER = ladder_of(
    LADDER.wire()
    | {
        "level": [
            {"id": "watch", "needs": [{"states": 2}], "lasts_at_most": "9h", "asks": [{"what": "x", "every": "5h"}]},
            {"id": "council-crisis", "needs": [{"chair": True}], "lasts_at_most": "30h"},
        ]
    }
)
RULES = st.lists(st.tuples(st.integers(0, 50).map(hour), st.sampled_from([LADDER, OTHER])), max_size=3).map(
    lambda later: [(Instant(0), LADDER), *later]
)


@given(demands=DEMANDS, seed=st.integers(), at=st.integers(0, 60), members=SEATS)
def test_order_and_repetition_change_nothing(demands: list[Demand], seed: int, at: int, members: Members) -> None:
    again = [*demands, *demands]
    Random(seed).shuffle(again)
    turned = {code: members[code][::-1] for code in reversed(members)}
    assert state(*again, at=at, members=turned) == state(*demands, at=at, members=members)


@given(demands=DEMANDS, at=st.integers(0, 60), rules=RULES, members=SEATS)
def test_it_holds_until_it_says_if_nothing_arrives(
    demands: list[Demand], at: int, rules: Rules, members: Members
) -> None:
    found = state(*demands, at=at, rules=rules, members=members)
    last = hour(10_000) if found.holds_until is None else Instant(found.holds_until - 1)
    assert level_state(demands, rules, members, last) == found


@given(demands=DEMANDS, at=st.integers(0, 60), rules=RULES, members=SEATS)
def test_ever_since_it_began_it_was_in_force_and_just_before_it_was_not(
    demands: list[Demand], at: int, rules: Rules, members: Members
) -> None:
    found = state(*demands, at=at, rules=rules, members=members)
    if found.since is not None:
        rank = LEVELS.index(found.level)
        began = level_state(demands, rules, members, found.since)
        before = level_state(demands, rules, members, Instant(found.since - 1))
        assert LEVELS.index(began.level) >= rank > LEVELS.index(before.level)
        if found.until is not None:
            assert level_state(demands, rules, members, Instant(found.until - 1)).level == found.level
            assert level_state(demands, rules, members, found.until).level != found.level
        between = level_state(demands, rules, members, Instant((found.since + hour(at)) // 2))
        assert LEVELS.index(between.level) >= rank


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
        (b'after = "14d"', b'after = "14d"\nevery = "2h"', "or after"),
        (b'what = "After-action review"', b'what = "Situation report"', "the same twice"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_the_place(old: bytes, new: bytes, says: str) -> None:
    octets = SHIPPED.read_bytes()
    assert old in octets
    with pytest.raises(DamagedProblem, match=says):
        read_ladder(octets.replace(old, new, 1))
