"""Hash trees as RFC 9162 §2.1 defines them: leaf 0x00, node 0x01, split at the largest power of two.

A `Tree` holds all its nodes and answers for any leaf. A `Frontier` holds only what the next leaf needs, a hash for each
bit of the size: enough to append, to know the root, and to prove that what is appended changed nothing before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_OCTETS = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 | entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right)."""
    return sha256(b"\x01" + left + right).digest()


def _level_above(below: Sequence[bytes]) -> list[bytes]:
    """The nodes over whole pairs; an odd last node is left to the caller."""
    return [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level, from the leaves up; an odd last node is carried up as it is, which is RFC 9162's tree."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        level = _level_above(below)
        if len(below) % 2:
            level.append(below[-1])
        levels.append(level)
    return levels


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes (RFC 9162 §2.1.1)."""
    return _levels(leaves)[-1][0] if leaves else EMPTY_ROOT


def _consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes prove that the old tree is the beginning of the new one, deepest first.

    Source: RFC 9162 §2.1.4.1, SUBPROOF, unrolled: at each split the half that the old tree does not end in is named.
    """
    if not 0 < old < new:
        return []
    ranges, start, width, rest = [], 0, new, old
    while rest < width:
        half = 1 << (width - 1).bit_length() - 1
        if rest <= half:
            ranges.append((start + half, start + width))
            width = half
        else:
            ranges.append((start, start + half))
            start, width, rest = start + half, width - half, rest - half
    if start:
        ranges.append((start, start + width))
    return ranges[::-1]


class Tree:
    """A tree whose paths are asked for more than once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = _levels(leaves) if leaves else [[EMPTY_ROOT]]
        self.size = len(leaves)
        self.root = self._levels[-1][0]

    def path(self, index: int) -> list[bytes]:
        """The inclusion path of a leaf, from the leaf up (RFC 9162 §2.1.3.1).

        Raises:
            IndexError: there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"there is no leaf {index} among {self.size}")
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index //= 2
        return path

    def consistency_path(self, old_size: int) -> list[bytes]:
        """The proof that the tree of the first `old_size` leaves is the beginning of this one (RFC 9162 §2.1.4.1).

        Raises:
            IndexError: the tree was never of that size.
        """
        if not 0 <= old_size <= self.size:
            raise IndexError(f"the tree of {self.size} leaves never had {old_size}")
        return [self._node(start, stop) for start, stop in _consistency_ranges(old_size, self.size)]

    def _node(self, start: int, stop: int) -> bytes:
        level = (stop - start - 1).bit_length()
        return self._levels[level][start >> level]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: the roots of the perfect trees that it consists of, the largest first.

    Appending n leaves takes about n hashes, the root one for each peak.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The Merkle tree hash (RFC 9162 §2.1.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        *larger, root = self.peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root

    def extended(self, leaves: Sequence[bytes]) -> Frontier:
        """The frontier after more leaf hashes."""
        size = self.size + len(leaves)
        peaks, rising, kept = list(self.peaks), list(leaves), []
        for level in range(size.bit_length()):
            # A peak of this height is the left neighbour of whatever comes up at this height.
            if self.size >> level & 1:
                rising.insert(0, peaks.pop())
            if len(rising) % 2:
                kept.append(rising[-1])
            rising = _level_above(rising)
        return Frontier(size, tuple(reversed(kept)))

    def consistency_path(self, leaves: Sequence[bytes]) -> list[bytes]:
        """The proof that this tree is the beginning of the one that the leaves make of it (RFC 9162 §2.1.4.1).

        It is the same as `Tree.consistency_path` gives, from the new leaves alone.
        """
        return self.consistency_path_to(
            self.size + len(leaves), lambda start, stop: root_of(leaves[start - self.size : stop - self.size])
        )

    def consistency_path_to(self, size: int, root_between: Callable[[int, int], bytes]) -> list[bytes]:
        """The same to a tree of that size; of its leaves after this tree it is asked for roots alone."""
        peak_at = dict(self._peaks_by_start())
        return [
            root_between(start, stop) if start >= self.size else peak_at[start]
            for start, stop in _consistency_ranges(self.size, size)
        ]

    def _peaks_by_start(self) -> Iterator[tuple[int, bytes]]:
        start = 0
        for peak in self.peaks:
            yield start, peak
            start += 1 << (self.size - start).bit_length() - 1


def _are_hashes(path: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_OCTETS for value in path)


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(path):
        return False
    position, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position % 2 or position == last:
            value = node_hash(sibling, value)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            value = node_hash(value, sibling)
        position, last = position // 2, last // 2
    return last == 0 and value == root


def is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the old tree is the beginning of the new one (RFC 9162 §2.1.4.2).

    A tree begins with the empty tree and with itself, and neither needs a path.
    """
    if not 0 <= old_size <= new_size or not _are_hashes(path):
        return False
    if old_size in (0, new_size):
        return not path and old_root == (new_root if old_size else EMPTY_ROOT)
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    return bool(steps) and _walks_to(old_size, new_size, steps) == (old_root, new_root)


def _walks_to(old_size: int, new_size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that the steps lead to; None where there are too many or too few."""
    position, last = old_size - 1, new_size - 1
    while position % 2:
        position, last = position // 2, last // 2
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if position % 2 or position == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            new = node_hash(new, step)
        position, last = position // 2, last // 2
    return (old, new) if last == 0 else None
