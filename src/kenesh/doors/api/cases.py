"""Cases for a team's own tools: read as `kenesh case show --json` shows them, and driven as `kenesh case` drives them.

Whoever acts acts as this node's party, and the record names the client. What came of an act is answered as the command
line answers it, with the address at which it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import ForbiddenProblem
from kenesh.doors import caseopening, caseroom, casework
from kenesh.doors.api import casebodies as bodies
from kenesh.doors.api.sent import JSON, check_json, read_sent
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.casewire import AskedInCase, CaseDocument, asked_wire, case_wire
from kenesh.doors.casework import By
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.response.cases import Item

CASES: Final = "/api/cases"
ASKED: Final = "/api/asked"
_ONE_CASE: Final = CASES + "/{name:str}"
_ONE_ASKED: Final = ASKED + "/{asked_id:str}"
_MAX_OCTETS: Final = 512 * 1024
_READS: Final = {"permission": Permission.CASES_FETCH}
_ACTS: Final = {"permission": Permission.CASES_ACT}

Shape = TypeVar("Shape", bound=bodies.Sent)
_Json = Response[bytes]
#: What an act answers, and the address at which that is read again.
Done = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class Described:
    """What an act is asked with, and what it answers."""

    sent: type[msgspec.Struct]
    answered: type[msgspec.Struct]


_C: Final = CASES + "/{name}"
_A: Final = ASKED + "/{asked_id}"
#: By path, for the API's description.
ACTS: Final[Mapping[str, Described]] = {
    CASES: Described(bodies.CaseToOpen, CaseDocument),
    f"{_C}/join": Described(bodies.Joining, CaseDocument),
    f"{_C}/tasks": Described(bodies.TaskToSet, bodies.Stated),
    f"{_C}/requests": Described(bodies.RequestToMake, bodies.Stated),
    f"{_C}/reports": Described(bodies.ReportToMake, bodies.Stated),
    f"{_C}/links": Described(bodies.LinkToMake, bodies.Stated),
    f"{_C}/invitations": Described(bodies.Invitation, CaseDocument),
    f"{_C}/handover": Described(bodies.Handover, CaseDocument),
    f"{_C}/close": Described(bodies.Closing, CaseDocument),
    f"{_A}/updates": Described(bodies.UpdateToState, bodies.Stated),
    f"{_A}/cancel": Described(bodies.Cancelling, bodies.Stated),
}


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Reading cases, and acting in them."""
    return [*_reading(services), *_acting_in_cases(services), *_acting_on_what_is_asked(services)]


def _reading(services: Services) -> list[HTTPRouteHandler]:
    # Another handler shares this path, and Litestar wraps a synchronous one twice there: both are asynchronous.
    @get(CASES, opt=_READS)
    async def cases(request: Asked) -> _Json:
        """The cases of the party, the newest first."""
        return await sync_to_thread(_cases, services, services.program(reader_of(request)))

    @get(_ONE_CASE, opt=_READS, sync_to_thread=True)
    def one_case(request: Asked, name: FromPath[str]) -> _Json:
        """A case as it stands now, by its name or id."""
        return _json(_case(services, services.program(reader_of(request)), name).value[0])

    @get(_ONE_ASKED, opt=_READS, sync_to_thread=True)
    def one_asked(request: Asked, asked_id: FromPath[str]) -> _Json:
        """A task or request as it stands now, by its id or how that begins, and its case."""
        found = caseroom.one_asked(services, services.program(reader_of(request)), asked_id)
        return _json(found.map(lambda found: msgspec.json.encode(_asked_in_case(*found))).value)

    return [cases, one_case, one_asked]


def _acting_in_cases(services: Services) -> list[HTTPRouteHandler]:
    @post(CASES, opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def opened(request: Asked) -> _Json:
        """Open a case, with a room for the parties that deal with it. This party leads it."""

        def act(sent: bodies.CaseToOpen, by: By) -> Done:
            made = caseopening.open_case(services, sent.opening(services.clock.now()), sent.parties, by)
            return _case(services, by.sight(services), made).value

        return await _act(services, request, bodies.CaseToOpen, act)

    @post(f"{_ONE_CASE}/join", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def join(request: Asked, name: FromPath[str]) -> _Json:
        """Take part in a case, or say why not."""

        def act(sent: bodies.Joining, by: By) -> Done:
            casework.join(services, name, by, refusal=sent.text)
            return _case(services, by.sight(services), name).value

        return await _act(services, request, bodies.Joining, act)

    @post(f"{_ONE_CASE}/tasks", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def task(request: Asked, name: FromPath[str]) -> _Json:
        """Set a party of the room a task. The lead does."""

        def act(sent: bodies.TaskToSet, by: By) -> Done:
            return _asked(casework.set_task(services, name, sent.to, sent.assignment, by))

        return await _act(services, request, bodies.TaskToSet, act)

    @post(f"{_ONE_CASE}/requests", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def make_request(request: Asked, name: FromPath[str]) -> _Json:
        """Ask a party of the case for something."""

        def act(sent: bodies.RequestToMake, by: By) -> Done:
            return _asked(casework.make_request(services, name, sent.to, sent.wanted, by))

        return await _act(services, request, bodies.RequestToMake, act)

    @post(f"{_ONE_CASE}/reports", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def report(request: Asked, name: FromPath[str]) -> _Json:
        """Report at a step of a law."""

        def act(sent: bodies.ReportToMake, by: By) -> Done:
            return _stated(casework.report(services, name, sent.reported, by), CASES, name)

        return await _act(services, request, bodies.ReportToMake, act)

    @post(f"{_ONE_CASE}/links", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def link(request: Asked, name: FromPath[str]) -> _Json:
        """Tie an object to a case. The object itself is released on its own."""

        def act(sent: bodies.LinkToMake, by: By) -> Done:
            return _stated(casework.link(services, name, sent.target_ref, by), CASES, name)

        return await _act(services, request, bodies.LinkToMake, act)

    @post(f"{_ONE_CASE}/invitations", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def invite(request: Asked, name: FromPath[str]) -> _Json:
        """Admit one more party to the room, with what this party has stated in it. The lead does."""

        def act(sent: bodies.Invitation, by: By) -> Done:
            caseopening.invite(services, name, sent.party, by)
            return _case(services, by.sight(services), name).value

        return await _act(services, request, bodies.Invitation, act)

    @post(f"{_ONE_CASE}/handover", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def hand_over(request: Asked, name: FromPath[str]) -> _Json:
        """Say who of this party goes on from here."""

        def act(sent: bodies.Handover, by: By) -> Done:
            casework.hand_over(services, name, sent.to, sent.text, by)
            return _case(services, by.sight(services), name).value

        return await _act(services, request, bodies.Handover, act)

    @post(f"{_ONE_CASE}/close", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def close(request: Asked, name: FromPath[str]) -> _Json:
        """Close a case, say that its incident is handled, or open it again. The lead does."""

        def act(sent: bodies.Closing, by: By) -> Done:
            state = sent.state
            casework.close(services, name, by, handled_only=state == "handled", again=state == "open")
            return _case(services, by.sight(services), name).value

        return await _act(services, request, bodies.Closing, act)

    return [opened, join, task, make_request, report, link, invite, hand_over, close]


def _acting_on_what_is_asked(services: Services) -> list[HTTPRouteHandler]:
    @post(f"{_ONE_ASKED}/updates", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def update(request: Asked, asked_id: FromPath[str]) -> _Json:
        """Say what becomes of what this party was asked; of files their hashes, and the files stay where they are."""

        def act(sent: bodies.UpdateToState, by: By) -> Done:
            return _stated(casework.update(services, asked_id, sent.word, by), ASKED, asked_id)

        return await _act(services, request, bodies.UpdateToState, act)

    @post(f"{_ONE_ASKED}/cancel", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def cancel(request: Asked, asked_id: FromPath[str]) -> _Json:
        """Take back a task or request of one's own."""

        def act(_sent: bodies.Cancelling, by: By) -> Done:
            return _asked(casework.cancel(services, asked_id, by))

        return await _act(services, request, bodies.Cancelling, act)

    return [update, cancel]


async def _act(services: Services, request: Asked, shape: type[Shape], act: Callable[[Shape, By], Done]) -> _Json:
    """Reads the body, acts, and answers what came of it."""
    client = services.program(reader_of(request))
    if client.kind is not ReaderKind.PERSON:
        raise ForbiddenProblem(f"Whoever acts here acts as {services.own.code}, and the token is another party's.")
    check_json(request)
    sent = read_sent(await request.body(), shape)
    body, location = await sync_to_thread(act, sent, sent.by(client.who))
    return _json(body, {"Location": location})


def _cases(services: Services, reader: Reader) -> _Json:
    found = caseroom.all_cases(services, reader)
    return _json(found.map(lambda found: msgspec.json.encode([case_wire(seen) for seen in found])).value)


def _case(services: Services, reader: Reader, name: str) -> Released[Done]:
    """The document of a case, and where it is read again."""
    seen = caseroom.one_case(services, reader, name)
    return seen.map(lambda seen: (msgspec.json.encode(case_wire(seen)), f"{CASES}/{seen.state.case.id}"))


def _asked(made: str) -> Done:
    return _stated(made, ASKED, made)


def _stated(made: str, where: str, name: str) -> Done:
    return msgspec.json.encode(bodies.Stated(made)), f"{where}/{quote(name, safe='')}"


def _asked_in_case(seen: SeenCase, item: Item) -> AskedInCase:
    return AskedInCase(seen.state.case.id, asked_wire(seen, item))


def _json(body: bytes, headers: Mapping[str, str] | None = None) -> _Json:
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"} | dict(headers or {}))
