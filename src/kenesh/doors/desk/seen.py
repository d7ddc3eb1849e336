"""The one way from what is held to a page: what the reader may see of it, decided, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.doors.services import Transaction
from kenesh.holdings.holding import newest_among, newest_seen_by, ways_seen_by
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
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
    return ways_seen_by(tx, reader, list(held), now).map(_gathered)


def newest(tx: Transaction, reader: Reader, held: Sequence[HeldVersion], now: Instant) -> Released[tuple[Seen, ...]]:
    """Of these versions those that are the newest that the reader sees of their objects, in their order."""
    return newest_among(tx, reader, held, now).map(_gathered)


def _gathered(pairs: Iterable[tuple[HeldVersion, Hold]]) -> tuple[Seen, ...]:
    by_version: dict[int, tuple[HeldVersion, list[Hold]]] = {}
    for version, hold in pairs:
        by_version.setdefault(version.num, (version, []))[1].append(hold)
    return tuple(Seen(version, tuple(holds)) for version, holds in by_version.values())


def seen_by_id(tx: Transaction, reader: Reader, ids: Iterable[str], now: Instant) -> Released[Mapping[str, Seen]]:
    """Of these ids those that are held and seen by the reader; the others are absent, whatever the cause."""
    return newest_seen_by(tx, reader, set(ids), now).map(lambda ways: {item.id: item for item in _gathered(ways)})
