"""Terms as a node keeps them: what the memberships say now, under the node's own stamps, never back-dated."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.unit.holdings.stories import Heard
from tests.unit.holdings.test_granting import SteppedChance

from kenesh.basis.instants import DAY, HOUR, Instant, stix_timestamp
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.federation.peer import Peer
from kenesh.holdings.events import TermBegan, VersionsAccepted, VersionsProved
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.membership import Terms, bodies_named
from kenesh.holdings.rows import Arrival, Source
from kenesh.parties.bodies import BODY, MEMBERSHIP, Role, body_object, membership_object
from kenesh.parties.keys import PublicKey
from kenesh.parties.party import party_id
from kenesh.release.audience import CLASSES
from kenesh.stix.reading import ObjectReader

START = Instant(1_795_000_000_000_000)
KEEPER, OWN = party_id("SEC"), party_id("KZ")
PARTIES = frozenset(party_id(code) for code in ("SEC", "KZ", "TR", "AZ"))
READER = ObjectReader((BODY, MEMBERSHIP))
BODY_REF = f"{BODY.name}--{UUID(int=1 + (4 << 76) + (8 << 60))}"

Value = Mapping[str, Any]


def day(number: float) -> Instant:
    return Instant(START + int(number * DAY))


def a_body(purpose: str = "circle") -> Value:
    """The body, kept by the secretariat."""
    uuid = UUID(BODY_REF.partition("--")[2])
    return body_object(uuid, name="energy", title="Energy", purpose=purpose, keeper_ref=KEEPER, now=day(-9))


def a_membership(code: str, begins: float = 0, role: Role = Role.MEMBER, stated: float = -1) -> Value:
    """A party's membership from a day on."""
    return membership_object(
        UUID(bytes=code.encode().ljust(16, b"\0"), version=4),
        body_ref=BODY_REF,
        party=code,
        party_ref=party_id(code),
        kid=f"kid-of-{code}".ljust(43, "x"),
        role=role,
        keeper_ref=KEEPER,
        begins=day(begins),
        now=day(stated),
    )


def restated(value: Value, on: float, **changes: Any) -> Value:
    """A later version of it."""
    return {**value, "modified": stix_timestamp(day(on)), **changes}


class Node:
    """KZ's node: what comes from the keeper is taken in, and its terms are derived, as the wiring does."""

    def __init__(self, tx: StoreTransaction, *, is_council: bool = False) -> None:
        self.tx = tx
        self.heard = Heard()
        self.terms = Terms(OWN, SteppedChance(), lambda tx, keeper: is_council, self.heard.listeners(TermBegan))
        derive = [lambda tx, event, now: self.derive(now)]
        self.ingest = Ingest(lambda _: PARTIES, {VersionsAccepted: derive, VersionsProved: derive})

    def hear(self, *values: Value, on: float = 0, proved: bool = True) -> None:
        source = Source(KEEPER if proved else party_id("TR"), OWN)
        for value in values:
            version = READER.read(msgspec.json.encode(value))
            self.ingest.take(self.tx, [Arrival(version, source, proved)], day(on))

    def derive(self, now: Instant) -> None:
        self.terms.derive(self.tx, BODY_REF, now)

    def admit(self, code: str, kid: str = "") -> None:
        kid = kid or f"kid-of-{code}".ljust(43, "x")
        peer = Peer(party_id(code), code, code, "", PublicKey("x" * 43), kid, 1, day(99), False, START, None, "", 0)
        self.tx.peers.put(peer, b"")

    def apply(self, on: float) -> list[str]:
        """The parties whose terms begin."""
        return [self.tx.parties.code_of(s.term.party_ref) for s in self.terms.apply_due(self.tx, day(on))]

    def kept(self, audience: str = BODY_REF) -> list[tuple[str, str, Role, float, float | None]]:
        """(party, kid, role, begins, ends) of each term, in days."""
        found = []
        for stored in self.tx.terms.of_audiences([audience]):
            term = stored.term
            ends = None if term.ends is None else (term.ends - START) / DAY
            code = self.tx.parties.code_of(term.party_ref)
            found.append((code, term.kid.rstrip("x"), term.role, (term.begins - START) / DAY, ends))
        return sorted(found, key=str)


@pytest.fixture
def node(tx: StoreTransaction) -> Node:
    return Node(tx)


def test_a_membership_is_a_term_from_its_beginning_on(node: Node) -> None:
    node.hear(a_body(), a_membership("TR", 3), on=1)
    assert node.kept() == [("TR", "kid-of-TR", Role.MEMBER, 3, None)]
    assert node.kept(CLASSES[Role.MEMBER]) == []
    (stored,) = node.tx.terms.of_party(party_id("TR"))
    assert (stored.stamp, stored.stated_at) == (None, day(-1))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_and_repetition_the_same_terms_are_kept(tx: StoreTransaction, seed: int) -> None:
    node, chance = Node(tx, is_council=True), random.Random(seed)
    first = a_membership("TR", 1)
    values = [
        a_body("council"),
        first,
        restated(first, 1, **{"from": stix_timestamp(day(5)), "role": Role.OBSERVER.value}),
        restated(
            first, 2, **{"from": stix_timestamp(day(5)), "role": Role.OBSERVER.value, "until": stix_timestamp(day(9))}
        ),
        a_membership("AZ", 2, Role.PARTNER),
    ]
    told = [*values, *chance.sample(values, 3)]
    chance.shuffle(told)
    node.hear(*told)
    assert node.kept() == [
        ("AZ", "kid-of-AZ", Role.PARTNER, 2, None), ("TR", "kid-of-TR", Role.OBSERVER, 1, 9),
    ]  # fmt: skip
    assert node.kept(CLASSES[Role.MEMBER]) == [("TR", "kid-of-TR", Role.MEMBER, 1, 5)]
    assert node.kept(CLASSES[Role.OBSERVER]) == [("TR", "kid-of-TR", Role.OBSERVER, 5, 9)]
    assert node.kept(CLASSES[Role.PARTNER]) == [("AZ", "kid-of-AZ", Role.PARTNER, 2, None)]


def test_a_body_that_its_keeper_has_not_proved_gives_no_terms(node: Node) -> None:
    node.hear(a_body(), a_membership("TR"), proved=False)
    assert node.kept() == []
    node.terms.derive(node.tx, "kenesh-body--unknown", START)


def test_what_another_gave_first_counts_once_its_keeper_proves_it(node: Node) -> None:
    """Else whoever is quicker than the keeper could keep a node out of a circle for good."""
    node.hear(a_body(), a_membership("TR"), proved=False)
    node.hear(a_body(), a_membership("TR"))
    assert node.kept() == [("TR", "kid-of-TR", Role.MEMBER, 0, None)]


def test_only_the_keeper_of_the_council_makes_classes(node: Node) -> None:
    node.hear(a_body("council"), a_membership("TR"))
    assert node.kept() != []
    assert node.kept(CLASSES[Role.MEMBER]) == []


def test_a_term_that_ends_earlier_ends_earlier_here_too(node: Node) -> None:
    membership = a_membership("TR")
    node.hear(a_body(), membership)
    node.hear(restated(membership, 1, until=stix_timestamp(day(4))))
    assert node.kept() == [("TR", "kid-of-TR", Role.MEMBER, 0, 4)]


def test_a_new_key_or_role_of_the_member_is_kept(node: Node) -> None:
    """Else the party whose node got a new key would be shut out for good."""
    membership = a_membership("TR")
    node.hear(a_body(), membership)
    node.admit("TR")
    assert node.apply(1) == ["TR"]
    stamp = node.tx.terms.of_party(party_id("TR"))[0].stamp
    node.hear(restated(membership, 1, kid="kid-of-TR-2".ljust(43, "x"), role=Role.CHAIR.value))
    assert node.kept() == [("TR", "kid-of-TR-2", Role.CHAIR, 0, None)]
    assert node.tx.terms.of_party(party_id("TR"))[0].stamp == stamp


def test_a_revoked_membership_ends_its_term(node: Node) -> None:
    membership = a_membership("TR")
    node.hear(a_body(), membership, a_membership("AZ"))
    node.admit("TR")
    node.apply(1)
    node.hear(restated(membership, 2, revoked=True), on=3)
    assert node.kept() == [
        ("AZ", "kid-of-AZ", Role.MEMBER, 0, None), ("TR", "kid-of-TR", Role.MEMBER, 0, 3),
    ]  # fmt: skip


def test_a_term_that_never_began_is_gone_with_its_membership(node: Node) -> None:
    membership = a_membership("TR", 5)
    node.hear(a_body(), membership)
    node.hear(restated(membership, 2, revoked=True), on=3)
    assert node.kept() == []


def test_a_term_begins_when_its_time_has_come_under_the_node_s_own_stamp(node: Node) -> None:
    node.hear(a_body(), a_membership("TR", 2), a_membership("KZ", 2))
    node.admit("TR")
    assert node.apply(1) == []
    assert sorted(node.apply(2.5)) == ["KZ", "TR"]
    assert node.apply(3) == []
    stamps = [s.stamp for s in node.tx.terms.of_audiences([BODY_REF])]
    assert all(stamp is not None and stamp > day(2.5) for stamp in stamps)
    assert len(set(stamps)) == 2
    # Of its own party's term nobody needs to hear.
    assert [event.term.term.party_ref for event in node.heard.of(TermBegan)] == [party_id("TR")]


def test_a_party_that_is_not_admitted_here_gets_nothing_from_its_membership(node: Node) -> None:
    node.hear(a_body(), a_membership("TR"))
    assert node.apply(1) == []
    assert node.tx.alarms.recent(9) == []
    node.admit("TR")
    assert node.apply(2) == ["TR"]


def test_a_membership_that_names_another_node_is_an_alarm_raised_once(node: Node) -> None:
    node.hear(a_body(), a_membership("TR"))
    node.admit("TR", kid="another" * 6)
    assert node.apply(1) == node.apply(2) == []
    (alarm,) = node.tx.alarms.recent(9)
    assert (alarm.code, alarm.about) == ("fingerprints-differ", "TR")
    assert "another node of TR" in alarm.text


def test_a_re_join_is_a_term_of_its_own(node: Node) -> None:
    first = a_membership("TR")
    node.hear(a_body(), first, restated(first, 1, until=stix_timestamp(day(2))))
    again = {**a_membership("TR", 5, stated=4), "id": f"{MEMBERSHIP.name}--{UUID(int=7 + (4 << 76) + (8 << 60))}"}
    node.hear(again)
    assert node.kept() == [
        ("TR", "kid-of-TR", Role.MEMBER, 0, 2), ("TR", "kid-of-TR", Role.MEMBER, 5, None),
    ]  # fmt: skip


def test_bodies_are_found_by_their_short_name(node: Node) -> None:
    node.hear(a_body())
    assert bodies_named(node.tx, "energy") == [BODY_REF]
    assert bodies_named(node.tx, "water") == []


def test_a_future_end_is_no_end_yet(node: Node) -> None:
    membership = a_membership("TR")
    node.hear(a_body(), restated(membership, 0, until=stix_timestamp(Instant(day(3) + HOUR))))
    node.admit("TR")
    assert node.apply(1) == ["TR"]
