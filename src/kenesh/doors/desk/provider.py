"""To an OpenID provider and back."""

from __future__ import annotations

from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import UntrustedProblem
from kenesh.doors.accounts import providers
from kenesh.doors.accounts.entering import Entering
from kenesh.doors.desk import languages, pages
from kenesh.doors.desk.answers import (
    ENTRANCE,
    PROVIDER_COOKIE,
    Handlers,
    frame_of,
    html,
    provider_cookie,
    see,
    session_cookie,
)
from kenesh.doors.desk.entrance import entrance_page
from kenesh.doors.gate import Asked
from kenesh.parties.roles import PUBLIC

_PUBLIC: Final = {"permission": PUBLIC}


def routes(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    """Both ways; where no provider is set, they lead to the entrance."""
    services = entering.services

    @get("/desk/provider", opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def go(request: Asked) -> Response[str]:
        """Sends the browser to the provider."""
        if services.provider is None:
            return see(services, ENTRANCE)
        try:
            address, sealed = providers.begin(services, services.provider)
        except UntrustedProblem:
            return entrance_page(services, request, "provider", 403)
        return see(services, address, None, provider_cookie(services, sealed))

    @get(providers.BACK, opt=_PUBLIC, exception_handlers=on_problem, sync_to_thread=True)
    def back(request: Asked) -> Response[str]:
        """Takes what the provider says."""
        if services.provider is None:
            return see(services, ENTRANCE)
        cookie, said = request.cookies.get(PROVIDER_COOKIE, ""), languages.query_of(request)
        try:
            token = providers.finish(services, services.provider, cookie, said)
        except UntrustedProblem:
            token = None
        if token is None:
            entering.refusals.refused()
            answer = entrance_page(services, request, "provider", 403)
        else:
            # A browser that comes from the provider shows the desk no strict cookie yet: this page sends it on.
            answer = html(services, request, pages.plain_page("entered.html", frame_of(services, request, None)))
            answer.cookies.append(session_cookie(services, token))
        answer.cookies.append(provider_cookie(services, ""))
        return answer

    return [go, back]
