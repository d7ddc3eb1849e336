"""A file cut into objects: the octets of each exactly as they stand in it. The format is found by content, not by name.

Read are: a STIX bundle (or anything with a list `objects`, as TAXII's envelope), one object, a JSON list of objects,
and lines of objects or bundles. Where the JSON breaks, the good objects before and after the break are still given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from typing import Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from kenesh.basis.printable import visible
from kenesh.stix.salvage import Break, Sound, salvage

_READ_HERE: Final = (
    "Read as STIX are bundles, single objects, lists of objects, and lines of objects, of 2.1 and 2.0; "
    "`kenesh import --help` names the other formats."
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What should be one object, and where in the file it stands: `objects[17]`, `line 5`.

    `remarks` say what of its source could not be taken over as it stood; `original` has the octets of a source that was
    translated, where they are kept. One that `ends` revokes what was stated before; it is for who holds that.
    """

    path: str
    octets: bytes
    remarks: tuple[str, ...] = ()
    original: bytes = b""
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stretch of a file that cannot be read, and why; `id` is that of the object there, as far as it can be known."""

    path: str
    reason: str
    id: str = ""


class _Head(msgspec.Struct):
    """What says which kind of JSON object it is; nothing else of it is decoded."""

    type: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET
    created: Raw | UnsetType = UNSET
    objects: Raw | UnsetType = UNSET


_head = msgspec.json.Decoder(_Head)
_list = msgspec.json.Decoder(list[Raw])
_syntax = msgspec.json.Decoder(Raw)


def split_octets(octets: bytes) -> Iterator[Piece | Refusal]:
    """The pieces of a file that is in memory, in order, and a refusal for each stretch that is none."""
    if refusal := no_json(octets):
        yield refusal
        return
    octets = octets.removeprefix(b"\xef\xbb\xbf")
    if is_sound(octets):
        yield from of_json(octets, "")
    elif _is_lines(octets):
        yield from of_lines(BytesIO(octets))
    else:
        yield from of_broken(octets)


_MAGIC: Final = {
    b"\xff\xfe": "It is UTF-16: save it as UTF-8.",
    b"\xfe\xff": "It is UTF-16: save it as UTF-8.",
    b"PK\x03\x04": "It is a zip archive: unpack it first.",
    b"\x1f\x8b": "It is gzip: unpack it first.",
    b"%PDF": "It is a PDF.",
    b"<": "It begins with '<', as XML and web pages do, and is no JSON.",
}


def no_json(octets: bytes) -> Refusal | None:
    """The refusal of a file of which nothing can be read, by its beginning; None where it may be JSON."""
    reason = _why_no_json(octets)
    return Refusal("file", f"{reason} {_READ_HERE}", id_in(octets[:65_536])) if reason else None


def _why_no_json(octets: bytes) -> str:
    """Why nothing can be read of it; '' where it may be JSON."""
    begin = octets[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, reason in _MAGIC.items():
        if begin.startswith(magic):
            return reason
    if b"\0" in begin[:4]:
        return "It is UTF-16 or UTF-32, or no text at all: save it as UTF-8."
    if not begin and not octets.removeprefix(b"\xef\xbb\xbf").strip():
        return "It is empty."
    return "" if not begin or begin[:1] in b"{[" else "It is no JSON: that begins with a brace or a bracket."


def is_sound(octets: bytes) -> bool:
    """Whether it is one whole JSON value."""
    try:
        _syntax.decode(octets)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def of_json(octets: bytes, path: str) -> Iterator[Piece | Refusal]:
    """The pieces of one sound JSON value, which stands at `path` in the file."""
    octets = octets.strip()
    if octets.startswith(b"["):
        yield from _of_list(octets, path)
        return
    if not octets.startswith(b"{"):
        yield Refusal(path or "file", "It is no JSON object.")
        return
    head = _head.decode(octets)
    is_bundle = head.type is not UNSET and bytes(head.type) == b'"bundle"'
    if head.objects is not UNSET and (is_bundle or head.type is UNSET):
        yield from _of_bundle(octets, head.objects, f"{path}.objects" if path else "objects")
    elif head.type is UNSET:
        yield no_stix("an object without a type", octets, path)
    elif not path and head.id is UNSET and head.created is UNSET and not is_bundle:
        # Other formats say `type` too: a warning list, a galaxy, a schema.
        yield no_stix("an object without an id", octets)
    elif not is_bundle:
        yield Piece(path or "object", octets)


def _of_bundle(octets: bytes, objects: Raw, path: str) -> Iterator[Piece | Refusal]:
    start = octets.find(objects)
    if octets[start : start + 1] != b"[":
        yield Refusal(path, "It is no list.")
        return
    around = octets[:start] + octets[start + memoryview(objects).nbytes :]
    if around.count(b'"objects"') > 1:
        yield Refusal(path, "The key 'objects' stands twice; what stands in either is read.")
        yield from of_broken(octets)
        return
    for index, item in enumerate(_list.decode(objects)):
        yield Piece(f"{path}[{index}]", bytes(item))


def _of_list(octets: bytes, path: str) -> Iterator[Piece | Refusal]:
    """The pieces of a list; a list in which nothing has a type or objects is refused once."""
    items = [bytes(item) for item in _list.decode(octets)]
    if items and not any(may_be_stix(item) for item in items):
        yield no_stix("a list of things without a type", octets, path)
        return
    for index, item in enumerate(items):
        yield from of_json(item, f"{path}[{index}]")


def no_stix(what: str, octets: bytes, path: str = "") -> Refusal:
    """The refusal of JSON that is of something else; it names the first identifier in it that may be STIX's."""
    found = id_in(octets[:65_536])
    return Refusal(path or "file", f"It is JSON and no STIX: {what}. {_READ_HERE}", found if "--" in found else "")


def may_be_stix(item: bytes) -> bool:
    """Whether a JSON value, or one in it, has a type or a list of objects."""
    if item.startswith(b"["):
        return any(may_be_stix(bytes(part)) for part in _list.decode(item))
    if not item.startswith(b"{"):
        return False
    head = _head.decode(item)
    return head.type is not UNSET or head.objects is not UNSET


def _is_lines(octets: bytes) -> bool:
    """Whether the first line that is not blank is a whole JSON object or list, and more follows."""
    for line in BytesIO(octets):
        if line.strip():
            return line.lstrip()[:1] in b"{[" and is_sound(line)
    return False


def _first_of(lines: Iterator[bytes]) -> list[bytes]:
    """A hundred lines, or fewer where they are long: they are held together."""
    first: list[bytes] = []
    octets = 0
    for line in islice(lines, 100):
        first.append(line)
        octets += len(line)
        if octets > 1_000_000:
            break
    return first


def of_lines(lines: Iterable[bytes]) -> Iterator[Piece | Refusal]:
    """The pieces of lines; a log, in which no line of the first hundred has a type or objects, is refused once."""
    rest = iter(lines)
    first = _first_of(rest)
    if not any(may_be_stix(line.strip()) for line in first if is_sound(line)):
        yield no_stix("lines without a type", b"".join(first))
        return
    for number, line in enumerate(chain(first, rest), 1):
        if not line.strip():
            continue
        if is_sound(line):
            yield from of_json(line, f"line {number}")
        else:
            yield from of_broken(line, number)


def of_broken(octets: bytes, first_line: int = 1) -> Iterator[Piece | Refusal]:
    """The pieces of JSON that breaks, and one refusal for each break."""
    place = Place(octets, first_line)
    for part in salvage(octets.decode("latin-1")):
        match part:
            case Sound(start, stop):
                yield Piece(place.of(start), octets[start:stop])
            case Break(start, stop, at, what):
                yield Refusal(place.of(at), f"The JSON breaks here: {what}.", id_in(octets[start:stop]))


class Place:
    """Says on which line and in which column an octet stands; asked in rising order, it counts each octet once."""

    def __init__(self, octets: bytes, first_line: int = 1, first_column: int = 1) -> None:
        self._octets, self._first = octets, (first_line, first_column)
        self._line, self._column, self._counted = first_line, first_column, 0

    def of(self, position: int) -> str:
        if position < self._counted:
            (self._line, self._column), self._counted = self._first, 0
        passed = self._octets[self._counted : position]
        if lines := passed.count(b"\n"):
            self._line += lines
            self._column = 1
            passed = passed[passed.rfind(b"\n") + 1 :]
        self._column += len(passed.decode("utf-8", "ignore"))
        self._counted = position
        return f"line {self._line}, column {self._column}"


_ID: Final = re.compile(rb'"id"\s*:\s*"(?!bundle--)([^"\\]{1,300})"')


def id_in(octets: bytes) -> str:
    """The first id in a stretch that cannot be read, made visible; '' where none can be recognised."""
    match = _ID.search(octets)
    return visible(match[1].decode("utf-8", "replace"), 120) if match else ""
