"""The desk's pages, each a few lines: who asks, what he sees, and the page of it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import Problem, UnknownProblem
from kenesh.doors.desk import (
    admitting,
    answers,
    asking,
    done,
    entrance,
    explaining,
    imports,
    languages,
    listing,
    overview,
    pages,
    recalls,
    record,
    sessions,
    sharing,
    showing,
    stating,
    withdrawal,
)
from kenesh.doors.gate import SESSION_COOKIE, Asked
from kenesh.doors.services import Services
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

_READ: Final = {"permission": "desk:read"}
_PUBLIC: Final = {"permission": "public"}
#: The pages on which something is done, and the one that says what was.
_ACTS: Final = (stating, sharing, withdrawal, recalls, explaining, admitting, imports, record, done)


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Every address below /desk."""

    def on_problem(request: Asked, problem: Problem) -> Response[str]:
        return answers.refusal(services, request, problem)

    def on_http(request: Asked, error: HTTPException) -> Response[str]:
        return answers.refusal(services, request, answers.problem_of(error))

    handlers: answers.Handlers = {Problem: on_problem, HTTPException: on_http}
    return [
        *_pages(services, handlers),
        *entrance.routes(services, handlers),
        *(handler for act in _ACTS for handler in act.routes(services, handlers)),
        *_besides(handlers),
    ]


def _pages(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    @get("/desk", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def first(request: Asked) -> Response[str]:
        """What needs somebody, who is connected, what came and went."""
        reader = _reader(services, request)
        refreshes = languages.query_of(request).get("watch") == "1"
        frame = answers.frame_of(services, request, reader.name, "overview", refreshes=refreshes)
        shown = overview.overview(services, reader)
        return answers.html(services, request, pages.page("overview.html", frame, shown))

    @get("/desk/object/{object_id:str}", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def one_object(request: Asked, object_id: FromPath[str]) -> Response[str]:
        """One object with its history, and who may see it."""
        reader = _reader(services, request)
        return _page(services, request, reader, "object", showing.object_page(services, reader, object_id))

    @get("/desk/objects", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def objects(request: Asked) -> Response[str]:
        """The newest objects, by type and by a part of their name."""
        reader = _reader(services, request)
        wanted = listing.wanted(languages.query_of(request))
        return _page(services, request, reader, "objects", listing.listed(services, reader, wanted))

    @get("/desk/lookup", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def lookup(request: Asked) -> Response[str]:
        """What the node knows of values."""
        reader = _reader(services, request)
        text = languages.query_of(request).get("value", "")
        return _page(services, request, reader, "lookup", asking.answers(services, reader, text))

    return [first, one_object, objects, lookup]


def _besides(on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    @get("/desk/static/{name:str}", opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def file(name: FromPath[str]) -> Response[bytes]:
        """The style sheet and the emblem."""
        if name not in pages.FILES:
            raise UnknownProblem("There is no such file.")
        return answers.file(name)

    @get("/desk/{rest:path}", opt=_PUBLIC, exception_handlers=on_problem)
    async def nothing(rest: FromPath[str]) -> None:
        """Every other address below the desk."""
        raise UnknownProblem("There is no such page.")

    return [file, nothing]


def _reader(services: Services, request: Asked) -> Reader:
    return sessions.reader_at_desk(services, request.cookies.get(SESSION_COOKIE))


def _page(services: Services, request: Asked, reader: Reader, here: str, shown: Released[Any]) -> Response[str]:
    frame = answers.frame_of(services, request, reader.name, here)
    return answers.html(services, request, pages.page(f"{here}.html", frame, shown))
