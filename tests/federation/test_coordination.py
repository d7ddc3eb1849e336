"""A circle that only coordinates: no files, nothing about persons, and for those outside it is not there."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors import caseopening, caseroom, casework
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.casework import By, give_room, hand
from kenesh.response import statements
from kenesh.response.asking import Standing
from kenesh.response.kinds import CaseKind, Status
from kenesh.response.statements import Assignment, Evidence, Opening, Word

BY = By(PERSON)
LOOKED = By(PERSON, looked=True)
DISK = Evidence("disk.img", "0" * 64, 1)


def seen(node: Node) -> SeenCase:
    return caseroom.one_case(node.services, node.services.person(PERSON), "border").value


def begun(nodes: Nodes) -> tuple[Node, Node, Node, str]:
    kz, az, tr = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    opening = Opening("border", CaseKind.DRUG_TRAFFICKING, kz.clock.now(), text="A meeting in Almaty.")
    caseopening.open_case(kz.services, opening, ["AZ"], BY)
    due = Instant(kz.clock.now() + 6 * HOUR)
    task = casework.set_task(kz.services, "border", "AZ", Assignment("Name a contact", due), BY)
    nodes.settle()
    return kz, az, tr, task


def test_files_and_persons_have_no_place_there(nodes: Nodes) -> None:
    kz, az, tr, task = begun(nodes)
    with pytest.raises(UsageProblem, match="its files stay"):
        casework.update(az.services, task, Word(Status.DONE, "here", (DISK,)), BY)
    with pytest.raises(UsageProblem, match="a telephone number"):
        casework.update(az.services, task, Word(Status.DONE, "call +994 12 000 00 00"), BY)
    with pytest.raises(UsageProblem, match="about a person"):
        casework.link(az.services, "border", "threat-actor--11111111-1111-4111-8111-111111111111", BY)
    opening = Opening("other", CaseKind.TERRORISM, kz.clock.now(), text="N 00000000 was seen")
    with pytest.raises(UsageProblem, match="a passport or identity card"):
        caseopening.open_case(kz.services, opening, ["AZ"], BY)
    # Nothing of it was kept; and a person who has looked at it decides.
    assert [item.answers for item in seen(az).state.items] == [()]
    casework.update(az.services, task, Word(Status.DONE, "our desk: +994 12 000 00 00"), LOOKED)
    nodes.settle()
    assert seen(kz).state.items[0].state.standing is Standing.DONE
    # Who is not in it knows nothing of it.
    assert caseroom.all_cases(tr.services, tr.services.person(PERSON)).value == ()
    with pytest.raises(UnknownProblem):
        seen(tr)


def test_what_another_node_lets_through_counts_for_nothing_and_is_shown(nodes: Nodes) -> None:
    kz, az, _, task = begun(nodes)
    case = seen(az)
    value = statements.update_object(hand(az.services, BY), case.state.case.id, task, Word(Status.DONE, "", (DISK,)))
    with az.services.store.writing() as tx:
        give_room(az.services, tx, case.room_ref, [value], BY)
    nodes.settle()
    for node in (kz, az):
        found = seen(node).state
        assert found.items[0].state.standing is Standing.ASKED
        assert [one.why for one in found.ignored] == ["it names files in a circle that holds none"]


def test_an_incident_takes_evidence_and_telephone_numbers_as_before(nodes: Nodes) -> None:
    (kz,) = nodes.found("KZ")
    opening = Opening("wiper", CaseKind.CYBER_INCIDENT, kz.clock.now(), text="call +7 701 000 00 00")
    caseopening.open_case(kz.services, opening, [], BY)
