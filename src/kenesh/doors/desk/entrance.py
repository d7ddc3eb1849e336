"""The entrance: by a name and a password, a passkey, or a one-time address; and out again by pressing a button."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import TooManyProblem
from kenesh.doors.accounts import passkeys, sessions
from kenesh.doors.accounts.entering import Entering
from kenesh.doors.accounts.sessions import Present
from kenesh.doors.desk import pages
from kenesh.doors.desk.answers import ENTRANCE, Handlers, check_own_page, form_of, frame_of, html, see
from kenesh.doors.gate import Asked, caller_of, session_of
from kenesh.doors.services import Services
from kenesh.parties.accounts import Stage
from kenesh.parties.roles import PUBLIC, Permission

_MAX_FORM: Final = 4_096
_PUBLIC: Final = {"permission": PUBLIC}
#: Where each stage of coming in goes on.
NEXT: Final = {Stage.CODE_DUE: "/desk/code", Stage.PASSWORD_DUE: "/desk/password", Stage.IN: "/desk/"}
Form = dict[str, str]


def routes(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    """Logging in and out."""
    return [*_doors(entering, on_problem), *_by_passkey(entering, on_problem), *_by_address(entering, on_problem)]


def address_of(request: Asked) -> str:
    """From where the browser asks; behind a proxy, as the proxy says."""
    return request.client.host if request.client else ""


# Two handlers share a path, and Litestar wraps a synchronous one twice there: both are asynchronous.


def _doors(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    services = entering.services

    @get(ENTRANCE, opt=_PUBLIC, exception_handlers=on_problem)
    async def entrance(request: Asked) -> Response[str]:
        """How one logs in here."""
        return await sync_to_thread(_entrance, services, request)

    @post(ENTRANCE, opt=_PUBLIC, exception_handlers=on_problem, request_max_body_size=_MAX_FORM)
    async def log_in(request: Asked) -> Response[str]:
        """Takes a one-time code, or a name with its password."""
        form = await form_of(request)
        take = _by_code if "code" in form else _by_password
        return await sync_to_thread(take, entering, request, form)

    @post("/desk/logout", opt={"permission": Permission.SESSION_END}, exception_handlers=on_problem)
    async def log_out(request: Asked) -> Response[str]:
        """Ends the session."""
        check_own_page(services, request)
        if present := caller_of(request).present:
            await sync_to_thread(sessions.end, services, present)
        return see(services, ENTRANCE, session="")

    return [entrance, log_in, log_out]


def _by_passkey(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    services = entering.services

    @get("/desk/passkey", opt=_PUBLIC, exception_handlers=on_problem)
    async def passkey(request: Asked) -> Response[str]:
        """Asks the browser for a passkey."""
        return await sync_to_thread(_passkey_page, services, request, "")

    @post("/desk/passkey", opt=_PUBLIC, exception_handlers=on_problem, request_max_body_size=passkeys.MAX_OCTETS)
    async def log_in(request: Asked) -> Response[str]:
        """Takes what the device answered."""
        return await sync_to_thread(_enter_by_passkey, entering, request, await form_of(request))

    return [passkey, log_in]


def _by_address(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    services = entering.services

    @get(f"{ENTRANCE}/{{code:str}}", opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def invitation(request: Asked, code: FromPath[str]) -> Response[str]:
        """Asks for the press of a button: a preview of the link, which only reads, does not use the code up."""
        account = sessions.invited(services, code)
        if account is None:
            return _does_not_hold(services, request)
        frame = frame_of(services, request, None)
        body = pages.plain_page("invitation.html", frame, code=code, invited=account.name or "")
        return html(services, request, body)

    return [invitation]


def _entrance(services: Services, request: Asked) -> Response[str]:
    present = sessions.present(services, session_of(request))
    if present is not None and present.is_in:
        return see(services, "/desk/")
    return entrance_page(services, request)


def entrance_page(services: Services, request: Asked, fault: str = "", status: int = 200) -> Response[str]:
    frame = frame_of(services, request, None)
    has_passkeys = int(passkeys.are_here(services))
    provider = services.provider.name if services.provider else ""
    body = pages.plain_page("entrance.html", frame, fault=fault, passkeys=has_passkeys, provider=provider)
    return html(services, request, body, status)


def _by_password(entering: Entering, request: Asked, form: Form) -> Response[str]:
    services = entering.services
    check_own_page(services, request)
    try:
        token = entering.by_password(form.get("name", ""), form.get("password", ""), address_of(request))
    except TooManyProblem as problem:
        return entrance_page(services, request, "often", problem.http_status)
    if token is None:
        return entrance_page(services, request, "wrong", 403)
    return go_on(services, token)


def go_on(services: Services, token: str) -> Response[str]:
    """To the next page of coming in, with the session's secret."""
    present = sessions.present(services, token)
    return see(services, NEXT[present.session.stage] if present else ENTRANCE, session=token)


def coming_in(services: Services, request: Asked, *stages: Stage) -> Present | None:
    """Who is at one of these stages of coming in; None where nobody is."""
    present = sessions.present(services, session_of(request))
    return present if present is not None and present.session.stage in stages else None


def _by_code(entering: Entering, request: Asked, form: Form) -> Response[str]:
    services = entering.services
    check_own_page(services, request)
    token = sessions.begin_by_code(services, form["code"])
    if token is None:
        entering.refusals.refused()
        return _does_not_hold(services, request)
    return see(services, "/desk/", session=token)


def _does_not_hold(services: Services, request: Asked) -> Response[str]:
    """One page for a code that is wrong, used or expired: it does not say which."""
    return html(services, request, pages.plain_page("expired.html", frame_of(services, request, None)), 403)


def _passkey_page(services: Services, request: Asked, fault: str) -> Response[str]:
    if not passkeys.are_here(services):
        return see(services, ENTRANCE)
    frame, options = frame_of(services, request, None), passkeys.to_enter(services)
    body = pages.plain_page("passkey.html", frame, act="get", to="/desk/passkey", options=options, fault=fault)
    return html(services, request, body, 403 if fault else 200)


def _enter_by_passkey(entering: Entering, request: Asked, form: Form) -> Response[str]:
    services = entering.services
    check_own_page(services, request)
    if not passkeys.are_here(services):
        return see(services, ENTRANCE)
    token = passkeys.enter(services, form.get("credential", ""))
    if token is None:
        entering.refusals.refused()
        return _passkey_page(services, request, "wrong")
    return see(services, "/desk/", session=token)
