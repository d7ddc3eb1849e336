"""What a feed's server was given and must not have any more: what was withdrawn, and what became of asking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kenesh.basis.instants import Instant


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A version that was pushed, and that the feed's audience may not have any more.

    Attributes:
        stamp: of the grant that ended.
        modified: its version, as its author wrote it; None of a cyber-observable.
        is_whole: no other version of the object is released to that audience.
        answer: the HTTP status of the server that would not delete it; 0 where it was not asked yet.
    """

    stamp: Instant
    object_id: str
    modified: str | None
    is_whole: bool = True
    answer: int = 0


class TakenBackRows(Protocol):
    """What became of the versions that a feed's server was asked to delete."""

    def waiting(self, feed: str, collection: int, pushed: Instant, limit: int) -> list[Withdrawn]:
        """What was pushed up to that stamp, was withdrawn and not given anew, and was not asked back yet."""

    def note(self, feed: str, answers: Sequence[tuple[Instant, int]], at: Instant) -> None:
        """(stamp, HTTP status) of what was asked back; 0 where nothing had to be asked."""

    def left(self, feed: str, limit: int) -> list[Withdrawn]:
        """What its server would not delete, and what the audience was not given anew."""
