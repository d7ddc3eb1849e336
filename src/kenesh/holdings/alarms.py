"""Alarms: what somebody should look at, until a person says why it is settled. None is ever removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kenesh.basis.instants import Instant


@dataclass(frozen=True, slots=True)
class Alarm:
    """What somebody should look at. `seen_by` and `seen_why`: who did, and why it is settled; '' until then."""

    num: int
    at: Instant
    code: str
    about: str
    text: str
    seen_at: Instant | None = None
    seen_by: str = ""
    seen_why: str = ""


class AlarmRows(Protocol):
    """What somebody should look at."""

    def raise_alarm(self, code: str, about: str, text: str, at: Instant) -> bool:
        """Raised once for the same words: whether this was the first time."""

    def recent(self, limit: int) -> list[Alarm]:
        """Newest first, those included that somebody saw."""

    def unseen(self, limit: int) -> list[Alarm]:
        """Newest first, those that nobody has acknowledged."""

    def find(self, num: int) -> Alarm | None: ...

    def acknowledge(self, num: int, who: str, why: str, at: Instant) -> None:
        """Somebody looked at it, and says why it needs no more looking at. It stays."""
