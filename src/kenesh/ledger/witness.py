"""Heads of other nodes' logs, as this node keeps them and as nodes show them to each other.

A head says nothing of what a node did, and binds it: who rewrites the past has to show another head of the same size,
or one that no path leads to. Whoever holds the first one sees it.

Source: RFC 9162 §2.1.4, §8.1.3; design.md, idea 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Final, TypeVar

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import Instant
from kenesh.basis.problem import DamagedProblem
from kenesh.ledger.log import LogHead, SignedHead

#: So many heads are read of one answer; a head is some 500 octets on the wire.
MAX_SHOWN: Final = 1_000
MAX_SHOWN_OCTETS: Final = 1_000_000
#: A path has at most two hashes for each doubling of the log.
MAX_PATH: Final = 128
_HASH_HEX: Final = 64

T = TypeVar("T")


class Standing(IntEnum):
    """What this node knows of a head that it got."""

    HEARD = 0  # another passed it on, and its node was not asked yet
    HOLDS = 1
    CONTRADICTS = 2  # it is signed, and stands against one that holds


@dataclass(frozen=True, slots=True)
class WitnessedHead:
    """A head that the key `kid` of a party signed, and how it came here."""

    party_ref: str
    kid: str
    signed: SignedHead
    heard_from: str
    heard_at: Instant
    standing: Standing

    @property
    def head(self) -> LogHead:
        return self.signed.head


_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
_Epoch = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class ShownHead(msgspec.Struct, frozen=True, kw_only=True):
    """A head on the wire: the members that were signed, whose it is, and the signature."""

    party: _Text
    kid: _Text
    epoch: _Epoch
    size: _Number
    root: _Hash
    at: _Number
    signature: Annotated[str, msgspec.Meta(max_length=2_000)]

    @classmethod
    def of(cls, party_ref: str, kid: str, signed: SignedHead) -> ShownHead:
        """A signed head as it goes over the wire."""
        head = signed.head
        return cls(
            party=party_ref,
            kid=kid,
            epoch=head.epoch,
            size=head.size,
            root=head.root.hex(),
            at=int(head.at),
            signature=signed.signature,
        )

    def signed(self) -> SignedHead:
        return SignedHead(LogHead(self.epoch, self.size, bytes.fromhex(self.root), Instant(self.at)), self.signature)


class _Heads(msgspec.Struct):
    heads: Annotated[list[ShownHead], msgspec.Meta(max_length=MAX_SHOWN)] = []


class _Path(msgspec.Struct):
    path: Annotated[list[_Hash], msgspec.Meta(max_length=MAX_PATH)]


def heads_document(heads: Iterable[ShownHead]) -> bytes:
    """The answer to who asks for heads."""
    return msgspec.json.encode({"heads": list(heads)})


def path_document(path: Sequence[bytes]) -> bytes:
    """The answer to who asks for a proof of consistency."""
    return msgspec.json.encode({"path": [value.hex() for value in path]})


def read_heads(octets: bytes) -> list[ShownHead]:
    """The heads of an answer.

    Raises:
        DamagedProblem: it is none, or more than is read.
    """
    if len(octets) > MAX_SHOWN_OCTETS:
        raise DamagedProblem(f"The heads are more than {MAX_SHOWN_OCTETS} octets.")
    try:
        return msgspec.json.decode(octets, type=_Heads).heads
    except UNREADABLE as error:
        raise DamagedProblem(f"The heads cannot be read: {error}.") from None


def read_path(octets: bytes) -> list[bytes]:
    """The hashes of a proof.

    Raises:
        DamagedProblem: it is none, or longer than any is.
    """
    try:
        path = msgspec.json.decode(octets[: 2 * MAX_PATH * _HASH_HEX], type=_Path).path
    except UNREADABLE as error:
        raise DamagedProblem(f"The proof cannot be read: {error}.") from None
    return [bytes.fromhex(value) for value in path]


def first_that_fails(items: Sequence[T], holds: Callable[[T], bool]) -> int:
    """The place of the first item that does not hold, where all before it do; few are asked, by halving."""
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if holds(items[middle]):
            low = middle + 1
        else:
            high = middle
    return low
