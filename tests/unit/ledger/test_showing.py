"""What a node proves of its log out of its store is what the whole tree would prove."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.ledger.memory import MemoryRows

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.merkle import Frontier, Tree
from kenesh.basis.problem import DamagedProblem, UnknownProblem
from kenesh.ledger import book, showing
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.log import INTERVAL, LogHead, SignedHead, is_beginning_of
from kenesh.ledger.witness import MAX_SHOWN, ShownHead, first_that_fails, heads_document, read_heads, read_path

START = instant_of("2026-11-25T01:00:00Z")
SECRET = b"k" * 32
LEAVES = 50


def later(intervals: float) -> Instant:
    return Instant(START + int(intervals * INTERVAL))


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    """Fifty intervals with an act in every seventh, and a head at every eighth."""
    rows = MemoryRows()
    book.begin_epoch(rows, START)
    for interval in range(LEAVES + 1):
        book.close_until(rows, later(interval), SECRET, lambda octets: "signed", head_every=8)
        if interval % 7 == 0:
            act = Act(ActKind.LOGIN_MADE, later(interval + 0.5), "gulnara", f"subject {interval}")
            book.record(rows, act, hashlib.sha256(bytes([interval])).digest())
    return rows


@settings(deadline=None, max_examples=60)
@given(st.integers(0, LEAVES), st.integers(0, LEAVES))
def test_a_proof_of_consistency_is_the_trees(rows: MemoryRows, one: int, other: int) -> None:
    old, new = sorted((one, other))
    leaves = rows.kept_leaves[1]
    path = showing.consistency(rows, 1, old, new)
    assert path == Tree(leaves[:new]).consistency_path(old)
    heads = [LogHead(1, size, Tree(leaves[:size]).root, START) for size in (old, new)]
    assert is_beginning_of(heads[0], heads[1], path)


@pytest.mark.parametrize(("epoch", "old", "new"), [(1, 5, 4), (1, 0, LEAVES + 1), (1, -1, 4), (2, 0, 0)])
def test_what_is_not_there_is_proved_to_nobody(rows: MemoryRows, epoch: int, old: int, new: int) -> None:
    with pytest.raises(UnknownProblem):
        showing.consistency(rows, epoch, old, new)


def test_a_kept_frontier_that_is_not_its_heads_is_not_used(rows: MemoryRows) -> None:
    kept = rows.head_frontiers[1, 48]
    rows.head_frontiers[1, 48] = Frontier(48, (b"x" * 32, b"y" * 32))
    assert showing.frontier_at(rows, 1, LEAVES) == Frontier().extended(rows.kept_leaves[1])
    rows.head_frontiers[1, 48] = kept


def test_a_head_is_of_this_log_or_not(rows: MemoryRows) -> None:
    for size in (0, 1, 7, 48, LEAVES):
        root = Tree(rows.kept_leaves[1][:size]).root
        assert showing.is_of_this_log(rows, LogHead(1, size, root, START))
        assert not showing.is_of_this_log(rows, LogHead(1, size, b"x" * 32, START))
        assert not showing.is_of_this_log(rows, LogHead(2, size, root, START))
    assert not showing.is_of_this_log(rows, LogHead(1, LEAVES + 1, b"x" * 32, START))


def test_the_last_head_is_the_last_that_was_signed(rows: MemoryRows) -> None:
    last = showing.last_head(rows)
    assert last is not None
    assert last.head.size == 48
    assert showing.last_head(MemoryRows()) is None


def test_every_entry_is_proved_under_the_first_head_that_covers_it(rows: MemoryRows) -> None:
    for number, interval in enumerate(range(0, LEAVES - 1, 7), 1):
        placed = showing.place_of(rows, number)
        assert placed == showing.Placed(1, interval)
        found = showing.head_over(rows, placed, later(99))
        head = found.head if isinstance(found, SignedHead) else found
        assert head.size == (min(interval // 8 * 8 + 8, LEAVES) if interval < 48 else LEAVES)
        assert isinstance(found, SignedHead) == (interval < 48)
        assert showing.prove_entry(rows, SECRET, number, placed, head.size).holds_under(head)


@given(st.integers(0, 40), st.integers(0, 40))
def test_where_things_part_is_found_by_halving(count: int, good: int) -> None:
    asked: list[int] = []

    def holds(item: int) -> bool:
        asked.append(item)
        return item < good

    assert first_that_fails(range(count), holds) == min(good, count)
    assert len(asked) <= count.bit_length()


HEAD = ShownHead.of("identity--x", "k" * 43, SignedHead(LogHead(1, 8, b"r" * 32, START), "e30..c2ln"))


def test_heads_are_read_as_they_were_shown() -> None:
    assert read_heads(heads_document([HEAD, HEAD])) == [HEAD, HEAD]
    assert HEAD.signed().head == LogHead(1, 8, b"r" * 32, START)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"heads":[{}]}',
        b'{"x":' + b"[" * 100_000,
        b'{"heads":[{"party":"\xff"}]}',
        heads_document([HEAD]).replace(b'"size":8', b'"size":-8'),
        heads_document([HEAD]).replace(b'"size":8', b'"size":1e3'),
        heads_document([HEAD]).replace(b'"epoch":1', b'"epoch":99999999999'),
        heads_document([HEAD] * (MAX_SHOWN + 1)),
        b" " * 2_000_000,
    ],
)
def test_what_are_no_heads_is_damaged(octets: bytes) -> None:
    with pytest.raises(DamagedProblem):
        read_heads(octets)


@pytest.mark.parametrize("octets", [b"", b"{}", b'{"path":["zz"]}', b'{"path":["' + b"0" * 64 + b'",1]}'])
def test_what_is_no_path_is_damaged(octets: bytes) -> None:
    with pytest.raises(DamagedProblem):
        read_path(octets)
    assert read_path(b'{"path":["' + b"00" * 32 + b'"]}') == [bytes(32)]
