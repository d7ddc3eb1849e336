"""Checks of contacts by the calendar: what the keeper of a body has planned, and makes when it is due.

A plan is no object: it stays in the notes of the keeper's node, so that nobody else can know when a check comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By
from kenesh.doors.contacting import Asking, asked
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.response.checks import CheckChannel
from kenesh.response.contacts import ContactKind
from kenesh.response.plans import Plan, checked_plan, due, is_to_be_drawn, waiting_since
from kenesh.stix.marking import Tlp

_NOTE: Final = "contact-plans"
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it stands.

    Attributes:
        tlp: how its checks are marked. last: when one was made. drawn: how far into its period the next one comes.
    """

    plan: Plan
    tlp: Tlp
    last: Instant | None = None
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class SeenPlan:
    """A plan as the keeper sees it: of an unannounced check the period alone, and never the moment.

    `period_from`: when the period of the next check begins; a scheduled one is stated then.
    """

    plan: Plan
    body: str
    last: Instant | None
    period_from: Instant

    @property
    def period_until(self) -> Instant:
        return Instant(self.period_from + self.plan.every)

    @property
    def opens_at(self) -> Instant:
        """When a scheduled check opens."""
        return Instant(self.period_from + self.plan.notice)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one look: the names of the plans whose checks were made, and why others were not."""

    made: tuple[str, ...] = ()
    failed: tuple[tuple[str, Problem], ...] = ()


def add_plan(services: Services, body: str, plan: Plan, by: By) -> str:
    """Keeps a plan for a body of this party's; gives its id. Its id and body are filled in here.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: another party keeps it, or the plan cannot be kept.
    """
    with services.store.writing() as tx:
        ref, kept = body_ref_of(tx, services, body), _kept(tx)
        _check_keeper(tx, services, ref)
        if by.tlp is Tlp.RED:
            raise UsageProblem("What is RED goes to no body.", advice="--tlp amber+strict is the strictest that does.")
        if len(kept) >= _MOST:
            raise UsageProblem(f"There are {_MOST} plans already.", advice="kenesh contact unplan takes one away.")
        made = checked_plan(replace(plan, id=str(services.chance.uuid4()), body_ref=ref))
        _keep(tx, [*kept, Planned(made, by.tlp)])
        services.record(tx, ActKind.SETTINGS_CHANGED, by.who, made.id, body=ref, plan="kept")
    services.wake()
    return made.id


def plans(services: Services, body: str = "") -> list[SeenPlan]:
    """What this party has planned, or for one body.

    Raises:
        UnknownProblem: this party is in no such body.
    """
    with services.reading() as tx:
        ref = body_ref_of(tx, services, body) if body else ""
        kept = [one for one in _kept(tx) if ref in ("", one.plan.body_ref)]
        held = tx.versions.current_of([one.plan.body_ref for one in kept])
        return [_seen(one, held[one.plan.body_ref].name) for one in kept if one.plan.body_ref in held]


def take_plan_away(services: Services, name: str, who: str) -> str:
    """Forgets a plan; the checks that were made stay. Gives its name.

    Raises:
        UnknownProblem: there is none of that id. UsageProblem: the id begins several.
    """
    with services.store.writing() as tx:
        kept = _kept(tx)
        found = one_named(kept, name, lambda one: f"plan--{one.plan.id}", "plan", "`kenesh contact plans` lists them.")
        _keep(tx, [one for one in kept if one is not found])
        services.record(tx, ActKind.SETTINGS_CHANGED, who, found.plan.id, body=found.plan.body_ref, plan="taken away")
    return found.plan.name


def ask_due(services: Services, who: str) -> Asked:
    """Makes the checks that are due, each once; draws the moments of those whose period has begun."""
    with services.store.reading() as tx:
        waiting = [one.plan.id for one in _kept(tx) if _is_to_do(one, services.clock.now())]
    made: list[str] = []
    failed: list[tuple[str, Problem]] = []
    for plan_id in waiting:
        try:
            made += _look(services, plan_id, who)
        except Problem as problem:
            failed.append((plan_id, problem))
    if made:
        services.wake()
    return Asked(tuple(made), tuple(failed))


def _is_to_do(one: Planned, now: Instant) -> bool:
    if one.drawn is None and is_to_be_drawn(one.plan, one.last, now):
        return True
    return due(one.plan, one.last, now, one.drawn) is not None


def _look(services: Services, plan_id: str, who: str) -> list[str]:
    """That it was made is kept with the check itself: whatever ends in between, neither is there without the other."""
    with services.store.writing() as tx:
        now, kept = services.clock.now(), {one.plan.id: one for one in _kept(tx)}
        one = kept.get(plan_id)
        if one is None:
            return []
        if one.drawn is None and is_to_be_drawn(one.plan, one.last, now):
            one = replace(one, drawn=services.chance.below(one.plan.every))
        is_due = due(one.plan, one.last, now, one.drawn) is not None
        if is_due:
            _check_keeper(tx, services, one.plan.body_ref)
            for channel in one.plan.channels:
                asked(tx, services, one.plan.body_ref, _asking(one.plan, channel, now), By(who, one.tlp))
            one = replace(one, last=now, drawn=None)
        _keep(tx, (kept | {plan_id: one}).values())
    return [one.plan.name] if is_due else []


def _asking(plan: Plan, channel: CheckChannel, now: Instant) -> Asking:
    opens_at = Instant(now + plan.notice)
    due_at = Instant(opens_at + plan.answer_in)
    return Asking(plan.name, plan.kind, channel, due_at, opens_at, announced=not plan.unannounced)


def _check_keeper(tx: Transaction, services: Services, ref: str) -> None:
    held = tx.versions.current_of([ref]).get(ref)
    if held is None or held.writer != services.own.ref:
        raise UsageProblem("Another party keeps this body, and plans its checks.", advice="Ask its keeper.")


def _seen(one: Planned, body: str) -> SeenPlan:
    return SeenPlan(one.plan, body, one.last, waiting_since(one.plan, one.last))


class _Row(msgspec.Struct, omit_defaults=True):
    """A plan in the notes, spans and instants in microseconds."""

    id: str
    body_ref: str
    name: str
    kind: ContactKind
    channels: list[CheckChannel]
    every: int
    answer_in: int
    begins: int
    tlp: str
    unannounced: bool = False
    last: int | None = None
    drawn: int | None = None


def _kept(tx: Transaction) -> list[Planned]:
    text = tx.notes.get(_NOTE)
    return [_planned(row) for row in (msgspec.json.decode(text, type=list[_Row]) if text else ())]


def _planned(row: _Row) -> Planned:
    plan = Plan(
        id=row.id,
        body_ref=row.body_ref,
        name=row.name,
        kind=row.kind,
        channels=tuple(row.channels),
        every=row.every,
        answer_in=row.answer_in,
        begins=Instant(row.begins),
        unannounced=row.unannounced,
    )
    return Planned(plan, Tlp.named(row.tlp), None if row.last is None else Instant(row.last), row.drawn)


def _keep(tx: Transaction, kept: Iterable[Planned]) -> None:
    rows = [
        _Row(
            id=one.plan.id,
            body_ref=one.plan.body_ref,
            name=one.plan.name,
            kind=one.plan.kind,
            channels=list(one.plan.channels),
            every=one.plan.every,
            answer_in=one.plan.answer_in,
            begins=one.plan.begins,
            tlp=one.tlp.label,
            unannounced=one.plan.unannounced,
            last=one.last,
            drawn=one.drawn,
        )
        for one in kept
    ]
    tx.notes.set(_NOTE, msgspec.json.encode(rows).decode())
