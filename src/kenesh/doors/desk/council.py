"""Proposals and decisions at the desk: what waits for this party first, and one as it stands, with everything said."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.doors.council.showing import ShownProposal, proposal_shown, proposals_shown
from kenesh.doors.desk import answers
from kenesh.doors.desk.visits import visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission

LIST = "/desk/council"
ONE = f"{LIST}/proposal"


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list of proposals, one of them, and the list of decisions."""
    read = {"permission": Permission.COUNCIL_READ}

    @get(LIST, opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every proposal that the reader sees, what waits first."""
        visit = visit_of(services, request)
        return visit.page("council", "council.html", proposals_shown(services, visit.reader))

    @get(ONE + "/{name:str}", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def one(request: Asked, name: FromPath[str]) -> Response[str]:
        """One proposal: how it stands and why, who said what of it, and its text."""
        visit = visit_of(services, request)
        return visit.page("council", "proposal.html", proposal_shown(services, visit.reader, name))

    @get(f"{LIST}/decisions", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def decisions(request: Asked) -> Response[str]:
        """What was certified, the newest first."""
        visit = visit_of(services, request)
        return visit.page("council", "decisions.html", proposals_shown(services, visit.reader).map(_decided))

    return [listed, one, decisions]


def _decided(shown: tuple[ShownProposal, ...]) -> tuple[ShownProposal, ...]:
    found = (one for one in shown if one.seen.state.decision is not None)
    return tuple(sorted(found, key=lambda one: (-one.seen.state.since, one.seen.id)))
