"""Proof that one act stands in the log, for somebody who has a head and nothing else of this node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kenesh.basis.merkle import Tree, is_included, leaf_hash
from kenesh.ledger.log import SALT_OCTETS, LogHead


@dataclass(frozen=True, slots=True)
class ActProof:
    """What leads from one act to the root of a head. It shows no other act and no other interval.

    It does show how many acts the interval held, give or take what the length of a path leaves open.

    Attributes:
        entry: `act_bytes`, the act with its salt.
        index, count, path, acts_root: where it stands among the acts of its interval, and the way to their root.
        salt: the salt of the interval.
        interval, log_path: where the interval stands in the log, and the way to the root of the head.
    """

    entry: bytes
    index: int
    count: int
    path: tuple[bytes, ...]
    acts_root: bytes
    salt: bytes
    interval: int
    log_path: tuple[bytes, ...]

    def holds_under(self, head: LogHead) -> bool:
        """Whether it leads from the act to the head's root (RFC 9162 §2.1.3.2, twice)."""
        leaf = leaf_hash(self.salt + self.acts_root)
        return (
            len(self.salt) == SALT_OCTETS
            and is_included(leaf_hash(self.entry), self.index, self.count, self.path, self.acts_root)
            and is_included(leaf, self.interval, head.size, self.log_path, head.root)
        )


def prove_act(entry: bytes, digests: Sequence[bytes], salt: bytes, interval: int, log: Tree) -> ActProof:
    """The proof that the act with this entry is one of those whose digests its interval holds.

    Args:
        digests: of the acts in the interval, in the order of their numbers.
        salt: of the interval.
        log: the leaves up to the head that the proof is for.

    Raises:
        ValueError: the entry is none of the interval's acts.
    """
    acts, index = Tree(digests), digests.index(leaf_hash(entry))
    path, log_path = tuple(acts.path(index)), tuple(log.path(interval))
    return ActProof(entry, index, acts.size, path, acts.root, salt, interval, log_path)
