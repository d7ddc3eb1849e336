"""The one way from what is held to a page: what the reader may see of it, decided, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.doors.services import Transaction
from kenesh.holdings.holding import circles_of, holds_seen_by
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import Reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp


@dataclass(frozen=True, slots=True)
class Seen:
    """An object that the reader sees. `holds` are the ways in which it came that are open to him, the first counts."""

    held: HeldVersion
    holds: tuple[Hold, ...]

    @property
    def id(self) -> str:
        return self.held.id

    @property
    def name(self) -> str:
        return self.held.name

    @property
    def is_named(self) -> bool:
        """Whether people gave it a name; where none was given, its id stands in its place."""
        return self.held.name != self.held.id

    @property
    def tlp(self) -> Tlp:
        return self.held.marking_under(self.holds[0].label)

    @property
    def since(self) -> Instant:
        return self.holds[0].since


def seen(tx: Transaction, reader: Reader, held: Collection[HeldVersion], now: Instant) -> Released[tuple[Seen, ...]]:
    """Of these versions those that the reader sees, in their order."""
    holds = tx.holds.in_force([version.num for version in held])
    circles = circles_of(tx, held)
    candidates = [
        (facts, (version, hold))
        for version in held
        for facts, hold in holds_seen_by(reader, version, holds.get(version.num, ()), now, circles.get(version.num))
    ]
    return only_released(Stage.READ, candidates).map(_gathered)


def _gathered(pairs: Iterable[tuple[HeldVersion, Hold]]) -> tuple[Seen, ...]:
    by_version: dict[int, tuple[HeldVersion, list[Hold]]] = {}
    for version, hold in pairs:
        by_version.setdefault(version.num, (version, []))[1].append(hold)
    return tuple(Seen(version, tuple(holds)) for version, holds in by_version.values())


def seen_by_id(tx: Transaction, reader: Reader, ids: Iterable[str], now: Instant) -> Released[Mapping[str, Seen]]:
    """Of these ids those that are held and seen by the reader; the others are absent, whatever the cause."""
    current = tx.versions.current_of(set(ids))
    return seen(tx, reader, list(current.values()), now).map(lambda items: {item.id: item for item in items})
