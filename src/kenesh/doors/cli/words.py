"""How things are said to a tired person."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from kenesh.basis.instants import Instant, instant_of, short_timestamp, span_of
from kenesh.basis.printable import defanged, visible
from kenesh.doors.views import Shown
from kenesh.stix.exercise import BANNER, is_exercise
from kenesh.stix.marking import refs_of
from kenesh.stix.quoting import CONDITION, QUOTING

Item = TypeVar("Item")
Kind = TypeVar("Kind", bound=Hashable)

#: So many different reasons of a refusal are told, and so many objects by name for each.
_REASONS_SHOWN = 10
_OBJECTS_SHOWN = 3
#: Of more versions the first and the last are told.
_VERSIONS_SHOWN = 5


def counted(count: int, noun: str) -> str:
    """1 object, 2 objects."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def moment_said(text: str, now: Instant) -> Instant:
    """The instant that a person wrote, or one after a span from now: 2026-12-01T12:00:00Z, 6h, 2d.

    Raises:
        UsageProblem: it is neither.
    """
    return instant_of(text) if "T" in text else Instant(now + span_of(text))


def provisional(until: Instant) -> str:
    """What is said of a peer whose new key is not settled yet."""
    return f"ITS KEY IS NEW, provisional until {short_timestamp(until)}: kenesh keys list"


def alike(items: Iterable[Item], kind_of: Callable[[Item], Kind]) -> list[tuple[Kind, list[Item]]]:
    """The items of one kind together; the most frequent kind first, else in the order in which they came."""
    groups: dict[Kind, list[Item]] = {}
    for item in items:
        groups.setdefault(kind_of(item), []).append(item)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def refusals_told(refused: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What a rule stands against: by reason and party, a few objects of each by name."""
    groups = alike(refused, lambda item: (item["party"], item["reason"]))
    for (party, reason), items in groups[:_REASONS_SHOWN]:
        yield f"  {counted(len(items), 'object')} not for {party}: {visible(reason, 400)}"
        yield from (f"    {visible(item['object'], 200)}" for item in items[:_OBJECTS_SHOWN])
        if len(items) > _OBJECTS_SHOWN:
            yield f"    and {len(items) - _OBJECTS_SHOWN} more"
    if len(groups) > _REASONS_SHOWN:
        yield f"  and {len(groups) - _REASONS_SHOWN} more reasons: --json gives them all"


def describe_object(shown: Shown, own_code: str) -> Iterator[str]:
    """An object with its history, a paragraph each."""
    current = shown.current
    made_up = f"{BANNER}  " if is_exercise(refs_of(shown.content)) else ""
    yield f"{made_up}{shown.tlp}  {current.type}  {defanged(current.name)}"
    yield current.id
    if current.revoked:
        yield "It is revoked: it counts no more."
    if shown.suspect_since is not None:
        yield f"SUSPECT: its author's key was revoked from {short_timestamp(shown.suspect_since)} on; it came after."
    if description := shown.content.get("description"):
        yield f"  {visible(str(description), 500)}"
    if current.type in QUOTING:
        if excerpt := shown.content.get("excerpt"):
            yield f"  {visible(str(excerpt), 300)}"
        if condition := shown.content.get(CONDITION):
            yield f"  Reproduction: {visible(str(condition), 700)}"
    if pattern := shown.content.get("pattern"):
        yield f"  {defanged(str(pattern))}"
    yield ""
    first: dict[str, Instant] = {}
    for code, at in shown.came_from:
        first.setdefault(code, at)
    for code, at in first.items():
        signed = f", {shown.signed(code)}" if code in shown.hosts and code != own_code else ""
        yield f"{'taken in here' if code == own_code else f'came from {code}'} at {short_timestamp(at)}{signed}"
    if shown.author in shown.hosts and shown.author not in first:
        yield f"stated by {shown.author}, {shown.signed(shown.author)}"
    for code, said in shown.caveats:
        yield f"from {code}: {visible(said, 2_100)}"
    dates = [version.modified or "undated" for version in shown.versions]
    dates = dates if len(dates) <= _VERSIONS_SHOWN else [dates[0], "...", dates[-1]]
    yield f"{counted(len(shown.versions), 'version')}: {', '.join(dates)}"
    yield from _recipients(shown)
    for audience, at, why in shown.ended:
        yield f"no longer with {audience}: {visible(why)} at {short_timestamp(at)}"
    for code, why in shown.conflicts:
        yield f"CONFLICT: a version from {code} does not count: {visible(why)}"
    yield from _sightings(shown)


def _recipients(shown: Shown) -> Iterator[str]:
    if not shown.recipients:
        yield "released to nobody"
    for recipient in shown.recipients:
        fetched = recipient.fetched_at
        when = f"fetched {short_timestamp(fetched)}" if fetched is not None else "NOT FETCHED YET"
        if recipient.is_constituent:
            when = "for its clients to read"
        party = recipient.party
        hosted = f" (hosted by {shown.hosts[party]})" if party in shown.hosts and not recipient.is_constituent else ""
        yield f"released to {party}{hosted} at {short_timestamp(recipient.granted_at)}, {when}"
        yield f"  by {recipient.release}"


def _sightings(shown: Shown) -> Iterator[str]:
    if not shown.sightings:
        yield "no sighting came back"
    for sighting in shown.sightings:
        span = f", {sighting['first_seen']} to {sighting.get('last_seen')}" if "first_seen" in sighting else ""
        yield f"seen by {sighting['by']}: {counted(sighting.get('count', 1), 'time')}{span}"
