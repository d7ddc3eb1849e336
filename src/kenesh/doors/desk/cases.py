"""Cases at the desk: all that the reader sees, and one with what is asked of us first."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.doors import caseroom
from kenesh.doors.desk import answers, pages
from kenesh.doors.gate import Asked, caller_of, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page of cases, and the page of one."""
    read = {"permission": Permission.CASES_READ}

    @get("/desk/cases", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def cases(request: Asked) -> Response[str]:
        """Every case that the reader sees, the newest first."""
        frame = _frame(services, request)
        shown = caseroom.all_cases(services, reader_of(request))
        return answers.html(services, request, pages.page("cases.html", frame, shown))

    @get("/desk/case/{name:str}", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def one_case(request: Asked, name: FromPath[str]) -> Response[str]:
        """One case, as it stands now."""
        frame = _frame(services, request)
        shown = caseroom.one_case(services, reader_of(request), name)
        return answers.html(services, request, pages.page("case.html", frame, shown))

    return [cases, one_case]


def _frame(services: Services, request: Asked) -> pages.Frame:
    present = caller_of(request).present
    return answers.frame_of(services, request, present.account if present else None, "cases")
