"""Contacts at the desk: whom to reach in each party, who has the duty, whether they answer; and answering a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem
from kenesh.doors import contacting
from kenesh.doors.casework import By
from kenesh.doors.contacting import SeenContacts
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.response.checks import Checked
from kenesh.stix.marking import Tlp

_LIST: Final = "/desk/contacts"
_MAX_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """What the page shows: of each body what was stated there; `silent` are bodies in which nothing was."""

    bodies: tuple[SeenContacts, ...]
    silent: tuple[str, ...]

    def asked_of_us(self) -> tuple[tuple[SeenContacts, Checked], ...]:
        """The checks that wait for an answer of ours, the soonest first."""
        found = [(seen, one) for seen in self.bodies for one in seen.asked_of_us()]
        return tuple(sorted(found, key=lambda pair: (pair[1].check.due_at, pair[1].check.id)))


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The directory, and the form by which a check is answered."""
    read = {"permission": Permission.CASES_READ}

    @get(_LIST, opt=read, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Every contact of the bodies that the reader sees, and what checks of them came to."""
        visit = visit_of(services, request)
        return _page(visit, Form(), None)

    answer = ActPage(f"{_LIST}/answer", Permission.CASES_WORK, _page, _press)
    return [listed, *act_routes(services, on_problem, answer)]


def _page(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("contacts", "contacts.html", form, _shown(visit), fault)


def _shown(visit: Visit) -> Released[ContactsPage]:
    return contacting.contacts_shown(visit.services, visit.reader).map(_sorted)


def _sorted(found: Sequence[SeenContacts]) -> ContactsPage:
    """A room in which nobody stated a contact, and no check was made, is only named: most are of that sort."""
    told = [one for one in found if one.directory.entries or one.checks]
    return ContactsPage(tuple(told), tuple(one.body for one in found if one not in told))


def _press(visit: Visit, form: Form) -> Response[str]:
    # By its whole id alone: how an id begins is for the command line.
    visit.must_see([form.text("check")])
    by = By(visit.who, Tlp.named(form.text("tlp", "amber")), reader=visit.reader)
    contacting.answer(visit.services, form.text("check"), form.short("text", _MAX_TEXT), by)
    return answers.see(visit.services, _LIST)
