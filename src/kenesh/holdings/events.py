"""What happens in the holdings, for others to act on. `kenesh.node.wiring` says who does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import Accepted, Conflict, StoredTerm


@dataclass(frozen=True, slots=True)
class VersionsAccepted:
    """New versions were taken in."""

    accepted: tuple[Accepted, ...]


@dataclass(frozen=True, slots=True)
class VersionsProved:
    """Versions that were known without their author's proof have it now."""

    proved: tuple[Accepted, ...]


@dataclass(frozen=True, slots=True)
class MarkingTightened:
    """The writer of these objects marked them more strictly than they were known here."""

    objects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConflictsFound:
    """Versions came that do not count."""

    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class VersionsDisplaced:
    """Versions that counted gave way to the author's own, or to its revocation."""

    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TermBegan:
    """This node applied another party's term."""

    term: StoredTerm


Event = VersionsAccepted | VersionsProved | MarkingTightened | ConflictsFound | VersionsDisplaced | TermBegan
Listener = Callable[[Transaction, Event, Instant], None]
Listeners = Mapping[type, Sequence[Listener]]


def announce(listeners: Listeners, tx: Transaction, event: Event, now: Instant) -> None:
    """Every listener hears it, in the same transaction."""
    for listener in listeners.get(type(event), ()):
        listener(tx, event, now)
