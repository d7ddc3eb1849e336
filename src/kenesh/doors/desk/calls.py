"""What waits for a person of this party, who was called for it, and saying that somebody looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem
from kenesh.doors import calling
from kenesh.doors.calling import Waits
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released

_LIST: Final = "/desk/calls"
_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class CallsPage:
    """What the page shows: the late first, and how many there are besides."""

    waiting: tuple[Waits, ...]
    more: int
    now: Instant


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list, and the form by which somebody takes something over."""
    read = {"permission": Permission.CASES_READ}

    @get(_LIST, opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Everything that waits, and who looks after it."""
        visit = visit_of(services, request)
        return visit.page("calls", "calls.html", _shown(visit))

    take = ActPage(f"{_LIST}/ack", Permission.CALLS_ANSWER, _show, _press)
    return [listed, *act_routes(services, on_problem, take)]


def _shown(visit: Visit) -> Released[CallsPage]:
    found = calling.calls_seen(visit.services, visit.reader)
    return found.map(lambda waits: CallsPage(waits[:_MOST], max(0, len(waits) - _MOST), visit.now))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("calls", "calls.html", form, _shown(visit), fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    calling.acknowledge(visit.services, visit.reader, [form.text("number")], visit.who)
    return answers.see(visit.services, _LIST)
