"""The steps after a password: the code of an authenticator, and a password of one's own choosing."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import TooManyProblem
from kenesh.doors.accounts.entering import Entering
from kenesh.doors.accounts.sessions import Present
from kenesh.doors.desk import pages
from kenesh.doors.desk.answers import ENTRANCE, Handlers, check_own_page, form_of, frame_of, html, see
from kenesh.doors.desk.entrance import Form, address_of, coming_in, go_on
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.accounts import Stage
from kenesh.parties.roles import PUBLIC

_MAX_FORM: Final = 4_096
#: Open to all, since who comes here is not in yet: each looks for a session at its own stage.
_PUBLIC: Final = {"permission": PUBLIC}
_CHOOSING: Final = (Stage.PASSWORD_DUE, Stage.IN)


def routes(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    """Both steps, each asked and answered."""

    @get("/desk/code", opt=_PUBLIC, exception_handlers=on_problem)
    async def code(request: Asked) -> Response[str]:
        """Asks for a code."""
        return await sync_to_thread(_code, entering, request, None)

    @post("/desk/code", opt=_PUBLIC, exception_handlers=on_problem, request_max_body_size=_MAX_FORM)
    async def take_code(request: Asked) -> Response[str]:
        """Takes a code."""
        return await sync_to_thread(_code, entering, request, await form_of(request))

    @get("/desk/password", opt=_PUBLIC, exception_handlers=on_problem)
    async def password(request: Asked) -> Response[str]:
        """Asks for another password."""
        return await sync_to_thread(_password, entering, request, None)

    @post("/desk/password", opt=_PUBLIC, exception_handlers=on_problem, request_max_body_size=_MAX_FORM)
    async def choose(request: Asked) -> Response[str]:
        """Takes it."""
        return await sync_to_thread(_password, entering, request, await form_of(request))

    return [code, take_code, password, choose]


def _code(entering: Entering, request: Asked, form: Form | None) -> Response[str]:
    services = entering.services
    present = coming_in(services, request, Stage.CODE_DUE)
    if present is None:
        return see(services, ENTRANCE)
    if form is None:
        return _page(services, request, "code.html")
    check_own_page(services, request)
    try:
        token = entering.by_code(present, form.get("totp", ""), address_of(request))
    except TooManyProblem as problem:
        return _page(services, request, "code.html", "often", problem.http_status)
    return go_on(services, token) if token else _page(services, request, "code.html", "wrong", 403)


def _password(entering: Entering, request: Asked, form: Form | None) -> Response[str]:
    services = entering.services
    present = coming_in(services, request, *_CHOOSING)
    if present is None:
        return see(services, ENTRANCE)
    asks = _asks_for_the_old(present)
    said: dict[str, Any] = {"asks": asks, "name": present.account.name or ""}
    if form is None:
        return _page(services, request, "password.html", **said)
    check_own_page(services, request)
    try:
        if asks and not entering.is_confirmed(present, form.get("password", "")):
            return _page(services, request, "password.html", "wrong", 403, **said)
    except TooManyProblem as problem:
        return _page(services, request, "password.html", "often", problem.http_status, **said)
    token, fault = entering.choose(present, form.get("new", ""))
    if fault:
        return _page(services, request, "password.html", fault, 422, **said)
    return go_on(services, token)


def _asks_for_the_old(present: Present) -> bool:
    """Who came in by a one-time password or address has just shown who he is."""
    return present.is_in and present.session.how != "address" and bool(present.account.password)


def _page(
    services: Services, request: Asked, template: str, fault: str = "", status: int = 200, **said: Any
) -> Response[str]:
    frame = frame_of(services, request, None)
    return html(services, request, pages.plain_page(template, frame, fault=fault, **said), status)
