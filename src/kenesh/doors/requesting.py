"""Requests between two parties, outside any case: asked, acknowledged, answered or refused, each with its clock.

What is asked goes to the asked party alone, and what becomes of it to who asked. Both know the same of it, and so do
their statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors.caseroom import cases_seen
from kenesh.doors.casework import By, hand
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audiences_named
from kenesh.federation.releasing import Order
from kenesh.holdings.holding import ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT
from kenesh.response import asking, statements
from kenesh.response.asking import Answer, Asked
from kenesh.response.cases import Item
from kenesh.response.kinds import REQUEST, UPDATE
from kenesh.response.requests import Row, statistics
from kenesh.response.stated import Received, Stated, read
from kenesh.response.statements import Wanted, Word

_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class SeenRequests:
    """The requests of this party, asked by it and of it, by when they are due; parties by what people call them."""

    items: tuple[Item, ...]
    codes: Mapping[str, str]
    own_ref: str
    at: Instant

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)


def ask(services: Services, to: str, wanted: Wanted, by: By) -> str:
    """Asks another party for something; gives the request's id.

    Raises:
        UnknownPartyProblem: no node of it is admitted here. UsageProblem: it is this party, or no single party.
        RefusedProblem: the marking stands against it; then nothing was asked.
    """
    with services.store.writing() as tx:
        named = audiences_named(tx, services.own, to, services.clock.now())
        if len(named) != 1 or not named[0].audience.ref.startswith("identity--"):
            raise UsageProblem("A request goes to one party.", advice="Say --to AZ.")
        value = statements.request_object(hand(services, by), "", named[0].audience.ref, wanted)
        _give(services, tx, value, to, by)
    services.wake()
    return str(value["id"])


def answer(services: Services, name: str, word: Word, by: By) -> str:
    """Says what becomes of a request that was made of this party; gives the update's id.

    Raises:
        UnknownProblem: no such request was made. UsageProblem: it was made of another, or that does not follow.
    """
    with services.store.writing() as tx:
        seen, item = _named(tx, services, name, by)
        if item.asked.to_ref != services.own.ref:
            raise UsageProblem(f"It was asked of {seen.code(item.asked.to_ref)}, which alone answers it.")
        if not asking.follows(word.status, item.state.standing):
            raise UsageProblem(f"It is {item.state.standing}: {word.status} does not follow from that.")
        value = statements.update_object(hand(services, by), "", item.asked.id, word)
        _give(services, tx, value, seen.code(item.asked.by_ref), by)
    services.wake()
    return str(value["id"])


def cancel(services: Services, name: str, by: By) -> str:
    """Takes back a request of this party's own.

    Raises:
        UnknownProblem: no such request was made. UsageProblem: another made it.
    """
    with services.store.writing() as tx:
        seen, item = _named(tx, services, name, by)
        if item.asked.by_ref != services.own.ref:
            raise UsageProblem(f"{seen.code(item.asked.by_ref)} asked it, and that party alone takes it back.")
        held = tx.versions.current_of([item.asked.id])[item.asked.id]
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        now = services.clock.now()
        again = statements.restated(value, now, cancelled_at=stix_timestamp(now))
        _give(services, tx, again, seen.code(item.asked.to_ref), by)
    services.wake()
    return item.asked.id


def requests(services: Services, reader: Reader) -> SeenRequests:
    """The requests outside cases that the reader sees: those that this party made, and those made of it."""
    services.bring_up_to_date()
    with services.reading() as tx:
        return _seen(tx, services, reader)


def tallied(services: Services, reader: Reader) -> tuple[tuple[Row, ...], Mapping[str, str]]:
    """The statistics of all requests that the reader sees, in cases and outside, and the parties by their codes."""
    services.bring_up_to_date()
    with services.reading() as tx:
        seen = _seen(tx, services, reader)
        cases = [case for case in cases_seen(tx, services, reader) if not case.state.case.exercise]
    codes = dict(seen.codes)
    for case in cases:
        codes |= case.codes
    items = [*seen.items, *(item for case in cases for item in case.state.items)]
    return statistics(items), codes


def _give(services: Services, tx: Transaction, value: Mapping[str, Any], to: str, by: By) -> None:
    now = services.clock.now()
    held = services.author.state(tx, [value], now, by.who)
    order = Order(audiences_named(tx, services.own, to, now))
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]))
    for made in services.releasing.release(tx, held, order, now).statements:
        services.record(tx, ActKind.RELEASE_MADE, by.who, made.id, audience=made.audience_ref, objects=made.objects)


def _named(tx: Transaction, services: Services, name: str, by: By) -> tuple[SeenRequests, Item]:
    """The request of that id, or whose id begins so after its type."""
    seen = _seen(tx, services, by.sight(services))
    found = [
        item
        for item in seen.items
        if item.asked.id == name or (len(name) >= _SHORTEST and item.asked.id.partition("--")[2].startswith(name))
    ]
    if not found:
        raise UnknownProblem(f"There is no request '{name[:80]}' here.", advice="`kenesh request list` tells the ids.")
    if len(found) > 1:
        raise UsageProblem(f"'{name[:80]}' begins {len(found)} ids.", advice="Say more of it.")
    return seen, found[0]


def _seen(tx: Transaction, services: Services, reader: Reader) -> SeenRequests:
    now = services.clock.now()
    asked: dict[str, list[Asked]] = {}
    for held in tx.versions.of_type(REQUEST.name):
        versions = [one for one in _stated(tx, reader, tx.versions.all_of(held.id), now) if isinstance(one, Asked)]
        if versions and not versions[0].case_ref and services.own.ref in (versions[0].by_ref, versions[0].to_ref):
            asked[held.id] = versions
    heard = {peer.party_ref: peer.last_sync_at for peer in tx.peers.all() if peer.last_sync_at is not None}
    heard[services.own.ref] = now
    items = [_item(tx, reader, versions, heard, now) for versions in asked.values()]
    refs = {ref for item in items for ref in (item.asked.by_ref, item.asked.to_ref)}
    return SeenRequests(
        items=tuple(sorted(items, key=lambda item: (item.state.due_at, item.asked.id))),
        codes={ref: tx.parties.code_of(ref) for ref in refs},
        own_ref=services.own.ref,
        at=now,
    )


def _item(tx: Transaction, reader: Reader, versions: list[Asked], heard: Mapping[str, Instant], now: Instant) -> Item:
    """How a request stands, by what the two parties stated of it, and by the receipts of who asked."""
    request = asking.newest(versions, now)
    updates = [one for held in tx.versions.linked_to(request.id, [UPDATE.name]) for one in tx.versions.all_of(held.id)]
    answers = [one for one in _stated(tx, reader, updates, now) if isinstance(one, Answer)]
    receipts = [held for ref in {one.id for one in answers} for held in tx.versions.linked_to(ref, [RECEIPT.name])]
    come: dict[tuple[str, Instant], Instant] = {}
    for one in _stated(tx, reader, receipts, now):
        if isinstance(one, Received) and one.by_ref == request.by_ref:
            key = one.of_ref, one.of_modified_at
            come[key] = min(one.at, come.get(key, one.at))
    counted = list(asking.as_received(answers, lambda one: come.get((one.id, one.modified_at))))
    state = asking.state(versions, counted, heard=heard, left={}, now=now)
    told = sorted({one for one in counted if one.modified_at <= now}, key=lambda one: (one.modified_at, one.id))
    return Item(request, state, tuple(told))


def _stated(tx: Transaction, reader: Reader, versions: Iterable[HeldVersion], now: Instant) -> Iterator[Stated]:
    """What its own author stated, as far as the reader sees it; what cannot be read says nothing."""
    ways = ways_seen_by(tx, reader, [one for one in versions if one.writer == one.created_by and one.proved], now)
    shown = {held.num: held for held, _ in ways.value}
    for raw in tx.versions.raw(list(shown)).values():
        try:
            stated = read(msgspec.json.decode(raw))
        except Problem:
            continue
        if stated is not None:
            yield stated
