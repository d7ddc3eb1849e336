"""The desk's pages, each a few lines: who asks, what he sees, and the page of it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import Problem, UnknownProblem
from kenesh.doors.accounts.entering import Entering
from kenesh.doors.desk import (
    account,
    admitting,
    answers,
    asking,
    calls,
    cases,
    contacts,
    council,
    deliberating,
    done,
    drafting,
    drills,
    entrance,
    explaining,
    forwarding,
    imports,
    languages,
    listing,
    opening,
    overview,
    pages,
    partners,
    provider,
    public,
    recalls,
    record,
    register,
    registerforms,
    scorecard,
    sharing,
    showing,
    sittings,
    situation,
    stating,
    steps,
    treaties,
    withdrawal,
    working,
)
from kenesh.doors.gate import Asked, caller_of, reader_of
from kenesh.doors.services import Services
from kenesh.parties.accounts import Account
from kenesh.parties.roles import PUBLIC, Permission
from kenesh.release.decision import Released

_READ: Final = {"permission": Permission.PAGES_READ}
_LOOK_UP: Final = {"permission": Permission.VALUES_LOOK_UP}
_PUBLIC: Final = {"permission": PUBLIC}
#: The pages by which somebody comes in, and keeps his own account.
_COMING_IN: Final = (entrance, steps, provider, account)
#: The pages on which something is done, and the one that says what was.
_ACTS: Final = (
    stating,
    sharing,
    withdrawal,
    recalls,
    forwarding,
    explaining,
    admitting,
    imports,
    record,
    cases,
    opening,
    working,
    contacts,
    drills,
    calls,
    council,
    deliberating,
    drafting,
    sittings,
    situation,
    register,
    registerforms,
    partners,
    scorecard,
    treaties,
    public,
    done,
)


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Every address below /desk."""

    def on_problem(request: Asked, problem: Problem) -> Response[str]:
        return answers.refusal(services, request, problem)

    def on_http(request: Asked, error: HTTPException) -> Response[str]:
        return answers.refusal(services, request, answers.problem_of(error))

    entering = Entering.of(services)
    handlers: answers.Handlers = {Problem: on_problem, HTTPException: on_http}
    return [
        *_pages(services, handlers),
        *(handler for page in _COMING_IN for handler in page.routes(entering, handlers)),
        *(handler for act in _ACTS for handler in act.routes(services, handlers)),
        *_besides(handlers),
    ]


def _pages(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    @get("/desk", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def first(request: Asked) -> Response[str]:
        """What needs somebody, who is connected, what came and went."""
        reader = reader_of(request)
        refreshes = languages.query_of(request).get("watch") == "1"
        frame = answers.frame_of(services, request, _account(request), "overview", refreshes=refreshes)
        shown = overview.overview(services, reader)
        return answers.html(services, request, pages.page("overview.html", frame, shown))

    @get("/desk/object/{object_id:str}", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def one_object(request: Asked, object_id: FromPath[str]) -> Response[str]:
        """One object with its history, and who may see it."""
        reader = reader_of(request)
        return _page(services, request, "object", showing.object_page(services, reader, object_id))

    @get("/desk/objects", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def objects(request: Asked) -> Response[str]:
        """The newest objects, by type and by a part of their name."""
        reader = reader_of(request)
        wanted = listing.wanted(languages.query_of(request))
        return _page(services, request, "objects", listing.listed(services, reader, wanted))

    @get("/desk/lookup", opt=_LOOK_UP, exception_handlers=on_problem, sync_to_thread=True)
    def lookup(request: Asked) -> Response[str]:
        """What the node knows of values."""
        reader = reader_of(request)
        text = languages.query_of(request).get("value", "")
        return _page(services, request, "lookup", asking.answers(services, reader, text))

    return [first, one_object, objects, lookup]


def _besides(on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    @get("/desk/static/{name:str}", opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def file(name: FromPath[str]) -> Response[bytes]:
        """The style sheet, the emblem and the one script."""
        if name not in pages.FILES:
            raise UnknownProblem("There is no such file.")
        return answers.file(name)

    @get("/desk/{rest:path}", opt=_PUBLIC, exception_handlers=on_problem)
    async def nothing(rest: FromPath[str]) -> None:
        """Every other address below the desk."""
        raise UnknownProblem("There is no such page.")

    return [file, nothing]


def _account(request: Asked) -> Account | None:
    present = caller_of(request).present
    return present.account if present else None


def _page(services: Services, request: Asked, here: str, shown: Released[Any]) -> Response[str]:
    frame = answers.frame_of(services, request, _account(request), here)
    return answers.html(services, request, pages.page(f"{here}.html", frame, shown))
