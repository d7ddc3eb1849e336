"""Hash trees against the published reference values, and what no proof may show."""

from __future__ import annotations

import pytest

from kenesh.basis.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

#: The entries and roots with which the implementations of Certificate Transparency check themselves.
ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
MANY = [leaf_hash(bytes([n])) for n in range(70)]
SIZES = [(old, new) for new in range(34) for old in range(new + 1)]


@pytest.mark.clause("RFC 9162 §2.1.1")
@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_the_reference(size: int) -> None:
    for root in (root_of(LEAVES[:size]), Tree(LEAVES[:size]).root, Frontier().extended(LEAVES[:size]).root):
        assert root.hex() == ROOTS[size]


@pytest.mark.clause("RFC 9162 §2.1.1")
def test_a_leaf_is_never_a_node() -> None:
    """Else an inner node could be passed off as an entry."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.clause("RFC 9162 §2.1.3")
@pytest.mark.parametrize("size", range(1, 34))
def test_the_path_of_each_leaf_leads_to_the_root_and_to_no_other_place(size: int) -> None:
    tree = Tree(MANY[:size])
    for index in range(size):
        path = tree.path(index)
        assert is_included(MANY[index], index, size, path, tree.root)
        assert not is_included(MANY[index + 1], index, size, path, tree.root)
        assert not is_included(MANY[index], index, size, [*path, MANY[0]], tree.root)
        assert not is_included(MANY[index], index, size, path, MANY[0]) or size == 1
        assert not path or not is_included(MANY[index], index, size, path[:-1], tree.root)


@pytest.mark.clause("RFC 9162 §2.1.3.2")
def test_a_leaf_outside_the_tree_is_not_included() -> None:
    tree = Tree(MANY[:5])
    for index in (-1, 5, 6):
        assert not is_included(MANY[0], index, 5, tree.path(0), tree.root)
        with pytest.raises(IndexError):
            tree.path(index)
    assert not is_included(EMPTY_ROOT, 0, 0, [], EMPTY_ROOT)


@pytest.mark.clause("RFC 9162 §2.1.4")
def test_each_tree_is_proved_to_be_the_beginning_of_each_later_one() -> None:
    for old, new in SIZES:
        tree, path = Tree(MANY[:new]), Tree(MANY[:new]).consistency_path(old)
        assert is_consistent(old, root_of(MANY[:old]), new, tree.root, path), (old, new)


@pytest.mark.clause("RFC 9162 §2.1.4.2")
def test_a_tree_whose_past_was_changed_is_proved_by_no_path_of_its_own() -> None:
    changed = [*MANY[:2], leaf_hash(b"changed"), *MANY[3:]]
    for old, new in SIZES:
        path = Tree(changed[:new]).consistency_path(old)
        if old > 2:
            assert not is_consistent(old, root_of(MANY[:old]), new, root_of(changed[:new]), path), (old, new)


@pytest.mark.clause("RFC 9162 §2.1.4.2")
def test_a_proof_with_one_hash_more_less_or_of_another_length_proves_nothing() -> None:
    for old, new in SIZES:
        tree, root = Tree(MANY[:new]), root_of(MANY[:old])
        path = tree.consistency_path(old)
        assert not is_consistent(old, root, new, tree.root, [*path, MANY[0]]), (old, new)
        if path:
            assert not is_consistent(old, root, new, tree.root, path[:-1]), (old, new)
            assert not is_consistent(old, root, new, tree.root, path[1:]), (old, new)
            assert not is_consistent(old, root, new, tree.root, [path[0] + b"\0", *path[1:]]), (old, new)


@pytest.mark.clause("RFC 9162 §2.1.4.2")
def test_a_log_that_shrank_is_not_consistent() -> None:
    assert not is_consistent(5, root_of(MANY[:5]), 4, root_of(MANY[:4]), [])
    assert not is_consistent(-1, EMPTY_ROOT, 4, root_of(MANY[:4]), [])
    assert not is_consistent(4, root_of(MANY[:4]), 4, root_of(MANY[1:5]), [])
    with pytest.raises(IndexError):
        Tree(MANY[:4]).consistency_path(5)


def test_appending_in_any_portions_gives_the_same_frontier() -> None:
    for old, new in SIZES:
        frontier = Frontier().extended(MANY[:old]).extended(MANY[old:new])
        assert frontier == Frontier().extended(MANY[:new])
        assert frontier.size == new
        assert frontier.root == root_of(MANY[:new])
        assert len(frontier.peaks) == new.bit_count()


@pytest.mark.clause("RFC 9162 §2.1.4.1")
def test_a_frontier_and_what_is_appended_prove_what_the_whole_tree_proves() -> None:
    """So that a node needs no old leaves to show its peers that it only added."""
    for old, new in SIZES:
        path = Frontier().extended(MANY[:old]).consistency_path(MANY[old:new])
        assert path == Tree(MANY[:new]).consistency_path(old), (old, new)
