"""The Merkle log of a node: one leaf every ten seconds, whatever happened in them.

The size of the log tells the time that has passed and nothing else. The leaf of an interval is a hash over a salt and
the root of the acts in it; the salts come from a secret of the node, so that nobody else can tell a silent interval
from a busy one. Signed heads go to the peers: who rewrites the past has to rewrite theirs too.

Nothing here reads a store or a clock.

Source: RFC 9162 §2.1; design.md, idea 4.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.instants import SECOND, Instant
from kenesh.basis.merkle import is_consistent, leaf_hash, root_of

#: How long one leaf lasts, in microseconds.
INTERVAL: Final = 10 * SECOND

SALT_OCTETS: Final = 32
_SALT_PURPOSE: Final = b"kenesh ledger interval 1"
_HEAD_PURPOSE: Final = "kenesh ledger head 1"


@dataclass(frozen=True, slots=True)
class Epoch:
    """An unbroken run of the log. A node that was restored from a backup begins another, so that peers see a gap."""

    number: int
    began_at: Instant

    def starts(self, interval: int) -> Instant:
        """When the interval begins."""
        return Instant(self.began_at + interval * INTERVAL)


@dataclass(frozen=True, slots=True)
class LogHead:
    """What the log was at an instant: so many leaves in this epoch, and their root."""

    epoch: int
    size: int
    root: bytes
    at: Instant


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head and what the node signed it with; `head_bytes` is what is signed."""

    head: LogHead
    signature: str


def head_bytes(head: LogHead) -> bytes:
    """The octets that are signed, in RFC 8785's form, with what they are meant for."""
    return canonical_bytes(
        {
            "at": int(head.at),
            "epoch": head.epoch,
            "purpose": _HEAD_PURPOSE,
            "root": head.root.hex(),
            "size": head.size,
        }
    )


def interval_of(instant: Instant, epoch_start: Instant) -> int:
    """The number of the interval that the instant lies in; negative before the epoch.

    It is also how many intervals are finished at that instant.
    """
    return (instant - epoch_start) // INTERVAL


def _salts(secret: bytes, epoch: int, start: int, stop: int) -> list[bytes]:
    """HMAC-SHA256(secret, epoch and interval): the same for silent and busy, and known to this node alone."""
    keyed, salts = hmac.new(secret, _SALT_PURPOSE + epoch.to_bytes(8, "big"), "sha256"), []
    for interval in range(start, stop):
        one = keyed.copy()
        one.update(interval.to_bytes(8, "big"))
        salts.append(one.digest())
    return salts


def interval_salt(secret: bytes, epoch: int, interval: int) -> bytes:
    """The salt of one interval; it is shown only with a proof of an act in it."""
    return _salts(secret, epoch, interval, interval + 1)[0]


def interval_leaf(salt: bytes, digests: Sequence[bytes] = ()) -> bytes:
    """The leaf of an interval with these acts in it: a leaf hash over its salt and their root."""
    return leaf_hash(salt + root_of(digests))


def leaves(secret: bytes, epoch: int, start: int, stop: int, digests: Mapping[int, Sequence[bytes]]) -> list[bytes]:
    """The leaves of the intervals from `start` to before `stop`, from the digests of the acts placed in each."""
    salts = _salts(secret, epoch, start, stop)
    return [interval_leaf(salt, digests.get(interval, ())) for interval, salt in enumerate(salts, start)]


def is_beginning_of(old: LogHead, new: LogHead, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the newer head only added to the older one (RFC 9162 §2.1.4.2)."""
    return old.epoch == new.epoch and is_consistent(old.size, old.root, new.size, new.root, path)


def are_two_pasts(one: LogHead, other: LogHead) -> bool:
    """Whether both cannot be true of one node: the same epoch and size, and another root."""
    return (one.epoch, one.size) == (other.epoch, other.size) and one.root != other.root
