"""A sitting over four nodes: everybody in the circle sees the same, nobody else learns of it."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import DAY, HOUR, Instant, stix_timestamp
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors import sitting, waiting
from kenesh.doors.casework import By
from kenesh.doors.sitting import Plan
from kenesh.parties.bodies import Role
from kenesh.response.calls import Matter
from kenesh.response.sittings import Coming, Point, SittingState, Standing

BY = By(PERSON)
DIGEST = "a" * 64


def council(nodes: Nodes) -> list[Node]:
    az, kz, tr, uz = nodes.found("AZ", "KZ", "TR", "UZ")
    nodes.introduce()
    az.forms("narcotics")
    az.admits("KZ", "narcotics")
    az.admits("TR", "narcotics", Role.OBSERVER)
    nodes.settle()
    return [az, kz, tr, uz]


def plan(node: Node, begins: int = DAY, name: str = "Autumn sitting") -> Plan:
    begins_at = Instant(node.clock.now() + begins)
    agenda = [Point("Contacts by night", (("annex.pdf", DIGEST),)), Point("Statistics")]
    return Plan(name, begins_at, Instant(begins_at + HOUR), "Baku", agenda)


def seen(node: Node) -> list[SittingState]:
    return [one for body in sitting.all_sittings(node.services, node.services.person(PERSON)) for one in body.sittings]


def waits(node: Node) -> list[Matter]:
    return [one.matter for one in waiting.waiting(node.services, node.services.person(PERSON)).value.concerns]


def test_a_sitting_is_called_answered_moved_and_reported(nodes: Nodes) -> None:
    az, kz, tr, uz = council(nodes)
    made = sitting.call(az.services, "narcotics", plan(az), BY)
    nodes.settle()
    assert waits(kz) == [Matter.SITTING] and Matter.SITTING not in waits(az)
    sitting.answer(kz.services, made, "two of us", BY, comes=True)
    nodes.settle()
    assert waits(kz) == []
    (one,) = seen(az)
    assert seen(kz) == seen(tr) == [one]
    assert [point.name for point in one.sitting.agenda] == ["Contacts by night", "Statistics"]
    assert one.sitting.agenda[0].documents == (("annex.pdf", DIGEST),)
    coming = {each.party_ref: (each.coming, each.text) for each in one.parties}
    assert coming == {
        kz.services.own.ref: (Coming.COMES, "two of us"),
        tr.services.own.ref: (Coming.SILENT, ""),
    }
    # Who is not in the circle learns nothing: neither of the sitting, nor that there is a circle.
    assert seen(uz) == [] and waits(uz) == []
    with pytest.raises(UnknownProblem):
        sitting.one_sitting(uz.services, uz.services.person(PERSON), made)
    nodes.step(60)
    later = {
        "begins_at": stix_timestamp(Instant(az.clock.now() + 2 * DAY)),
        "ends_at": stix_timestamp(Instant(az.clock.now() + 3 * DAY)),
    }
    sitting.change(az.services, made, later, BY)
    nodes.settle()
    assert waits(kz) == [Matter.SITTING]
    nodes.step(2 * DAY // 10**6)
    assert seen(kz)[0].standing is Standing.SITS and waits(kz) == []
    sitting.change(az.services, made, {"outcome": "A common form for requests."}, BY)
    nodes.settle()
    assert seen(tr)[0].sitting.outcome == "A common form for requests."


def test_what_is_not_ones_own_to_say_is_refused(nodes: Nodes) -> None:
    az, kz, tr, uz = council(nodes)
    made = sitting.call(kz.services, "narcotics", plan(kz), BY)
    nodes.settle()
    with pytest.raises(UnknownProblem, match="no sitting of this party's"):
        sitting.change(az.services, made, {"outcome": "x"}, BY)
    with pytest.raises(UsageProblem, match="calls no sitting"):
        sitting.call(tr.services, "narcotics", plan(tr), BY)
    with pytest.raises(UnknownProblem):
        sitting.call(uz.services, "narcotics", plan(uz), BY)
    with pytest.raises(UsageProblem, match="not asked whether it comes"):
        sitting.answer(kz.services, made, "", BY, comes=True)
    with pytest.raises(UsageProblem, match="ends before it begins"):
        sitting.call(kz.services, "narcotics", Plan("x", Instant(DAY), Instant(DAY)), BY)
    # These circles hold nothing that names a person; what seems to is held back until somebody has looked at it.
    with pytest.raises(UsageProblem, match="identified a person"):
        sitting.call(kz.services, "narcotics", plan(kz, name="On DE89370400440532013000"), BY)
    sitting.call(kz.services, "narcotics", plan(kz, name="On DE89370400440532013000"), By(PERSON, looked=True))
