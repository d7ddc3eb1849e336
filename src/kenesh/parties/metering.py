"""Metering: so many values each constituent and client account has looked up on a day (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from kenesh.basis.instants import DAY, Instant

#: Counts are kept so long.
KEPT: Final = 90 * DAY


@dataclass(frozen=True, slots=True)
class Metered:
    """What one who asks has asked on one day; `day` is its first instant. `refused`: at least once for the limit."""

    day: Instant
    values: int
    refused: bool


def day_of(now: Instant) -> Instant:
    """The first instant of the day."""
    return Instant(now - now % DAY)


class MeterRows(Protocol):
    """Counts by who asks, as the record names him, and by day."""

    def on(self, who: str, day: Instant) -> Metered:
        """What he has asked on that day; nothing where nothing is known."""

    def since(self, who: str, day: Instant) -> list[Metered]:
        """Day by day, the newest first."""

    def add(self, who: str, day: Instant, values: int, *, refused: bool = False) -> None:
        """So many more; days that are older than counts are kept are forgotten."""
