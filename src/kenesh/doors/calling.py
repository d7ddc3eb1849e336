"""Calling people: what is kept of each call, who acknowledged what, and whom to call next.

The book is of this node alone; it forgets what no longer waits. What was told, and who acknowledged it, stays in the
record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownProblem
from kenesh.doors import contacting
from kenesh.doors.services import Services, Transaction
from kenesh.doors.waiting import waiting
from kenesh.ledger.acts import ActKind
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response.calls import Called, Concern, Person, Plan, Stage, Watch, calls, kind_of, words

_NOTE: Final = "calls"
#: The book holds so many: the late first.
_MOST: Final = 1_000
_ORDER: Final = (Stage.LATE, Stage.NEAR, Stage.NEW)


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits, and what was done to call somebody. `called`: None where nobody was called for it yet."""

    concern: Concern
    called: Called | None


def calls_seen(services: Services, reader: Reader) -> Released[tuple[Waits, ...]]:
    """What waits and the reader may see, the late first, with who was told and who acknowledged it."""
    found = waiting(services, reader)
    with services.store.reading() as tx:
        book = _book(tx)
    return found.map(lambda seen: tuple(Waits(one, book.get(one.number)) for one in _ordered(seen.concerns)))


def acknowledge(services: Services, reader: Reader, numbers: Sequence[str], who: str) -> list[Concern]:
    """Somebody has seen it and looks after it: nobody else is called for it at this stage.

    `numbers`: those that were told; () for everything that waits.

    Raises:
        UnknownProblem: nothing of that number waits, or the reader may not see it: the two look alike.
    """
    there = {one.number: one for one in waiting(services, reader).value.concerns}
    for number in numbers:
        if number not in there:
            raise UnknownProblem(f"Nothing of number '{number[:20]}' waits.", advice="`kenesh call list` lists it.")
    chosen = [there[number] for number in dict.fromkeys(numbers)] if numbers else list(there.values())
    now = services.clock.now()
    with services.store.writing() as tx:
        book = _book(tx)
        for one in chosen:
            before = book.get(one.number, Called(now))
            if not before.acknowledged_by:
                book[one.number] = replace(before, acknowledged_by=who, acknowledged_at=now)
                services.record(tx, ActKind.CALL_ACKNOWLEDGED, who, one.number, matter=one.matter, stage=one.stage)
        _keep(tx, book)
    services.wake()
    return chosen


def due_calls(services: Services, plan: Plan, reader: Reader) -> list[tuple[Person, tuple[Concern, ...]]]:
    """Whom to call now, and of what. What has come is noted as seen, and what no longer waits is forgotten."""
    found = waiting(services, reader).value
    kept = _ordered(found.concerns)[:_MOST]
    now = services.clock.now()
    with services.store.writing() as tx:
        book = _book(tx)
        seen = {one.number: book.get(one.number, Called(now)) for one in kept}
        if seen != book:
            _keep(tx, seen)
    return list(calls(plan, kept, seen, Watch(_on_duty(services, reader), found.wakes, now)))


@dataclass(frozen=True, slots=True)
class Message:
    """What is told (`kenesh.federation.noticing.Telling`)."""

    sentence: str
    link: str


def tell(services: Services, person: Person, concerns: Sequence[Concern]) -> dict[str, str]:
    """Tells a person of these by the first of his ways that takes it; gives why each other did not.

    It is noted that he was told, or that none of his ways reached him.
    """
    message = Message(words(concerns), f"{services.own.url or ''}/desk/calls")
    failed = {}
    for way in person.by:
        try:
            services.way(way).send(message)
        except Problem as problem:
            failed[kind_of(way)] = problem.detail
            continue
        _note(services, person, concerns, kind_of(way))
        return failed
    _note(services, person, concerns, "")
    return failed


def try_ways(services: Services, plan: Plan, name: str = "") -> list[tuple[str, str, str]]:
    """Tries every way of everybody, or of one person; of each, who it is, the sort of way, and why it failed or "".

    Raises:
        UnknownProblem: nobody of that name is in the plan.
    """
    people = [person for person in plan.person if name in ("", person.name)]
    if not people:
        raise UnknownProblem(
            f"The plan names nobody '{name[:80]}'." if name else "Nobody is called here: there is no plan.",
            advice="Who is called stands in calls.toml in the node's home; see `kenesh call plan`.",
        )
    message = Message(
        f"This is a test call of the node of {services.own.code}.", f"{services.own.url or ''}/desk/calls"
    )
    found = []
    for person in people:
        for way in person.by:
            try:
                services.way(way).send(message)
            except Problem as problem:
                found.append((person.name, kind_of(way), problem.detail))
            else:
                found.append((person.name, kind_of(way), ""))
    return found


def _note(services: Services, person: Person, concerns: Iterable[Concern], way: str) -> None:
    """That the person was told of these, by that way; or was not reached, where it is none."""
    now, told = services.clock.now(), list(concerns)
    with services.store.writing() as tx:
        book = _book(tx)
        for one in told:
            before = book.get(one.number, Called(now))
            failed = before.failed - {person.name} if way else before.failed | {person.name}
            reached = {**before.told, person.name: now} if way else before.told
            book[one.number] = replace(before, told=reached, failed=failed)
        _keep(tx, book)
        if way:
            services.record(tx, ActKind.NOTICE_SENT, "node", services.own.ref, channel=way, matters=len(told))


def _on_duty(services: Services, reader: Reader) -> frozenset[str]:
    """Whom this party's own rotas name now."""
    return frozenset(
        shift.who
        for seen in contacting.contacts(services, reader)
        for entry in seen.directory.entries
        if entry.contact.by_ref == services.own.ref
        for shift in entry.on_duty
    )


def _ordered(concerns: Iterable[Concern]) -> list[Concern]:
    every = {one.number: one for one in concerns}
    return sorted(every.values(), key=lambda one: (one.exercise, _ORDER.index(one.stage), one.due_at or 0, one.number))


class _Row(msgspec.Struct, omit_defaults=True):
    seen_at: int
    told: dict[str, int] = {}
    failed: list[str] = []
    by: str = ""
    at: int | None = None


def _book(tx: Transaction) -> dict[str, Called]:
    text = tx.notes.get(_NOTE)
    rows = msgspec.json.decode(text, type=dict[str, _Row]) if text else {}
    return {number: _called(row) for number, row in rows.items()}


def _called(row: _Row) -> Called:
    told = {name: Instant(at) for name, at in row.told.items()}
    at = None if row.at is None else Instant(row.at)
    return Called(Instant(row.seen_at), told, frozenset(row.failed), row.by, at)


def _keep(tx: Transaction, book: Mapping[str, Called]) -> None:
    rows = {
        number: _Row(one.seen_at, dict(one.told), sorted(one.failed), one.acknowledged_by, one.acknowledged_at)
        for number, one in book.items()
    }
    tx.notes.set(_NOTE, msgspec.json.encode(rows).decode())
