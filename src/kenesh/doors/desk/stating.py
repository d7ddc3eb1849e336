"""Stating values: what was said on the telephone, as what it was recognised, and whether it is known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, agreeing
from kenesh.doors.desk.asking import values_in
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.stix.marking import Tlp
from kenesh.watch.values import Atom
from kenesh.watch.watching import Lookup, look_up, recognised

#: So many values are stated at once; more are imported from a file.
MAX_VALUES: Final = 50
_MAX_NOTE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Stated:
    """What would be stated: each value with what is known of it here. `links` are the objects that have a page."""

    tlp: Tlp
    note: str
    values: tuple[Lookup, ...]
    links: dict[str, Seen]


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page on which a value is stated."""
    return act_routes(services, on_problem, ActPage("/desk/state", Permission.STATE, _show, _press))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return visit.form("state", "state.html", form, None, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    values = [atom.value for atom in _atoms(form.text("values"))]
    tlp, note = Tlp.named(form.text("tlp")), form.short("note", _MAX_NOTE)

    def tell(tx: Transaction, held: Sequence[HeldVersion]) -> Told:
        shown = _stated(tx, visit, values, held, tlp, note)
        known = [[value.value, sorted(known.held.id for known in value.known.value)] for value in shown.value.values]
        return Told(shown, [known, int(tlp), note])

    def act(consent: Consent[Sequence[HeldVersion]]) -> Sequence[HeldVersion]:
        return acts.state_values(visit.services, values, tlp, note, visit.who, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return visit.form("state", "state.html", form, outcome)
    return done.see(visit, [item.id for item in outcome])


def _atoms(text: str) -> list[Atom]:
    """The values of the text, each once.

    Raises:
        UsageProblem: there is none, one of them is none, or they are too many.
    """
    atoms = list(dict.fromkeys(map(recognised, values_in(text))))
    if not atoms:
        raise UsageProblem("No value is named.", advice="Write an address, domain, URL, hash or e-mail address.")
    if len(atoms) > MAX_VALUES:
        raise UsageProblem(
            f"{len(atoms)} values at once are too many.", advice=f"At most {MAX_VALUES}; more are imported as a file."
        )
    return atoms


def _stated(
    tx: Transaction, visit: Visit, values: Sequence[str], held: Sequence[HeldVersion], tlp: Tlp, note: str
) -> Released[Stated]:
    """What was known before: what is being stated in this very transaction is left out."""
    new = {item.id for item in held}
    found = tuple(
        Lookup(one.value, one.atom, one.known.map(lambda known: tuple(k for k in known if k.held.id not in new)))
        for one in look_up(tx, visit.reader, values, visit.now)
    )
    links = seen_by_id(tx, visit.reader, {known.held.id for one in found for known in one.known.value}, visit.now)
    return links.map(lambda seen: Stated(tlp, note, found, dict(seen)))
