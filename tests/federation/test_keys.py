"""A node's key is succeeded or revoked: who follows whom, at once, later, and against a thief who has the key."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx2
import msgspec
import pytest
from tests.federation.lines import cut
from tests.federation.nodes import PERSON, Node, Nodes, recovery_seed_of
from tests.federation.objects import indicator

from kenesh.basis.instants import DAY, HOUR, Instant
from kenesh.basis.problem import UntrustedProblem, UsageProblem
from kenesh.doors import keeping, keys
from kenesh.doors.views import show
from kenesh.federation.rekeying import KEYS_PATH
from kenesh.parties.card import make_card
from kenesh.parties.key_line import PROVISIONAL
from kenesh.parties.keys import Signer, SigningKey
from kenesh.parties.revocation import make_revocation
from kenesh.stix.marking import Tlp
from kenesh.taxii.envelope import envelope_bytes

BODY = "circle"


@pytest.fixture
def circle(nodes: Nodes) -> tuple[Node, Node, Node]:
    """SEC keeps a circle to which KZ and AZ belong."""
    kz, az, sec = nodes.found("KZ", "AZ", "SEC")
    nodes.introduce(depositary="SEC")
    sec.forms(BODY, council=True)
    for code in ("KZ", "AZ"):
        sec.admits(code, BODY)
    kz.syncs("SEC")
    az.syncs("SEC")
    return kz, az, sec


def gives(node: Node, name: str, to: str = f"body:{BODY}", **wish: Any) -> str:
    value = indicator(f"{name}.example", Tlp.GREEN, by=node.code)
    node.imports(value)
    node.releases(value["id"], to=to, **wish)
    return str(value["id"])


def knows(node: Node, *names: str) -> list[bool]:
    return [bool(node.looks_up(f"{name}.example")) for name in names]


def key_of(node: Node, code: str) -> str | None:
    with node.services.store.reading() as tx:
        peer = tx.peers.by_code(code)
    return peer.kid if peer else None


def rotates(nodes: Nodes, code: str) -> Node:
    keys.rotate(nodes[code].services, PERSON)
    return nodes.serve_anew(code)


def revokes(nodes: Nodes, code: str, since: Instant, **more: Any) -> Node:
    keys.revoke(nodes[code].services, recovery_seed_of(code), more.pop("key", ""), since, PERSON, **more)
    return nodes.serve_anew(code)


def bring(node: Node, *statements: dict[str, Any]) -> None:
    """Somebody without any key of this node's or a peer's brings statements of keys."""
    body = envelope_bytes(b",".join(msgspec.json.encode(one) for one in statements))
    answer = node.answering(httpx2.Request("POST", f"{node.own.url}{KEYS_PATH}", content=body))
    assert answer.status_code == 202


THIEF = SigningKey(sha256(b"the thief's own").digest()).signer()


def stolen(kz: Node, now: Instant, serial: int = 90, **lies: Any) -> dict[str, Any]:
    """The thief has KZ's node key, and has it name his own as its successor."""
    said: dict[str, Any] = {"url": "http://thief.test", "recovery_kid": kz.own.recovery_kid} | lies
    return make_card(THIEF, party="KZ", name="KZ", serial=serial, now=now, former=kz.own.signer, **said)


def test_peers_follow_a_new_key_when_they_read_next_and_nothing_is_lost(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, sec = circle
    az.lines.spoil("KZ", cut)
    sec.lines.spoil("KZ", cut)
    kz.lines.spoil("AZ", cut)
    kz.lines.spoil("SEC", cut)
    gives(kz, "before")
    old = kz.own.kid
    kz = rotates(nodes, "KZ")
    gives(kz, "after")
    gives(kz, "alone", to="AZ")
    assert kz.own.kid != old
    for node in (az, sec):
        node.lines.mend("KZ")
        (report,) = node.syncs("KZ")
        assert report.problem == ""
        assert key_of(node, "KZ") == kz.own.kid
        assert node.quarantine("KZ") == {}
    assert knows(az, "before", "after", "alone") == [True] * 3
    assert [code for code, _ in az.alarms()] == ["key-succeeded"]


def test_a_served_peer_is_told_at_once(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    done = keys.rotate(kz.services, PERSON)
    assert done.told == ("AZ", "SEC")
    assert key_of(az, "KZ") == done.kid


def test_a_new_key_keeps_its_partys_place_in_the_circle(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, sec = circle
    kz = rotates(nodes, "KZ")
    nodes.settle()
    gives(az, "theirs")
    kz.syncs()
    assert knows(kz, "theirs") == [True]
    gives(kz, "ours")
    az.syncs()
    assert knows(az, "ours") == [True]
    assert not [code for code, _ in az.alarms() + sec.alarms() if code == "fingerprints-differ"]


def test_a_peer_that_only_answers_is_told_when_it_refuses_the_new_key(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, _ = circle
    gives(az, "theirs", to="KZ")
    kz.lines.spoil("AZ", cut)
    kz = rotates(nodes, "KZ")
    kz.lines.mend("AZ")
    (report,) = kz.syncs("AZ")
    assert report.problem == ""
    assert knows(kz, "theirs") == [True]


def test_the_record_goes_on_under_the_new_key(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    nodes.step(2 * 3600)
    keeping.close_record(kz.services)
    az.syncs("KZ")
    kz = rotates(nodes, "KZ")
    az.syncs("KZ")
    nodes.step(2 * 3600)
    keeping.close_record(kz.services)
    (report,) = az.syncs("KZ")
    assert report.record == ()
    assert keeping.verify_record(kz.services).faults == []


def test_what_a_former_key_proved_is_proved_still_where_it_is_passed_on(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, sec = circle
    passed = gives(kz, "passed", to="SEC")
    sec.syncs("KZ")
    rotates(nodes, "KZ")
    nodes.settle()
    sec.releases(passed, to="AZ")
    az.syncs("SEC")
    assert [held.proved for held in az.versions(passed)] == [True]


def test_a_succession_is_settled_by_its_fingerprint_or_by_seven_days(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, sec = circle
    kz = rotates(nodes, "KZ")
    nodes.settle()
    for node in (az, sec):
        (found,) = keys.known_keys(node.services, "KZ")
        assert found.line.provisional_until is not None
    with pytest.raises(UntrustedProblem):
        keys.confirm(az.services, "KZ", THIEF.kid, PERSON)
    keys.confirm(az.services, "KZ", kz.own.kid, PERSON)
    assert keys.known_keys(az.services, "KZ")[0].line.provisional_until is None
    nodes.step(PROVISIONAL / 1_000_000)
    assert keys.known_keys(sec.services, "KZ")[0].line.provisional_until is None


def test_a_thiefs_succession_is_undone_by_the_recovery_key(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, sec = circle
    stolen_at = nodes.clock.now()
    nodes.ends["http://thief.test"] = lambda request: kz.answering(request)
    for node in (az, sec):
        bring(node, stolen(kz, stolen_at))
        assert key_of(node, "KZ") == THIEF.kid, "it is followed at once, and is told"
        assert ("key-succeeded", "KZ") in node.alarms()
    nodes.step()
    before, kz = kz, revokes(nodes, "KZ", stolen_at)
    for node in (az, sec):
        assert key_of(node, "KZ") == kz.own.kid
        assert ("key-revoked", "KZ") in node.alarms()
    gives(kz, "again")
    az.syncs("KZ")
    assert knows(az, "again") == [True]
    bring(az, stolen(before, nodes.clock.now(), serial=999))
    assert key_of(az, "KZ") == kz.own.kid


def test_a_thief_cannot_put_his_own_recovery_key_on_the_card(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    bring(az, stolen(kz, nodes.clock.now(), recovery_kid=THIEF.kid))
    assert key_of(az, "KZ") == kz.own.kid


def test_an_old_card_that_a_thief_shows_again_changes_nothing(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    (first,) = keys.told(kz.services)
    kz = rotates(nodes, "KZ")
    nodes.settle()
    bring(az, msgspec.json.decode(first))
    assert key_of(az, "KZ") == kz.own.kid


def test_two_successions_of_one_key_are_an_alarm(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    before = kz
    kz = rotates(nodes, "KZ")
    nodes.settle()
    bring(az, stolen(before, nodes.clock.now(), serial=kz_serial(az)))
    assert key_of(az, "KZ") == kz.own.kid
    assert ("key-succeeded-twice", "KZ") in az.alarms()


def kz_serial(node: Node) -> int:
    with node.services.store.reading() as tx:
        peer = tx.peers.by_code("KZ")
    assert peer is not None
    return peer.serial


def test_another_partys_recovery_key_revokes_nothing(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, az, _ = circle
    now = nodes.clock.now()
    for by in (SigningKey(recovery_seed_of("AZ")).signer(), THIEF):
        bring(az, revocation(kz, by, now))
    assert key_of(az, "KZ") == kz.own.kid
    with pytest.raises(UntrustedProblem):
        keys.revoke(kz.services, recovery_seed_of("AZ"), "", now, PERSON)


def revocation(kz: Node, by: Signer, now: Instant) -> dict[str, Any]:
    return make_revocation(by, party="KZ", kid=kz.own.kid, since=now, replacement=THIEF.public, now=now)


def test_a_revocation_without_replacement_ends_the_peer_until_a_new_card_is_admitted(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, sec = circle
    gives(az, "theirs", to="KZ")
    keys.revoke(kz.services, recovery_seed_of("KZ"), "", nodes.clock.now(), PERSON, is_replaced=False)
    for node in (az, sec):
        assert key_of(node, "KZ") is None
        assert ("key-revoked", "KZ") in node.alarms()
    gives(kz, "thief")
    assert [r.party for r in az.syncs()] == ["SEC"]
    assert knows(az, "thief") == [False]
    assert kz.syncs("AZ")[0].problem != ""
    card = keys.told(kz.services)[0]
    with pytest.raises(UntrustedProblem):
        az.meets_card(msgspec.json.decode(card), kz.own.kid)
    (new,) = nodes.found("KZ", key="2")
    new.meets(az)
    az.meets(new)
    assert key_of(az, "KZ") == new.own.kid


def test_the_instant_of_compromise_is_not_to_come(nodes: Nodes, circle: tuple[Node, Node, Node]) -> None:
    kz, _, _ = circle
    with pytest.raises(UsageProblem):
        keys.revoke(kz.services, recovery_seed_of("KZ"), "", Instant(nodes.clock.now() + HOUR), PERSON)


def test_a_revoked_key_states_nothing_more_and_what_it_stated_before_is_kept(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, _ = circle
    gives(kz, "before")
    az.syncs("KZ")
    with_the_old_key = kz.services
    lost_at = nodes.clock.now()
    nodes.step()
    new = revokes(nodes, "KZ", lost_at)
    assert with_the_old_key.own.kid != new.own.kid
    gives(kz, "later")
    (report,) = az.syncs("KZ")
    assert knows(az, "before", "later") == [True, False]
    assert any("revoked" in why for why in az.quarantine("KZ").values()), report


def test_a_former_keys_statements_come_for_seven_days_and_no_longer(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, _ = circle
    rotates(nodes, "KZ")
    az.syncs("KZ")
    gives(kz, "late")
    az.syncs("KZ")
    assert knows(az, "late") == [True]
    nodes.step(8 * DAY / 1_000_000)
    gives(kz, "too-late")
    az.syncs("KZ")
    assert knows(az, "too-late") == [False]


def test_what_came_after_the_compromise_is_suspect_and_what_this_node_had_before_is_not(
    nodes: Nodes, circle: tuple[Node, Node, Node]
) -> None:
    kz, az, sec = circle
    before = gives(kz, "before")
    az.syncs("KZ")
    nodes.step()
    lost_at = nodes.clock.now()
    nodes.step()
    after = gives(kz, "after")
    for node in (az, sec):
        node.syncs("KZ")
    nodes.step()
    revokes(nodes, "KZ", lost_at)
    az.syncs("KZ")
    assert suspected(az) == [after]
    assert suspected(sec) == [before, after], "SEC itself had nothing of it before"
    assert show(az.services, az.services.person(PERSON), before).value.suspect_since is None
    assert show(az.services, az.services.person(PERSON), after).value.suspect_since == lost_at
    assert knows(az, "before", "after") == [True, True], "nothing is deleted"


def suspected(node: Node) -> list[str]:
    """The objects that a revoked key may have released in other hands."""
    found = [node.statement(one.statement.id) for one in keys.suspects(node.services, "KZ")]
    return [e["id"] for value in found for e in value["entries"] if e["id"].startswith("indicator--")]
