"""The situation over four nodes: each reports for itself, the picture is one, and unknown outside the body."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import HOUR
from kenesh.basis.problem import UnknownProblem
from kenesh.doors import alerting, contacting, reporting, situation
from kenesh.doors.alerting import Asking
from kenesh.doors.casework import By
from kenesh.doors.reporting import Saying
from kenesh.doors.situation import SeenSituation
from kenesh.parties.party import party_id
from kenesh.response.kinds import Outlook, Status
from kenesh.response.picture import Missing, Picture
from kenesh.response.sitreps import ConnectionKind, Situation, Works
from kenesh.stix.marking import Tlp

BY = By(PERSON, Tlp.AMBER_STRICT)
ENDS = [party_id("KZ"), party_id("TR")]


def seen(node: Node) -> SeenSituation:
    (found,) = situation.situations(node.services, node.services.person(PERSON), "cert").value
    return found


def common(found: Picture) -> Picture:
    """What every node has alike: all but whom it heard, and its own word for when that changes."""
    return replace(
        found,
        gaps=tuple(gap for gap in found.gaps if gap.what is not Missing.NOT_HEARD),
        asked=tuple(replace(item, is_unheard=False) for item in found.asked),
        lines=tuple(replace(one, asked=one.asked and replace(one.asked, is_unheard=False)) for one in found.lines),
        holds_until=None,
    )


def reports(node: Node, outlook: Outlook, tlp: Tlp = Tlp.AMBER_STRICT) -> SeenSituation:
    return reporting.report(node.services, "cert", Situation(outlook, {"energy": "red"}), By(PERSON, tlp))


def says(node: Node, state: Works) -> SeenSituation:
    saying = Saying("Caspian cable", state, ConnectionKind.CABLE, ENDS)
    return reporting.say_connection(node.services, "cert", saying, BY)


@pytest.fixture
def body(nodes: Nodes) -> tuple[Node, Node, Node, Node]:
    az, kz, tr, uz = nodes.found("AZ", "KZ", "TR", "UZ")
    nodes.introduce()
    az.forms("cert")
    for code in ("KZ", "TR"):
        az.admits(code, "cert")
    nodes.settle()
    return az, kz, tr, uz


def test_each_reports_for_itself_and_the_picture_is_the_same_everywhere(
    nodes: Nodes, body: tuple[Node, Node, Node, Node]
) -> None:
    az, kz, tr, uz = body
    alerting.ask_level(kz.services, "cert", Asking("alert", "a wiper", 40 * HOUR, affected=True), BY)
    reports(kz, Outlook.WORSENING)
    nodes.settle()
    reporting.answer(az.services, "cert", "Open a case room", Status.DONE, "", BY)
    reports(az, Outlook.STABLE)
    nodes.step(60)
    reports(kz, Outlook.IMPROVING, Tlp.AMBER)
    says(kz, Works.WORKING)
    says(tr, Works.DOWN)
    nodes.settle()
    pictures = [common(seen(node).picture) for node in (az, kz, tr)]
    assert pictures[0] == pictures[1] == pictures[2]
    found = pictures[0]
    by_code = {tr.services.own.ref: "TR", kz.services.own.ref: "KZ", az.services.own.ref: "AZ"}
    outlooks = {by_code[line.party_ref]: line.sitrep and line.sitrep.outlook for line in found.lines}
    assert outlooks == {"AZ": "stable", "KZ": "improving", "TR": None}
    (cable,) = found.connections
    assert {by_code[word.by_ref]: word.state for word in cable.words} == {"KZ": "working", "TR": "down"}
    assert (cable.is_disputed, cable.silent) == (True, ())
    done = {by_code[item.party_ref]: item.standing for item in found.asked if not item.by_sitrep}
    assert done == {"AZ": "done", "KZ": "open", "TR": "open"}
    assert situation.situations(uz.services, uz.services.person(PERSON)).value == ()
    with pytest.raises(UnknownProblem):
        seen(uz)
    with pytest.raises(UnknownProblem):
        reports(uz, Outlook.STABLE)


def test_contacts_that_hold_answer_what_a_level_asks_on_every_node(
    nodes: Nodes, body: tuple[Node, Node, Node, Node]
) -> None:
    az, kz, tr, _ = body
    desks = [
        contacting.state_contact(kz.services, "cert", {"name": name, "kind": "duty"}, BY) for name in ("desk", "night")
    ]
    # TR states its own, and does not look at it again.
    contacting.state_contact(tr.services, "cert", {"name": "desk", "kind": "duty"}, BY)
    nodes.settle()
    nodes.step(60)
    alerting.ask_level(az.services, "cert", Asking("watch", "a wiper", 40 * HOUR), BY)
    nodes.settle()
    codes = {node.ref: node.code for node in (az, kz, tr)}

    def standing() -> list[dict[str, str]]:
        return [
            {codes[item.party_ref]: item.standing.value for item in seen(node).picture.asked} for node in (az, kz, tr)
        ]

    assert standing() == [{"AZ": "open", "KZ": "open", "TR": "open"}] * 3
    nodes.step(60)
    contacting.change_contact(kz.services, desks[0], BY, fields={})
    nodes.settle()
    assert standing() == [{"AZ": "open", "KZ": "open", "TR": "open"}] * 3
    contacting.change_contact(kz.services, desks[1], BY, fields={})
    nodes.settle()
    assert standing() == [{"AZ": "open", "KZ": "done", "TR": "open"}] * 3
    assert alerting.levels(tr.services, tr.services.person(PERSON), "cert")[0].asked == seen(tr).picture.asked


def test_a_party_says_anew_how_its_end_works_and_touches_nobodys_word(
    nodes: Nodes, body: tuple[Node, Node, Node, Node]
) -> None:
    _, kz, tr, _ = body
    says(kz, Works.DOWN)
    nodes.settle()
    reporting.say_connection(tr.services, "cert", Saying("Caspian cable", Works.DOWN), BY)
    nodes.step(60)
    says(kz, Works.WORKING)
    nodes.settle()
    (cable,) = seen(tr).picture.connections
    assert {word.by_ref: word.state for word in cable.words} == {
        kz.services.own.ref: Works.WORKING,
        tr.services.own.ref: Works.DOWN,
    }
    assert len({word.id for word in cable.words}) == 2


def test_who_was_not_heard_is_said_with_since_when(nodes: Nodes, body: tuple[Node, Node, Node, Node]) -> None:
    az, kz, _, _ = body
    reports(kz, Outlook.STABLE)
    nodes.settle()
    assert [gap.what for gap in seen(az).picture.gaps] == []
    nodes.step(2 * 3600)
    found = seen(az)
    silent = {found.code(gap.party_ref): gap.at for gap in found.picture.gaps if gap.what is Missing.NOT_HEARD}
    assert set(silent) == {"KZ", "TR"}
    assert all(at is not None and found.at - at >= 2 * HOUR for at in silent.values())


def test_what_goes_to_one_of_them_alone_is_no_report_to_the_body(
    nodes: Nodes, body: tuple[Node, Node, Node, Node]
) -> None:
    """A report that was handed to one member counts for nobody: else two members would see two pictures."""
    az, kz, tr, _ = body
    reports(kz, Outlook.STABLE)
    nodes.settle()
    (line,) = [one for one in seen(kz).picture.lines if one.sitrep is not None]
    assert line.sitrep is not None
    kz.withdraws(kz.last_statement())
    kz.releases(line.sitrep.id, to="AZ")
    nodes.settle()
    for node in (az, kz, tr):
        assert [one.sitrep for one in seen(node).picture.lines] == [None, None, None]
