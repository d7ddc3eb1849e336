"""Sittings of a body: called, moved, answered, reported, each said to the whole body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.council.directory.roster import called, takes_part
from kenesh.council.directory.values import AnyClaim, Called, TakesPart
from kenesh.doors.alerting import bodies_seen, body_ref_of, unknown_body
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.council.directory import day_of, seen_claims
from kenesh.doors.discretion import check_persons
from kenesh.doors.said import one_named, values_said
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import LISTED, party_code
from kenesh.release.reader import Reader
from kenesh.response import statements
from kenesh.response.asking import Answer
from kenesh.response.kinds import UPDATE, Status
from kenesh.response.sittings import CALLS, SITTING, Point, Sitting, SittingState, Standing, sitting_of, sittings
from kenesh.response.stated import read
from kenesh.response.statements import Word


@dataclass(frozen=True, slots=True)
class SeenSittings:
    """The sittings of a body as one reader sees them, by when they begin; parties by what people call them."""

    body_ref: str
    body: str
    sittings: tuple[SittingState, ...]
    codes: Mapping[str, str]
    own_ref: str
    at: Instant
    claims: tuple[AnyClaim, ...] = ()

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)

    def labels(self, sitting: Sitting, ref: str) -> tuple[Called, ...]:
        """What a party is called at that sitting, with its disclaimer: in the host's country, or else everywhere."""
        return called(self.claims, self.code(ref), day_of(sitting.begins_at), sitting.host)

    def names(self, sitting: Sitting, ref: str) -> tuple[str, ...]:
        """The names among them that say more than its code: a listed party's is enough, unless its name is a matter."""
        told = (one for one in self.labels(sitting, ref) if one.disclaimer or one.host or one.party not in LISTED)
        return tuple(dict.fromkeys(one.name for one in told))

    def rules(self, sitting: Sitting, ref: str) -> tuple[TakesPart, ...]:
        """What the host says of a party's participation. It is told; whoever calls a sitting applies it, or not."""
        return takes_part(self.claims, self.code(ref), sitting.host, day_of(sitting.begins_at))


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where, and about what."""

    name: str
    begins_at: Instant
    ends_at: Instant
    place: str = ""
    agenda: Sequence[Point] = ()
    host: str = ""

    def wire(self) -> dict[str, Any]:
        """What a `kenesh-sitting` says of it.

        Raises:
            UsageProblem: it ends before it begins, or the host is no party's code.
        """
        if self.ends_at <= self.begins_at:
            raise UsageProblem("It ends before it begins.", advice="Say a later end.")
        times = {"begins_at": stix_timestamp(self.begins_at), "ends_at": stix_timestamp(self.ends_at)}
        agenda = [_point(one) for one in self.agenda]
        host = party_code(self.host) if self.host else ""
        said = (("place", self.place), ("host", host), ("agenda", agenda))
        more = {name: text for name, text in said if text}
        return {"name": self.name, **times, **more}


def _point(point: Point) -> dict[str, Any]:
    files = [{"name": name, "sha256": digest} for name, digest in point.documents]
    return {"name": point.name, **({"documents": files} if files else {})}


def all_sittings(services: Services, reader: Reader, body: str = "", *, named: bool = False) -> list[SeenSittings]:
    """The sittings of the bodies that the reader sees, or of one; `named`: with what parties are called there.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        bodies = {held.id: held for held, _ in bodies_seen(tx, services, reader).value}
        found = [ref for ref, held in bodies.items() if body in ("", ref, held.name)]
        if body and not found:
            raise unknown_body(body)
        claims = seen_claims(tx, services, reader) if found and named else ()
        return [_seen(tx, services, reader, ref, claims) for ref in found]


def one_sitting(services: Services, reader: Reader, name: str) -> tuple[SeenSittings, SittingState]:
    """One sitting, by its id or how that begins, and the body's.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    found = [(seen, one) for seen in all_sittings(services, reader, named=True) for one in seen.sittings]
    return one_named(found, name, lambda pair: pair[1].sitting.id, "sitting", "`kenesh sitting list` tells the ids.")


def call(services: Services, body: str, plan: Plan, by: By) -> str:
    """Calls a sitting of a body; gives its id.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: it calls none there, or it ends before it begins.
    """
    said = plan.wire()
    check_persons(said, looked=by.looked)
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        keeps = tx.versions.current_of([ref])[ref].writer == services.own.ref
        seats = seats_of(tx, services.own, ref).get(services.own.ref, ())
        if not keeps and not any(seat.role in CALLS and seat.holds(now) for seat in seats):
            raise UsageProblem(f"This party calls no sitting of {body[:80]}.", advice="Its members and its keeper do.")
        value = hand(services, by).begins(SITTING.name) | {"body_ref": ref} | said
        _give(services, tx, ref, value, by)
    services.wake()
    return str(value["id"])


def change(services: Services, name: str, changes: Mapping[str, Any], by: By) -> str:
    """States an own sitting anew; gives its id.

    Raises:
        UnknownProblem: this party called none of that id. UsageProblem: the id begins several, or it ends before it
            begins.
    """
    check_persons(changes, looked=by.looked)
    with services.store.writing() as tx:
        own = [held for held in tx.versions.of_type(SITTING.name) if held.writer == services.own.ref]
        held = one_named(own, name, lambda one: one.id, "sitting of this party's", "`kenesh sitting list` lists them.")
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        again = statements.restated(value, services.clock.now()) | dict(changes)
        sitting = sitting_of(again)
        if sitting.ends_at <= sitting.begins_at:
            raise UsageProblem("It ends before it begins.", advice="Say a later end.")
        _give(services, tx, value["body_ref"], again, by)
    services.wake()
    return held.id


def answer(services: Services, name: str, text: str, by: By, *, comes: bool) -> str:
    """Says whether this party comes; gives the update's id. What was said before is said anew.

    Raises:
        UnknownProblem: no sitting of that id is called here. UsageProblem: this party is not asked, or it is over.
    """
    seen, state = one_sitting(services, by.sight(services), name)
    if all(one.party_ref != services.own.ref for one in state.parties):
        raise UsageProblem("This party is not asked whether it comes.", advice="`kenesh sitting show` says who is.")
    if state.standing in (Standing.OVER, Standing.CANCELLED):
        raise UsageProblem(f"That sitting is {state.standing}.")
    word = Word(Status.ACCEPTED if comes else Status.REFUSED, text)
    value = statements.update_object(hand(services, by), "", state.sitting.id, word)
    check_persons(value, looked=by.looked)
    with services.store.writing() as tx:
        _give(services, tx, seen.body_ref, value, by)
    services.wake()
    return str(value["id"])


def _give(services: Services, tx: Transaction, ref: str, value: Mapping[str, Any], by: By) -> None:
    give_room(services, tx, ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)


def _seen(tx: Transaction, services: Services, reader: Reader, ref: str, claims: tuple[AnyClaim, ...]) -> SeenSittings:
    now, members = services.clock.now(), seats_of(tx, services.own, ref)
    found = list(values_said(tx, services, reader, ref, SITTING.name, sitting_of, body=ref))
    answers = [
        word
        for sitting in dict.fromkeys(one.id for one in found)
        for word in values_said(tx, services, reader, sitting, UPDATE.name, read, body=ref)
        if isinstance(word, Answer)
    ]
    body = tx.versions.current_of([ref])[ref]
    parties = {*members, body.writer, *(one.by_ref for one in found)}
    return SeenSittings(
        body_ref=ref,
        body=body.name,
        sittings=sittings(found, answers, members, body.writer, now),
        codes={party: tx.parties.code_of(party) for party in parties},
        own_ref=services.own.ref,
        at=now,
        claims=claims,
    )
