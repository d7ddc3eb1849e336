"""Our hash trees and pymerkle's say the same: root, inclusion and consistency."""

from __future__ import annotations

import pymerkle  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.merkle import Frontier, Tree, is_consistent, is_included, leaf_hash, root_of

quick = settings(max_examples=60, deadline=None)
entries = st.lists(st.binary(max_size=12), min_size=1, max_size=90)


def theirs(entries: list[bytes]) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    return tree


def ours(entries: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries]


def their_root(entries: list[bytes]) -> bytes:
    root: bytes = theirs(entries).get_root()
    return root


def subproof(old: int, entries: list[bytes], is_whole: bool) -> list[bytes]:
    """SUBPROOF as RFC 9162 §2.1.4.1 writes it, word for word, over pymerkle's roots."""
    size = len(entries)
    if old == size:
        return [] if is_whole else [their_root(entries)]
    half = 1 << ((size - 1).bit_length() - 1)
    if old <= half:
        return [*subproof(old, entries[:half], is_whole), their_root(entries[half:])]
    return [*subproof(old - half, entries[half:], False), their_root(entries[:half])]


@pytest.mark.clause("RFC 9162 §2.1.1")
@quick
@given(entries, st.data())
def test_the_roots_agree_at_every_size(entries: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    tree, leaves = theirs(entries), ours(entries)
    assert root_of(leaves[:cut]) == tree.get_root(cut)
    assert Tree(leaves).root == tree.get_root()
    assert Frontier().extended(leaves[:cut]).extended(leaves[cut:]).root == tree.get_root()


@pytest.mark.clause("RFC 9162 §2.1.3")
@quick
@given(entries, st.data())
def test_the_inclusion_paths_agree_and_each_believes_the_other(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    tree, leaves = theirs(entries), ours(entries)
    proof, path = tree.prove_inclusion(index + 1), Tree(leaves).path(index)
    # pymerkle counts from one, and puts the leaf itself in front.
    assert proof.path == [leaves[index], *path]
    assert is_included(leaves[index], index, len(leaves), path, tree.get_root())
    pymerkle.verify_inclusion(leaves[index], Tree(leaves).root, proof, index=index + 1, size=len(leaves))


@pytest.mark.clause("RFC 9162 §2.1.4")
@quick
@given(entries, st.data())
def test_the_consistency_paths_are_those_of_the_standard_over_their_roots(
    entries: list[bytes], data: st.DataObject
) -> None:
    """pymerkle lays its own proofs out otherwise, so the standard's words are run over its roots."""
    old = data.draw(st.integers(1, len(entries)))
    tree, leaves = theirs(entries), ours(entries)
    path = Tree(leaves).consistency_path(old)
    assert path == subproof(old, entries, True)
    assert path == Frontier().extended(leaves[:old]).consistency_path(leaves[old:])
    assert is_consistent(old, tree.get_root(old), len(leaves), tree.get_root(), path)
    proof = tree.prove_consistency(old)
    pymerkle.verify_consistency(root_of(leaves[:old]), root_of(leaves), proof, prior_size=old, later_size=len(leaves))


@pytest.mark.clause("RFC 9162 §2.1.4.2")
@quick
@given(entries, st.data())
def test_no_path_of_a_changed_log_proves_the_unchanged_past(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(entries)))
    at = data.draw(st.integers(0, old - 1))
    changed = [*entries[:at], entries[at] + b"x", *entries[at + 1 :]]
    for path in (Tree(ours(entries)).consistency_path(old), Tree(ours(changed)).consistency_path(old)):
        assert not is_consistent(old, their_root(entries[:old]), len(entries), their_root(changed), path)
        assert not is_consistent(old, their_root(changed[:old]), len(entries), their_root(entries), path)


@quick
@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.binary(min_size=31, max_size=33), max_size=8))
def test_any_path_from_outside_is_judged_and_never_believed(old: int, new: int, path: list[bytes]) -> None:
    """Whoever invents a path has no preimage for it."""
    past, present = root_of(ours([b"a"] * old)), root_of(ours([b"b"] * new))
    assert not is_included(past, old, new, path, present)
    if old:
        assert not is_consistent(old, past, new, present, path)
