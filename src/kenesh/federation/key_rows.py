"""What was heard of parties' keys, as a store keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kenesh.basis.instants import Instant


class KeySaid(StrEnum):
    """What a key statement was here."""

    ADMITTED = "admitted"  # a card whose fingerprint was compared by hand: a line of keys begins
    CONFIRMED = "confirmed"  # a card of a key of the line whose fingerprint was compared too
    CARD = "card"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """A card, or a revocation of a key, as it came, and when it was first heard here."""

    said: KeySaid
    raw: bytes
    at: Instant


class KeyRows(Protocol):
    """What was heard of the keys of each party's node."""

    def of_party(self, party_ref: str) -> list[KeyStatement]:
        """In the order in which they were heard."""

    def parties(self) -> list[str]:
        """Of whom there are any."""

    def add(self, party_ref: str, statement: KeyStatement) -> bool:
        """Whether it was not there already."""
