"""Treaties at the desk: who has taken which step, what is missing, and in force since when. Read only."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.doors.council import treaties
from kenesh.doors.desk import answers, pages
from kenesh.doors.gate import Asked, caller_of, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of the treaties that are followed."""

    @get(
        "/desk/treaties",
        opt={"permission": Permission.COUNCIL_READ},
        exception_handlers=on_problem,
        sync_to_thread=True,
    )
    def followed(request: Asked) -> Response[str]:
        """Every treaty that is followed in a body that the reader sees."""
        present = caller_of(request).present
        frame = answers.frame_of(services, request, present.account if present else None, "treaties")
        shown = treaties.treaties_shown(services, reader_of(request))
        return answers.html(services, request, pages.page("treaties.html", frame, shown))

    return [followed]
