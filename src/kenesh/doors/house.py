"""The house front: TAXII, API and desk as one application, and every failing as the right kind of answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, StoreProblem, UnauthorisedProblem
from kenesh.doors.api import cases, council, described, events, health, keys, lookup, record, scorecard, stated
from kenesh.doors.gate import Asked, guard_of
from kenesh.doors.journal import Journal
from kenesh.doors.misp import routes as misp
from kenesh.doors.services import Services
from kenesh.doors.taxii import routes as taxii
from kenesh.taxii.envelope import MAX_ENVELOPE_OCTETS
from kenesh.taxii.media import MEDIA_TYPE
from kenesh.taxii.resources import Error, error_of, resource_bytes

_CHALLENGE: Final = 'Basic realm="Kenesh", charset="UTF-8"'
_PROBLEM: Final = "application/problem+json"
_TITLES: Final = {
    400: "The request is not formed as it must be",
    404: "There is no such thing here",
    405: "That method is not answered here",
    408: "The request did not come in time",
    413: "The body is larger than is taken at once",
    431: "The address and headers of the request are too long",
    503: "There is no place now: try again",
}


def build(
    services: Services,
    woken: Callable[[], int],
    fault_id: Callable[[], UUID],
    pages: Sequence[HTTPRouteHandler] = (),
    journal: Journal | None = None,
    **more: Any,
) -> Litestar:
    """The application of one node; `state.nudges` is its event streams.

    `woken` changes when somebody wrote; `pages` are the desk's.
    """
    nudges = events.Nudges(services, woken)
    told = journal or Journal(services.clock)

    @asynccontextmanager
    async def watching(_app: Litestar) -> AsyncIterator[None]:
        watcher = asyncio.create_task(nudges.watch())
        try:
            yield
        finally:
            watcher.cancel()

    def on_problem(request: Asked, problem: Problem) -> Response[bytes]:
        return _answer(request, problem)

    def on_http(request: Asked, error: HTTPException) -> Response[bytes]:
        return _plain(request, error.status_code)

    def on_fault(request: Asked, error: Exception) -> Response[bytes]:
        number = fault_id()
        # Whoever asked sees the number alone; where in the code it was stands in the node's own log.
        told.fault(number, f"{request.method} {request.scope['path']}", error)
        problem = StoreProblem(f"Something went wrong that nobody foresaw. Its number is {number}.")
        return _answer(request, problem)

    api = [
        *cases.routes(services),
        *council.routes(services),
        *events.routes(services, nudges),
        *health.routes(services),
        *keys.routes(services),
        *lookup.routes(services),
        *record.routes(services),
        *scorecard.routes(services),
        *stated.routes(services),
        *described.routes(),
    ]
    return Litestar(
        route_handlers=[*taxii.routes(services), *misp.routes(services), *api, *pages],
        guards=[guard_of(services)],
        exception_handlers={Problem: on_problem, HTTPException: on_http, Exception: on_fault},
        lifespan=[watching],
        state=State({"nudges": nudges}),
        openapi_config=None,
        request_max_body_size=MAX_ENVELOPE_OCTETS,
        logging_config=None,
        **more,
    )


def _is_taxii(path: str) -> bool:
    return path.startswith("/taxii2")


def _answer(request: Asked, problem: Problem) -> Response[bytes]:
    headers = {"WWW-Authenticate": _CHALLENGE} if isinstance(problem, UnauthorisedProblem) else {}
    if problem.retryable:
        headers["Retry-After"] = str(problem.params.get("retry_after_s", 5))
    if _is_taxii(request.scope["path"]):
        body, media_type = resource_bytes(error_of(problem)), MEDIA_TYPE
    else:
        body, media_type = _problem_document(problem), _PROBLEM
    return Response(body, status_code=problem.http_status, media_type=media_type, headers=headers)


def _problem_document(problem: Problem) -> bytes:
    """RFC 9457."""
    return msgspec.json.encode(
        {
            "type": f"urn:kenesh:problem:{problem.code}",
            "title": problem.title,
            "status": problem.http_status,
            "detail": visible(problem.sentence(), 4000),
        }
    )


def refusal(path: str, status: int) -> tuple[bytes, str]:
    """The body and media type with which the server itself refuses, before or without any part of the node."""
    title = _TITLES.get(status, "The request cannot be answered")
    if _is_taxii(path):
        # Elsewhere each route has a bound of its own.
        title = f"{title}: {MAX_ENVELOPE_OCTETS} octets" if status == 413 else title
        return resource_bytes(Error(title=title, http_status=str(status))), MEDIA_TYPE
    return msgspec.json.encode({"type": "about:blank", "title": title, "status": status}), _PROBLEM


def _plain(request: Asked, status: int) -> Response[bytes]:
    """What the server refuses: no such path, a method that is not answered, a body that is too large."""
    body, media_type = refusal(request.scope["path"], status)
    return Response(body, status_code=status, media_type=media_type)
