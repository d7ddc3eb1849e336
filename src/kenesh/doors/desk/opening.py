"""Opening a case at the desk: what happened, how grave it is, and whom it concerns, in one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors import caseopening
from kenesh.doors.casework import By
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import seen
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.parties.bodies import BODY
from kenesh.parties.roles import Permission
from kenesh.parties.sectors import SECTORS
from kenesh.release.decision import Released
from kenesh.response.circles import coordinates, identifiers
from kenesh.response.kinds import CaseKind, Severity
from kenesh.response.statements import Opening
from kenesh.stix.marking import Tlp

_MAX_NAME: Final = 64
_MAX_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """What there is to choose from.

    Attributes:
        taken: names of bodies that he sees. parties: codes with names.
        looks: what in the text looks as if it identified a person, where none has a place.
    """

    taken: tuple[str, ...]
    parties: tuple[tuple[str, str], ...]
    regimes: tuple[str, ...]
    looks: tuple[str, ...]
    kinds: tuple[CaseKind, ...] = tuple(CaseKind)
    severities: tuple[Severity, ...] = tuple(Severity)
    sectors: tuple[str, ...] = SECTORS


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The form."""
    return act_routes(services, on_problem, ActPage("/desk/cases/open", Permission.CASES_WORK, _show, _press))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("cases", "opening.html", form, _shown(visit, form), fault)


def _shown(visit: Visit, form: Form) -> Released[OpeningPage]:
    looks = identifiers(form.text("text")[:_MAX_TEXT]) if coordinates(form.text("kind")) else ()
    regimes = tuple(sorted(visit.services.laws.regimes))
    with visit.services.store.reading() as tx:
        parties = tuple((peer.code, peer.name) for peer in tx.peers.all())
        bodies = seen(tx, visit.reader, tx.versions.of_type(BODY.name), visit.now)
    return bodies.map(lambda circles: OpeningPage(tuple(one.name for one in circles), parties, regimes, looks))


def _press(visit: Visit, form: Form) -> Response[str]:
    """Opens it.

    Raises:
        UsageProblem: something is not said; or the person would not see the room that he opens.
    """
    if visit.reader.cleared_for is not None:
        raise UsageProblem(
            "You are cleared for some bodies alone, and would not see this case.",
            advice="Somebody who is cleared for every body opens it, and clears you for its room.",
        )
    severity, regimes, sectors = form.text("severity"), form.every("regime"), form.every("sector")
    if form.text("kind") not in list(CaseKind) or (severity and severity not in list(Severity)):
        raise UsageProblem("It is not said what sort of case it is.", advice="Choose a kind, and how grave it is.")
    if not set(sectors) <= set(SECTORS):
        raise UsageProblem("There is no such sector.", advice="Choose one of the list.")
    if not set(regimes) <= set(visit.services.laws.regimes):
        raise UsageProblem("There is no such law here.", advice="Choose one of the list.")
    opening = Opening(
        name=form.short("name", _MAX_NAME),
        kind=CaseKind(form.text("kind")),
        aware_at=visit.now,
        severity=severity,
        sectors=sectors,
        regimes=regimes,
        text=form.short("text", _MAX_TEXT),
    )
    by = By(visit.who, Tlp.named(form.text("tlp", "amber")), form.says("looked", "yes"), visit.reader)
    made = caseopening.open_case(visit.services, opening, form.every("party"), by)
    return answers.see(visit.services, f"/desk/case/{made}")
