"""A pack: what a peer would read here, in one signed file, for where no line leads. Pure: octets in, values out.

    kenesh-pack-1 LF
    header (one line of JSON) LF
    detached JWS over the header's octets LF
    the sections' envelopes, one after another

The header names each section with its length and SHA-256, so that the one signature holds for all. Packs to one peer
are numbered, and each names the hash of the one before it: a gap shows, and so does a second truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer, verify_octets
from kenesh.stix.register import Channel

#: A pack holds so much before it is sealed; more goes into the next one.
MAX_PACK_OCTETS: Final = 64 * 2**20
#: So much is read of a file; sealing adds little.
MAX_FILE_OCTETS: Final = MAX_PACK_OCTETS + 32 * 2**20
_TYP: Final = "kenesh-pack+json"
_MAGIC: Final = b"kenesh-pack-1\n"
_MAX_HEADER: Final = 4 * 2**20
_MAX_SIGNATURE: Final = 2_000
_FIRST: Final = "0" * 64

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_FILE_OCTETS)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page of one collection: for which audience, after which stamp it begins, and at which it ends."""

    audience: _Text
    channel: Channel
    after: _Text | None
    last: _Text
    octets: _Count
    sha256: _Text


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack says of itself. `number` counts packs from one node to another; `previous` is the last's hash."""

    iss: _Text
    aud: _Text
    number: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    previous: _Text = _FIRST
    made_at: _Text
    sections: Annotated[tuple[Section, ...], msgspec.Meta(max_length=20_000)] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was opened: its header, the header's hash, and the envelopes of its sections."""

    header: Header
    digest: str
    bodies: tuple[bytes, ...]


_header = msgspec.json.Decoder(Header)
_encoder = msgspec.json.Encoder()


def section(audience: str, channel: Channel, after: str | None, last: str, body: bytes) -> Section:
    """What the header says of a page."""
    return Section(
        audience=audience,
        channel=channel,
        after=after,
        last=last,
        octets=len(body),
        sha256=sha256(body).hexdigest(),
    )


def written(header: Header, bodies: Sequence[bytes], signer: Signer) -> tuple[bytes, str]:
    """The pack's octets, and its header's hash."""
    head = _encoder.encode(header)
    signature = signer.sign_octets(head, typ=_TYP).encode()
    return b"".join((_MAGIC, head, b"\n", signature, b"\n", *bodies)), sha256(head).hexdigest()


def issuer(octets: bytes) -> str:
    """The party that the pack says it is from, before anything of it is believed.

    Raises:
        DamagedProblem: it is no pack.
    """
    return _parts(octets)[0].iss


def read(octets: bytes, key_of: Callable[[str], PublicKey]) -> Pack:
    """The pack, once every octet of it is its issuer's.

    Raises:
        DamagedProblem: it is no pack. UntrustedProblem: its signature, or a section's hash, does not hold.
    """
    header, head, signature, rest = _parts(octets)
    verify_octets(key_of(signature), signature, head, typ=_TYP)
    bodies, start = [], 0
    for part in header.sections:
        body = rest[start : start + part.octets]
        if sha256(body).hexdigest() != part.sha256:
            raise UntrustedProblem("A part of the pack is not the one that was signed.", advice="Ask for it again.")
        bodies.append(body)
        start += part.octets
    if start != len(rest):
        raise UntrustedProblem("The pack holds more than what was signed.", advice="Ask for it again.")
    return Pack(header, sha256(head).hexdigest(), tuple(bodies))


def _parts(octets: bytes) -> tuple[Header, bytes, str, bytes]:
    if not octets.startswith(_MAGIC):
        raise DamagedProblem("What was sealed is no pack of this version.", advice="Is the other node newer?")
    end = octets.find(b"\n", len(_MAGIC), len(_MAGIC) + _MAX_HEADER)
    stop = octets.find(b"\n", end + 1, end + 1 + _MAX_SIGNATURE)
    if end < 0 or stop < 0:
        raise DamagedProblem("The pack breaks off in its header.", advice="Ask for it again.")
    head, signature = octets[len(_MAGIC) : end], octets[end + 1 : stop]
    try:
        return _header.decode(head), head, signature.decode("ascii"), octets[stop + 1 :]
    except UNREADABLE as error:
        said = visible(str(error), 200)
        raise DamagedProblem(f"The pack's header cannot be read: {said}.", advice="Ask for it again.") from None
