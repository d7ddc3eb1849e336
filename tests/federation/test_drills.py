"""A drill over four nodes: nobody reads ahead, one is away in the middle, and all derive the same report."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.problem import UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors import alerting, casework, drilling
from kenesh.doors.alerting import Asking
from kenesh.doors.casework import By
from kenesh.doors.drilling import Cast, SeenDrill
from kenesh.parties.bodies import Role
from kenesh.response.drills import Turn
from kenesh.response.kinds import Status
from kenesh.response.scenarios import read_scenario
from kenesh.response.statements import Word

BY = By(PERSON)
STORM = read_scenario(b"""
name = "storm"
version = 1
title = "A storm"
summary = "It rains."
source = "Written for a test."
[[role]]
id = "hit"
title = "Who is hit"
[[role]]
id = "near"
title = "Who is near"
[[inject]]
id = "rain"
at = "0m"
to = ["hit"]
title = "It rains"
text = "Much."
within = "30m"
expects = "An umbrella."
[[inject]]
id = "flood"
at = "30m"
to = ["hit", "near"]
title = "A flood"
text = "More."
within = "30m"
expects = "The secret answer."
values = ["flood.example"]
level = "watch"
[[inject]]
id = "sun"
at = "3h"
to = ["near"]
title = "The sun shines"
text = "At last."
within = "30m"
expects = "A walk."
""")
CAST = Cast({"hit": ["KZ"], "near": ["TR"]}, ["HU"])
DRILL = "storm-1"


def drill(node: Node, name: str = DRILL) -> SeenDrill:
    return drilling.drill_named(node.services, node.services.person(PERSON), name).value


def turn(node: Node, event: str, party: Node, name: str = DRILL) -> Turn:
    (found,) = [one for one in drill(node, name).review.turns if (one.inject, one.party_ref) == (event, party.ref)]
    return found


def answers(node: Node, event: str, name: str = DRILL, status: Status = Status.DONE) -> None:
    case = drill(node, name).case
    (item,) = [item for item in case.asked_of_us() if item.asked.inject == event]
    casework.update(node.services, item.asked.id, Word(status, "done"), BY)


def begun(nodes: Nodes) -> list[Node]:
    sec, kz, tr, hu = nodes.found("SEC", "KZ", "TR", "HU")
    nodes.introduce()
    drilling.start(sec.services, STORM, CAST, DRILL, BY)
    assert drilling.play_due(sec.services, "node") == ["rain"]
    nodes.settle()
    return [sec, kz, tr, hu]


def test_a_drill_runs_from_its_first_event_to_the_same_report_everywhere(nodes: Nodes) -> None:
    sec, kz, tr, hu = everybody = begun(nodes)
    everyone = nodes.readings
    assert [drill(node).scenario for node in everybody] == [STORM, None, None, None]
    assert drill(kz).plays == {}
    assert turn(kz, "rain", kz).planned_at is None
    assert drilling.play_due(sec.services, "node") == []
    answers(kz, "rain")
    nodes.settle()
    assert turn(sec, "rain", kz).in_time
    # TR fails; the node of the secretariat tells the next event at its time by itself.
    nodes.readings = tuple((a, b) for a in ("SEC", "KZ", "HU") for b in ("SEC", "KZ", "HU") if a != b)
    nodes.step(30 * 60)
    assert drilling.play_due(sec.services, "node") == ["flood"]
    assert drilling.play_due(sec.services, "node") == []
    nodes.settle()
    assert kz.looks_up("flood.example") == hu.looks_up("flood.example") != {}
    assert tr.looks_up("flood.example") == {}
    answers(kz, "flood")
    alerting.ask_level(kz.services, DRILL, Asking("watch", "a flood", 3600 * 10**6), BY)
    nodes.settle()
    nodes.step(31 * 60)
    assert not turn(sec, "flood", tr).in_time
    assert tr.ref in drill(sec).case.state.silent()
    nodes.readings = everyone
    nodes.settle()
    answers(tr, "flood")
    nodes.settle()
    assert turn(sec, "flood", tr).in_time is False
    ended = drilling.end(sec.services, DRILL, PERSON)
    assert ended.review.not_played == ("sun",)
    nodes.settle()
    reviews = [drill(node).review for node in everybody]
    assert all(one == reviews[0] for one in reviews)
    assert reviews[0].ended_at is not None
    assert [(one.inject, one.level, one.at is not None) for one in reviews[0].levels] == [("flood", "watch", True)]
    assert drill(hu).scenario == STORM
    assert drill(hu).plays == {"hit": [kz.ref], "near": [tr.ref]}
    # It is over: nothing is told any more, by no clock and by no hand.
    nodes.step(3 * 3600)
    assert drilling.play_due(sec.services, "node") == []
    with pytest.raises(UsageProblem, match="over"):
        drilling.inject(sec.services, DRILL, PERSON, "sun")


def test_the_next_drill_of_a_scenario_is_compared_with_the_last(nodes: Nodes) -> None:
    sec, kz, tr, _ = begun(nodes)
    nodes.step(600)
    answers(kz, "rain")
    nodes.settle()
    drilling.end(sec.services, DRILL, PERSON)
    nodes.step(60)
    drilling.start(sec.services, STORM, CAST, "storm-2", BY)
    drilling.play_due(sec.services, "node")
    nodes.settle()
    answers(kz, "rain", "storm-2")
    nodes.settle()
    found = drill(sec, "storm-2")
    assert found.before is not None and found.before.name == DRILL
    (mine,) = [one for one in found.compared() if one.party_ref == kz.ref]
    assert (mine.in_time, mine.in_time_before) == (100, 100)
    assert mine.answered_after is not None and mine.answered_after_before is not None
    assert mine.answered_after < mine.answered_after_before
    # Who plays knows no scenario before the end, and so not which drill came before.
    assert drill(kz, "storm-2").before is None
    assert [one.review.name for one in drilling.drills_seen(tr.services, tr.services.person(PERSON)).value] == [
        "storm-2",
        DRILL,
    ]


def test_only_who_runs_it_tells_events_and_each_once(nodes: Nodes) -> None:
    sec, kz, _, hu = begun(nodes)
    for do in (
        lambda: drilling.inject(kz.services, DRILL, PERSON, "sun"),
        lambda: drilling.end(kz.services, DRILL, PERSON),
    ):
        with pytest.raises(UsageProblem, match="SEC leads this case"):
            do()
    with pytest.raises(UsageProblem, match="told already"):
        drilling.inject(sec.services, DRILL, PERSON, "rain")
    with pytest.raises(UnknownProblem, match="no event 'fire'"):
        drilling.inject(sec.services, DRILL, PERSON, "fire")
    # Told before its time by hand, it is not told again by the clock.
    assert drilling.inject(sec.services, DRILL, PERSON, "flood") == ["flood"]
    nodes.step(30 * 60)
    assert drilling.play_due(sec.services, "node") == []
    seats = [party for party in drill(hu).case.state.parties if party.party_ref == hu.ref]
    assert len(seats) == 1
    with hu.services.store.reading() as tx:
        (term,) = [one.term for one in tx.terms.of_party(hu.ref)]
    assert term.role is Role.OBSERVER
    with pytest.raises(UnknownProblem):
        drill(sec, "another")


def test_a_cast_that_does_not_fit_begins_nothing(nodes: Nodes) -> None:
    (sec,) = nodes.found("SEC")
    for cast, says in (
        (Cast({"hit": ["KZ"]}), "Nobody plays near"),
        (Cast({"hit": ["KZ"], "near": ["TR"], "far": ["UZ"]}), "no role 'far'"),
    ):
        with pytest.raises(UsageProblem, match=says):
            drilling.start(sec.services, STORM, cast, DRILL, BY)
    with pytest.raises(UnknownPartyProblem):
        drilling.start(sec.services, STORM, CAST, DRILL, BY)
    assert drilling.drills_seen(sec.services, sec.services.person(PERSON)).value == ()
