"""An alert level over four nodes: raised by two, with one away; equal on all of them, and unknown outside the body."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import HOUR
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors import alerting
from kenesh.doors.alerting import Asking, SeenLevel
from kenesh.doors.casework import By
from kenesh.response.ladder import SHIPPED, read_ladder
from kenesh.stix.marking import Tlp

BY = By(PERSON, Tlp.AMBER_STRICT)


def asks(node: Node, level: str, hours: int = 24, *, affected: bool = False) -> SeenLevel:
    return alerting.ask_level(node.services, "cert", Asking(level, "a wiper", hours * HOUR, affected), BY)


def level(node: Node) -> str:
    (seen,) = alerting.levels(node.services, node.services.person(PERSON), "cert")
    return seen.state.level


def test_a_level_is_raised_by_two_falls_by_itself_and_is_the_same_everywhere(nodes: Nodes) -> None:
    az, kz, tr, uz = nodes.found("AZ", "KZ", "TR", "UZ")
    nodes.introduce()
    everybody = nodes.readings
    az.forms("cert")
    for code in ("KZ", "TR"):
        az.admits(code, "cert")
    nodes.settle()
    assert asks(kz, "alert").state.level == "watch"
    nodes.settle()
    assert [level(node) for node in (az, kz, tr)] == ["watch"] * 3
    nodes.readings = (("KZ", "TR"), ("TR", "KZ"))
    asks(tr, "alert")
    nodes.settle()
    assert [level(node) for node in (az, kz, tr)] == ["watch", "alert", "alert"]
    nodes.readings = everybody
    nodes.settle()
    states = [alerting.levels(node.services, node.services.person(PERSON), "cert")[0].state for node in (az, kz, tr)]
    assert states[0].level == "alert"
    assert states[0] == states[1] == states[2]
    assert alerting.levels(uz.services, uz.services.person(PERSON)) == []
    with pytest.raises(UnknownProblem):
        level(uz)
    asks(kz, "routine")
    nodes.settle()
    assert [level(node) for node in (az, kz, tr)] == ["watch"] * 3
    nodes.step(24 * 3600)
    assert [level(node) for node in (az, kz, tr)] == ["routine"] * 3


def test_the_keeper_states_the_levels_and_nobody_else(nodes: Nodes) -> None:
    az, kz = nodes.found("AZ", "KZ")
    nodes.introduce()
    az.forms("cert")
    az.admits("KZ", "cert")
    nodes.settle()
    stricter = read_ladder(SHIPPED.read_bytes().replace(b"affected = 1\n[[level.needs]]\nstates = 2", b"states = 2", 1))
    with pytest.raises(UsageProblem, match="Another party keeps"):
        alerting.state_rules(kz.services, "cert", stricter, BY)
    assert asks(kz, "alert", affected=True).state.level == "alert"
    assert alerting.state_rules(az.services, "cert", stricter, BY) == 1
    nodes.settle()
    assert [level(node) for node in (az, kz)] == ["watch"] * 2
    assert alerting.state_rules(az.services, "cert", read_ladder(SHIPPED.read_bytes()), BY) == 2
    nodes.settle()
    assert [level(node) for node in (az, kz)] == ["alert"] * 2


def test_what_cannot_be_asked_for_is_said(nodes: Nodes) -> None:
    (az,) = nodes.found("AZ")
    az.forms("cert")
    with pytest.raises(UsageProblem, match="no level of cert"):
        asks(az, "panic")
    with pytest.raises(UsageProblem, match="with a reason"):
        alerting.ask_level(az.services, "cert", Asking("watch", " ", HOUR), BY)
