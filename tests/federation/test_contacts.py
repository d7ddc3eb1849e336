"""Contacts and a check over three nodes: everybody sees who answered, how soon, and whom nobody has heard."""

from __future__ import annotations

import pytest
from tests.federation.nodes import PERSON, Node, Nodes

from kenesh.basis.instants import MINUTE, Instant
from kenesh.basis.problem import DamagedProblem, UnknownProblem, UsageProblem
from kenesh.doors import contacting
from kenesh.doors.casework import By
from kenesh.doors.contacting import Asking, SeenContacts
from kenesh.response.checks import CheckChannel, Standing
from kenesh.response.contacts import ContactKind

BY = By(PERSON)


def seen(node: Node) -> SeenContacts:
    (found,) = contacting.contacts(node.services, node.services.person(PERSON), "cert")
    return found


def asks(node: Node, minutes: int = 30, to: str = "") -> str:
    due_at = Instant(node.clock.now() + minutes * MINUTE)
    asking = Asking("spring ping", ContactKind.DUTY, CheckChannel.NODE, due_at, to=to)
    return contacting.ask(node.services, "cert", asking, BY)


def council(nodes: Nodes) -> list[Node]:
    az, kz, tr, uz = nodes.found("AZ", "KZ", "TR", "UZ")
    nodes.introduce()
    az.forms("cert")
    for code in ("KZ", "TR"):
        az.admits(code, "cert")
    nodes.settle()
    return [az, kz, tr, uz]


def standing(node: Node) -> dict[str, Standing]:
    found = seen(node)
    return {found.code(one.party_ref): one.standing for one in found.checks[0].parties}


def test_a_directory_is_one_for_all_and_each_party_keeps_its_own(nodes: Nodes) -> None:
    az, kz, tr, uz = council(nodes)
    fields = {"name": "KZ-CERT desk", "kind": "duty", "telephones": ["+7 701 000 00 00"], "time_zone": "Asia/Almaty"}
    made = contacting.state_contact(kz.services, "cert", fields, BY)
    nodes.settle()
    directories = [seen(node).directory for node in (az, kz, tr)]
    assert directories[0] == directories[1] == directories[2]
    (entry,) = directories[0].entries
    assert dict(entry.contact.fields)["telephones"] == "+7 701 000 00 00"
    with pytest.raises(UnknownProblem):
        contacting.change_contact(az.services, made, BY, fields={})
    nodes.step(3600)
    contacting.change_contact(kz.services, made, BY, fields={})
    nodes.settle()
    assert seen(az).directory.entries[0].contact.verified_at > entry.contact.verified_at
    contacting.change_contact(kz.services, made, BY, fields={}, revoke=True)
    nodes.settle()
    assert [seen(node).directory.entries for node in (az, kz, tr)] == [(), (), ()]
    assert contacting.contacts(uz.services, uz.services.person(PERSON)) == []
    with pytest.raises(DamagedProblem):
        contacting.state_contact(kz.services, "cert", {"name": "x", "kind": "friend"}, BY)


def test_a_check_measures_the_whole_way_and_everybody_sees_the_same(nodes: Nodes) -> None:
    az, kz, tr, _ = council(nodes)
    check = asks(az)
    nodes.settle()
    nodes.step(600)
    contacting.answer(kz.services, check, "here", BY)
    with pytest.raises(UsageProblem, match="has answered"):
        contacting.answer(kz.services, check, "here again", BY)
    nodes.settle()
    assert [standing(node) for node in (az, kz, tr)] == [{"KZ": Standing.ANSWERED, "TR": Standing.WAITING}] * 3
    nodes.step(1500)
    contacting.answer(tr.services, check, "late", BY)
    nodes.settle()
    assert [standing(node) for node in (az, kz, tr)] == [{"KZ": Standing.ANSWERED, "TR": Standing.LATE}] * 3
    assert seen(az).checks[0].parties == seen(tr).checks[0].parties
    assert (seen(az).checks[0].after or 0) >= 600 * 10**6


def test_who_is_not_asked_answers_nothing(nodes: Nodes) -> None:
    az, _, tr, uz = council(nodes)
    check = asks(az, to="KZ")
    nodes.settle()
    for node in (tr, az):
        with pytest.raises(UnknownProblem, match="does not ask"):
            contacting.answer(node.services, check, "", BY)
    with pytest.raises(UnknownProblem):
        contacting.answer(uz.services, check, "", BY)
    assert standing(tr) == {"KZ": Standing.WAITING}
    with pytest.raises(UnknownProblem, match="UZ is not in cert"):
        asks(az, to="UZ")
    with pytest.raises(UsageProblem, match="due after"):
        asks(az, minutes=0)
