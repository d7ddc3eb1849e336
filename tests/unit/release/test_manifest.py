"""Manifests and authors' proofs: a proof holds for one content, and names no audience."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.parties.signers import AZ, KG, header_of, with_header
from tests.unit.release.made import CIRCLE, ENTRIES, entry, release

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.problem import DamagedProblem, UntrustedProblem
from kenesh.parties.keys import PublicKey
from kenesh.release.manifest import (
    Entry,
    Proof,
    check_proof,
    check_root,
    leaf_of,
    octets_of,
    proof_of,
    sign_root,
    text_of,
    tree_of,
)
from kenesh.release.statements import Place

TREE = tree_of(ENTRIES)
SIGNATURE = sign_root(AZ, TREE)
INDEX = 3
PROOF = proof_of(TREE, ENTRIES, INDEX, SIGNATURE, AZ.kid)


def check(proof: Proof = PROOF, key: PublicKey = AZ.public, of: Entry = ENTRIES[INDEX], **changes: Any) -> None:
    said: dict[str, Any] = {"stix_id": of.id, "modified": of.modified, "sha256": of.sha256}
    check_proof(proof, key, **(said | changes))


def refused(proof: Proof = PROOF, key: PublicKey = AZ.public, of: Entry = ENTRIES[INDEX], **changes: Any) -> bool:
    with pytest.raises(UntrustedProblem):
        check(proof, key, of, **changes)
    return True


@pytest.mark.clause("RFC 9162 §2.1")
def test_a_leaf_is_the_hash_of_salt_id_modified_and_content() -> None:
    """Written out: whoever checks a proof in another language makes the same octets."""
    salt, digest = b"s" * 16, sha256(b"content").digest()
    text = f'["indicator--1","2026-11-25T07:00:00.000Z","{text_of(digest)}"]'.encode()
    leaf = sha256(b"\x00" + salt + text).digest()
    assert leaf_of("indicator--1", "2026-11-25T07:00:00.000Z", digest, salt) == leaf
    assert canonical_bytes(["indicator--1", None, text_of(digest)]).startswith(b'["indicator--1",null,')


def test_what_has_no_modified_is_another_leaf_than_what_says_null() -> None:
    digest = bytes(32)
    leaves = {leaf_of("a--1", modified, digest, bytes(16)) for modified in (None, "", "null")}
    assert len(leaves) == 3


def test_every_entry_of_a_release_is_proved() -> None:
    for index, item in enumerate(ENTRIES):
        check(proof_of(TREE, ENTRIES, index, SIGNATURE, AZ.kid), of=item)


@given(st.integers(1, 40), st.data())
def test_a_release_of_any_size_proves_each_of_its_entries_and_no_other(size: int, data: st.DataObject) -> None:
    entries = [entry(number) for number in range(size)]
    tree = tree_of(entries)
    signature = sign_root(AZ, tree)
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(tree, entries, index, signature, AZ.kid)
    check(proof, of=entries[index])
    other = data.draw(st.integers(0, size))
    if other != index:
        assert refused(proof, of=entry(other))


def test_a_proof_is_of_that_content_alone() -> None:
    assert refused(sha256=bytes(32))
    assert refused(stix_id=ENTRIES[0].id)
    assert refused(modified="2026-11-25T07:00:00.001Z")
    assert refused(modified="2026-11-25T07:00:00Z")
    assert refused(modified=None)
    assert refused(of=ENTRIES[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": bytes(16)},
        {"salt": b""},
        {"index": 2},
        {"index": 4},
        {"index": 5},
        {"index": -1},
        {"index": 2**70},
        {"count": 4},
        {"count": 6},
        {"count": 1},
        {"count": 0},
        {"root": bytes(32)},
        {"root": b""},
        {"path": ()},
        {"path": PROOF.path[:-1]},
        {"path": (*PROOF.path, bytes(32))},
        {"path": PROOF.path[::-1]},
        {"path": (bytes(32), *PROOF.path[1:])},
        {"path": (PROOF.path[0][:31], *PROOF.path[1:])},
        {"path": (PROOF.path[0] + b"\0", *PROOF.path[1:])},
        {"path": (b"".join(PROOF.path),)},
        {"signature": ""},
        {"signature": sign_root(KG, TREE)},
        {"signature": sign_root(AZ, tree_of(ENTRIES[:4]))},
        {"signature": AZ.sign({"root": text_of(TREE.root), "count": 6})},
        {"signature": AZ.sign({"root": text_of(TREE.root)})},
        {"signature": release()["signatures"][0]},
        {"kid": KG.kid},
        {"kid": ""},
    ],
)
def test_a_proof_that_was_changed_is_refused(changes: dict[str, Any]) -> None:
    assert refused(replace(PROOF, **changes))


def test_the_proof_of_another_leaf_is_refused() -> None:
    assert refused(proof_of(TREE, ENTRIES, 1, SIGNATURE, AZ.kid))


def test_a_proof_under_another_key_is_refused() -> None:
    assert refused(key=KG.public)
    assert refused(replace(PROOF, kid=KG.kid), key=KG.public)
    by_kg = replace(PROOF, signature=sign_root(KG, TREE), kid=KG.kid)
    check(by_kg, key=KG.public)
    assert refused(by_kg)


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA", "Ed448"])
def test_a_proof_under_another_algorithm_is_refused(alg: str) -> None:
    assert refused(replace(PROOF, signature=with_header(SIGNATURE, {"alg": alg, "kid": AZ.kid})))


def test_an_inner_node_is_no_leaf() -> None:
    """Leaves and nodes are hashed apart, so that nobody passes a subtree off as an object."""
    shorter = Proof(PROOF.salt, 0, 2, TREE.root, PROOF.path[-1:], SIGNATURE, AZ.kid)
    assert refused(shorter)


def test_a_proof_names_no_audience_and_no_other_object() -> None:
    value = release()
    proof = proof_of(TREE, ENTRIES, INDEX, value["root_signature"], AZ.kid)
    check(proof)
    wire = msgspec.json.encode(proof.wire()).decode()
    assert set(proof.wire()) == {"salt", "index", "count", "root", "path", "signature", "kid"}
    assert set(header_of(proof.signature)) == {"alg", "kid"}
    told = [CIRCLE, value["id"], value["label"], value["previous"], value["modified"], value["reason"]]
    told += [text_of(item.sha256) for item in ENTRIES] + [item.id for item in ENTRIES]
    told += [text_of(item.salt) for item in ENTRIES if item is not ENTRIES[INDEX]]
    assert not any(text in wire for text in told)


def test_the_signature_of_a_root_is_the_same_for_every_audience() -> None:
    """It says the root and the count, and nothing by which two audiences could be told apart."""
    other = release(place=Place("kenesh-body--00000000-0000-4000-8000-000000000000", 1, None))
    assert other["root_signature"] == release()["root_signature"]
    check_root(AZ.public, TREE.root, TREE.size, other["root_signature"])


def test_a_root_is_signed_with_its_count() -> None:
    check_root(AZ.public, TREE.root, 5, SIGNATURE)
    for root, count, key in ((bytes(32), 5, AZ), (TREE.root, 4, AZ), (TREE.root, 5, KG)):
        with pytest.raises(UntrustedProblem):
            check_root(key.public, root, count, SIGNATURE)


def test_order_and_salt_make_another_root() -> None:
    roots = {
        tree_of(entries).root
        for entries in (ENTRIES, ENTRIES[::-1], ENTRIES[:4], [replace(ENTRIES[0], salt=bytes(16)), *ENTRIES[1:]])
    }
    assert len(roots) == 4


def entries() -> st.SearchStrategy[Entry]:
    proofs = st.builds(
        Proof,
        salt=st.binary(min_size=16, max_size=16),
        index=st.integers(0, 9),
        count=st.integers(1, 10),
        root=st.binary(min_size=32, max_size=32),
        path=st.lists(st.binary(min_size=32, max_size=32), max_size=4).map(tuple),
        signature=st.text(max_size=20),
        kid=st.just(AZ.kid),
    )
    return st.builds(
        Entry,
        id=st.text(min_size=1, max_size=20),
        modified=st.none() | st.just("2026-11-25T07:00:00.000Z"),
        sha256=st.binary(min_size=32, max_size=32),
        salt=st.binary(min_size=16, max_size=16),
        proof=st.none() | proofs,
    )


@given(entries())
def test_an_entry_survives_the_wire(item: Entry) -> None:
    assert Entry.read(msgspec.json.decode(msgspec.json.encode(item.wire()))) == item


def test_an_author_s_proof_is_carried_by_the_entry_of_whoever_passes_it_on() -> None:
    passed_on = replace(ENTRIES[INDEX], salt=b"another salt 16.", proof=PROOF)
    read = Entry.read(passed_on.wire())
    assert read.proof == PROOF
    assert read.leaf() != ENTRIES[INDEX].leaf()
    check(PROOF, of=read)


@given(st.binary(max_size=40))
def test_octets_survive_as_text(octets: bytes) -> None:
    assert octets_of(text_of(octets)) == octets


@pytest.mark.parametrize("text", ["=", "A", "AA=", "AA==", "AB", "A!", "A A", "AAA\n", "+/+/", "é", "AAAAA", "\0"])
def test_text_that_is_no_base64url_is_refused(text: str) -> None:
    with pytest.raises(DamagedProblem):
        octets_of(text)


@given(st.text(max_size=50))
def test_text_has_one_spelling_or_is_refused(text: str) -> None:
    try:
        octets = octets_of(text)
    except DamagedProblem:
        return
    assert text_of(octets) == text
