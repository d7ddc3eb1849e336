"""What a browser gets from the desk: pages under a strict policy, redirects, cookies, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException

from kenesh.basis.problem import (
    ForbiddenProblem,
    Problem,
    TooLargeProblem,
    UnauthorisedProblem,
    UnknownProblem,
    UsageProblem,
)
from kenesh.doors.desk import languages, pages
from kenesh.doors.desk.pages import Frame
from kenesh.doors.desk.sessions import LIFETIME_S, at_desk
from kenesh.doors.gate import SESSION_COOKIE, Asked
from kenesh.doors.services import Services

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
GUARDED: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_YEAR_S: Final = 31_536_000
ENTRANCE: Final = "/desk/login"

Handlers = dict[int | type[Exception], Callable[[Asked, Any], Response[Any]]]


def frame_of(
    services: Services, request: Asked, person: str | None, here: str = "", *, refreshes: bool = False
) -> Frame:
    """What stands around the page that is asked for."""
    return Frame(
        code=services.own.code,
        node=services.own.name,
        person=person,
        tongue=languages.tongue_of(request),
        here=here,
        languages=tuple((c, name, languages.same_page_in(request, c)) for c, name in languages.LANGUAGES.items()),
        now=services.clock.now(),
        refreshes=refreshes,
    )


def html(services: Services, request: Asked, body: str, status: int = 200) -> Response[str]:
    """A page. It is kept nowhere; a language that the address names is remembered."""
    chosen = languages.asked_for(request)
    cookies = [_cookie(services, languages.COOKIE, chosen, _YEAR_S)] if chosen else []
    headers = GUARDED | _NOT_KEPT
    return Response(body, status_code=status, media_type="text/html", headers=headers, cookies=cookies)


def file(name: str) -> Response[bytes]:
    """The style sheet or the emblem."""
    return Response(pages.file_octets(name), media_type=pages.FILES[name], headers=GUARDED | _KEPT)


def see(services: Services, address: str, session: str | None = None) -> Response[str]:
    """Sends the browser on; `session` is the secret of the session that begins, '' ends it."""
    cookies = [] if session is None else [_cookie(services, SESSION_COOKIE, session, LIFETIME_S if session else 0)]
    return Response("", status_code=303, headers=GUARDED | _NOT_KEPT | {"Location": address}, cookies=cookies)


def _cookie(services: Services, name: str, value: str, max_age_s: int) -> Cookie:
    is_https = (services.own.url or "").startswith("https://")
    return Cookie(
        key=name, value=value, path="/desk", max_age=max_age_s, httponly=True, secure=is_https, samesite="strict"
    )


def check_own_page(services: Services, request: Asked) -> None:
    """What changes something comes from a page of the desk itself.

    Source: Fetch Metadata, Sec-Fetch-Site; where a browser does not say it, its Origin must be this server's.

    Raises:
        ForbiddenProblem: it came from elsewhere, or nobody knows from where.
    """
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin = request.headers.get("origin", "")
        ours = {urlsplit(services.own.url or "").netloc, request.headers.get("host", "")} - {""}
        site = "same-origin" if urlsplit(origin).netloc in ours else "unknown"
    if site != "same-origin":
        raise ForbiddenProblem("This was not sent from a page of the desk.", advice="Open the desk, and do it there.")


def problem_of(error: HTTPException) -> Problem:
    """What the server itself refuses on the way to a page: too large a form, or none."""
    if error.status_code == 413:
        return TooLargeProblem("This form holds more than is taken at once.", advice="Do it in several parts.")
    return UsageProblem("This form is not formed as the desk's are.", advice="Open the page again, and do it there.")


def refusal(services: Services, request: Asked, problem: Problem) -> Response[str]:
    """A problem as a page. Who is not logged in is sent to the entrance; withheld and absent look alike."""
    if isinstance(problem, UnauthorisedProblem):
        return see(services, ENTRANCE)
    # Where the store cannot be read, it is not asked again who this is.
    reader = None if problem.retryable else at_desk(services, request.cookies.get(SESSION_COOKIE))
    frame = frame_of(services, request, reader.name if reader else None)
    if isinstance(problem, UnknownProblem):
        return html(services, request, pages.plain_page("absent.html", frame), 404)
    body = pages.plain_page("refused.html", frame, sentence=problem.sentence())
    return html(services, request, body, problem.http_status)
