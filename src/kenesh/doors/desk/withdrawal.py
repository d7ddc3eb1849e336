"""Withdrawing at the desk: whom it reaches, which is everybody who ever got it, and what they are asked to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import Instant, span_of
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.consent import Consent
from kenesh.doors.desk import answers, done
from kenesh.doors.desk.agreeing import AGREED, Told, Would, agreeing
from kenesh.doors.desk.forms import Form
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.desk.visits import ActPage, Visit, act_routes
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import parties_of, ref_name
from kenesh.federation.explaining import statements_known
from kenesh.federation.recalling import recall_of
from kenesh.federation.withdrawing import Withdrawal
from kenesh.holdings.rows import Statement
from kenesh.parties.roles import Permission
from kenesh.release.audience import audience_named
from kenesh.release.decision import Released

#: Until when those who are asked are to have answered.
TERMS: Final = ("1h", "6h", "24h", "3d", "7d")
_MAX_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is withdrawn; `would` is what is shown of it. `terms` may be chosen."""

    about: Seen
    would: Would[Ending] | None
    terms: tuple[str, ...] = TERMS


@dataclass(frozen=True, slots=True)
class Ending:
    """What a withdrawal would do: what it takes back of whom, and what it asks for. `others` are not named here."""

    objects: tuple[Seen, ...]
    others: int
    audiences: tuple[str, ...]
    recipients: tuple[str, ...]
    reason: str
    ask: str
    within: str


def routes(services: Services, on_problem: answers.Handlers) -> list[HTTPRouteHandler]:
    """The page on which a release or an object is withdrawn."""
    return act_routes(services, on_problem, ActPage("/desk/withdraw", Permission.WITHDRAW, _show, _press))


def _show(visit: Visit, form: Form, fault: Problem | None) -> Response[str]:
    return _page(visit, form, None, fault)


def _page(
    visit: Visit, form: Form, would: Released[Would[Ending]] | None, fault: Problem | None = None
) -> Response[str]:
    name = form.text("of")
    with visit.services.store.reading() as tx:
        found = seen_by_id(tx, visit.reader, [name], visit.now)
    if name not in found.value:
        raise UnknownProblem("There is no such object.")
    shown = found.map(lambda seen: Leaving(seen[name], would.value if would else None))
    return visit.form("withdraw", "withdraw.html", form, shown, fault)


def _press(visit: Visit, form: Form) -> Response[str]:
    name, reason = form.text("of"), form.short("reason", _MAX_REASON)
    visit.must_see([name])
    if not reason:
        raise UsageProblem("No reason is given.", advice="Whoever has it reads why it ends.")
    ask, within = form.text("ask"), form.text("by", "24h")
    recall, label = recall_of(ask, Instant(visit.services.clock.now() + span_of(within))) if ask else (None, None)

    def tell(tx: Transaction, withdrawal: Withdrawal) -> Told:
        known = _known(tx, visit, withdrawal)
        ids, recipients = _withdrawn(tx, known), _recipients(tx, visit, known)
        audiences = sorted({ref_name(tx, statement.audience_ref) for statement in known})

        def shape(known: Mapping[str, Seen]) -> Ending:
            objects = tuple(known[one] for one in ids if one in known)
            return Ending(objects, len(ids) - len(objects), tuple(audiences), recipients, reason, ask, within)

        facts = [ids, audiences, recipients, reason, ask, within]
        return Told(seen_by_id(tx, visit.reader, ids, visit.now).map(shape), facts)

    def act(consent: Consent[Withdrawal]) -> Withdrawal:
        return acts.withdraw(visit.services, name, reason, visit.who, recall, label, consent)

    outcome = agreeing(form.text(AGREED), tell, act)
    if isinstance(outcome, Released):
        return _page(visit, form, outcome)
    return done.see(visit, [statement.id for statement in outcome.statements])


def _known(tx: Transaction, visit: Visit, withdrawal: Withdrawal) -> list[Statement]:
    """What of a withdrawal the person is told. It reaches every circle; of one that he does not know, he hears nothing.

    Raises:
        UnknownProblem: as far as he knows, it was released to nobody.
    """
    nums = [statement.num for statement in withdrawal.statements]
    known = list(statements_known(tx, visit.reader, nums, visit.now).values())
    if nums and not known:
        raise UnknownProblem("There is nothing to withdraw.")
    return known


def _recipients(tx: Transaction, visit: Visit, statements: Sequence[Statement]) -> tuple[str, ...]:
    """The codes of the parties that are told by these."""
    own = visit.services.own
    reached = (
        parties_of(tx, own, audience, visit.now, not_for=statement.caveats.not_for)
        for statement in statements
        if (audience := audience_named(statement.audience_ref))
    )
    return tuple(sorted({code for codes in reached for code in codes}))


def _withdrawn(tx: Transaction, statements: Sequence[Statement]) -> list[str]:
    """The ids of the objects that the statements name."""
    raws = tx.versions.raw([statement.version for statement in statements])
    entries = [entry for raw in raws.values() for entry in msgspec.json.decode(raw)["withdraws"]]
    return sorted({str(entry["id"]) for entry in entries})
