"""What liars try with cards, bodies, memberships and markings, each signed with the liar's own real key."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.federation.liars import Liar, entry_of, proof_from
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import STATEMENT, indicator, marking
from tests.federation.stage import BODY_UUID, EVIL, NOW, Way, membership_stated

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.parties.bodies import body_object
from kenesh.parties.card import make_card
from kenesh.release.audience import PEERS
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

# Cards


def test_a_card_of_another_party_does_not_move_its_node(nodes: Nodes, kz: Node, az: Node, tr: Liar) -> None:
    now = nodes.clock.now()
    fake = make_card(
        tr.signer, party="KZ", name="KZ", url="http://tr.test", recovery_kid=tr.signer.kid, serial=99, now=now
    )
    tr.lays(PEERS.ref, tr.release(PEERS.ref, fake), channel=Channel.CONTROL)
    tr.lays(PEERS.ref, fake)
    az.syncs("TR")
    assert _address(az, "KZ") == ("http://kz.test", kz.own.kid)


def _address(node: Node, code: str) -> tuple[str, str]:
    with node.services.store.reading() as tx:
        peer = tx.peers.by_code(code)
        assert peer is not None
        return peer.url, peer.kid


def test_a_card_with_a_lower_serial_does_not_move_its_node(nodes: Nodes, kz: Node, az: Node, tr: Liar) -> None:
    """Whoever has an old card of TR's could send AZ back to an address that TR has left."""
    for serial, url in ((5, "http://new.test"), (4, "http://left.test")):
        nodes.step()
        card = tr.card(serial, url=url)
        tr.lays(PEERS.ref, tr.release(PEERS.ref, card), channel=Channel.CONTROL)
        tr.lays(PEERS.ref, card)
        nodes.ends[url] = tr.answer
        az.syncs("TR")
    assert _address(az, "TR")[0] == "http://new.test"


# Bodies


@pytest.fixture
def sec(nodes: Nodes, kz: Node, az: Node, tr: Liar) -> Node:
    """The keeper of the circle, to which KZ and AZ belong and TR does not."""
    (sec,) = nodes.found("SEC")
    tr.is_admitted_by(sec)
    for node in (kz, az):
        node.meets(sec, depositary=True)
        sec.meets(node)
    sec.forms("circle")
    for code in ("KZ", "AZ"):
        sec.admits(code, "circle")
    nodes.settle()
    return sec


def _body(node: Node, name: str) -> str:
    with node.services.store.reading() as tx:
        (body,) = [held for held in tx.versions.of_type("kenesh-body") if held.name == name]
        return str(body.id)


def _members(node: Node, body: str) -> set[str]:
    with node.services.store.reading() as tx:
        return {
            tx.parties.code_of(s.term.party_ref)
            for s in tx.terms.of_audiences([body])
            if s.term.is_in_force(node.clock.now())
        }


@pytest.mark.parametrize("claims_to_be_the_keepers", [True, False])
def test_a_membership_that_the_keeper_did_not_state_admits_nobody(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way, claims_to_be_the_keepers: bool
) -> None:
    body = _body(sec, "circle")
    membership = membership_stated(body, tr, sec if claims_to_be_the_keepers else tr)
    way(tr, az, [tr.release(az.ref, membership)], [membership])
    assert _members(az, body) == {"SEC", "KZ", "AZ"}


def test_a_body_of_another_keeper_under_the_same_id_is_kept_apart(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way
) -> None:
    body = _body(sec, "circle")
    now = nodes.clock.now()
    uuid = UUID(body.partition("--")[2])
    another = body_object(uuid, name="circle", title="Mine", purpose="circle", keeper_ref=tr.ref, now=Instant(now))
    membership = membership_stated(body, tr, tr)
    way(tr, az, [tr.release(az.ref, another, membership)], [another, membership])
    assert _members(az, body) == {"SEC", "KZ", "AZ"}
    assert [party for party, _ in az.conflicts(body)] == ["TR"]


def test_a_body_of_the_same_name_gets_nothing_that_was_meant_for_the_other(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way
) -> None:
    body = body_object(BODY_UUID, name="circle", title="Mine", purpose="circle", keeper_ref=tr.ref, now=NOW)
    memberships = [membership_stated(body["id"], party, tr, n) for n, party in enumerate((tr, az))]
    way(tr, az, [tr.release(az.ref, body, *memberships)], [body, *memberships])
    az.imports(indicator(EVIL))
    with pytest.raises(UsageProblem, match="Two bodies"):
        az.releases(indicator(EVIL)["id"], to="body:circle")
    az.releases(indicator(EVIL)["id"], to=f"body:{_body(sec, 'circle')}")


def test_only_the_depositarys_council_makes_classes(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way
) -> None:
    sec.forms("council", council=True)
    sec.admits("AZ", "council")
    az.syncs("SEC")
    body = body_object(BODY_UUID, name="mine", title="Mine", purpose="council", keeper_ref=tr.ref, now=NOW)
    membership = membership_stated(body["id"], tr, tr)
    way(tr, az, [tr.release(az.ref, body, membership)], [body, membership])
    az.imports(indicator(EVIL))
    assert az.releases(indicator(EVIL)["id"], to="class:member").reaches == {"class:member": ["SEC"]}


# Markings


def test_anothers_marking_restated_as_a_mere_statement_unmarks_nothing_of_the_others(
    kz: Node, az: Node, tr: Liar, way: Way
) -> None:
    secret = marking("ours alone", {"definition_type": "x-secret", "definition": {"x": "y"}}, by="KZ")
    true = indicator(EVIL, None, by="KZ", object_marking_refs=[secret["id"]])
    kz.imports(secret, true)
    released = tr.release(az.ref, entry_of(true))
    way(tr, az, [released], [true])
    statement = marking("ours alone", STATEMENT, by="KZ")
    way(tr, az, [tr.release(az.ref, statement)], [statement])
    assert set(az.holds(true["id"]).values()) == {Tlp.RED}


def test_a_marking_counts_as_its_own_party_says_it(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    """TR passes KZ's object on with KZ's proof, and says of KZ's marking that it is a mere statement."""
    secret = marking("ours alone", {"definition_type": "x-secret", "definition": {"x": "y"}}, by="KZ")
    true = indicator(EVIL, None, by="KZ", object_marking_refs=[secret["id"]])
    as_kz_would = Liar.__new__(Liar)
    as_kz_would.__dict__ |= tr.__dict__ | {"signer": kz.own.signer, "own": kz.own, "_chains": {}}
    proof = proof_from(as_kz_would.release(tr.ref, true), true["id"])
    statement = marking("ours alone", STATEMENT, by="KZ")
    way(tr, az, [tr.release(az.ref, entry_of(true, proof), entry_of(statement))], [statement, true])
    assert [version.proved for version in az.versions(true["id"])] == [True]
    assert set(az.holds(true["id"]).values()) == {Tlp.RED}
