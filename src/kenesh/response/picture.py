"""The situation of a body on one page: a pure function of what its members reported, of the level, and of now.

Each party speaks for itself, and its newest report stands as it said it, with its age. Of a connection every party's
word is shown, also where two contradict. What is not there is said: who did not report, and who was not heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kenesh.basis.instants import HOUR, Instant
from kenesh.parties.bodies import Seat
from kenesh.parties.sectors import SECTORS
from kenesh.response.effects import Item, Look, Reply, Standing, effects, newest_reports
from kenesh.response.kinds import Severity
from kenesh.response.levels import DECIDES, LevelState
from kenesh.response.sitreps import OUTLOOK_SPEAKS, Sitrep, Word, Works, gravest
from kenesh.stix.marking import Tlp

#: So long a party that was not heard is no gap yet.
SILENT: Final = HOUR


@dataclass(frozen=True, slots=True)
class Line:
    """A party of the body, and its newest report.

    Attributes:
        speaks: whether now is still within the six hours of which its outlook speaks.
        decides: it is a member or the chair; others are shown where they report.
        asked: how the report that the level asks for stands; None where it asks for none.
    """

    party_ref: str
    sitrep: Sitrep | None
    speaks: bool
    decides: bool
    asked: Item | None

    @property
    def is_overdue(self) -> bool:
        return self.asked is not None and self.asked.standing is Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector that is hit, as gravely as the gravest of those who say so."""

    name: str
    severity: str
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection, by what each party says of it. `silent`: ends in the body that say nothing."""

    name: str
    words: tuple[Word, ...]
    silent: tuple[str, ...]

    @property
    def state(self) -> str:
        """The gravest that is said of it."""
        order = [works.value for works in Works]
        return max((word.state for word in self.words), key=order.index)

    @property
    def is_disputed(self) -> bool:
        return len({word.state for word in self.words}) > 1


class Missing(StrEnum):
    """What is not there."""

    NO_REPORT = "no-report"
    OLD_REPORT = "old-report"
    NOT_HEARD = "not-heard"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that nobody knows here. `at`: since when; of a report that never was, None."""

    party_ref: str
    what: Missing
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Picture:
    """How the body stands.

    Attributes:
        level: that is in force. asked: what it asks of each member, and how that stands.
        tlp: the strictest marking of what is shown.
        holds_until: until when this holds if nothing arrives; None for ever.
    """

    level: LevelState
    lines: tuple[Line, ...]
    sectors: tuple[Sector, ...]
    connections: tuple[Connection, ...]
    asked: tuple[Item, ...]
    gaps: tuple[Gap, ...]
    tlp: Tlp
    holds_until: Instant | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the parties of a body stated to all of it, perhaps in several versions and more than once."""

    sitreps: Iterable[Sitrep] = ()
    words: Iterable[Word] = ()
    replies: Iterable[Reply] = ()
    looks: Iterable[Look] = ()


def picture(
    said: Said,
    level: LevelState,
    members: Mapping[str, Sequence[Seat]],
    heard: Mapping[str, Instant | None],
    now: Instant,
) -> Picture:
    """How the body stands at that instant, at which `level` is in force.

    `heard`: up to when each other party was heard here; None for one that never was. This party itself is not in it.
    """
    sitreps, words = list(said.sitreps), list(said.words)
    there = {party for party, seats in members.items() if any(seat.holds(now) for seat in seats)}
    asked = effects(level, sitreps, said.replies, said.looks, members, heard, now)
    lines = tuple(_lines(sitreps, there, members, asked.items, now))
    connections = tuple(_connections(words, there, now))
    moments = [asked.holds_until, level.holds_until, *_moments(lines, words, heard, now)]
    return Picture(
        level=level,
        lines=lines,
        sectors=tuple(_sectors(lines)),
        connections=connections,
        asked=asked.items,
        gaps=tuple(_gaps(lines, heard, now)),
        tlp=_strictest(level, lines, connections, asked.items),
        holds_until=min((at for at in moments if at is not None and at > now), default=None),
    )


def _lines(
    sitreps: Sequence[Sitrep],
    there: set[str],
    members: Mapping[str, Sequence[Seat]],
    asked: Sequence[Item],
    now: Instant,
) -> Iterator[Line]:
    newest = newest_reports(sitreps, now)
    reports = {item.party_ref: item for item in asked if item.by_sitrep}
    for party in sorted(there):
        sitrep = newest.get(party)
        decides = any(seat.role in DECIDES and seat.holds(now) for seat in members[party])
        if decides or sitrep is not None:
            speaks = sitrep is not None and now <= sitrep.stated_at + OUTLOOK_SPEAKS
            yield Line(party, sitrep, speaks, decides, reports.get(party))


def _sectors(lines: Sequence[Line]) -> Iterator[Sector]:
    by: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        for sector, severity in () if line.sitrep is None else line.sitrep.impact:
            if severity != Severity.WHITE:
                by[sector].append((line.party_ref, severity))
    found = [
        Sector(name, gravest(severity for _, severity in by[name]), tuple(by[name])) for name in SECTORS if by[name]
    ]
    order = [severity.value for severity in Severity]
    yield from sorted(found, key=lambda one: order.index(one.severity))


def _connections(words: Sequence[Word], there: set[str], now: Instant) -> Iterator[Connection]:
    """Every connection that somebody in the body speaks of, the gravest first."""
    newest: dict[str, Word] = {}
    for word in sorted(set(words), key=lambda one: (one.modified_at, repr(one))):
        if word.by_ref in there and word.modified_at <= now:
            newest[word.id] = word
    by_name: dict[str, dict[str, Word]] = defaultdict(dict)
    for word in sorted(newest.values(), key=lambda one: (one.modified_at, one.id)):
        if not word.revoked:
            by_name[word.name][word.by_ref] = word
    found = []
    for name, said in by_name.items():
        ends = {ref for word in said.values() for ref in word.end_refs}
        silent = tuple(sorted((ends & there) - set(said)))
        found.append(Connection(name, tuple(said[party] for party in sorted(said)), silent))
    order = [works.value for works in Works]
    yield from sorted(found, key=lambda one: (-order.index(one.state), one.name))


def _gaps(lines: Sequence[Line], heard: Mapping[str, Instant | None], now: Instant) -> Iterator[Gap]:
    for line in lines:
        if line.asked is not None and line.asked.standing is not Standing.DONE:
            at = None if line.sitrep is None else line.sitrep.stated_at
            yield Gap(line.party_ref, Missing.NO_REPORT if at is None else Missing.OLD_REPORT, at)
        if line.decides and line.party_ref in heard:
            last = heard[line.party_ref]
            if last is None or now > last + SILENT:
                yield Gap(line.party_ref, Missing.NOT_HEARD, last)


def _strictest(
    level: LevelState, lines: Sequence[Line], connections: Sequence[Connection], asked: Sequence[Item]
) -> Tlp:
    shown = [one.tlp for one in (*level.demands, *level.ignored)] + [item.tlp for item in asked]
    shown += [line.sitrep.tlp for line in lines if line.sitrep is not None]
    shown += [word.tlp for one in connections for word in one.words]
    return max(shown, default=Tlp.CLEAR)


def _moments(
    lines: Sequence[Line], words: Sequence[Word], heard: Mapping[str, Instant | None], now: Instant
) -> Iterator[Instant]:
    """When something else is shown, if nothing arrives."""
    yield from (Instant(line.sitrep.stated_at + OUTLOOK_SPEAKS + 1) for line in lines if line.sitrep is not None)
    yield from (word.modified_at for word in words)
    yield from (Instant(last + SILENT + 1) for last in heard.values() if last is not None)
