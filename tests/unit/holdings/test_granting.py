"""What makes a version visible: a grant with its own stamp, given once, ended for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from tests.federation.fakes import FakeChance, FakeClock
from tests.unit.holdings.stories import AMBER, AZ, GREEN, IT, KZ, NOW, RED, TR, a_version, from_party, take

from kenesh.basis.instants import Instant
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.granting import MAX_GAP, Granting, Grants, granting_of
from kenesh.holdings.rows import GIVEN_BACK, Grant
from kenesh.release.audience import PUBLIC, Audience, body_audience, collection_id, party_audience
from kenesh.stix.register import Channel

BODY = body_audience("kenesh-body--44444444-4444-4444-8444-444444444444")


class SteppedChance(FakeChance):
    """Gives the greatest gap each time, and remembers that it was asked."""

    def __init__(self) -> None:
        super().__init__(FakeClock(), "granting")
        self.bounds: list[int] = []

    def below(self, bound: int) -> int:
        self.bounds.append(bound)
        return bound - 1


@pytest.fixture
def chance() -> SteppedChance:
    return SteppedChance()


@pytest.fixture
def grants(chance: SteppedChance) -> Grants:
    return Grants(KZ, frozenset({"kenesh-body"}), chance)


def held(tx: StoreTransaction, *modified: int) -> list[Granting]:
    """So many versions of one object, to be granted under GREEN."""
    take(tx, *(from_party(a_version(IT, m, f"{m}", by=AZ), AZ, proved=True) for m in modified))
    return [granting_of(version, GREEN) for version in tx.versions.all_of(IT) if version.key[-1] in map(str, modified)]


def give(tx: StoreTransaction, grants: Grants, items: list[Granting], now: Instant = NOW, **said: Any) -> list[Grant]:
    audience, statement = said.get("to", BODY), said.get("statement", 1)
    return grants.grant(tx, audience, Channel.CONTENT, items, statement=statement, now=now)


def test_each_grant_has_its_own_stamp_at_a_random_distance(
    tx: StoreTransaction, grants: Grants, chance: SteppedChance
) -> None:
    made = give(tx, grants, held(tx, 1, 2, 3))
    assert [grant.stamp for grant in made] == [NOW + MAX_GAP * n for n in (1, 2, 3)]
    assert chance.bounds == [MAX_GAP] * 3


def test_what_is_visible_is_not_granted_again(tx: StoreTransaction, grants: Grants) -> None:
    items = held(tx, 1, 2)
    assert len(give(tx, grants, items[:1])) == 1
    assert [grant.version for grant in give(tx, grants, items)] == [items[1].version]
    assert give(tx, grants, items) == give(tx, grants, []) == []


def test_a_version_named_twice_is_granted_once(tx: StoreTransaction, grants: Grants) -> None:
    items = held(tx, 1)
    assert len(give(tx, grants, items * 3)) == 1


def test_after_its_end_it_is_granted_anew_with_a_new_stamp(tx: StoreTransaction, grants: Grants) -> None:
    items = held(tx, 1)
    first = give(tx, grants, items)
    grants.end(tx, first, NOW, "withdrawn")
    grants.end(tx, [], NOW, "nothing")
    assert grants.visible_versions(tx, BODY, [1]) == {}
    (second,) = give(tx, grants, items, Instant(NOW - 10**6))
    assert second.stamp > first[0].stamp
    assert grants.visible_versions(tx, BODY, [1]) == {items[0].version: second}


@pytest.mark.parametrize(("to", "again"), [(PUBLIC, True), (party_audience(AZ), True), (BODY, False)])
def test_the_last_again_has_a_new_stamp_unless_terms_decide_what_is_seen(
    tx: StoreTransaction, grants: Grants, to: Audience, again: bool
) -> None:
    one, two, three = give(tx, grants, held(tx, 1, 2, 3), to=to)
    grants.end(tx, [three], NOW, "deleted")
    left = sorted(tx.grants.of_objects([1]), key=lambda grant: grant.key)
    assert [grant.version for grant in left] == [one.version, two.version]
    assert (left[0].stamp, left[1].stamp > three.stamp) == (one.stamp, again)
    (collection,) = tx.grants.collections()
    assert (collection.last_stamp > three.stamp) is again


def test_an_older_version_that_ends_moves_nothing(tx: StoreTransaction, grants: Grants) -> None:
    one, two = give(tx, grants, held(tx, 1, 2), to=PUBLIC)
    grants.end(tx, [one], NOW, "deleted")
    assert tx.grants.of_objects([1]) == [two]


def test_what_is_given_back_is_released_to_nobody_and_gives_way_to_a_release(
    tx: StoreTransaction, grants: Grants
) -> None:
    items = held(tx, 1)
    (back,) = give(tx, grants, items, to=PUBLIC, statement=GIVEN_BACK)
    assert not back.is_released
    assert give(tx, grants, items, to=PUBLIC, statement=GIVEN_BACK) == []
    assert grants.visible_versions(tx, PUBLIC, [1]) == {}
    (released,) = give(tx, grants, items, to=PUBLIC)
    assert tx.grants.of_objects([1]) == [released]
    assert give(tx, grants, items, to=PUBLIC, statement=GIVEN_BACK) == []


def test_what_is_visible_to_one_audience_is_not_to_another(tx: StoreTransaction, grants: Grants) -> None:
    give(tx, grants, held(tx, 1))
    assert grants.visible_versions(tx, PUBLIC, [1]) == {}


def test_asking_what_is_visible_makes_no_collection(tx: StoreTransaction, grants: Grants) -> None:
    """It is asked in transactions that can only read."""
    assert grants.visible_versions(tx, BODY, [1]) == {}
    assert tx.grants.collections() == []


def test_what_is_visible_is_looked_for_in_both_collections_of_the_audience(
    tx: StoreTransaction, grants: Grants
) -> None:
    (one, two) = held(tx, 1, 2)
    give(tx, grants, [one])
    grants.grant(tx, BODY, Channel.CONTROL, [two], statement=1, now=NOW)
    assert grants.visible_versions(tx, BODY, [1]).keys() == {one.version, two.version}


def test_a_collection_s_id_is_computed_by_everybody(tx: StoreTransaction, grants: Grants) -> None:
    made = grants.collection(tx, BODY, Channel.CONTROL)
    assert made.id == str(collection_id(KZ, BODY.ref, Channel.CONTROL))
    assert grants.channel_of("kenesh-body") is Channel.CONTROL
    assert grants.channel_of("indicator") is Channel.CONTENT


@pytest.mark.parametrize(
    ("own", "label", "effective"),
    [(None, None, RED), (None, GREEN, GREEN), (AMBER, GREEN, AMBER), (AMBER, None, AMBER), (GREEN, AMBER, GREEN)],
)
def test_a_version_is_granted_under_its_own_marking_or_else_the_label(
    tx: StoreTransaction, own: object, label: object, effective: object
) -> None:
    take(tx, from_party(a_version(tlp=own), TR))
    (version,) = tx.versions.all_of(IT)
    assert granting_of(version, label).tlp is effective  # type: ignore[arg-type]  # a label, or none
