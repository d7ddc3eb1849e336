"""The page for ministers as words: what of a body's situation stands on one page, in which order, cut to its bounds.

It decides nothing and leaves no gap unsaid: what does not fit is counted. Whoever prints it only lays it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kenesh.basis.instants import HOUR, MINUTE, Instant, short_timestamp
from kenesh.parties.party import LISTED
from kenesh.response.effects import Item, Standing
from kenesh.response.levels import LevelState
from kenesh.response.picture import Connection, Gap, Line, Missing, Picture
from kenesh.response.zones import capital_times
from kenesh.stix.marking import Tlp

#: Where each state stands on the map, in columns from the west and rows from the north; others stand in a row below.
PLACES: Final[Mapping[str, tuple[int, int]]] = {
    "HU": (1, 0), "KZ": (5, 0),
    "IT": (0, 1), "TR": (2, 1), "AZ": (3, 1), "TM": (4, 1), "UZ": (5, 1), "KG": (6, 1),
}  # fmt: skip
COLUMNS: Final = 7

#: So many of each stand on the page.
MOST: Final[Mapping[str, int]] = {"by": 4, "states": 21, "sectors": 8, "connections": 8, "gaps": 14, "due": 6}
_TEXT: Final = 150
_WORDS: Final = 420
#: Makes of what others wrote something to print, cut at a length.
Say = Callable[[str, int], str]
#: Which lists may lose rows where a page is too short for them.
_SHORTENED: Final = ("states", "sectors", "connections", "gaps", "due", "by")
#: National severity in words. Source: NIS Cooperation Group, taxonomy 04/2018.
SEVERITY: Final[Mapping[str, str]] = {"red": "very large", "yellow": "large", "green": "minor", "white": "none"}
LEVEL: Final[Mapping[str, str]] = {
    "routine": "ROUTINE",
    "watch": "WATCH",
    "alert": "ALERT",
    "joint-response": "JOINT RESPONSE",
    "council-crisis": "COUNCIL CRISIS",
}
#: Fill and ink of a tile, by severity; "" is one that did not report.
COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "red": ("#b3261e", "#ffffff"),
    "yellow": ("#f2c230", "#1b1b1b"),
    "green": ("#cfe8cf", "#1b1b1b"),
    "white": ("#ffffff", "#1b1b1b"),
    "": ("#d9d9d9", "#1b1b1b"),
}
#: Of a connection, by how it works.
LINES: Final[Mapping[str, str]] = {"working": "#5a7d5a", "unknown": "#7a7a7a", "degraded": "#a87900", "down": "#b3261e"}
#: On black. Source: FIRST TLP 2.0.
INK: Final[Mapping[str, str]] = {
    "TLP:CLEAR": "#ffffff",
    "TLP:GREEN": "#33ff00",
    "TLP:AMBER": "#ffc000",
    "TLP:AMBER+STRICT": "#ffc000",
    "TLP:RED": "#ff2b2b",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A party on the map. `colour` is a severity, or "" where it did not report; the outlook is written out."""

    code: str
    column: int
    row: int
    colour: str
    outlook: str


@dataclass(frozen=True, slots=True)
class Span:
    """A connection on the map, between two tiles."""

    start: str
    end: str
    state: str
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class State:
    """The line of a party: how it is hit, its outlook, when it said so, and in its own words why."""

    code: str
    name: str
    colour: str
    impact: str
    outlook: str
    said: str
    text: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """The page. Every text is ready to be printed: control characters are visible, values defanged.

    Attributes:
        more: what did not fit, each counted.
    """

    body: str
    tlp: str
    at: str
    local: str
    level: str
    since: str
    by: tuple[str, ...]
    note: str
    states: tuple[State, ...]
    sectors: tuple[tuple[str, str, str], ...]
    connections: tuple[tuple[str, str, str], ...]
    gaps: tuple[str, ...]
    due: tuple[tuple[str, str, str], ...]
    tiles: tuple[Tile, ...]
    spans: tuple[Span, ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Of which body the page is, and when. `provisional`: its levels are by rules that it has not stated itself."""

    body: str
    tlp: Tlp
    at: Instant
    provisional: bool = False


def brief(place: Place, found: Picture, codes: Mapping[str, str], say: Say) -> Brief:
    """The page of a body at that instant."""
    at = place.at
    lines = [(codes.get(line.party_ref, line.party_ref), line) for line in found.lines]
    lists: dict[str, list[object]] = {
        "by": list(_by(found.level, codes, say)),
        "states": [_state(code, line, at, say) for code, line in lines],
        "sectors": [
            (one.name, SEVERITY[one.severity], ", ".join(f"{codes[ref]} {SEVERITY[how]}" for ref, how in one.by))
            for one in found.sectors
        ],
        "connections": [(say(one.name, 60), _how(one), _words(one, codes, say)) for one in found.connections],
        "gaps": [_gap(one, codes) for one in found.gaps],
        "due": [
            row for what in dict.fromkeys(item.what for item in found.asked) for row in [_due(what, found, codes, say)]
        ],
    }
    kept = {name: tuple(rows[: MOST[name]]) for name, rows in lists.items()}
    more = tuple(f"{len(rows) - MOST[name]} more {name}" for name, rows in lists.items() if len(rows) > MOST[name])
    return Brief(
        body=say(place.body, 80),
        tlp=place.tlp.label,
        at=_when(at),
        local=capital_times((code for code, _ in lines), at),
        level=LEVEL.get(found.level.level, found.level.level),
        since=_since(found.level, at),
        note="The levels are a proposal that came with the node: the body has stated none."
        if place.provisional
        else "",
        tiles=tuple(_tiles(lines)),
        spans=tuple(_spans(found.connections, codes)),
        more=more,
        **kept,  # type: ignore[arg-type]  # each list has what its field is
    )


def shorter(page: Brief) -> Brief:
    """The page without the last row of its longest list, which is counted; it ends with one row in each."""
    longest = max(_SHORTENED, key=lambda name: len(getattr(page, name)))
    rows = getattr(page, longest)
    if len(rows) <= 1:
        return page
    out = {name: int(number) for number, _, name in (said.split(" ") for said in page.more)}
    out[longest] = out.get(longest, 0) + 1
    more = tuple(f"{number} more {name}" for name, number in out.items())
    return replace(page, **{longest: rows[:-1]}, more=more)


def _when(at: Instant) -> str:
    """To the minute, for people: 2026-11-25 01:12 UTC."""
    return f"{short_timestamp(at)[:16]} UTC"


def age(then: Instant, now: Instant) -> str:
    """How long ago, for people: 25 min, 3 h, 2 days."""
    span = max(0, now - then)
    if span < HOUR:
        return f"{span // MINUTE} min ago"
    return f"{span // HOUR} h ago" if span < 48 * HOUR else f"{span // (24 * HOUR)} days ago"


def _since(level: LevelState, at: Instant) -> str:
    if level.since is not None:
        until = "" if level.until is None else f"; changes at {_when(level.until)} if nobody says anything"
        return f"since {_when(level.since)} ({age(level.since, at)}){until}"
    if level.ended is not None:
        return f"{LEVEL.get(level.ended.level, level.ended.level)} ended at {_when(level.ended.at)}"
    return ""


def _by(level: LevelState, codes: Mapping[str, str], say: Say) -> Iterator[str]:
    for one in sorted(level.demands, key=lambda one: (-one.rank, one.party_ref)):
        marks = "".join(f", {word}" for word, is_so in (("hit", one.affected), ("political", one.political)) if is_so)
        yield f"{codes[one.party_ref]} asks for {one.level}{marks}: {say(one.reason, _TEXT)}"


def _state(code: str, line: Line, at: Instant, say: Say) -> State:
    name, sitrep = LISTED.get(code, code), line.sitrep
    if sitrep is None:
        return State(code, name, "", "no report", "", "", "", line.is_overdue)
    cause = sitrep.root_cause.replace("-", " ")
    parts = (cause, f"threat {sitrep.threat}" if sitrep.threat else "", say(sitrep.text, _TEXT))
    outlook = sitrep.outlook if line.speaks else f"was {sitrep.outlook}"
    return State(
        code=code,
        name=name,
        colour=sitrep.severity,
        impact=SEVERITY[sitrep.severity],
        outlook=outlook,
        said=f"{_when(sitrep.stated_at)} ({age(sitrep.stated_at, at)})",
        text="; ".join(part for part in parts if part),
        is_overdue=line.is_overdue,
    )


def _how(connection: Connection) -> str:
    """Two ends may contradict: then it is said that they do, and not who is right."""
    return "CONTRADICTION" if connection.is_disputed else connection.state


def _words(connection: Connection, codes: Mapping[str, str], say: Say) -> str:
    said = []
    for word in connection.words:
        call = f", call {say(word.contact, 60)}" if word.contact and word.state != "working" else ""
        said.append(f"{codes[word.by_ref]}: {word.state} since {_when(word.since)}{call}")
    said += [f"no word from {codes[ref]}" for ref in connection.silent]
    ends = sorted({codes.get(ref, ref) for word in connection.words for ref in word.end_refs})
    text = f"{connection.words[0].kind} {'-'.join(ends)}: " + "; ".join(said)
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…"


def _gap(gap: Gap, codes: Mapping[str, str]) -> str:
    code = codes[gap.party_ref]
    if gap.what is Missing.NOT_HEARD:
        return f"not heard from {code} " + ("at all" if gap.at is None else f"since {_when(gap.at)}")
    since = "" if gap.at is None else f" since {_when(gap.at)}"
    return f"no report from {code}{since}"


def _due(what: str, found: Picture, codes: Mapping[str, str], say: Say) -> tuple[str, str, str]:
    items = [item for item in found.asked if item.what == what]
    waiting = [item.due_at for item in items if item.standing in (Standing.OPEN, Standing.OVERDUE)]
    next_at = min(waiting, default=min(item.due_at for item in items))
    return say(what, 80), _when(next_at), "; ".join(standings(items, codes))


def standings(items: Sequence[Item], codes: Mapping[str, str]) -> Iterator[str]:
    """Who has done what is asked, who has not, and who is late; the late first."""
    words = {
        Standing.OVERDUE: "OVERDUE",
        Standing.OPEN: "still open",
        Standing.REFUSED: "refused",
        Standing.DONE: "done",
    }
    for standing, word in words.items():
        there = [codes[one.party_ref] for one in items if one.standing is standing and not one.is_unheard]
        if there:
            yield f"{word}: {', '.join(there)}"
    unheard = [codes[one.party_ref] for one in items if one.is_unheard]
    if unheard:
        yield f"due, but not heard: {', '.join(unheard)}"


def _tiles(lines: Sequence[tuple[str, Line]]) -> Iterator[Tile]:
    placed = [(code, line) for code, line in lines if code in PLACES]
    others = [(code, line) for code, line in lines if code not in PLACES]
    below = 1 + max((PLACES[code][1] for code, _ in placed), default=-1)
    for code, line in placed:
        yield _tile(code, line, *PLACES[code])
    for number, (code, line) in enumerate(others[: 2 * COLUMNS]):
        yield _tile(code, line, number % COLUMNS, below + number // COLUMNS)


def _tile(code: str, line: Line, column: int, row: int) -> Tile:
    sitrep = line.sitrep
    if sitrep is None:
        return Tile(code, column, row, "", "no report")
    return Tile(code, column, row, sitrep.severity, sitrep.outlook if line.speaks else f"was {sitrep.outlook}")


def _spans(connections: Sequence[Connection], codes: Mapping[str, str]) -> Iterator[Span]:
    for one in connections[: MOST["connections"]]:
        ends = sorted({codes.get(ref, ref) for word in one.words for ref in word.end_refs} & set(PLACES))
        for end in ends[1:]:
            yield Span(ends[0], end, one.state, one.is_disputed)
