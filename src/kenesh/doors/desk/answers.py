"""What a browser gets from the desk: pages under a strict policy, redirects, cookies, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

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
from kenesh.doors.accounts.sessions import LIFETIME_S, at_desk
from kenesh.doors.desk import languages, pages
from kenesh.doors.desk.pages import Frame
from kenesh.doors.gate import HOST_SESSION_COOKIE, SESSION_COOKIE, Asked, session_of
from kenesh.doors.services import Services
from kenesh.parties.accounts import Account

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
PROVIDER_COOKIE: Final = "kenesh_provider"
ENTRANCE: Final = "/desk/login"


async def form_of(request: Asked) -> dict[str, str]:
    """The fields of a form; of several of one name the last."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


Handlers = dict[int | type[Exception], Callable[[Asked, Any], Response[Any]]]


def frame_of(
    services: Services, request: Asked, account: Account | None, here: str = "", *, refreshes: bool = False
) -> Frame:
    """What stands around the page that is asked for."""
    return Frame(
        code=services.own.code,
        node=services.own.name,
        person=account.name if account else None,
        may=account.permissions if account else frozenset(),
        tongue=languages.tongue_of(request, account.language if account else ""),
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


def see(services: Services, address: str, session: str | None = None, *more: Cookie) -> Response[str]:
    """Sends the browser on; `session` is the secret of the session that begins, '' ends it."""
    cookies = [*more] if session is None else [*more, session_cookie(services, session)]
    return Response("", status_code=303, headers=GUARDED | _NOT_KEPT | {"Location": address}, cookies=cookies)


def _is_https(services: Services) -> bool:
    return (services.own.url or "").startswith("https://")


def session_cookie(services: Services, session: str) -> Cookie:
    """Over TLS under a name that no other host, and no page without TLS, can set; it then goes with every path."""
    lifetime_s = LIFETIME_S if session else 0
    if _is_https(services):
        return _cookie(services, HOST_SESSION_COOKIE, session, lifetime_s, path="/")
    return _cookie(services, SESSION_COOKIE, session, lifetime_s)


def provider_cookie(services: Services, sealed: str) -> Cookie:
    """What was begun with a provider: the one cookie that comes back from another place, and says nothing there."""
    made = _cookie(services, PROVIDER_COOKIE, sealed, 600 if sealed else 0)
    made.samesite = "lax"
    return made


def _cookie(services: Services, name: str, value: str, max_age_s: int, path: str = "/desk") -> Cookie:
    return Cookie(
        key=name,
        value=value,
        path=path,
        max_age=max_age_s,
        httponly=True,
        secure=_is_https(services),
        samesite="strict",
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
    present = None if problem.retryable else at_desk(services, session_of(request))
    frame = frame_of(services, request, present.account if present else None)
    if isinstance(problem, UnknownProblem):
        return html(services, request, pages.plain_page("absent.html", frame), 404)
    body = pages.plain_page("refused.html", frame, sentence=problem.sentence())
    return html(services, request, body, problem.http_status)
