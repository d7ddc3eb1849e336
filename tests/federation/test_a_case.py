"""A case over three states: one node is down in the middle, a task is refused, one is late; a fourth sees nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import indicator, moment

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import RefusedProblem, UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors import caseopening, caseroom, casework
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.casework import By
from kenesh.response import clocks
from kenesh.response.asking import Standing
from kenesh.response.cases import CaseState, Item, Joining
from kenesh.response.kinds import CaseKind, Status
from kenesh.response.statements import INCIDENT_CORE, Assignment, Opening, Reported, Word
from kenesh.stix.marking import Tlp

CANARY = "canary-5e0b77"
OFFICER = By("duty officer")


def seen(node: Node) -> SeenCase:
    return caseroom.one_case(node.services, node.services.person(OFFICER.who), "wiper").value


def state(node: Node) -> CaseState:
    return seen(node).state


def derived(node: Node) -> CaseState:
    """What must be the same everywhere: all but up to when this node has heard the others."""
    found = state(node)
    return replace(found, parties=tuple(replace(one, heard_at=None) for one in found.parties))


def item(node: Node, stix_id: str) -> Item:
    (one,) = [item for item in state(node).items if item.asked.id == stix_id]
    return one


def joined(node: Node) -> dict[str, Joining]:
    found = seen(node)
    return {found.code(one.party_ref): one.joining for one in found.state.parties}


def opening(node: Node, name: str = "wiper") -> Opening:
    return Opening(name, CaseKind.CYBER_INCIDENT, node.clock.now(), "red", ["energy"], ["nis2"], text=CANARY)


def task(node: Node, to: str, what: str, due_h: float) -> str:
    due = Instant(node.clock.now() + int(due_h * HOUR))
    return casework.set_task(node.services, "wiper", to, Assignment(f"{what} {CANARY}", due), OFFICER)


def says(node: Node, target: str, status: Status, text: str = "") -> str:
    return casework.update(node.services, target, Word(status, text), OFFICER)


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, open_in: Callable[[Path], OpenStore], loop: Loop
) -> Iterator[Nodes]:
    """KZ leads a case with AZ and TR; HU is admitted as a peer and is not in the room."""
    folder = tmp_path_factory.mktemp("case")
    nodes = Nodes(folder, open_in(folder), loop)
    kz, *_ = nodes.found("KZ", "AZ", "TR", "HU")
    nodes.introduce()
    caseopening.open_case(kz.services, opening(kz), ["AZ", "TR"], OFFICER)
    nodes.settle()
    yield nodes
    nodes.close()


@pytest.fixture
def four(nodes: Nodes) -> tuple[Node, Node, Node, Node]:
    return nodes["KZ"], nodes["AZ"], nodes["TR"], nodes["HU"]


def octets_of(nodes: Nodes, node: Node) -> bytes:
    """All that stands in a node's store, its log included."""
    folder = Path(str(node.database.engine.url.database)).parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{node.code.lower()}.db*")))


def test_a_case_from_its_opening_to_its_end(nodes: Nodes, four: tuple[Node, Node, Node, Node]) -> None:
    kz, az, tr, hu = four
    assert joined(az) == {"KZ": Joining.JOINED, "AZ": Joining.ADMITTED, "TR": Joining.ADMITTED}
    casework.join(az.services, "wiper", OFFICER)
    casework.join(tr.services, "wiper", OFFICER)
    refused, late, kept = task(kz, "AZ", "image", 6), task(kz, "TR", "hash", 1), task(kz, "TR", "route", 6)
    nodes.settle()
    says(az, refused, Status.REFUSED, "our law forbids it")
    says(tr, kept, Status.ACCEPTED)
    nodes.settle()
    assert item(kz, refused).state.standing is Standing.REFUSED

    nodes.part("TR", "KZ")
    nodes.part("TR", "AZ")
    heard = nodes.clock.now()
    nodes.step(1800)
    says(tr, late, Status.DONE, "in time, by its own clock")
    nodes.step(3600)
    nodes.settle()
    for node in (kz, az):
        silent = item(node, late).state
        assert silent.is_overdue
        assert silent.unheard_since is not None and silent.unheard_since <= heard

    nodes.join("TR", "KZ")
    nodes.join("TR", "AZ")
    says(tr, kept, Status.DONE)
    reported = Reported("nis2", "early-warning", tr.clock.now(), form={"severity": "red", "outlook": "stable"})
    casework.report(tr.services, "wiper", reported, OFFICER)
    nodes.settle()
    nodes.settle()
    casework.close(kz.services, "wiper", OFFICER, handled_only=True)
    casework.close(kz.services, "wiper", OFFICER)
    nodes.settle()

    assert derived(kz) == derived(az) == derived(tr)
    assert (item(tr, late).state.standing, item(tr, late).state.in_time) == (Standing.DONE, False)
    assert (item(az, kept).state.standing, item(az, kept).state.in_time) == (Standing.DONE, True)
    assert item(tr, refused).state.in_time is True
    assert (state(az).standing, joined(az)["TR"]) == ("closed", Joining.JOINED)
    met = [owed for owed in state(az).owed if (owed.party_ref, owed.clock.step.id) == (tr.ref, "early-warning")]
    assert [owed.clock.standing for owed in met] == [clocks.Standing.MET]
    assert [entry.text for entry in seen(tr).timeline if entry.what == "refused"] == ["our law forbids it"]
    assert seen(kz).timeline == seen(az).timeline == seen(tr).timeline

    assert caseroom.all_cases(hu.services, hu.services.person(OFFICER.who)).value == ()
    assert CANARY.encode() in octets_of(nodes, az)
    assert CANARY.encode() not in octets_of(nodes, hu)
    assert hu.alarms() == []
    with pytest.raises(UnknownProblem):
        seen(hu)


def test_what_may_not_be_done_in_a_case(nodes: Nodes, four: tuple[Node, Node, Node, Node]) -> None:
    kz, az, tr, _ = four
    asked = task(kz, "TR", "image", 6)
    nodes.settle()
    with pytest.raises(UsageProblem, match="KZ leads this case"):
        task(az, "TR", "image", 6)
    with pytest.raises(UsageProblem, match="It was asked of TR"):
        says(az, asked, Status.DONE)
    with pytest.raises(UsageProblem, match="in-progress does not follow"):
        says(tr, asked, Status.IN_PROGRESS)
    with pytest.raises(UsageProblem, match="KZ leads this case"):
        casework.close(az.services, "wiper", OFFICER)
    with pytest.raises(UsageProblem, match="KZ asked it"):
        casework.cancel(tr.services, asked, OFFICER)
    with pytest.raises(UnknownProblem, match="HU is not in the room"):
        task(kz, "HU", "image", 6)
    with pytest.raises(UnknownPartyProblem):
        caseopening.open_case(kz.services, opening(kz, "other"), ["UZ"], OFFICER)
    with pytest.raises(RefusedProblem):
        caseopening.open_case(kz.services, opening(kz, "other"), ["AZ"], By("duty officer", Tlp.RED))
    with pytest.raises(UnknownProblem, match="no regime"):
        caseopening.open_case(kz.services, replace(opening(kz, "other"), regimes=["nis9"]), ["AZ"], OFFICER)
    assert [one.state.case.name for one in caseroom.all_cases(kz.services, kz.services.person("x")).value] == ["wiper"]
    casework.cancel(kz.services, asked, OFFICER)
    nodes.settle()
    assert item(tr, asked).state.standing is Standing.CANCELLED


def test_what_is_linked_is_shown_to_who_may_see_it_and_to_the_others_there_is_no_gap(
    nodes: Nodes, four: tuple[Node, Node, Node, Node]
) -> None:
    kz, az, tr, _ = four
    known = indicator("evil.example", Tlp.GREEN, by="KZ")
    kz.imports(known)
    casework.link(kz.services, "wiper", known["id"], OFFICER)
    kz.releases(known["id"], to="AZ")
    nodes.settle()
    assert known["id"] in [one.id for one in seen(az).linked]
    assert [one.type for one in seen(tr).linked] == ["incident"]
    assert known["id"] not in state(tr).linked


def test_who_is_invited_later_gets_what_the_lead_has_stated(nodes: Nodes, four: tuple[Node, Node, Node, Node]) -> None:
    kz, _, _, hu = four
    asked = task(kz, "TR", "image", 6)
    nodes.settle()
    caseopening.invite(kz.services, "wiper", "HU", OFFICER)
    nodes.settle()
    assert joined(hu)["HU"] is Joining.ADMITTED
    assert item(hu, asked).state == item(kz, asked).state


def test_the_incident_underneath_is_read_by_tools_that_know_no_cases(
    nodes: Nodes, four: tuple[Node, Node, Node, Node]
) -> None:
    _, az, _, _ = four
    (incident,) = [one.id for one in seen(az).linked if one.type == "incident"]
    assert [INCIDENT_CORE in node_value["extensions"] for node_value in contents(az, incident)] == [True]


def test_both_versions_of_the_incident_extension_are_kept_as_they_came(
    four: tuple[Node, Node, Node, Node],
) -> None:
    kz, *_ = four
    first = {"extension_type": "property-extension", "investigation_status": "closed", "blocked": False,
             "malicious": True, "criticality": 50, "incident_types": ["aggregation-information-phishing-schemes"],
             "impacts": [{"impact_category": "monetary", "criticality": 30}]}  # fmt: skip
    second = {"extension_type": "property-extension", "determination": "suspected", "investigation_status": "new",
              "impacted_entity_counts": {"computers-mobile": 12}, "event_refs": [], "task_refs": []}  # fmt: skip
    values = [incident(number, {INCIDENT_CORE: core}) for number, core in enumerate((first, second))]
    outcome = kz.imports(*values)
    assert (outcome.accepted, outcome.refused) == (2, 0)
    assert [contents(kz, value["id"]) for value in values] == [[value] for value in values]


def incident(number: int, extensions: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "incident",
        "spec_version": "2.1",
        "id": f"incident--{named_uuid('test', str(number))}",
        "created": moment(0),
        "modified": moment(0),
        "name": "made elsewhere",
        "extensions": extensions,
    }


def contents(node: Node, stix_id: str) -> list[dict[str, Any]]:
    with node.services.store.reading() as tx:
        held = [one.num for one in tx.versions.current_of([stix_id]).values()]
        return [msgspec.json.decode(raw) for raw in tx.versions.raw(held).values()]
