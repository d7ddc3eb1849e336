"""Sittings at the desk: the list, one with its agenda; whether we come, calling one, and what came of it.

What is said here takes one press: it goes to the whole body, and can be followed by another word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import sitting
from kenesh.doors.casework import By
from kenesh.doors.council.convening import ShownSitting, sitting_shown, sittings_shown
from kenesh.doors.council.showing import DecidingBody, bodies_deciding
from kenesh.doors.desk import answers, council, moments
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.doors.sitting import Plan
from kenesh.parties.roles import Permission
from kenesh.response.circles import identifiers
from kenesh.response.sittings import MAX_POINTS, Point
from kenesh.stix.marking import Tlp

_LIST: Final = f"{council.LIST}/sittings"
_ONE: Final = f"{council.LIST}/sitting"
#: The lengths of the object's own properties (`kenesh.response.sittings`).
_MAX_NAME: Final = 200
_MAX_LINE: Final = 500
_MAX_ANSWER: Final = 2_000
_MAX_OUTCOME: Final = 19_000
#: The fields in which people write freely.
_WRITTEN: Final = ("name", "place", "agenda", "text")


@dataclass(frozen=True, slots=True)
class SittingPage:
    """One sitting; `looks`: what in the form looks as if it identified a person, where none has a place."""

    shown: ShownSitting
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallPage:
    """What there is to choose from."""

    bodies: tuple[DecidingBody, ...]
    clocks: tuple[str, ...]
    looks: tuple[str, ...]


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list, the page of one, and the forms."""
    read = {"permission": Permission.COUNCIL_READ}

    @get(_LIST, opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every sitting that the reader sees, the next first."""
        visit = visit_of(services, request)
        return visit.page("council", "sittings.html", sittings_shown(services, visit.reader))

    @get(_ONE + "/{name:str}", opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def one(request: Asked, name: FromPath[str]) -> Response[str]:
        """One sitting: when and where, its agenda, who comes, and what came of it."""
        return _one(visit_of(services, request), Form({"sitting": (name,)}), None)

    call = ActPage(f"{council.LIST}/call", Permission.SITTING_CALL, _show_call, _call)
    answer = ActPage(f"{council.LIST}/answer", Permission.SITTING_ANSWER, _one, _on(_answer))
    outcome = ActPage(f"{council.LIST}/outcome", Permission.SITTING_CALL, _one, _on(_outcome))
    acts = (handler for act in (call, answer, outcome) for handler in act_routes(services, on_problem, act))
    return [listed, one, *acts]


def _one(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    looks = _looks(form)
    shown = sitting_shown(visit.services, visit.reader, form.text("sitting"))
    return visit.form("council", "sitting.html", form, shown.map(lambda shown: SittingPage(shown, looks)), fault)


def _show_call(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    clocks, looks = moments.clocks(visit.services.own.code), _looks(form)
    shown = bodies_deciding(visit.services, visit.reader).map(lambda bodies: CallPage(bodies, clocks, looks))
    return visit.form("council", "calling.html", form, shown, fault)


def _looks(form: Form) -> tuple[str, ...]:
    return identifiers(" ".join(form.text(name) for name in _WRITTEN)[:_MAX_OUTCOME])


def _by(visit: Visit, form: Form) -> By:
    return By(visit.who, Tlp.named(form.text("tlp", "amber")), form.says("looked", "yes"), visit.reader)


def _on(act: Callable[[Visit, ShownSitting, Form], None]) -> Callable[[Visit, Form], Response[str]]:
    """The press of a form of one sitting, which the person sees, by its whole id."""

    def press(visit: Visit, form: Form) -> Response[str]:
        shown = sitting_shown(visit.services, visit.reader, form.text("sitting")).value
        if shown.id != form.text("sitting"):
            raise UnknownProblem("There is no such sitting.")
        act(visit, shown, form)
        return answers.see(visit.services, f"{_ONE}/{shown.id}")

    return press


def _answer(visit: Visit, shown: ShownSitting, form: Form) -> None:
    if form.text("answer") not in ("yes", "no"):
        raise UsageProblem("It is not said whether we come.", advice="Choose one.")
    text, comes = form.short("text", _MAX_ANSWER), form.text("answer") == "yes"
    sitting.answer(visit.services, shown.id, text, _by(visit, form), comes=comes)


def _outcome(visit: Visit, shown: ShownSitting, form: Form) -> None:
    text = form.short("text", _MAX_OUTCOME)
    if not text:
        raise UsageProblem("Nothing is written.", advice="Write what came of it.")
    sitting.change(visit.services, shown.id, {"outcome": text}, _by(visit, form))


def _call(visit: Visit, form: Form) -> Response[str]:
    found = bodies_deciding(visit.services, visit.reader).value
    body = next((one for one in found if one.ref == form.text("body")), None)
    if body is None:
        raise UsageProblem("It is not said to which body.", advice="Choose one.")
    name, code = form.short("name", _MAX_NAME), visit.services.own.code
    if not name:
        raise UsageProblem("It is not said what sitting it is.", advice="Say it in a few words.")
    begins_at = moments.chosen(form, "begins", code, visit.now)
    ends_at = moments.chosen(form, "ends", code, visit.now)
    plan = Plan(name, begins_at, ends_at, form.short("place", _MAX_LINE), _agenda(form))
    made = sitting.call(visit.services, body.ref, plan, _by(visit, form))
    return answers.see(visit.services, f"{_ONE}/{made}")


def _agenda(form: Form) -> list[Point]:
    """Its points, each on a line of its own."""
    points = [line.strip() for line in form.text("agenda").splitlines() if line.strip()]
    if len(points) > MAX_POINTS or any(len(point) > _MAX_LINE for point in points):
        raise UsageProblem(
            "The agenda is too long.", advice=f"At most {MAX_POINTS} points are taken, each of {_MAX_LINE} characters."
        )
    return [Point(point) for point in points]
