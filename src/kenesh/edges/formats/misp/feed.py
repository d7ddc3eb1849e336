"""A feed of MISP's, as a folder: its manifest says which events it has, and each event is held against it.

A feed that was fetched half, or in which an event was changed after the manifest was written, is told event by event.
Its `hashes.csv` holds digests of values, which can be looked up and not turned back: it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.printable import visible
from kenesh.edges.formats.misp.models import Event, decoded
from kenesh.edges.formats.misp.reading import MAX_OCTETS, pieces
from kenesh.edges.formats.misp.writing import uuid_in
from kenesh.stix.files import Piece, Refusal

MANIFEST: Final = "manifest.json"
MAX_EVENTS: Final = 100_000


class _Entry(msgspec.Struct):
    timestamp: int | None = None
    info: str | None = None


class _Whole(msgspec.Struct):
    Event: msgspec.Raw


_manifest: Final = msgspec.json.Decoder(dict[str, _Entry], strict=False)
_whole: Final = msgspec.json.Decoder(_Whole)


def is_feed(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def feed_pieces(folder: Path) -> Iterator[Piece | Refusal]:
    """The objects of every event that the manifest names, in its order."""
    try:
        octets = _read(folder / MANIFEST)
        entries = _manifest.decode(octets)
    except (OSError, *UNREADABLE) as error:
        yield Refusal(MANIFEST, f"It is no manifest of a feed: {visible(str(error), 200)}.")
        return
    for count, (uuid, entry) in enumerate(entries.items()):
        if count == MAX_EVENTS:
            yield Refusal(MANIFEST, f"It names more than {MAX_EVENTS} events; the rest is not read.")
            return
        if uuid_in(uuid) != uuid:
            yield Refusal(MANIFEST, f"It names {visible(uuid, 60)}, which is no UUID of an event.")
            continue
        yield from _of_event(folder / f"{uuid}.json", uuid, entry)
    named = {f"{uuid}.json" for uuid in entries}
    for path in sorted(folder.glob("*.json")):
        if path.name != MANIFEST and path.name not in named:
            yield Refusal(
                visible(path.name, 100), "The manifest does not name it, so nobody vouches that it is of this feed."
            )


def _of_event(path: Path, uuid: str, entry: _Entry) -> Iterator[Piece | Refusal]:
    try:
        event = decoded(_whole.decode(_read(path)).Event, Event)
    except OSError as error:
        yield Refusal(
            path.name, f"The manifest names it, and it cannot be read: {error.strerror or error}. Fetch the feed again."
        )
        return
    except UNREADABLE as error:
        yield Refusal(path.name, f"It is no event as MISP writes it: {visible(str(error), 200)}.")
        return
    if uuid_in(event.uuid) != uuid:
        yield Refusal(
            path.name, f"It holds the event {visible(event.uuid or '?', 60)}, and not the one that its name says."
        )
    elif entry.timestamp is not None and event.timestamp != entry.timestamp:
        yield Refusal(
            path.name, "It is not as old as the manifest says: one of them was fetched later. Fetch the feed again."
        )
    else:
        with path.open("rb") as stream:
            for part in pieces(stream):
                yield _placed(part, path.name)


def _placed(part: Piece | Refusal, name: str) -> Piece | Refusal:
    where = f"{name}: {part.path}"
    if isinstance(part, Refusal):
        return Refusal(where, part.reason, part.id)
    return replace(part, path=where)


def _read(path: Path) -> bytes:
    """Raises: OSError: it is not there, is too large, or leads out of the feed's folder."""
    if path.is_symlink():
        raise OSError("it is a link")
    if path.stat().st_size > MAX_OCTETS:
        raise OSError(f"it has more than {MAX_OCTETS} octets")
    return path.read_bytes()
