"""Contacts: what a party states of whom to reach, and checks of whether it answers, each said to the whole body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.alerting import body_ref_of
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.said import one_named, values_said
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.holdings.holding import Way, ways_seen_by
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import BODY
from kenesh.parties.party import party_code, party_id
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT
from kenesh.response import statements
from kenesh.response.asking import Answer
from kenesh.response.checks import CHECK, Check, CheckChannel, Checked, Standing, check_of, checked
from kenesh.response.contacts import CONTACT, Contact, ContactKind, Directory, contact_of, directory
from kenesh.response.kinds import UPDATE, Status
from kenesh.response.stated import Received, read
from kenesh.response.statements import Word

_ADVICE: Final = "`kenesh contact list` tells the ids."
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class SeenContacts:
    """The contacts and checks of a body as one reader sees them; checks the newest first.

    `answered`: the checks of which this party has said something, whether or not that has come to who asked.
    """

    body_ref: str
    body: str
    directory: Directory
    checks: tuple[Checked, ...]
    codes: Mapping[str, str]
    own_ref: str
    at: Instant
    answered: frozenset[str] = frozenset()

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)

    def asked_of_us(self) -> tuple[Checked, ...]:
        """The checks that have begun, ask this party, and wait for its answer; also where that would be late."""
        begun = [one for one in self.checks if one.check.opens_at <= self.at and one.check.id not in self.answered]
        return tuple(one for one in begun if any(party.party_ref == self.own_ref for party in one.parties))


@dataclass(frozen=True, slots=True)
class Asking:
    """What a check asks. `to`: the code of the one party that is asked; '' for every member."""

    name: str
    kind: ContactKind
    channel: CheckChannel
    due_at: Instant
    opens_at: Instant | None = None
    announced: bool = False
    to: str = ""


def contacts(services: Services, reader: Reader, body: str = "") -> list[SeenContacts]:
    """The contacts of the bodies that the reader sees, or of one.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    found = list(contacts_shown(services, reader, body).value)
    if body and not found:
        raise UnknownProblem(f"There is no body '{body[:80]}' here.", advice="`kenesh status` lists those there are.")
    return found


def contacts_shown(services: Services, reader: Reader, body: str = "") -> Released[tuple[SeenContacts, ...]]:
    """The same, for a page of them."""

    def shaped(ways: tuple[Way, ...]) -> tuple[SeenContacts, ...]:
        refs = dict.fromkeys(held.id for held, _ in ways if body in ("", held.id, held.name))
        return tuple(_seen(tx, services, reader, ref) for ref in refs)

    services.bring_up_to_date()
    with services.reading() as tx:
        return ways_seen_by(tx, reader, tx.versions.of_type(BODY.name), services.clock.now()).map(shaped)


def state_contact(services: Services, body: str, fields: Mapping[str, Any], by: By) -> str:
    """States a contact of this party's to the whole body, as looked at now; gives its id.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem, DamagedProblem: a field is not of its form.
    """
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        said = {"body_ref": ref, **fields, "verified_at": stix_timestamp(now)}
        value = hand(services, by).begins(CONTACT.name) | said
        _give(services, tx, ref, value, by)
    services.wake()
    return str(value["id"])


def change_contact(services: Services, name: str, by: By, *, fields: Mapping[str, Any], revoke: bool = False) -> str:
    """States an own contact anew, as looked at now, or takes it back; gives its id.

    Raises:
        UnknownProblem: this party has none of that id. UsageProblem: the id begins several.
    """
    with services.store.writing() as tx:
        own = [
            held for held in tx.versions.of_type(CONTACT.name) if held.writer == services.own.ref and not held.revoked
        ]
        held = one_named(own, name, lambda one: one.id, "contact", _ADVICE)
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        now = services.clock.now()
        again = statements.restated(value, now, verified_at=stix_timestamp(now)) | dict(fields)
        _give(services, tx, value["body_ref"], again | ({"revoked": True} if revoke else {}), by)
    services.wake()
    return held.id


def ask(services: Services, body: str, asking: Asking, by: By) -> str:
    """Asks the members of a body, or one of them, whether they answer; gives the check's id.

    Raises:
        UnknownProblem: this party is in no such body, or who is asked is not in it. UsageProblem: it is over before it
            begins.
    """
    with services.store.writing() as tx:
        made = asked(tx, services, body_ref_of(tx, services, body), asking, by)
    services.wake()
    return made


def asked(tx: Transaction, services: Services, ref: str, asking: Asking, by: By) -> str:
    """The same within a transaction, of a body that this party is in."""
    opens_at = asking.opens_at or services.clock.now()
    to_ref = party_id(party_code(asking.to)) if asking.to else ""
    if asking.due_at <= opens_at:
        raise UsageProblem("An answer is due after the check has begun.", advice="Say a later --due.")
    if to_ref and not any(seat.holds(opens_at) for seat in seats_of(tx, services.own, ref).get(to_ref, ())):
        name = tx.versions.current_of([ref])[ref].name
        raise UnknownProblem(f"{asking.to} is not in {name[:80]}.", advice="`kenesh status` lists its members.")
    value = hand(services, by).begins(CHECK.name) | {
        "body_ref": ref,
        "name": asking.name,
        "kind": asking.kind.value,
        "channel": asking.channel.value,
        "announced": asking.announced,
        "opens_at": stix_timestamp(opens_at),
        "due_at": stix_timestamp(asking.due_at),
        **({"to_ref": to_ref} if to_ref else {}),
    }
    _give(services, tx, ref, value, by)
    return str(value["id"])


def answer(services: Services, name: str, text: str, by: By) -> str:
    """Answers a check that asks this party; gives the update's id.

    Raises:
        UnknownProblem: no check of that id asks this party. UsageProblem: it has answered, or the check has not begun.
    """
    services.bring_up_to_date()
    with services.store.writing() as tx:
        reader = by.sight(services)
        ways = ways_seen_by(tx, reader, tx.versions.of_type(CHECK.name), services.clock.now()).value
        held = {one.id: one for one, _ in ways if not one.revoked}
        found = one_named(held.values(), name, lambda one: one.id, "check", _ADVICE)
        (ref,) = {check.body_ref for check in _bodies_of(tx, [found.num])}
        seen = _seen(tx, services, reader, ref)
        check = next((one for one in seen.checks if one.check.id == found.id), None)
        ours = [] if check is None else [one for one in check.parties if one.party_ref == services.own.ref]
        if not ours:
            raise UnknownProblem("That check does not ask this party.", advice="`kenesh contact results` lists checks.")
        if check is not None and services.clock.now() < check.check.opens_at:
            raise UsageProblem(f"That check begins at {short_timestamp(check.check.opens_at)}.")
        if ours[0].standing in (Standing.ANSWERED, Standing.LATE) or _has_answered(tx, services, found.id):
            raise UsageProblem("This party has answered that.")
        value = statements.update_object(hand(services, by), "", found.id, Word(Status.DONE, text))
        _give(services, tx, ref, value, by)
    services.wake()
    return str(value["id"])


@dataclass(frozen=True, slots=True)
class _InBody:
    body_ref: str


def _bodies_of(tx: Transaction, nums: Iterable[int]) -> list[_InBody]:
    return [msgspec.json.decode(raw, type=_InBody) for raw in tx.versions.raw(list(nums)).values()]


def _has_answered(tx: Transaction, services: Services, check: str) -> bool:
    return any(held.writer == services.own.ref for held in tx.versions.linked_to(check, [UPDATE.name]))


def _give(services: Services, tx: Transaction, ref: str, value: Mapping[str, Any], by: By) -> None:
    give_room(services, tx, ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)


def _seen(tx: Transaction, services: Services, reader: Reader, ref: str) -> SeenContacts:
    now = services.clock.now()
    members = seats_of(tx, services.own, ref)
    found: list[Contact] = list(values_said(tx, services, reader, ref, CONTACT.name, contact_of, body=ref))
    checks: list[Check] = list(values_said(tx, services, reader, ref, CHECK.name, check_of, body=ref))
    heard = {peer.party_ref: peer.last_sync_at for peer in tx.peers.all() if peer.last_sync_at is not None}
    heard[services.own.ref] = now
    results, answered = [], set()
    for check in {one.id: one for one in checks}.values():
        words = [
            one
            for one in values_said(tx, services, reader, check.id, UPDATE.name, read, body=ref)
            if isinstance(one, Answer)
        ]
        answered |= {check.id for word in words if word.by_ref == services.own.ref}
        receipts = [
            one
            for word in {one.id for one in words}
            for one in values_said(tx, services, reader, word, RECEIPT.name, read, body=ref)
            if isinstance(one, Received)
        ]
        results.append(checked(check, words, receipts, heard=heard, members=members, now=now))
    parties = {*members, *(one.by_ref for one in found), *(one.by_ref for one in checks)}
    return SeenContacts(
        body_ref=ref,
        body=tx.versions.current_of([ref])[ref].name,
        directory=directory(found, members, now),
        checks=tuple(sorted(results, key=lambda one: (-one.check.opens_at, one.check.id))),
        codes={party: tx.parties.code_of(party) for party in parties},
        own_ref=services.own.ref,
        at=now,
        answered=frozenset(answered),
    )
