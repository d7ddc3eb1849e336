"""Forms of the register at the desk: a page is kept, and what became of a statement is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UsageProblem
from kenesh.council.register.kinds import MAX_CONDITION, MAX_NAME, MAX_URL, Effect
from kenesh.doors.casework import By
from kenesh.doors.council import evidencing, pagekeeping, registered
from kenesh.doors.council.evidencing import Showing
from kenesh.doors.council.pagekeeping import About
from kenesh.doors.council.registered import SeenStatement
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.stix.marking import Tlp

_LIST: Final = "/desk/register"
#: A longer page is kept by the command line. Each letter may take six octets on its way.
MAX_TEXT: Final = 60_000
_MAX_OCTETS: Final = 400_000
_MAX_ID: Final = 200


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A statement of which something is said, and what can be said."""

    one: SeenStatement
    effects: tuple[Effect, ...] = tuple(Effect)


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The two pages."""
    may = Permission.REGISTER_JUDGE
    keep = ActPage(f"{_LIST}/keep", may, _show_keep, _press_keep, _MAX_OCTETS)
    evidence = ActPage(f"{_LIST}/evidence", may, _show_evidence, _press_evidence)
    return [*act_routes(services, on_problem, keep), *act_routes(services, on_problem, evidence)]


def _show_keep(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("register", "pagekeep.html", form, None, fault)


def _press_keep(visit: Visit, form: Form) -> Response[str]:
    text, name = form.short("text", MAX_TEXT), form.short("name", MAX_NAME)
    if not name or not text:
        raise UsageProblem("A page has a name and a text.", advice="Write both.")
    about = About(
        name,
        _day(form.short("day", _MAX_ID)),
        form.short("publisher", MAX_NAME),
        form.short("condition", MAX_CONDITION),
        form.short("url", MAX_URL),
    )
    kept = pagekeeping.keep(visit.services, text.encode("utf-8", "replace"), about, visit.who)
    return answers.see(visit.services, f"{_LIST}/rows?source={kept.page.source.id}")


def _show_evidence(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    # By its whole id alone: how an id begins is for the command line.
    visit.must_see([form.text("statement")])
    shown = registered.one_statement(visit.services, visit.reader, form.text("statement")).map(EvidencePage)
    return visit.form("register", "evidence.html", form, shown, fault)


def _press_evidence(visit: Visit, form: Form) -> Response[str]:
    visit.must_see([form.text("statement")])
    effect, by = form.text("effect"), form.short("by", _MAX_ID)
    if effect not in list(Effect) or not by:
        raise UsageProblem("It is not said what shows it, or what it shows.", advice="Write the id, and choose.")
    showing = Showing(form.text("statement"), by, Effect(effect), _day(form.short("on", _MAX_ID)))
    evidencing.show_evidence(visit.services, showing, By(visit.who, Tlp.named(form.text("tlp")), reader=visit.reader))
    return answers.see(visit.services, _LIST)


def _day(text: str) -> date | None:
    """Raises UsageProblem: it is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem("That is no day.", advice="Write it as 2026-12-01.") from None
