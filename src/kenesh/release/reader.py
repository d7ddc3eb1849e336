"""Readers: who asks. All go through the same decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class ReaderKind(IntEnum):
    """What sort of reader asks; the numbers stand in the store."""

    NOBODY = 0
    PERSON = 1
    CONSTITUENT = 2
    ACCOUNT = 3
    PEER = 4


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    Attributes:
        party_ref: the party it belongs to or stands for; None for nobody.
        name: a person's or account's name.
        cleared_for: the bodies that a person is cleared for; None means every body of the party.
    """

    kind: ReaderKind
    party_ref: str | None = None
    name: str = ""
    cleared_for: frozenset[str] | None = None

    @property
    def who(self) -> str:
        """How records and holdings name him: an account is no person of the same name, who may see RED by his name."""
        return f"{_ACCOUNT}{self.name}" if self.kind is ReaderKind.ACCOUNT else self.name

    def is_cleared_for(self, body_ref: str) -> bool:
        return self.kind is ReaderKind.PERSON and (self.cleared_for is None or body_ref in self.cleared_for)


_ACCOUNT: Final = "account:"


def is_account(who: str) -> bool:
    """Whether a name in the records, as `Reader.who` gives it, is an account's."""
    return who.startswith(_ACCOUNT)


NOBODY: Final = Reader(ReaderKind.NOBODY)


def peer_reader(party_ref: str) -> Reader:
    """Another party's node."""
    return Reader(ReaderKind.PEER, party_ref)
