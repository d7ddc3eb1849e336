"""How things are said to a tired person."""

from __future__ import annotations

from collections.abc import Iterator

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible
from kenesh.doors.views import Shown


def counted(count: int, noun: str) -> str:
    """1 object, 2 objects."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def describe_object(shown: Shown) -> Iterator[str]:
    """An object with its history, a paragraph each."""
    current = shown.current
    yield f"{shown.tlp}  {current.type}  {visible(current.name, 200)}"
    yield current.id
    if current.revoked:
        yield "It is revoked: it counts no more."
    if description := shown.content.get("description"):
        yield f"  {visible(str(description), 500)}"
    yield ""
    for code, at in shown.came_from:
        yield f"came from {code} at {short_timestamp(at)}"
    yield f"{counted(len(shown.versions), 'version')}: " + ", ".join(v.modified or "undated" for v in shown.versions)
    yield from _recipients(shown)
    for audience, at, why in shown.ended:
        yield f"no longer with {audience}: {why} at {short_timestamp(at)}"
    for code, why in shown.conflicts:
        yield f"CONFLICT: a version from {code} does not count: {why}"
    yield from _sightings(shown)


def _recipients(shown: Shown) -> Iterator[str]:
    if not shown.recipients:
        yield "released to nobody"
    for recipient in shown.recipients:
        fetched = recipient.fetched_at
        when = f"fetched {short_timestamp(fetched)}" if fetched is not None else "NOT FETCHED YET"
        yield f"released to {recipient.party} at {short_timestamp(recipient.granted_at)}, {when}"
        yield f"  by {recipient.release}"


def _sightings(shown: Shown) -> Iterator[str]:
    if not shown.sightings:
        yield "no sighting came back"
    for sighting in shown.sightings:
        span = f", {sighting['first_seen']} to {sighting.get('last_seen')}" if "first_seen" in sighting else ""
        yield f"seen by {sighting['by']}: {counted(sighting.get('count', 1), 'time')}{span}"
