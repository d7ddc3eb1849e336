"""Explaining at the desk: does that party see this object, by which rule, and what would have to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.desk import answers
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services
from kenesh.federation.explaining import Explanation
from kenesh.parties.roles import Permission
from kenesh.release.rules import RULES

_SOURCES: Final = {rule.id: rule.source for rule in RULES}


@dataclass(frozen=True, slots=True)
class Explained:
    """The question, the parties that may be asked about, and the answer where it was asked."""

    about: Seen
    parties: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    party: str
    answer: Explanation | None

    @property
    def source(self) -> str:
        """The clause of the rule that decided."""
        return _SOURCES.get(self.answer.rule, "") if self.answer else ""


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page on which it is asked: a question about another party stands in the record, so it is pressed."""
    return act_routes(services, on_problem, ActPage("/desk/explain", Permission.EXPLAIN, _show, _press))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(visit: Visit, form: Form, answer: Explanation | None, fault: Problem | None = None) -> Response[str]:
    name = form.text("object")
    with visit.services.store.reading() as tx:
        found = seen_by_id(tx, visit.reader, [name], visit.now)
        parties = tuple((peer.code, peer.name) for peer in tx.peers.all())
        groups = tuple(tx.constituents.groups().values())
    if name not in found.value:
        raise UnknownProblem("There is no such object.")
    shown = found.map(lambda known: Explained(known[name], parties, groups, form.text("party"), answer))
    return visit.form("explain", "explain.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    name, party = form.text("object"), form.text("party")
    visit.must_see([name])
    if not party:
        raise UsageProblem("No party is named.", advice="Write its code, such as KZ.")
    return _page(visit, form, acts.explain_for(visit.services, visit.reader, name, party))
