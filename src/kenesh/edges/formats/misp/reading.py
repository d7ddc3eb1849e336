"""Files of MISP: events, lists of them and answers of its API; a feed's manifest and hash list; and what is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.printable import printable
from kenesh.edges.formats.misp.events import translated
from kenesh.stix.files import Piece, Place, Refusal

#: An event is read whole. The largest in public feeds has some 100 MB.
MAX_OCTETS: Final = 256 * 1024 * 1024

#: The first keys of an event and of what an event stands in; STIX has none of them at the beginning of a file.
_BEGINS: Final = re.compile(
    rb'\s*(?:\[\s*)*\{\s*"(?:Event|response|Attribute|ShadowAttribute|Galaxy|GalaxyCluster|SharingGroup|Object|Orgc?'
    rb'|EventReport|RelatedEvent|analysis|threat_level_id|orgc?_id|info|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"\s*:'
)
_KEYS: Final = re.compile(rb'"(?:threat_level_id|orgc_id|to_ids|sharing_group_id|Attribute|GalaxyCluster|Orgc)"\s*:')
_HASH_LINE: Final = re.compile(rb"[0-9a-f]{32},[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$", re.MULTILINE)
#: So much around a break is shown.
_NEAR: Final = 20
_AGAIN: Final = (
    "Nothing of the file was taken in. Export it again from MISP, or mend it there, and import it once more."
)
_BYTE: Final = re.compile(r"\(byte (\d+)\)$")


def claims(begin: bytes) -> bool:
    """Whether a file that begins so comes from MISP."""
    begin = begin.removeprefix(b"\xef\xbb\xbf")
    if _HASH_LINE.match(begin):
        return True
    head = begin[:4096]
    if b'"spec_version"' in head and b'"Event"' not in head:
        return False
    return _BEGINS.match(begin) is not None and _KEYS.search(begin) is not None


class _Outer(msgspec.Struct):
    """Whatever an event stands in."""

    Event: Raw | UnsetType = UNSET
    response: Raw | UnsetType = UNSET
    info: Raw | UnsetType = UNSET
    GalaxyCluster: Raw | UnsetType = UNSET
    SharingGroup: Raw | UnsetType = UNSET
    Attribute: Raw | UnsetType = UNSET
    uuid: Raw | UnsetType = UNSET


_outer: Final = msgspec.json.Decoder(_Outer)
_list: Final = msgspec.json.Decoder(list[Raw])


def pieces(source: BinaryIO) -> Iterator[Piece | Refusal]:
    """The objects of every event of a file, in order, and a refusal for what is no event."""
    octets = source.read(MAX_OCTETS + 1).removeprefix(b"\xef\xbb\xbf")
    if len(octets) > MAX_OCTETS:
        yield Refusal("file", f"It has more than {MAX_OCTETS} octets. Export fewer events at once, or import the feed.")
        return
    if _HASH_LINE.match(octets):
        yield Refusal(
            "file", "It is a feed's hash list: MD5s of values, from which no value can be had. Import the feed."
        )
        return
    try:
        msgspec.json.decode(octets, type=Raw)
        yield from _of_value(octets.strip(), "")
    except UNREADABLE as error:
        yield _broken(octets, error)


def _broken(octets: bytes, error: Exception) -> Refusal:
    """Where the JSON breaks, and what to do: an event is read whole, so that none of it is taken for the event."""
    found = _BYTE.search(str(error))
    at = max(0, int(found[1]) - 1) if found else len(octets)
    if isinstance(error, RecursionError):
        return Refusal("file", f"It is nested too deep to be an event. {_AGAIN}")
    if not found:
        return Refusal(Place(octets).of(at), f"The file ends here, before its JSON does: it is not whole. {_AGAIN}")
    what = str(error).partition(" (byte")[0].removeprefix("JSON is malformed: ")
    near = printable(octets[max(0, at - _NEAR) : at + _NEAR].decode("utf-8", "replace"), 200)
    return Refusal(Place(octets).of(at), f"The JSON breaks here: {what}, near `{near}`. {_AGAIN}")


def _of_value(octets: bytes, path: str, depth: int = 0) -> Iterator[Piece | Refusal]:
    if octets.startswith(b"[") and depth < 3:
        for index, item in enumerate(_list.decode(octets)):
            yield from _of_value(bytes(item), f"{path}[{index}]", depth + 1)
        return
    if not octets.startswith(b"{"):
        yield Refusal(path or "file", "It is no event.")
        return
    outer = _outer.decode(octets)
    joined = f"{path}." if path else ""
    if outer.Event is not UNSET:
        yield from translated(outer.Event, f"{joined}Event")
    elif outer.response is not UNSET and depth < 3:
        yield from _of_value(bytes(outer.response).strip(), f"{joined}response", depth + 1)
    elif outer.info is not UNSET and outer.Attribute is not UNSET:
        yield from translated(octets, path or "Event")
    else:
        yield Refusal(path or "file", _what_it_is(outer, octets))


def _what_it_is(outer: _Outer, octets: bytes) -> str:
    if outer.GalaxyCluster is not UNSET:
        return "It is a galaxy of MISP's without an event: what it holds is taken in with the events that cite it."
    if outer.SharingGroup is not UNSET:
        return "It is a sharing group of MISP's: who belongs together is stated here by `body add` and `member admit`."
    if outer.info is not UNSET:
        return "It is a line of an index or a manifest of MISP's: the event itself is in another file."
    if _is_manifest(octets):
        return "It is a feed's manifest: import the folder that it stands in."
    return "It is of MISP, and no event: it has no `info` and `Attribute`."


def _is_manifest(octets: bytes) -> bool:
    try:
        entries: dict[str, Any] = msgspec.json.decode(octets, type=dict[str, Any])
    except UNREADABLE:
        return False
    return bool(entries) and all(isinstance(entry, dict) and "info" in entry for entry in entries.values())
