"""What liars try with releases, withdrawals, cards and memberships, each signed with the liar's own real key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.federation.liars import Liar, entry_of, proof_from
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import STATEMENT, indicator, marking
from tests.federation.stage import EVIL, GOOD, Way, kz_gives

from kenesh.basis.instants import SECOND, Instant
from kenesh.basis.problem import UsageProblem
from kenesh.parties.bodies import Role, body_object, membership_object
from kenesh.parties.card import make_card
from kenesh.release.audience import PEERS, PUBLIC, party_audience
from kenesh.release.manifest import text_of
from kenesh.release.statements import Place, Withdrawn
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

# Releases


def test_a_release_that_is_read_again_changes_nothing(nodes: Nodes, kz: Node, az: Node, tr: Liar, way: Way) -> None:
    lie = indicator(GOOD)
    release = tr.release(az.ref, lie)
    way(tr, az, [release], [lie])
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn(lie["id"]))], [])
    nodes.step()
    way(tr, az, [release], [lie])
    assert az.looks_up(GOOD) == {}, "an old release brings back what was withdrawn"
    assert az.quarantine("TR") == {}


def test_anothers_release_is_not_taken_from_a_liar(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz.imports(true)
    (statement,) = kz.releases(true["id"], to="AZ").statements
    way(tr, az, [kz.statement(statement.id)], [true])
    assert az.looks_up(EVIL) == {}
    assert set(az.quarantine("TR")) == {statement.id, true["id"]}
    az.syncs("KZ")
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}, "and the liar's copy does not stand in the way of the true one"


@pytest.mark.parametrize("to", [party_audience("identity--33d6eaf0-031d-5e2d-8acf-b96f0aa34124"), PUBLIC, PEERS])
def test_a_release_to_another_audience_is_not_taken(kz: Node, az: Node, tr: Liar, way: Way, to: Any) -> None:
    lie = indicator(GOOD)
    way(tr, az, [tr.release(to.ref, lie)], [lie])
    assert az.looks_up(GOOD) == {}


@pytest.mark.parametrize(
    "lies",
    [
        {"root": text_of(bytes(32))},
        {"root_signature": "eyJhbGciOiJFZDI1NTE5In0..AAAA"},
        {"count": 2},
        {"entries": [entry_of(indicator("other.example")).wire()]},
        {"entries": [entry_of(indicator(GOOD)).wire() | {"sha256": text_of(bytes(32))}]},
        {"entries": [entry_of(indicator(GOOD)).wire() | {"salt": text_of(bytes(16))}]},
    ],
)
def test_a_release_whose_manifest_does_not_fit_its_root_is_not_taken(
    kz: Node, az: Node, tr: Liar, way: Way, lies: dict[str, Any]
) -> None:
    lie = indicator(GOOD)
    release = tr.release(az.ref, lie, **lies)
    way(tr, az, [release], [lie])
    assert az.looks_up(GOOD) == {}
    assert set(az.quarantine("TR")) == {release["id"], lie["id"]}


def test_content_with_another_hash_than_its_release_says_is_not_taken(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    way(tr, az, [tr.release(az.ref, indicator(EVIL))], [indicator(EVIL, name="another")])
    assert az.looks_up(EVIL) == {}


def test_a_release_that_was_changed_after_it_was_signed_is_not_taken(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    lie = indicator(GOOD)
    way(tr, az, [tr.release(az.ref, lie) | {"label": "TLP:CLEAR"}], [lie])
    assert az.looks_up(GOOD) == {}


def test_another_content_under_a_statements_id_is_not_taken(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    first = tr.release(az.ref, indicator(EVIL))
    way(tr, az, [first], [indicator(EVIL)])
    way(tr, az, [tr.release(az.ref, indicator(GOOD), stix_id=first["id"])], [indicator(GOOD)])
    assert set(az.looks_up(EVIL)) == {"TR"}
    assert az.looks_up(GOOD) == {}


def test_an_id_of_anothers_statement_is_not_taken(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    released = kz_gives(kz, az, indicator(EVIL, by="KZ"))
    way(tr, az, [tr.release(az.ref, indicator(GOOD), stix_id=released["id"])], [indicator(GOOD)])
    assert az.looks_up(GOOD) == {}
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_content_that_never_comes_stops_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    way(tr, az, [tr.release(az.ref, indicator("never.example"), indicator(EVIL))], [indicator(EVIL)])
    assert set(az.looks_up(EVIL)) == {"TR"}
    way(tr, az, [tr.release(az.ref, indicator(GOOD))], [indicator(GOOD)])
    assert set(az.looks_up(GOOD)) == {"TR"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_two_truths_under_one_number_are_an_alarm(kz: Node, az: Node, tr: Liar, way: Way, number: int) -> None:
    values = [indicator(f"{name}.example") for name in ("one", "two", "three")]
    releases = [tr.release(az.ref, value) for value in values]
    way(tr, az, releases, values)
    assert az.alarms() == []
    previous = None if number == 1 else tr.hash_of(releases[number - 2])
    another = tr.release(az.ref, indicator(EVIL), place=Place(az.ref, number, previous))
    way(tr, az, [another], [indicator(EVIL)])
    assert ("chain-broken", "TR") in az.alarms()


def test_an_omitted_statement_is_an_alarm(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    values = [indicator(f"{name}.example") for name in ("one", "two", "three")]
    releases = [tr.release(az.ref, value) for value in values]
    way(tr, az, [releases[0], releases[2]], [values[0], values[2]])
    assert ("chain-broken", "TR") in az.alarms()


# Withdrawals


def test_the_authors_word_is_good_for_what_it_was_said_of_alone(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, way: Way
) -> None:
    """KZ takes one release back from TR; TR makes of it that KZ takes the object back from everybody."""
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    (to_tr,) = kz.releases(true["id"], to="TR").statements
    (withdrawal,) = kz.withdraws(to_tr.id).statements
    (said,) = kz.statement(withdrawal.id)["withdraws"]
    word = Withdrawn(said["id"], said.get("up_to"), author_signature=said.get("author_signature"))
    nodes.step()
    way(tr, az, [tr.withdrawal(az.ref, word)], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_the_authors_word_is_not_good_for_what_it_gave_afterwards(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, way: Way
) -> None:
    """KZ withdraws an object and releases it again; TR repeats the word that was said before."""
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    (withdrawal,) = kz.withdraws(true["id"]).statements
    (said,) = kz.statement(withdrawal.id)["withdraws"]
    nodes.step()
    kz.releases(true["id"], to="AZ")
    az.syncs("KZ")
    nodes.step()
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn.read(said))], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


# Objects of the council's own types that are not what they should be: they wait, and stop nothing


POISON = [
    pytest.param({"entries": [entry_of(indicator(EVIL)).wire() | {"sha256": "!" * 43}]}, id="a hash that is none"),
    pytest.param({"root": "!" * 43}, id="a root that is none"),
    pytest.param({"previous": "!" * 43}, id="a hash before it that is none"),
    pytest.param({"number": 2**53 - 1}, id="the largest number"),
]


@pytest.mark.parametrize("lies", POISON)
def test_a_release_that_cannot_be_read_stops_nothing(
    kz: Node, az: Node, tr: Liar, way: Way, lies: dict[str, Any]
) -> None:
    bad = tr.release(az.ref, indicator(EVIL), **lies)
    good = tr.release(az.ref, indicator(GOOD))
    way(tr, az, [bad, good], [indicator(GOOD)])
    assert set(az.looks_up(GOOD)) == {"TR"}


def test_a_withdrawal_that_cannot_be_read_is_not_applied_in_part(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    values = [indicator(EVIL), indicator(GOOD)]
    way(tr, az, [tr.release(az.ref, *values)], values)
    bad = tr.withdrawal(az.ref, Withdrawn(values[0]["id"]), Withdrawn(values[1]["id"], up_to="2026-13-45T00:00:00Z"))
    way(tr, az, [bad], [])
    assert set(az.looks_up(EVIL)) == {"TR"}
    assert set(az.quarantine("TR")) == {bad["id"]}
    more = indicator("more.example")
    way(tr, az, [tr.release(az.ref, more)], [more])
    assert set(az.looks_up("more.example")) == {"TR"}


def test_a_membership_with_a_date_that_does_not_exist_stops_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    membership = _membership(tr, "0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", tr, tr) | {"from": "2026-13-45T00:00:00Z"}
    good = indicator(GOOD)
    way(tr, az, [tr.release(az.ref, membership, good)], [membership, good])
    assert set(az.looks_up(GOOD)) == {"TR"}


BODY_UUID = UUID("0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00")
NOW = Instant(1_795_593_600 * SECOND)


def _membership(keeper: Liar | Node, body: str, party: Liar | Node, by: Liar | Node, number: int = 0) -> dict[str, Any]:
    return membership_object(
        UUID(int=BODY_UUID.int + 1 + number),
        body_ref=body if body.startswith("kenesh-body--") else f"kenesh-body--{body}",
        party=party.code,
        party_ref=party.ref,
        kid=party.own.kid,
        role=Role.MEMBER,
        keeper_ref=by.ref,
        begins=Instant(0),
        now=NOW,
    )


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
    membership = _membership(tr, body, tr, sec if claims_to_be_the_keepers else tr)
    way(tr, az, [tr.release(az.ref, membership)], [membership])
    assert _members(az, body) == {"SEC", "KZ", "AZ"}


def test_a_body_of_another_keeper_under_the_same_id_is_kept_apart(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way
) -> None:
    body = _body(sec, "circle")
    now = nodes.clock.now()
    uuid = UUID(body.partition("--")[2])
    another = body_object(uuid, name="circle", title="Mine", purpose="circle", keeper_ref=tr.ref, now=Instant(now))
    membership = _membership(tr, body, tr, tr)
    way(tr, az, [tr.release(az.ref, another, membership)], [another, membership])
    assert _members(az, body) == {"SEC", "KZ", "AZ"}
    assert [party for party, _ in az.conflicts(body)] == ["TR"]


def test_a_body_of_the_same_name_gets_nothing_that_was_meant_for_the_other(
    nodes: Nodes, kz: Node, az: Node, tr: Liar, sec: Node, way: Way
) -> None:
    body = body_object(BODY_UUID, name="circle", title="Mine", purpose="circle", keeper_ref=tr.ref, now=NOW)
    memberships = [_membership(tr, body["id"], party, tr, n) for n, party in enumerate((tr, az))]
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
    membership = _membership(tr, body["id"], tr, tr)
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
