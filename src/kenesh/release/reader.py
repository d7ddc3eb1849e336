"""Readers: who asks. All go through the same decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kenesh.parties.constituents import Constituent, pseudonym
from kenesh.release.audience import group_audience


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
        name: a person's or account's name; a constituent's number.
        cleared_for: the bodies that a person is cleared for; None means every body of the party.
        groups: the audiences of a constituent's groups and sectors.
    """

    kind: ReaderKind
    party_ref: str | None = None
    name: str = ""
    cleared_for: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()

    @property
    def who(self) -> str:
        """How records and holdings name him: an account is no person of the same name, who may see RED by his name."""
        if self.kind is ReaderKind.CONSTITUENT:
            return pseudonym(self.name)
        return f"{_ACCOUNT}{self.name}" if self.kind is ReaderKind.ACCOUNT else self.name

    def is_cleared_for(self, body_ref: str) -> bool:
        return self.kind is ReaderKind.PERSON and (self.cleared_for is None or body_ref in self.cleared_for)


_ACCOUNT: Final = "account:"


def is_account(who: str) -> bool:
    """Whether a name in the records, as `Reader.who` gives it, is an account's."""
    return who.startswith(_ACCOUNT)


NOBODY: Final = Reader(ReaderKind.NOBODY)


def constituent_reader(party_ref: str, constituent: Constituent) -> Reader:
    """A constituent of a party: in its groups, and in no body, class or inbox of the party."""
    groups = frozenset(group_audience(party_ref, name).ref for name in constituent.groups)
    return Reader(ReaderKind.CONSTITUENT, party_ref, str(constituent.num), frozenset(), groups)


def peer_reader(party_ref: str) -> Reader:
    """Another party's node."""
    return Reader(ReaderKind.PEER, party_ref)
