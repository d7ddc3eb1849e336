"""Time, chance and identifiers come from the caller: these are the two ports they come through."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from kenesh.basis.instants import Instant


class Clock(Protocol):
    """Says what time it is, in microseconds since 1970-01-01T00:00:00Z."""

    def now(self) -> Instant: ...


class Chance(Protocol):
    """Gives what nobody can guess."""

    def uuid4(self) -> UUID: ...

    def octets(self, count: int) -> bytes: ...

    def below(self, bound: int) -> int: ...
