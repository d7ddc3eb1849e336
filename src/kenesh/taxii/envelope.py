"""The envelope, the one resource that carries objects: written without reading them, read without losing a byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec

from kenesh.basis.canonical import MAX_DEPTH, decode_ijson
from kenesh.basis.problem import DamagedProblem, TooLargeProblem, UsageProblem
from kenesh.taxii.paging import MAX_PAGE_OCTETS

#: What is read at once: a page, its first object of any size, and room for how another server writes its JSON.
MAX_ENVELOPE_OCTETS: Final = 2 * MAX_PAGE_OCTETS
MAX_ENVELOPE_OBJECTS: Final = 10_000
_MAX_NEXT: Final = 4_096

#: A backslash with what it escapes; the group is half of a surrogate pair that stands alone.
_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came in an envelope: the octets of each object as they came, and whether there is more.

    Source: TAXII 2.1 §3.7.1.
    """

    objects: tuple[bytes, ...]
    more: bool = False
    next: str | None = None


class _Outer(msgspec.Struct):
    objects: msgspec.Raw = msgspec.Raw(b"[]")
    more: bool = False
    next: Annotated[str, msgspec.Meta(max_length=_MAX_NEXT)] | None = None


class _AnyObject(msgspec.Struct, gc=False):
    """Whatever is an object. Counting is done with these: a hostile body of empty ones stays small in memory."""


_outer: Final = msgspec.json.Decoder(_Outer)
_counter: Final = msgspec.json.Decoder(list[_AnyObject])
_cutter: Final = msgspec.json.Decoder(list[msgspec.Raw])
_encoder: Final = msgspec.json.Encoder()


def envelope_bytes(objects: bytes, more: bool = False, next: str | None = None) -> bytes:
    """The envelope around objects that are JSON already, commas between them; `{}` where there is nothing to say.

    `next` is written only where there is more, and nothing empty is ever written.

    Source: TAXII 2.1 §3.7.1, §3.5, §2.
    """
    said = []
    if more:
        said.append(b'"more":true')
    if more and next is not None:
        said.append(b'"next":' + _encoder.encode(next))
    if not objects:
        return b"{" + b",".join(said) + b"}"
    said.append(b'"objects":[')
    return b"".join((b"{", b",".join(said), objects, b"]}"))


def _outer_of(body: bytes) -> _Outer:
    """Source: TAXII 2.1 §5.5: 400 is what is not understood, 422 what is understood and cannot be processed."""
    try:
        return _outer.decode(body)
    except msgspec.ValidationError as error:
        raise DamagedProblem(f"The body is no envelope: {error}.", advice='Send {"objects": [...]}.') from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageProblem(f"The body is not JSON in UTF-8: {error}.") from None
    except RecursionError:
        raise DamagedProblem(f"The body is nested deeper than {MAX_DEPTH} levels.") from None


def _cut(octets: bytes, max_objects: int) -> list[bytes]:
    try:
        count = len(_counter.decode(octets))
    except msgspec.ValidationError as error:
        raise DamagedProblem(f"The objects of the envelope cannot be read: {error}.") from None
    if count > max_objects:
        raise TooLargeProblem(f"The envelope holds {count} objects, and {max_objects} are taken at once.")
    return [bytes(raw) for raw in _cutter.decode(octets)]


def _without_halves(body: bytes) -> bytes:
    """The same octets with U+FFFD for each half of a surrogate pair that stands alone; nothing in it moves."""
    return _ESCAPE.sub(lambda found: b"\\ufffd" if found[1] else found[0], body)


def _as_sent(objects: list[bytes], readable: bytes, body: bytes) -> list[bytes]:
    """The objects as they stand in the body, of which `readable` is what could be cut."""
    found, at = [], 0
    for octets in objects:
        at = readable.index(octets, at)
        found.append(body[at : at + len(octets)])
        at += len(octets)
    return found


def _depth(octets: bytes) -> int:
    """How deep brackets stand in each other; a quick count first, since hardly any object has many."""
    if octets.count(b"{") + octets.count(b"[") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for octet in _TEXT.sub(b"", octets):
        if octet in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif octet in b"}]":
            depth -= 1
    return deepest


def read_envelope(
    body: bytes, *, max_octets: int = MAX_ENVELOPE_OCTETS, max_objects: int = MAX_ENVELOPE_OBJECTS
) -> Envelope:
    """The envelope in a body, its objects as octets, not yet read themselves.

    Unknown properties are passed over (§7.1), and with them what makes a STIX bundle of it: python-stix2 sends its
    objects to TAXII 2.1 in one. `{}` is an envelope without objects; whether that is a request is for the caller.
    A key that stands twice is refused (RFC 7493 §2.3); that also holds inside the objects, for whoever reads them.

    Source: TAXII 2.1 §3.7.1, §5.5.

    Raises:
        UsageProblem: 400, it is not JSON.
        TooLargeProblem: 413, more octets or objects than are taken at once.
        DamagedProblem: 422, it is JSON and no envelope, or nested too deep.
    """
    if len(body) > max_octets:
        raise TooLargeProblem(f"The body has {len(body)} octets, and {max_octets} are taken at once.")
    # msgspec reads no half of a surrogate pair. It is the fault of one object, and the others are not held up by it.
    readable = _without_halves(body) if b"\\ud" in body or b"\\uD" in body else body
    outer = _outer_of(readable)
    listed = bytes(outer.objects)
    start = readable.find(listed)
    stands = body[start : start + len(listed)] if start >= 0 else listed
    # msgspec lets a key stand twice; what is left of the body without its objects is small, and read strictly.
    decode_ijson(body.replace(stands, b"[]", 1))
    objects = _cut(listed, max_objects)
    if readable is not body:
        if readable.count(listed) > 1:
            raise DamagedProblem("It holds half of a surrogate pair, which is no character.")
        objects = _as_sent(objects, listed, stands)
    for at, octets in enumerate(objects):
        if _depth(octets) > MAX_DEPTH:
            raise DamagedProblem(f"Object {at} is nested deeper than {MAX_DEPTH} levels.")
    return Envelope(tuple(objects), outer.more, outer.next)
