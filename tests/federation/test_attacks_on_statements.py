"""What liars try with releases and withdrawals, each signed with the liar's own real key."""

from __future__ import annotations

from typing import Any

import pytest
from tests.federation.liars import Liar, entry_of
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator
from tests.federation.stage import EVIL, GOOD, Way, kz_gives, membership_stated

from kenesh.release.audience import PEERS, PUBLIC, party_audience
from kenesh.release.manifest import text_of
from kenesh.release.statements import Place, Withdrawn
from kenesh.stix.marking import Tlp

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
    membership = membership_stated("0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", tr, tr) | {"from": "2026-13-45T00:00:00Z"}
    good = indicator(GOOD)
    way(tr, az, [tr.release(az.ref, membership, good)], [membership, good])
    assert set(az.looks_up(GOOD)) == {"TR"}
