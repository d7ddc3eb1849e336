"""The situation at the desk: how each body stands that the reader sees, on one page to read."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.doors import situation
from kenesh.doors.desk import answers, pages
from kenesh.doors.gate import Asked, caller_of, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of the situation."""

    @get(
        "/desk/situation",
        opt={"permission": Permission.CASES_READ},
        exception_handlers=on_problem,
        sync_to_thread=True,
    )
    def shown(request: Asked) -> Response[str]:
        """Level, parties, sectors, connections, gaps, and what is asked, of every body that the reader sees."""
        present = caller_of(request).present
        frame = answers.frame_of(services, request, present.account if present else None, "situation")
        found = situation.situations(services, reader_of(request))
        return answers.html(services, request, pages.page("situation.html", frame, found))

    return [shown]
