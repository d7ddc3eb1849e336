"""A party is hosted on another's machine: what is not for the host is not for it, and its peers are told."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest
from tests.federation.nodes import PERSON, Node, Nodes
from tests.federation.objects import indicator, malware

from kenesh.basis.problem import RefusedProblem
from kenesh.doors import keys
from kenesh.doors.acts import card, explain_for
from kenesh.doors.ceilings import set_ceiling
from kenesh.doors.views import show
from kenesh.federation.hosts import hosting_told
from kenesh.node.settings import read_settings, write_settings
from kenesh.parties.bodies import Role
from kenesh.stix.marking import Tlp

POISON: Final = malware("poison", Tlp.GREEN, by="AZ")
CONTROL: Final = indicator("c2.example", Tlp.GREEN, by="AZ")
HOSTED_BY_KZ: Final = hosting_told("TM", "KZ")


def moves(nodes: Nodes, code: str, host: str) -> Node:
    """From now on the party's node is hosted by that one; '' is by itself."""
    home = nodes[code].home.path
    write_settings(home, msgspec.structs.replace(read_settings(home), hosted_by=host))
    return nodes.serve_anew(code)


@pytest.fixture
def council(nodes: Nodes) -> tuple[Node, Node, Node, Node]:
    """AZ keeps a body in which TM, whom KZ hosts, and KZ and TR are too."""
    az, kz, _, tr = nodes.found("AZ", "KZ", "TM", "TR")
    tm = moves(nodes, "TM", "KZ")
    nodes.introduce(depositary="AZ")
    body = az.forms("cert", council=True)
    az.admits("KZ", body.id, Role.ORGANISATION)
    for code in ("TM", "TR"):
        az.admits(code, body.id)
    nodes.step()
    for node in (kz, tm, tr):
        node.syncs()
    nodes.step()
    az.imports(POISON, CONTROL)
    return az, kz, tm, tr


def refused(node: Node, to: str, **wish: object) -> tuple[str, str]:
    """The rule that stands against it, and the reason."""
    with pytest.raises(RefusedProblem) as problem:
        node.releases(POISON["id"], to=to, **wish)
    said = problem.value.params["refused"][0]
    return str(said["rule"]), str(said["reason"])


@pytest.mark.parametrize("not_for", ["KZ", "class:organisation"])
def test_what_is_not_for_the_host_does_not_reach_whom_it_hosts(
    council: tuple[Node, Node, Node, Node], not_for: str
) -> None:
    az, kz, tm, tr = council
    outcome = az.releases(POISON["id"], to="body:cert", not_for=not_for)
    assert outcome.reaches == {"body:cert": ["TR"]}
    az.releases(CONTROL["id"], to="body:cert")
    for node in (kz, tm, tr):
        node.syncs()
        assert node.current(CONTROL["id"])
        assert bool(node.current(POISON["id"])) is (node is tr)
        assert bool(node.current(outcome.statements[0].id)) is (node is tr)
        assert node.alarms() == []
    found = explain_for(az.services, az.services.person(PERSON), POISON["id"], "TM")
    assert (found.allowed, found.rule) == (False, "CAV-02")
    assert HOSTED_BY_KZ in found.reasons


def test_what_is_not_for_whom_it_hosts_reaches_the_host(council: tuple[Node, Node, Node, Node]) -> None:
    az, kz, tm, _ = council
    az.releases(POISON["id"], to="body:cert", not_for="TM")
    for node in (kz, tm):
        node.syncs()
    assert kz.current(POISON["id"])
    assert not tm.current(POISON["id"])


def test_it_is_not_given_or_passed_on_to_whom_the_barred_party_hosts(council: tuple[Node, Node, Node, Node]) -> None:
    az, _, tm, tr = council
    rule, why = refused(az, "TM", not_for="KZ")
    assert rule == "CAV-02"
    assert why.endswith("; TM is hosted by KZ")
    az.releases(POISON["id"], to="TR", not_for="KZ")
    tr.syncs()
    assert refused(tr, "TM")[0] == "CAV-02"
    tr.releases(POISON["id"], to="body:cert", not_for="KZ")
    tm.syncs()
    assert not tm.current(POISON["id"])


def test_a_ceiling_for_the_host_is_one_for_whom_it_hosts(council: tuple[Node, Node, Node, Node]) -> None:
    az, _, tm, tr = council
    amber = malware("kept close", Tlp.AMBER, by="AZ")
    az.imports(amber)
    az.releases(amber["id"], to="body:cert")
    set_ceiling(az.services, "KZ", Tlp.GREEN, PERSON)
    for node in (tm, tr):
        node.syncs()
    assert tr.current(amber["id"])
    assert not tm.current(amber["id"])


def test_of_a_withdrawal_of_it_nobody_hears_whom_the_barred_party_hosts(
    nodes: Nodes, council: tuple[Node, Node, Node, Node]
) -> None:
    az, _, tm, tr = council
    az.releases(POISON["id"], to="body:cert", not_for="KZ")
    tr.syncs()
    nodes.step()
    az.ends("TM", "cert")
    nodes.step()
    withdrawal = az.withdraws(POISON["id"])
    assert withdrawal.recipients == ("TR",)
    for node in (tm, tr):
        node.syncs()
    assert not tr.current(POISON["id"])
    assert not tm.current(withdrawal.statements[0].id)
    assert tm.alarms() == tr.alarms() == []


def test_peers_follow_a_card_that_names_another_host_and_raise_an_alarm_each_time(
    nodes: Nodes, council: tuple[Node, Node, Node, Node]
) -> None:
    az, *_ = council
    told: list[str] = []
    for host in ("", "KZ", "TR", "KZ"):
        nodes.step()
        tm = moves(nodes, "TM", host)
        card(tm.services)
        az.syncs("TM")
        with az.services.store.reading() as tx:
            told = [alarm.text for alarm in tx.alarms.recent(9) if alarm.code == "host-changed"]
            assert tx.parties.hosts() == ({} if not host else {tm.ref: nodes[host].ref})
    assert len(told) == 4
    assert told[3].startswith("TM is hosted by KZ no more.")
    assert all(
        text.startswith("TM is hosted by KZ now: whoever runs KZ's node can read") for text in (told[0], told[2])
    )
    assert "Withdraw from TM what is not for TR; " in told[1]


def test_from_when_a_party_is_hosted_what_was_released_before_is_not_for_it_either(
    nodes: Nodes, council: tuple[Node, Node, Node, Node]
) -> None:
    az, *_ = council
    az.releases(POISON["id"], to="body:cert", not_for="KZ")
    nodes.step()
    card(moves(nodes, "TR", "KZ").services)
    az.syncs("TR")
    nodes["TR"].syncs()
    assert not nodes["TR"].current(POISON["id"])
    nodes.step()
    card(moves(nodes, "TM", "").services)
    az.syncs("TM")
    az.releases(CONTROL["id"], to="body:cert", not_for="KZ")
    nodes["TM"].syncs()
    assert nodes["TM"].current(CONTROL["id"])


def test_a_card_that_a_person_admits_is_no_alarm_and_a_new_key_keeps_its_host(
    nodes: Nodes, council: tuple[Node, Node, Node, Node]
) -> None:
    az, *_ = council
    nodes.step()
    az.meets(moves(nodes, "TM", "TR"))
    assert az.alarms() == []
    nodes.step()
    keys.rotate(nodes["TM"].services, PERSON)
    tm = nodes.serve_anew("TM")
    az.syncs("TM")
    with az.services.store.reading() as tx:
        peer = tx.peers.by_code("TM")
    assert peer is not None
    assert (peer.kid, peer.hosted_by_ref) == (tm.own.kid, nodes["TR"].ref)
    assert {code for code, _ in az.alarms()} == {"key-succeeded"}


def test_what_it_states_is_shown_as_signed_by_its_host(council: tuple[Node, Node, Node, Node]) -> None:
    az, _, tm, tr = council
    seen = indicator("seen.example", Tlp.GREEN, by="TM")
    tm.imports(seen)
    tm.releases(seen["id"], to="TR")
    tr.syncs()
    tr.releases(seen["id"], to="AZ")
    az.syncs()
    shown = show(az.services, az.services.person(PERSON), seen["id"]).value
    assert [code for code, _ in shown.came_from] == ["TR"]
    assert shown.author == "TM"
    assert shown.signed("TM") == "signed by KZ for TM"
    assert shown.wire()["hosts"] == {"TM": "KZ"}
    assert show(tr.services, tr.services.person(PERSON), seen["id"]).value.signed("AZ") == ""
