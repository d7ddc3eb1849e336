"""What was done: the page to which a browser is sent after an act, so that loading it again does nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import UnknownProblem
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import asked_form
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import Visit, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import ref_name
from kenesh.holdings.rows import Statement
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.release.recalls import RECEIPT
from kenesh.release.statements import WITHDRAWAL

_PATH: Final = "/desk/done"
#: So many are named in an address; an act that made more names the first of them.
_NAMED: Final = 100


@dataclass(frozen=True, slots=True)
class Made:
    """An object that the act made; where it is a release or a withdrawal, the statement and its audience."""

    about: Seen
    statement: Statement | None
    to: str

    @property
    def kind(self) -> str:
        if self.statement is None:
            return "receipt" if self.about.held.type == RECEIPT.name else "stated"
        return "withdrawn" if self.statement.type == WITHDRAWAL.name else "released"


def see(visit: Visit, ids: Sequence[str]) -> Response[str]:
    """Sends the browser to the page that tells of these."""
    return answers.see(visit.services, f"{_PATH}?{urlencode([('id', one) for one in ids[:_NAMED]])}")


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page after an act."""

    @get(_PATH, opt={"permission": Permission.PAGES_READ}, exception_handlers=on_problem, sync_to_thread=True)
    def told(request: Asked) -> Response[str]:
        """What was made, each with its id; anybody who may see it may look at this page again."""
        visit = visit_of(services, request)
        return visit.page("done", "done.html", _made(visit, asked_form(request).every("id", _NAMED)))

    return [told]


def _made(visit: Visit, ids: Sequence[str]) -> Released[tuple[Made, ...]]:
    with visit.services.store.reading() as tx:
        found = seen_by_id(tx, visit.reader, ids, visit.now)
        if not found.value:
            raise UnknownProblem("There is no such statement.")
        return found.map(lambda seen: tuple(_one(tx, seen[one]) for one in ids if one in seen))


def _one(tx: Transaction, about: Seen) -> Made:
    statement = tx.statements.find(about.id)
    return Made(about, statement, ref_name(tx, statement.audience_ref) if statement else "")
