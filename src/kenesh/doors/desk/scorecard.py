"""Scorecards at the desk: how the measures of a programme stand, each colour with its sentence; on paper, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import UnknownProblem
from kenesh.council.measures.words import Say
from kenesh.doors.council import scoring
from kenesh.doors.council.measuring import SeenScorecard
from kenesh.doors.council.scoring import Wanted, wanted_of
from kenesh.doors.desk import answers, languages
from kenesh.doors.desk.visits import Visit, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission

_PAGE: Final = "/desk/scorecard"
_READ: Final = {"permission": Permission.COUNCIL_READ}


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The scorecard, the same on paper, and the page of one measure."""

    @get(_PAGE, opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def shown(request: Asked) -> Response[str]:
        """How the measures of a programme stand, now or as of an earlier day."""
        visit, wanted = _asked(services, request)
        found = scoring.shown(services, visit.reader, wanted, _words(visit))
        return visit.page("scorecard", "scorecard.html", found)

    @get(f"{_PAGE}/paper", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def paper(request: Asked) -> Response[bytes]:
        """The same as a PDF, in the reader's language."""
        visit, wanted = _asked(services, request)
        found = scoring.cards_seen(services, visit.reader, wanted.body, wanted.at)
        octets = found.map(lambda cards: _paper(visit, cards, wanted)).value
        headers = answers.GUARDED | {
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="scorecard.pdf"',
        }
        return Response(octets, media_type="application/pdf", headers=headers)

    @get(f"{_PAGE}/measure/{{ref:str}}", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def measure(request: Asked, ref: FromPath[str]) -> Response[str]:
        """One measure: its indicators, what was reported of it, and what others verified."""
        visit, wanted = _asked(services, request)
        found = scoring.shown_measure(services, visit.reader, ref, wanted, _words(visit))
        return visit.page("scorecard", "measure.html", found)

    return [shown, paper, measure]


def _asked(services: Services, request: Asked) -> tuple[Visit, Wanted]:
    visit = visit_of(services, request)
    return visit, wanted_of(languages.query_of(request), visit.now)


def _paper(visit: Visit, found: Sequence[SeenScorecard], wanted: Wanted) -> bytes:
    seen = scoring.chosen_of(found, wanted)
    if seen is None:
        raise UnknownProblem("No scorecard is chosen.")
    return scoring.printed(visit.services, visit.reader, seen, _words(visit))


def _words(visit: Visit) -> Say:
    return languages.tongue_of(visit.request, visit.account.language or "").words.gettext
