"""The public's page of a scorecard: no log-in, no cookie, nothing but what was released to everybody."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, TooManyProblem, UnknownProblem
from kenesh.doors.council.public import public_sheets
from kenesh.doors.council.scoring import PublicShown, wanted_of
from kenesh.doors.desk import answers, languages, pages
from kenesh.doors.desk.languages import SOURCE, preferred
from kenesh.doors.desk.pages import Frame
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import PUBLIC

PATH: Final = "/public/scorecard"
#: Whoever keeps it for others keeps it five minutes at most; it says as of when it is, and differs by language alone.
_KEPT: Final = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Language"}
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
#: So many are derived at once; who asks beside them waits so long, and is then told to come again.
_AT_ONCE: Final = 4
_WAITS_S: Final = 1.0


def routes(services: Services, _: answers.Handlers) -> list[HTTPRouteHandler]:
    """The one page. What it refuses is told without a look at who is logged in at the desk."""

    turns = BoundedSemaphore(_AT_ONCE)

    def on_problem(request: Asked, problem: Problem) -> Response[str]:
        frame = _frame(services, request)
        if isinstance(problem, UnknownProblem):
            return _answer(pages.plain_page("absent.html", frame), 404, _NOT_KEPT)
        again = {"Retry-After": str(problem.params.get("retry_after_s", 5))} if problem.retryable else {}
        body = pages.plain_page("refused.html", frame, sentence=problem.sentence())
        return _answer(body, problem.http_status, _NOT_KEPT | again)

    @get(PATH, opt={"permission": PUBLIC}, exception_handlers={Problem: on_problem}, sync_to_thread=True)
    def scorecard(request: Asked) -> Response[str]:
        """How the measures of a programme stand, by what was released to the public as TLP:CLEAR."""
        frame = _frame(services, request)
        wanted = wanted_of(languages.query_of(request), frame.now)
        at = frame.now if wanted.at is None else wanted.at
        # However many ask, the node's own people have their turn.
        if not turns.acquire(timeout=_WAITS_S):
            raise TooManyProblem("Many ask for this page at once.", advice="Ask again.", retry_after_s=5)
        try:
            found = public_sheets(services, at, frame.tongue.words.gettext)
        finally:
            turns.release()
        shown = found.map(lambda sheets: PublicShown.of(sheets, wanted))
        if wanted.programme and wanted.at is None and shown.value.sheet is None:
            raise UnknownProblem("There is no such programme here.")
        return _answer(pages.page("public.html", frame, shown), 200, _KEPT)

    return [scorecard]


def _frame(services: Services, request: Asked) -> Frame:
    """What stands around the page: nobody's name, and no cookie is read or set."""
    code = languages.asked_for(request) or preferred(request.headers.get("accept-language", "")) or SOURCE
    return Frame(
        code=services.own.code,
        node=services.own.name,
        person=None,
        may=frozenset(),
        tongue=languages.tongue(code),
        here="public",
        languages=tuple((c, name, languages.same_page_in(request, c)) for c, name in languages.LANGUAGES.items()),
        now=services.clock.now(),
    )


def _answer(body: str, status: int, kept: dict[str, str]) -> Response[str]:
    return Response(body, status_code=status, media_type="text/html", headers=answers.GUARDED | kept)
