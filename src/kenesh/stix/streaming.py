"""A file of any size cut into objects: it is read window by window, and no more of it than a window is held.

No parser of JSON gives octets as they stand, so a window is cut where an object seems to end, and the cut is tried: if
what lies before it reads as a whole list, then the cut lies between two items of the list and nowhere else, for in the
middle of an object or of a text a bracket or a quotation mark would be left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import UNSET, Raw

from kenesh.stix.files import (
    Piece,
    Place,
    Refusal,
    id_in,
    is_sound,
    may_be_stix,
    no_json,
    of_json,
    of_lines,
    split_octets,
)
from kenesh.stix.salvage import Break, Sound, salvage

#: So much is read at once. A smaller file is read whole.
WINDOW: Final = 1024 * 1024
#: An object must end within so many windows, or it is given up: one more than `MAX_OBJECT_OCTETS` has.
MAX_WINDOWS: Final = 17
#: What is neither one list of objects nor lines is read whole, up to so much.
MAX_WHOLE: Final = 256 * 1024 * 1024
#: So many places where an object seems to end are tried in one window.
MAX_TRIALS: Final = 512

_BOM: Final = b"\xef\xbb\xbf"
_OPENING: Final = re.compile(rb'"objects"\s*:\s*\[')
_BYTE: Final = re.compile(r"\(byte (\d+)\)$")
_COMMA: Final = re.compile(rb"\s*,\s*")
_list = msgspec.json.Decoder(list[Raw])


class _Head(msgspec.Struct):
    type: Raw | msgspec.UnsetType = UNSET
    objects: list[Raw] = []


_head = msgspec.json.Decoder(_Head)


def split(source: BinaryIO | Path, size: int = WINDOW) -> Iterator[Piece | Refusal]:
    """The pieces of a file, in order, and a refusal for each stretch that is none; `size` octets are read at once."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from split(stream, size)
        return
    window = _Window(source, size)
    if window.ended:
        yield from split_octets(window.octets)
        return
    if refusal := no_json(window.octets):
        yield refusal
        return
    window.drop(len(_BOM) if window.octets.startswith(_BOM) else 0)
    yield from _of_large(window)


def _of_large(window: _Window) -> Iterator[Piece | Refusal]:
    opening = _opening_of_objects(window.octets)
    if opening:
        window.drop(opening)
        yield from _of_list(window, "objects")
    elif window.octets.lstrip()[:1] == b"[" and _holds_objects(window.octets):
        window.drop(window.octets.index(b"[") + 1)
        yield from _of_list(window, "")
    elif b"\n" in window.octets and is_sound(window.octets.lstrip().split(b"\n", 1)[0]):
        yield from of_lines(_lines(window))
    else:
        window.read_to(MAX_WHOLE)
        if window.ended:
            yield from split_octets(window.octets)
        else:
            yield Refusal("file", f"It has more than {MAX_WHOLE} octets and is no list of objects; cut it in parts.")


def _opening_of_objects(octets: bytes) -> int:
    """Where a bundle's or envelope's list of objects begins, after its bracket; 0 where there is none."""
    for match in _OPENING.finditer(octets):
        try:
            head = _head.decode(octets[: match.end()] + b"]}")
        except (msgspec.DecodeError, RecursionError):
            continue
        return match.end() if head.type is UNSET or bytes(head.type) == b'"bundle"' else 0
    return 0


def _holds_objects(octets: bytes) -> bool:
    """Whether the first item of a list may be an object of STIX's, and not a bundle as large as the file."""
    start = octets.index(b"[") + 1
    cut = _cut(octets[start:])
    return isinstance(cut, _Cut) and any(may_be_stix(bytes(item)) for item in cut.items)


class _Window:
    """What of a stream was read and not yet given, and where in the file it begins."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self.size = source, size
        self.octets = source.read(size + 1)
        self.ended = len(self.octets) <= size
        self.line, self.column = 1, 1

    def more(self) -> None:
        """Reads on by as much as is held."""
        wanted = max(self.size, len(self.octets))
        octets = self._source.read(wanted)
        self.ended = len(octets) < wanted
        self.octets += octets

    def read_to(self, most: int) -> None:
        while not self.ended and len(self.octets) <= most:
            self.more()

    def drop(self, count: int) -> None:
        """Forgets what was given."""
        given, self.octets = self.octets[:count], self.octets[count:]
        if lines := given.count(b"\n"):
            self.line, self.column = self.line + lines, 1
            given = given[given.rfind(b"\n") + 1 :]
        self.column += len(given.decode("utf-8", "ignore"))

    @property
    def is_full(self) -> bool:
        """Whether so much is held without an end in sight that it is given up."""
        return len(self.octets) >= MAX_WINDOWS * self.size

    @property
    def place(self) -> Place:
        return Place(self.octets, self.line, self.column)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Whole items, and where after them the rest begins. `is_end`: their list ends there."""

    items: list[Raw]
    stop: int
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class _Broken:
    """The JSON breaks here."""

    at: int


def _cut(octets: bytes) -> _Cut | _Broken | None:
    """The items that stand whole in a part of a list; None where not one ends in it."""
    stop = len(octets)
    for _ in range(MAX_TRIALS):
        stop = octets.rfind(b"}", 0, stop)
        if stop < 0:
            return None
        comma = _COMMA.match(octets, stop + 1)
        if comma is None:
            continue
        found = _items(octets[: stop + 1] + b"]")
        if isinstance(found, _Cut):
            return found if found.is_end and found.stop <= stop else _Cut(found.items, comma.end())
        # A break at the bracket that was added, or after it: the cut was made within an object.
        if found.at <= stop:
            return found
    return None


def _items(octets: bytes) -> _Cut | _Broken:
    """The items of a list up to its closing bracket, whatever follows it; or where the JSON breaks."""
    try:
        return _Cut(_list.decode(b"[" + octets), len(octets), is_end=True)
    except RecursionError:
        return _Broken(0)
    except msgspec.DecodeError as error:
        found = _BYTE.search(str(error))
        if found is None:
            return _Broken(len(octets))
        at = int(found[1]) - 1
        # Of what follows a list's end msgspec gives the place behind its first character.
        return _items(octets[: at - 1]) if "trailing characters" in str(error) else _Broken(at)


def _of_list(window: _Window, path: str) -> Iterator[Piece | Refusal]:
    """The pieces of a list, from its first item on; a stretch that breaks counts as one item."""
    index = 0
    while window.octets:
        found = _items(window.octets) if window.ended else _cut(window.octets)
        if isinstance(found, _Cut):
            for item in found.items:
                place = f"{path}[{index}]"
                yield from of_json(bytes(item), place) if not path else (Piece(place, bytes(item)),)
                index += 1
            window.drop(found.stop)
            if found.is_end:
                yield from _after_list(window, is_bundle=bool(path))
                return
        elif found is None and not window.is_full:
            window.more()
        else:
            for part in _salvaged(window):
                index += 1
                yield part
        if not window.ended and len(window.octets) < window.size:
            window.more()


def _after_list(window: _Window, *, is_bundle: bool) -> Iterator[Piece | Refusal]:
    """What follows the list of objects: nothing of weight, or a refusal that says so."""
    window.read_to(window.size)
    if not window.ended:
        yield Refusal("file", f"After its objects stand more than {window.size} octets, which were not read.")
    elif b'"objects"' in window.octets:
        yield Refusal("objects", "The key 'objects' stands twice; what stands in either is read.")
        yield from _salvaged(window)
    elif not is_sound((b'{"_":0' if is_bundle else b"0") + window.octets):
        yield from _salvaged(window)


def _salvaged(window: _Window) -> Iterator[Piece | Refusal]:
    """The sound objects of a window that breaks, and its breaks; what its last break cuts may go on in the next one."""
    place, end = window.place, len(window.octets)
    is_last = window.ended or window.is_full
    given = 0
    for part in salvage("[" + window.octets.decode("latin-1")):
        start, stop = max(0, part.start - 1), part.stop - 1
        match part:
            case Sound():
                yield Piece(place.of(start), window.octets[start:stop])
                given = stop
            case Break(at=at, what=what) if stop < end or is_last:
                reason = f"The JSON breaks here: {what}."
                yield Refusal(place.of(max(0, at - 1)), reason, id_in(window.octets[start:stop]))
                given = stop
    if is_last:
        given = end
    elif comma := _COMMA.match(window.octets, given):
        given = comma.end()
    window.drop(given)
    if not given:
        window.more()


def _lines(window: _Window) -> Iterator[bytes]:
    """The lines of a file; one that is longer than an object may be is cut off, and breaks."""
    while True:
        *whole, rest = window.octets.split(b"\n")
        yield from (line + b"\n" for line in whole)
        window.drop(len(window.octets) - len(rest))
        if window.ended:
            break
        window.more()
        if window.is_full and b"\n" not in window.octets:
            yield window.octets
            window.drop(len(window.octets))
    yield from chain([window.octets] if window.octets else [])
