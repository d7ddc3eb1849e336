"""Drills at the desk: those that the reader sees, and one of them as it stands, or as its report tells it."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.doors import drilling
from kenesh.doors.desk import answers
from kenesh.doors.desk.visits import visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of drills, and the page of one."""
    read = {"permission": Permission.CASES_READ}

    @get("/desk/drills", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every drill that the reader sees, the newest first."""
        visit = visit_of(services, request)
        return visit.page("cases", "drills.html", drilling.drills_seen(services, visit.reader))

    @get("/desk/drill/{name:str}", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def one_drill(request: Asked, name: FromPath[str]) -> Response[str]:
        """One drill: how it stands, to who runs it what is still to come, and what came of it."""
        visit = visit_of(services, request)
        return visit.page("cases", "drill.html", drilling.drill_named(services, visit.reader, name))

    return [listed, one_drill]
