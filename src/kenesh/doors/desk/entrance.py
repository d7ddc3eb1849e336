"""The entrance: a one-time address becomes a session by pressing a button, and a session ends by pressing another."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.doors.desk import pages, sessions
from kenesh.doors.desk.answers import ENTRANCE, Handlers, check_own_page, frame_of, html, see
from kenesh.doors.gate import SESSION_COOKIE, Asked
from kenesh.doors.services import Services

_MAX_FORM: Final = 4_096
_PUBLIC: Final = {"permission": "public"}


def routes(services: Services, on_problem: Handlers) -> list[HTTPRouteHandler]:
    """Logging in and out."""
    refusals = sessions.Refusals(services)

    # Two handlers share this path, and Litestar wraps a synchronous one twice there: both are asynchronous.
    @get(ENTRANCE, opt=_PUBLIC, exception_handlers=on_problem)
    async def entrance(request: Asked) -> Response[str]:
        """How one logs in here."""
        return await sync_to_thread(_entrance, services, request)

    @post(ENTRANCE, opt=_PUBLIC, exception_handlers=on_problem, request_max_body_size=_MAX_FORM)
    async def log_in(request: Asked) -> Response[str]:
        """Uses the code up, and begins a session."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        return await sync_to_thread(_log_in, services, refusals, request, form.get("code", [""])[0])

    @get(f"{ENTRANCE}/{{code:str}}", opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def invitation(request: Asked, code: FromPath[str]) -> Response[str]:
        """Asks for the press of a button: a preview of the link, which only reads, does not use the code up."""
        person = sessions.invited(services, code)
        if person is None:
            return _does_not_hold(services, request)
        body = pages.plain_page("invitation.html", frame_of(services, request, None), code=code, invited=person)
        return html(services, request, body)

    @post("/desk/logout", opt={"permission": "desk:leave"}, exception_handlers=on_problem, sync_to_thread=True)
    def log_out(request: Asked) -> Response[str]:
        """Ends the session."""
        check_own_page(services, request)
        sessions.end(services, request.cookies.get(SESSION_COOKIE))
        return see(services, ENTRANCE, session="")

    return [entrance, log_in, invitation, log_out]


def _entrance(services: Services, request: Asked) -> Response[str]:
    if sessions.at_desk(services, request.cookies.get(SESSION_COOKIE)) is not None:
        return see(services, "/desk/")
    return html(services, request, pages.plain_page("entrance.html", frame_of(services, request, None)))


def _log_in(services: Services, refusals: sessions.Refusals, request: Asked, code: str) -> Response[str]:
    check_own_page(services, request)
    token = sessions.begin(services, code)
    if token is None:
        refusals.refused()
        return _does_not_hold(services, request)
    return see(services, "/desk/", session=token)


def _does_not_hold(services: Services, request: Asked) -> Response[str]:
    """One page for a code that is wrong, used or expired: it does not say which."""
    return html(services, request, pages.plain_page("expired.html", frame_of(services, request, None)), 403)
