"""Proposals, decisions and sittings for a party's own tools: read as `--json` prints them, and driven as at the desk.

Whoever acts acts as this node's party, and the record names the client. What an act is answered with is the proposal
or the sitting as it stands then. Another party reads at its own node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.problem import ForbiddenProblem
from kenesh.doors import sitting
from kenesh.doors.api import councilbodies as bodies
from kenesh.doors.api.casebodies import Sent
from kenesh.doors.api.cases import Described
from kenesh.doors.api.sent import JSON, check_json, read_sent
from kenesh.doors.casework import By
from kenesh.doors.council import deciding
from kenesh.doors.council.convening import ShownSitting, sitting_shown, sittings_shown
from kenesh.doors.council.showing import ShownProposal, proposal_shown, proposals_shown
from kenesh.doors.councilwire import ProposalDocument, SittingDocument, proposal_document, sitting_document
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.reader import Reader, ReaderKind

PROPOSALS: Final = "/api/council/proposals"
DECISIONS: Final = "/api/council/decisions"
SITTINGS: Final = "/api/council/sittings"
_ONE: Final = PROPOSALS + "/{name:str}"
_SITTING: Final = SITTINGS + "/{name:str}"
_MAX_OCTETS: Final = 512 * 1024
#: Twelve languages of a long text, each of a few octets a character.
_MAX_TEXTS: Final = 4 * 1024 * 1024
_READS: Final = {"permission": Permission.COUNCIL_FETCH}
_ACTS: Final = {"permission": Permission.COUNCIL_ACT}

Shape = TypeVar("Shape", bound=Sent)
_Json = Response[bytes]

_P: Final = PROPOSALS + "/{name}"
_S: Final = SITTINGS + "/{name}"
#: By path, for the API's description.
ACTS: Final[Mapping[str, Described]] = {
    PROPOSALS: Described(bodies.ProposalToMake, ProposalDocument),
    f"{_P}/positions": Described(bodies.PositionToTake, ProposalDocument),
    f"{_P}/extend": Described(bodies.Extension, ProposalDocument),
    f"{_P}/withdraw": Described(bodies.TakingBack, ProposalDocument),
    f"{_P}/notices": Described(bodies.Notification, ProposalDocument),
    f"{_P}/certify": Described(bodies.Certification, ProposalDocument),
    SITTINGS: Described(bodies.SittingToCall, SittingDocument),
    f"{_S}/answers": Described(bodies.Coming, SittingDocument),
    f"{_S}/move": Described(bodies.SittingToMove, SittingDocument),
    f"{_S}/outcome": Described(bodies.OutcomeToState, SittingDocument),
    f"{_S}/cancel": Described(bodies.SittingToCancel, SittingDocument),
}


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Reading, and acting."""
    return [*_reading(services), *_proposing(services), *_changing(services), *_sitting(services)]


def _reading(services: Services) -> list[HTTPRouteHandler]:
    # Another handler shares some of these paths, and Litestar wraps a synchronous one twice there: asynchronous ones.
    @get(PROPOSALS, opt=_READS)
    async def proposals(request: Asked) -> _Json:
        """The proposals of the party's bodies, what waits for it first."""
        return await sync_to_thread(_list, services, _own(services, request), _is_any)

    @get(DECISIONS, opt=_READS)
    async def decisions(request: Asked) -> _Json:
        """The proposals that are certified, with their numbers."""
        return await sync_to_thread(_list, services, _own(services, request), _is_decided)

    @get(_ONE, opt=_READS)
    async def one(request: Asked, name: FromPath[str]) -> _Json:
        """A proposal as it stands now, by its id or how that begins."""
        return _json(await sync_to_thread(_proposal, services, _own(services, request), name))

    @get(SITTINGS, opt=_READS)
    async def sittings(request: Asked) -> _Json:
        """The sittings of the party's bodies, the next first."""
        return await sync_to_thread(_sittings, services, _own(services, request))

    @get(_SITTING, opt=_READS)
    async def one_sitting(request: Asked, name: FromPath[str]) -> _Json:
        """A sitting as it stands now, by its id or how that begins."""
        return _json(await sync_to_thread(_one_sitting, services, _own(services, request), name))

    return [proposals, decisions, one, sittings, one_sitting]


def _proposing(services: Services) -> list[HTTPRouteHandler]:
    @post(PROPOSALS, opt=_ACTS, request_max_body_size=_MAX_TEXTS)
    async def propose(request: Asked) -> _Json:
        """Ask a body to adopt a text, which is frozen from then on."""

        def act(sent: bodies.ProposalToMake, by: By) -> str:
            return deciding.propose(services, sent.body, sent.wanted, by)

        return await _act(services, request, bodies.ProposalToMake, act, _proposed)

    @post(f"{_ONE}/positions", opt=_ACTS, request_max_body_size=_MAX_TEXTS)
    async def take(request: Asked, name: FromPath[str]) -> _Json:
        """Take the position of this party, or another than before."""

        def act(sent: bodies.PositionToTake, by: By) -> str:
            deciding.take(services, name, sent.taking, by)
            return name

        return await _act(services, request, bodies.PositionToTake, act, _proposed)

    @post(f"{_ONE}/certify", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def certify(request: Asked, name: FromPath[str]) -> _Json:
        """Certify that it was adopted, under the next number. The depositary does."""

        def act(sent: bodies.Certification, by: By) -> str:
            deciding.certify(services, name, sent.organ, by)
            return name

        return await _act(services, request, bodies.Certification, act, _proposed)

    return [propose, take, certify]


def _changing(services: Services) -> list[HTTPRouteHandler]:
    @post(f"{_ONE}/extend", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def extend(request: Asked, name: FromPath[str]) -> _Json:
        """Extend the deadline of an own proposal, before it has passed."""

        def act(sent: bodies.Extension, by: By) -> str:
            return deciding.extend(services, name, sent.until, by)

        return await _act(services, request, bodies.Extension, act, _proposed)

    @post(f"{_ONE}/withdraw", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def withdraw(request: Asked, name: FromPath[str]) -> _Json:
        """Withdraw an own proposal, before its deadline."""

        def act(_sent: bodies.TakingBack, by: By) -> str:
            return deciding.withdraw(services, name, by)

        return await _act(services, request, bodies.TakingBack, act, _proposed)

    @post(f"{_ONE}/notices", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def notify(request: Asked, name: FromPath[str]) -> _Json:
        """Say that a party whose node has not confirmed an own proposal was told of it by another channel."""

        def act(sent: bodies.Notification, by: By) -> str:
            return deciding.notify(services, name, sent.party, sent.channel, by)

        return await _act(services, request, bodies.Notification, act, _proposed)

    return [extend, withdraw, notify]


def _sitting(services: Services) -> list[HTTPRouteHandler]:
    @post(SITTINGS, opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def call(request: Asked) -> _Json:
        """Call a sitting of a body; every party of it is asked whether it comes."""

        def act(sent: bodies.SittingToCall, by: By) -> str:
            return sitting.call(services, sent.body, sent.plan, by)

        return await _act(services, request, bodies.SittingToCall, act, _called)

    @post(f"{_SITTING}/answers", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def answer(request: Asked, name: FromPath[str]) -> _Json:
        """Say whether this party comes."""

        def act(sent: bodies.Coming, by: By) -> str:
            sitting.answer(services, name, sent.text, by, comes=sent.comes)
            return name

        return await _act(services, request, bodies.Coming, act, _called)

    @post(f"{_SITTING}/move", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def move(request: Asked, name: FromPath[str]) -> _Json:
        """Move a sitting of this party's; everybody is asked anew whether it comes."""

        def act(sent: bodies.SittingToMove, by: By) -> str:
            return sitting.change(services, name, sent.times, by)

        return await _act(services, request, bodies.SittingToMove, act, _called)

    @post(f"{_SITTING}/outcome", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def outcome(request: Asked, name: FromPath[str]) -> _Json:
        """Say what came of a sitting of this party's."""

        def act(sent: bodies.OutcomeToState, by: By) -> str:
            return sitting.change(services, name, {"outcome": sent.outcome}, by)

        return await _act(services, request, bodies.OutcomeToState, act, _called)

    @post(f"{_SITTING}/cancel", opt=_ACTS, request_max_body_size=_MAX_OCTETS)
    async def cancel(request: Asked, name: FromPath[str]) -> _Json:
        """Call a sitting of this party's off."""

        def act(_sent: bodies.SittingToCancel, by: By) -> str:
            return sitting.change(services, name, {"cancelled_at": stix_timestamp(services.clock.now())}, by)

        return await _act(services, request, bodies.SittingToCancel, act, _called)

    return [call, answer, move, outcome, cancel]


#: The document of what was acted on, and the address at which it is read again.
Done = tuple[bytes, str]


async def _act(
    services: Services,
    request: Asked,
    shape: type[Shape],
    act: Callable[[Shape, By], str],
    told: Callable[[Services, Reader, str], Done],
) -> _Json:
    """Reads the body, acts, and answers what that came to."""
    client = _own(services, request)
    check_json(request)
    sent = read_sent(await request.body(), shape)

    def done() -> Done:
        by = sent.by(client.who)
        return told(services, by.sight(services), act(sent, by))

    body, location = await sync_to_thread(done)
    return _json(body, {"Location": location})


def _own(services: Services, request: Asked) -> Reader:
    """The client of this party's own that asks.

    Raises:
        ForbiddenProblem: the token is another party's.
    """
    client = services.program(reader_of(request))
    if client.kind is not ReaderKind.PERSON:
        raise ForbiddenProblem(f"Whoever acts here acts as {services.own.code}, and the token is another party's.")
    return client


def _is_any(shown: ShownProposal) -> bool:
    return True


def _is_decided(shown: ShownProposal) -> bool:
    return shown.seen.state.decision is not None


def _list(services: Services, reader: Reader, wanted: Callable[[ShownProposal], bool]) -> _Json:
    def told(found: tuple[ShownProposal, ...]) -> bytes:
        return msgspec.json.encode([proposal_document(one.seen) for one in found if wanted(one)])

    return _json(proposals_shown(services, reader).map(told).value)


def _proposal(services: Services, reader: Reader, name: str) -> bytes:
    return _proposed(services, reader, name)[0]


def _proposed(services: Services, reader: Reader, name: str) -> Done:
    def told(one: ShownProposal) -> Done:
        return msgspec.json.encode(proposal_document(one.seen)), f"{PROPOSALS}/{one.seen.id}"

    return proposal_shown(services, reader, name).map(told).value


def _sittings(services: Services, reader: Reader) -> _Json:
    def told(found: tuple[ShownSitting, ...]) -> bytes:
        return msgspec.json.encode([sitting_document(one.seen, one.state) for one in found])

    return _json(sittings_shown(services, reader).map(told).value)


def _one_sitting(services: Services, reader: Reader, name: str) -> bytes:
    return _called(services, reader, name)[0]


def _called(services: Services, reader: Reader, name: str) -> Done:
    def told(one: ShownSitting) -> Done:
        return msgspec.json.encode(sitting_document(one.seen, one.state)), f"{SITTINGS}/{one.id}"

    return sitting_shown(services, reader, name).map(told).value


def _json(body: bytes, headers: Mapping[str, str] | None = None) -> _Json:
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"} | dict(headers or {}))
