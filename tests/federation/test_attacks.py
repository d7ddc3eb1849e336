"""What liars try with other parties' objects. Each liar is an admitted party, and signs with its own real key.

What AZ reads and what is posted to it go through the same checks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.federation.liars import Liar, entry_of, proof_from
from tests.federation.nodes import Node
from tests.federation.objects import indicator
from tests.federation.stage import EVIL, GOOD, Way, kz_gives

from kenesh.parties.party import party_id
from kenesh.release.statements import Withdrawn
from kenesh.stix.marking import Tlp

# An id of another party


def _gives(way: Way, tr: Liar, az: Node, value: dict[str, Any]) -> None:
    """TR releases the object to AZ as it should be done."""
    way(tr, az, [tr.release(az.ref, value)], [value])


def test_a_newer_version_that_the_author_did_not_state_is_kept_apart(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    _gives(way, tr, az, indicator(EVIL, by="KZ", version=9, pattern=f"[domain-name:value = '{GOOD}']"))
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}
    assert az.looks_up(GOOD) == {}
    assert [party for party, _ in az.conflicts(true["id"])] == ["TR"]
    assert ("conflict", true["id"]) in az.alarms()


def test_content_that_came_before_its_author_spoke_gives_way_to_the_authors_own(
    kz: Node, az: Node, tr: Liar, way: Way
) -> None:
    _gives(way, tr, az, indicator(EVIL, by="KZ", version=9, pattern=f"[domain-name:value = '{GOOD}']"))
    assert az.looks_up(GOOD) == {"TR": Tlp.GREEN}, "it is shown as given by TR"
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    assert az.looks_up(GOOD) == {}
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}
    assert [version.proved for version in az.versions(true["id"])] == [True]


def test_a_revocation_that_the_author_did_not_state_revokes_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    _gives(way, tr, az, indicator(EVIL, by="KZ", version=9, revoked=True))
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_a_revocation_that_came_before_its_author_spoke_revokes_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    _gives(way, tr, az, indicator(EVIL, by="KZ", revoked=True))
    kz_gives(kz, az, indicator(EVIL, by="KZ", version=3))
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


@pytest.mark.parametrize("first", ["liar", "author"])
def test_the_authors_content_stands_under_its_id_and_modified(
    kz: Node, az: Node, tr: Liar, way: Way, first: str
) -> None:
    true = indicator(EVIL, by="KZ")
    squat = true | {"pattern": f"[domain-name:value = '{GOOD}']"}
    if first == "author":
        kz_gives(kz, az, true)
    _gives(way, tr, az, squat)
    if first == "liar":
        kz_gives(kz, az, true)
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}
    assert az.looks_up(GOOD) == {}
    assert len(az.versions(true["id"])) == 1


@pytest.mark.parametrize("lie", [{}, {"version": 9}, {"version": 9, "revoked": True}])
def test_what_has_no_author_is_its_first_givers(kz: Node, az: Node, tr: Liar, way: Way, lie: dict[str, Any]) -> None:
    true = indicator(EVIL)
    kz_gives(kz, az, true)
    _gives(way, tr, az, indicator(EVIL, **lie, pattern=f"[domain-name:value = '{GOOD}']"))
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}
    assert az.looks_up(GOOD) == {}


def test_an_id_that_a_liar_states_as_its_own_first_stays_the_liars_and_the_other_is_shown_as_a_conflict(
    kz: Node, az: Node, tr: Liar, way: Way
) -> None:
    """The first accepted version fixes the writer; what must not happen is that AZ hears nothing of it."""
    true = indicator(EVIL, by="KZ")
    _gives(way, tr, az, true | {"created_by_ref": party_id("TR")})
    kz_gives(kz, az, true)
    assert az.looks_up(EVIL) == {"TR": Tlp.GREEN}
    assert [party for party, _ in az.conflicts(true["id"])] == ["KZ"]
    assert ("conflict", true["id"]) in az.alarms()


@pytest.mark.parametrize("lie", [{"version": 9}, {"version": 9, "revoked": True}, {"name": "another"}])
def test_what_a_node_states_itself_is_changed_by_nobody(
    kz: Node, az: Node, tr: Liar, way: Way, lie: dict[str, Any]
) -> None:
    true = indicator(EVIL, by="AZ")
    az.imports(true)
    az.releases(true["id"], to="KZ")
    _gives(way, tr, az, indicator(EVIL, by="AZ", **lie))
    kz.syncs("AZ")
    for node in (az, kz):
        assert node.looks_up(EVIL) == {"AZ": Tlp.GREEN}
        assert [version.modified for version in node.current(true["id"])] == [true["modified"]]
    assert [party for party, _ in az.conflicts(true["id"])] == ["TR"]


def test_an_author_who_says_two_things_to_two_parties_is_seen(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    """TR gives KZ and AZ each another content under one id and modified; KZ passes its own on."""
    one, other = indicator(EVIL, by="TR"), indicator(EVIL, by="TR", pattern=f"[domain-name:value = '{GOOD}']")
    way(tr, az, [tr.release(az.ref, one)], [one])
    way(tr, kz, [tr.release(kz.ref, other)], [other])
    kz.releases(other["id"], to="AZ")
    az.syncs("KZ")
    assert az.looks_up(EVIL) == {"TR": Tlp.GREEN}
    assert az.looks_up(GOOD) == {}
    assert az.conflicts(one["id"]) == [("KZ", "another content stands under the same id and modified")]
    assert ("conflict", one["id"]) in az.alarms()


# Proofs


def test_a_proof_of_another_object_proves_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    released = kz_gives(kz, az, indicator("other.example", by="KZ"))
    proof = proof_from(released, indicator("other.example")["id"])
    lie = indicator(EVIL, by="KZ")
    way(tr, az, [tr.release(az.ref, entry_of(lie, proof))], [lie])
    assert [version.proved for version in az.versions(lie["id"])] == [False]
    kz_gives(kz, az, indicator(EVIL, by="KZ", version=1, pattern=f"[domain-name:value = '{GOOD}']"))
    assert az.looks_up(EVIL) == {}


def test_a_proof_by_another_key_proves_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    lie = indicator(EVIL, by="KZ")
    proof = proof_from(tr.release(az.ref, lie), lie["id"])
    way(tr, az, [tr.release(az.ref, entry_of(lie, proof))], [lie])
    assert [version.proved for version in az.versions(lie["id"])] == [False]


def test_a_proof_that_says_it_is_by_the_authors_key_proves_nothing(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    lie = indicator(EVIL, by="KZ")
    proof = proof_from(tr.release(az.ref, lie), lie["id"])
    way(tr, az, [tr.release(az.ref, entry_of(lie, replace(proof, kid=kz.own.kid)))], [lie])
    assert [version.proved for version in az.versions(lie["id"])] == [False]


def test_the_authors_proof_of_one_version_does_not_carry_another(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    proof = proof_from(kz_gives(kz, az, true), true["id"])
    lie = indicator(EVIL, by="KZ", version=9, revoked=True)
    way(tr, az, [tr.release(az.ref, entry_of(lie, proof))], [lie])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


# Withdrawals and markings of another party's objects


def test_who_is_not_the_author_withdraws_only_what_it_gave_itself(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn(true["id"]))], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_a_release_is_withdrawn_by_its_releaser_alone(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    released = kz_gives(kz, az, true)
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn(true["id"], release_ref=released["id"]))], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_who_is_not_the_author_marks_nothing_anew(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn(true["id"], label=Tlp.RED))], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}


def test_an_authors_signature_is_not_made_by_anybody_else(kz: Node, az: Node, tr: Liar, way: Way) -> None:
    true = indicator(EVIL, by="KZ")
    kz_gives(kz, az, true)
    said = Withdrawn(true["id"])
    signature = tr.signer.sign(said.author_statement())
    way(tr, az, [tr.withdrawal(az.ref, Withdrawn(true["id"], author_signature=signature))], [])
    assert az.looks_up(EVIL) == {"KZ": Tlp.GREEN}
