"""Recalls: how one's own stand, and those of others that wait for a person's yes here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import recalling
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes, visit_of
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.federation.recalling import Standing
from kenesh.parties.roles import Permission
from kenesh.release.decision import Released
from kenesh.release.recalls import RECEIPT, Recall, Receipt

_READ: Final = {"permission": Permission.PAGES_READ}
_MAX_REASON: Final = 2_000
APPLY, REFUSE = "apply", "refuse"


@dataclass(frozen=True, slots=True)
class Own:
    """One's own recall: the objects of it that the reader sees, and the clock."""

    standing: Standing
    objects: tuple[Seen, ...]
    now: Instant

    @property
    def is_open(self) -> bool:
        """Whether somebody has neither applied nor refused it."""
        return bool(self.standing.unanswered())

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.now > self.standing.recall.by


@dataclass(frozen=True, slots=True)
class Waiting:
    """What another party asks, and a person here decides."""

    withdrawal: str
    party: str
    reason: str
    objects: tuple[str, ...]
    recall: Recall
    made_at: Instant


@dataclass(frozen=True, slots=True)
class RecallsPage:
    """What the page shows: what waits here first, one's own the newest first."""

    waiting: tuple[Waiting, ...]
    own: tuple[Own, ...]
    now: Instant

    @property
    def not_covered(self) -> tuple[str, ...]:
        """What no receipt covers, as the receipts say."""
        receipts = (answer.receipt for own in self.own for answer in own.standing.answers if answer.receipt)
        return tuple(dict.fromkeys(text for receipt in receipts for text in receipt.not_covered))


@dataclass(frozen=True, slots=True)
class Deciding:
    """A recall that waits; `would` is the receipt that would answer it."""

    waiting: Waiting
    now: Instant
    would: Would[Receipt] | None


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The list of recalls, and the page on which one is decided."""

    @get("/desk/recalls", opt=_READ, exception_handlers=on_problem, sync_to_thread=True)
    def listed(request: Asked) -> Response[str]:
        """Who has confirmed, who has not, who refused; and what waits for a yes here."""
        visit = visit_of(services, request)
        return visit.page("recalls", "recalls.html", _listed(visit))

    decide = ActPage("/desk/recalls/decide", Permission.RECALL_DECIDE, _show, _press)
    return [listed, *act_routes(services, on_problem, decide)]


def _listed(visit: Visit) -> Released[RecallsPage]:
    services, now = visit.services, visit.services.clock.now()
    found = recalling.recalls(services, "")
    ids = {one.withdrawal for one in found.standings} | {i for one in found.standings for i in one.objects}
    with services.store.reading() as tx:
        waiting = _waiting(tx, visit, found.waiting).value
        return seen_by_id(tx, visit.reader, ids, visit.now).map(
            lambda known: RecallsPage(tuple(waiting.values()), _own(found.standings, known, now), now)
        )


def _own(standings: Sequence[Standing], known: Mapping[str, Seen], now: Instant) -> tuple[Own, ...]:
    return tuple(
        Own(standing, tuple(known[one] for one in standing.objects if one in known), now)
        for standing in reversed(standings)
        if standing.withdrawal in known
    )


def _waiting(tx: Transaction, visit: Visit, ids: Sequence[str]) -> Released[Mapping[str, Waiting]]:
    """Those of them that the person sees, by their ids."""
    return seen_by_id(tx, visit.reader, ids, visit.now).map(lambda known: dict(_asked(tx, known)))


def _asked(tx: Transaction, known: Mapping[str, Seen]) -> Iterator[tuple[str, Waiting]]:
    raws = tx.versions.raw([one.held.num for one in known.values()])
    for one in known.values():
        value = msgspec.json.decode(raws[one.held.num])
        recall, statement = Recall.read(value), tx.statements.find(one.id)
        if recall is not None and statement is not None:
            objects = tuple(dict.fromkeys(str(entry["id"]) for entry in value["withdraws"]))
            party = tx.parties.code_of(statement.party_ref)
            yield one.id, Waiting(one.id, party, statement.reason, objects, recall, statement.at)


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[Receipt]] | None, fault: Problem | None = None
) -> Response[str]:
    services, name = visit.services, form.text("of")
    with services.store.reading() as tx:
        waiting = _waiting(tx, visit, [one for one in services.recalling.waiting(tx) if one == name])
    if name not in waiting.value:
        raise UnknownProblem("No such recall waits here.")
    shown = waiting.map(lambda known: Deciding(known[name], services.clock.now(), would.value if would else None))
    return visit.form("recalls", "decide.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    name, answer, reason = form.text("of"), form.text("answer"), form.short("reason", _MAX_REASON)
    visit.must_see([name])
    if answer not in (APPLY, REFUSE):
        raise UsageProblem("It is not said what is to be done.", advice="Choose: erase it, or refuse.")
    if answer == REFUSE and not reason:
        raise UsageProblem("No reason is given.", advice="Whoever asked reads why it is refused.")
    refusal = reason if answer == REFUSE else ""
    receipts: list[str] = []

    def tell(tx: Transaction, receipt: Receipt) -> Told:
        own = [one for one in tx.versions.linked_to(name, [RECEIPT.name]) if one.writer == visit.services.own.ref]
        receipts[:] = [one.id for one in own]
        return Told(seen(tx, visit.reader, own, visit.now).map(lambda items: _receipt(tx, items)), receipt.wire())

    def act(consent: Consent[Receipt]) -> Receipt:
        return recalling.decide_recall(visit.services, name, visit.who, refusal=refusal, consent=consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    return done.see(visit, receipts)


def _receipt(tx: Transaction, made: Sequence[Seen]) -> Receipt:
    """The receipt as it would be stated."""
    (raw,) = tx.versions.raw([one.held.num for one in made]).values()
    return Receipt.read(msgspec.json.decode(raw))
