"""Look-up for constituents and clients: values in a POST, so that none stands in an address or a proxy's log."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.problem import DamagedProblem
from kenesh.doors.api.sent import JSON, check_json
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.metering import metered_look_up
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.reader import Reader
from kenesh.watch.answering import Found

PATH: Final = "/api/lookup"
MAX_VALUES: Final = 100
_MAX_OCTETS: Final = 512 * 1024

_Value = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]


class ValuesAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: addresses, domains, URLs, hashes and e-mail addresses; also as they are written defanged."""

    values: Annotated[tuple[_Value, ...], msgspec.Meta(min_length=1, max_length=MAX_VALUES)]


class Hit(msgspec.Struct, frozen=True):
    """An object by which a value is known, the value that it states, and the marking under which it was given."""

    id: str
    type: str
    name: str
    tlp: str
    matched: str
    released_by: str


class ValueFound(msgspec.Struct, frozen=True):
    """A value in the form in which it was asked; `kind` is null where it is none that is looked up."""

    value: str
    kind: str | None
    hits: list[Hit]
    more: bool


class ValuesFound(msgspec.Struct, frozen=True):
    """Each value in its turn."""

    values: list[ValueFound]


def routes(services: Services) -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @post(PATH, opt={"permission": Permission.LOOK_UP}, status_code=200, request_max_body_size=_MAX_OCTETS)
    async def lookup(request: Asked) -> Response[bytes]:
        """What was released to the client of some values; each counts towards what it may look up in a day."""
        check_json(request)
        asked = read_values(await request.body())
        body = await sync_to_thread(_answer, services, reader_of(request), asked)
        return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})

    return [lookup]


def read_values(body: bytes) -> tuple[str, ...]:
    """The values that a body asks after.

    Raises:
        DamagedProblem: it is not of the form, or holds more than are answered at once.
    """
    try:
        return msgspec.json.decode(body, type=ValuesAsked).values
    except UNREADABLE as error:
        raise DamagedProblem(
            f"The values cannot be read: {error}.",
            advice=f'Send {{"values": [...]}} with at most {MAX_VALUES} of them.',
        ) from None


def _answer(services: Services, reader: Reader, values: tuple[str, ...]) -> bytes:
    found = metered_look_up(services, reader, values)
    return found.map(lambda found: msgspec.json.encode(ValuesFound([_found(one) for one in found]))).value


def _found(one: Found) -> ValueFound:
    kind = None if one.atom is None else one.atom.kind.value
    wires: list[dict[str, Any]] = [hit.wire() for hit in one.hits]
    return ValueFound(one.value, kind, [Hit(**wire) for wire in wires], one.more)
