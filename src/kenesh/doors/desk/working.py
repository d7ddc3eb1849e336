"""Working on a case: what this party says of what it is asked, and what the lead asks, each said by one press.

The page of a case has the short forms; each act has a page of its own besides, on which what was written stands again
where it was not done. What is said goes to the room at once, and can be said anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant, instant_of, span_of
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import caseroom, casework
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.casework import By
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.response.cases import Item, Joining
from kenesh.response.circles import coordinates, identifiers
from kenesh.response.kinds import RequestKind, Status
from kenesh.response.statements import Assignment, Wanted, Word
from kenesh.stix.marking import Tlp

#: Until when something may be asked, from now on; another time is written out.
TERMS: Final = ("1h", "4h", "12h", "24h", "3d", "7d", "30d")
_MAX_NAME: Final = 300
_MAX_TEXT: Final = 20_000
#: As a browser sends a date and time that somebody chose.
_CHOSEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
#: The fields in which people write freely.
_WRITTEN: Final = ("title", "text", "who")


@dataclass(frozen=True, slots=True)
class Working:
    """An act in a case, as its page shows it.

    Attributes:
        act: the last part of its address. item: what is answered; None where the act answers nothing.
        looks: what in the form looks as if it identified a person, where the case holds none of that.
    """

    act: str
    seen: SeenCase
    item: Item | None
    looks: tuple[str, ...]
    terms: tuple[str, ...] = TERMS
    kinds: tuple[RequestKind, ...] = tuple(RequestKind)

    def others(self) -> tuple[str, ...]:
        """Who else is in the room."""
        return tuple(ref for ref in self.everybody() if ref != self.seen.own_ref)

    def everybody(self) -> tuple[str, ...]:
        """Who is in the room."""
        return tuple(one.party_ref for one in self.seen.state.parties if one.joining is not Joining.LEFT)


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """A page for each act."""
    return [handler for name in _ACTS for handler in act_routes(services, on_problem, _page_of(name))]


def _page_of(act: str) -> ActPage:
    def show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
        shown = caseroom.one_case(visit.services, visit.reader, form.text("case")).map(
            lambda seen: Working(act, seen, _item(act, seen, form), _looks(seen, form))
        )
        return visit.form("cases", "working.html", form, shown, fault)

    def press(visit: Visit, form: Form) -> Response[str]:
        seen = caseroom.one_case(visit.services, visit.reader, form.text("case")).value
        tlp = Tlp.named(form.text("tlp", "amber"))
        _ACTS[act](visit, seen.state.case.id, form, By(visit.who, tlp, form.says("looked", "yes"), visit.reader))
        return answers.see(visit.services, f"/desk/case/{seen.state.case.id}")

    return ActPage(f"/desk/cases/{act}", Permission.CASES_WORK, show, press)


def _item(act: str, seen: SeenCase, form: Form) -> Item | None:
    """What is answered.

    Raises:
        UnknownProblem: this party is asked nothing of that id in the case, or nothing more can be said of it.
    """
    if act != _ANSWER:
        return None
    for item in seen.state.items:
        if item.asked.id == form.text("item") and item.asked.to_ref == seen.own_ref and item.next_words():
            return item
    raise UnknownProblem("Nothing of that id is asked here.")


def _looks(seen: SeenCase, form: Form) -> tuple[str, ...]:
    written = " ".join(form.text(name) for name in _WRITTEN)
    return identifiers(written[:_MAX_TEXT]) if coordinates(seen.state.case.kind) else ()


def _answer(visit: Visit, case: str, form: Form, by: By) -> None:
    text = form.short("text", _MAX_TEXT)
    if form.text("status") not in list(Status):
        raise UsageProblem("It is not said what is to be done.", advice="Choose what becomes of it.")
    word = Word(Status(form.text("status")), text)
    if word.status is Status.REFUSED and not text:
        raise UsageProblem("Whoever asked is told why.", advice="Write the reason.")
    casework.update(visit.services, form.text("item"), word, by)


def _join(visit: Visit, case: str, form: Form, by: By) -> None:
    why = form.short("text", _MAX_TEXT)
    if form.text("answer") not in ("join", "decline"):
        raise UsageProblem("It is not said what is to be done.", advice="Choose: take part, or not.")
    if form.text("answer") == "decline" and not why:
        raise UsageProblem("No reason is given.", advice="Whoever asked reads why.")
    casework.join(visit.services, case, by, refusal=why if form.text("answer") == "decline" else "")


def _set_task(visit: Visit, case: str, form: Form, by: By) -> None:
    task = Assignment(_title(form), _due(visit, form), form.short("text", _MAX_TEXT))
    casework.set_task(visit.services, case, _to(form), task, by)


def _request(visit: Visit, case: str, form: Form, by: By) -> None:
    kind = form.text("kind", RequestKind.INFORMATION)
    if kind not in list(RequestKind):
        raise UsageProblem("There is no such kind of request.", advice="Choose one.")
    wanted = Wanted(_title(form), RequestKind(kind), _due(visit, form), text=form.short("text", _MAX_TEXT))
    casework.make_request(visit.services, case, _to(form), wanted, by)


def _hand_over(visit: Visit, case: str, form: Form, by: By) -> None:
    to = form.short("who", _MAX_NAME)
    if not to:
        raise UsageProblem("It is not said who goes on.", advice="Name the person or the shift.")
    casework.hand_over(visit.services, case, to, form.short("text", _MAX_TEXT - _MAX_NAME - 20), by)


def _close(visit: Visit, case: str, form: Form, by: By) -> None:
    what = form.text("what")
    if what not in ("handled", "closed", "open"):
        raise UsageProblem("It is not said what is to be done.", advice="Choose how the case stands.")
    casework.close(visit.services, case, by, handled_only=what == "handled", again=what == "open")


def _title(form: Form) -> str:
    title = form.short("title", _MAX_NAME)
    if not title:
        raise UsageProblem("It is not said what is asked.", advice="Say it in a few words.")
    return title


def _to(form: Form) -> str:
    if not form.text("to"):
        raise UsageProblem("It is not said of whom it is asked.", advice="Choose a party.")
    return form.text("to")


def _due(visit: Visit, form: Form) -> Instant:
    """Until when an answer is asked for: a time of UTC where one is chosen, else so long from now.

    Raises:
        UsageProblem: it is no time, or it is over.
    """
    chosen, term = form.text("until"), form.text("by")
    if not chosen:
        return Instant(visit.now + span_of(term))
    if not _CHOSEN.match(chosen):
        raise UsageProblem("That is no time.", advice="Write it as 2026-12-01T12:00, in UTC.")
    until = instant_of(f"{chosen[:16]}:00Z")
    if until <= visit.now:
        raise UsageProblem("That time is over already.", advice="Choose a later one.")
    return until


_ANSWER: Final = "answer"
_ACTS: Final[dict[str, Callable[[Visit, str, Form, By], None]]] = {
    _ANSWER: _answer,
    "join": _join,
    "task": _set_task,
    "request": _request,
    "handover": _hand_over,
    "close": _close,
}
