"""Requests to pass something on: how they stand, and the page on which the author answers one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors import forwarding
from kenesh.doors.acts import Wish
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.sharing import Going, going_told
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.forwarding import audience_text
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audience_name
from kenesh.federation.forwarding import Told as Request
from kenesh.federation.releasing import Outcome
from kenesh.parties.roles import Permission
from kenesh.release.audience import audience_named
from kenesh.release.decision import Released
from kenesh.release.forwarding import ForwardRequest, Standing
from kenesh.stix.marking import Tlp

_LIST: Final = "/desk/forward"
_READ: Final = {"permission": Permission.PAGES_READ}
_MAX_REASON: Final = 2_000
GRANT, REFUSE = "grant", "refuse"


@dataclass(frozen=True, slots=True)
class Row:
    """A request as the page tells it; `about` is None where the reader does not see the object."""

    request: ForwardRequest
    standing: Standing
    reason: str
    by: str
    author: str
    to: str
    about: Seen | None
    waits_here: bool


@dataclass(frozen=True, slots=True)
class Answering:
    """A request that waits here; `would` is what the answer would do, of a refusal the request alone."""

    row: Row
    would: Would[Going | Mapping[str, Seen]] | None


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list of requests, and the page on which one is answered."""

    @get(_LIST, opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """What this party asked of authors, and what is asked of it."""
        visit = visit_of(services, request)
        return visit.page("forward", "forwards.html", _rows(visit).map(lambda rows: tuple(rows.values())))

    answer = ActPage(f"{_LIST}/answer", Permission.RELEASE, _show, _press)
    return [listed, *act_routes(services, on_problem, answer)]


def _rows(visit: Visit) -> Released[Mapping[str, Row]]:
    """The requests that the person sees, by their ids, the newest first."""
    services = visit.services
    with services.store.reading() as tx:
        told = services.forwarding.told(tx, visit.reader, visit.now)
        known = seen_by_id(tx, visit.reader, {one.request.object_ref for one in told}, visit.now)
        return known.map(lambda objects: {one.request.id: _row(tx, services, one, objects) for one in told})


def _row(tx: Transaction, services: Services, told: Request, objects: Mapping[str, Seen]) -> Row:
    request = told.request
    audience = audience_named(request.audience_ref)
    return Row(
        request,
        told.standing,
        told.reason,
        by=tx.parties.code_of(request.by_ref),
        author=tx.parties.code_of(request.author_ref),
        to=audience_name(tx, audience) if audience else request.audience_ref,
        about=objects.get(request.object_ref),
        waits_here=request.author_ref == services.own.ref and told.standing is not Standing.GRANTED,
    )


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[Going | Mapping[str, Seen]]] | None, fault: Problem | None = None
) -> Response[str]:
    name = form.text("of")
    _open(visit, name)
    shown = _rows(visit).map(lambda rows: Answering(rows[name], would.value if would else None))
    return visit.form("forward", "forward.html", form, shown, fault)


def _open(visit: Visit, name: str) -> ForwardRequest:
    with visit.services.reading() as tx:
        return visit.services.forwarding.open(tx, visit.reader, name, visit.now)


def _press(visit: Visit, form: Form) -> Response[str]:
    answer = form.text("answer")
    if answer == GRANT:
        return _grant(visit, form, visit.now)
    if answer == REFUSE:
        return _refuse(visit, form)
    raise UsageProblem("It is not said what is to be done.", advice="Choose: release it, or refuse.")


def _grant(visit: Visit, form: Form, now: Instant) -> Response[str]:
    services, name = visit.services, form.text("of")
    request = _open(visit, name)
    label = Tlp.named(form.text("tlp")) if form.text("tlp") else None

    def tell(tx: Transaction, outcome: Outcome) -> Told:
        wish = Wish([request.object_ref], to=audience_text(tx, request.audience_ref), label=label)
        return Told(*going_told(tx, visit, wish, outcome, now))

    def act(consent: Consent[Outcome]) -> Outcome:
        return forwarding.grant(services, visit.reader, name, label, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    made = [statement.id for statement in outcome.statements]
    return done.see(visit, made) if made else answers.see(services, _LIST)


def _refuse(visit: Visit, form: Form) -> Response[str]:
    services, name, reason = visit.services, form.text("of"), form.short("reason", _MAX_REASON)

    def tell(tx: Transaction, request: ForwardRequest) -> Told:
        return Told(seen_by_id(tx, visit.reader, [request.id], visit.now), [request.id, REFUSE, reason])

    def act(consent: Consent[ForwardRequest]) -> ForwardRequest:
        return forwarding.refuse(services, visit.reader, name, reason, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    return _page(visit, form, outcome) if isinstance(outcome, Released) else answers.see(services, _LIST)
