"""Partners at the desk: what is said of each, claims side by side, a chart over time with its table, and links."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.doors.council import partners
from kenesh.doors.desk import answers, pages
from kenesh.doors.gate import Asked, caller_of, reader_of
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released

_LIST: Final = "/desk/partners"


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list of partners, and the page of each."""
    read = {"permission": Permission.PAGES_READ}

    def page(request: Asked, template: str, shown: Released[Any]) -> Response[str]:
        present = caller_of(request).present
        frame = answers.frame_of(services, request, present.account if present else None, "partners")
        return answers.html(services, request, pages.page(template, frame, shown))

    @get(_LIST, opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every partner of whom the reader sees something."""
        return page(request, "partners.html", partners.partners(services, reader_of(request)))

    @get(f"{_LIST}/{{about:path}}", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def one(request: Asked, about: FromPath[str]) -> Response[str]:
        """What is said of one partner, by its code or its label."""
        seen = partners.partner(services, reader_of(request), about.removeprefix("/"))
        return page(request, "partner.html", seen)

    return [listed, one]
