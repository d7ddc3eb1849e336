"""Who is who as a person of this node sees it: what came with Kenesh, what parties state, and the bodies' own terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.basis.problem import Problem, UsageProblem
from kenesh.council.directory.kinds import CLAIM, claim_wire, read_claim
from kenesh.council.directory.reading import read_claims, shipped
from kenesh.council.directory.roster import Roster, directory
from kenesh.council.directory.values import AnyClaim, Capacity, InBody, first_day
from kenesh.doors.alerting import bodies_seen
from kenesh.doors.casework import By, hand
from kenesh.doors.ceilings import ceilings as ceilings_set
from kenesh.doors.said import one_named
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import ways_seen_by
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import BODY, MEMBERSHIP
from kenesh.parties.constituents import GROUP, SECTOR
from kenesh.release.reader import Reader
from kenesh.response.statements import restated
from kenesh.stix.marking import Tlp

#: No more stated claims are read at once; the newest are.
MAX_STATED: Final = 2_000
_OF_CONSTITUENTS: Final = (f"{GROUP}:", f"{SECTOR}:")


@dataclass(frozen=True, slots=True)
class SeenDirectory:
    """The bodies on a day, with every claim that the reader sees.

    Attributes:
        unread: how many stated claims are more than are read at once.
        ceilings: how strictly what goes to a party or a class may be marked here, by what people call it.
    """

    rosters: tuple[Roster, ...]
    claims: tuple[AnyClaim, ...]
    at: date
    unread: int
    ceilings: dict[str, Tlp]


def today(services: Services) -> date:
    """The day on which it is now, in UTC."""
    return day_of(services.clock.now())


def day_of(at: Instant) -> date:
    """The day of an instant, in UTC."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).date()


def who_is_who(services: Services, reader: Reader, at: date | None = None) -> SeenDirectory:
    """Who is who on a day (today), as far as the reader sees."""
    services.bring_up_to_date()
    with services.reading() as tx:
        stated, unread = stated_claims(tx, services, reader)
        claims = (*shipped(), *stated, *_kept(tx, services, reader))
    ceilings = {name: tlp for name, tlp in ceilings_set(services).items() if not name.startswith(_OF_CONSTITUENTS)}
    day = at or today(services)
    return SeenDirectory(directory(claims, day), claims, day, unread, ceilings)


def seen_claims(tx: Transaction, services: Services, reader: Reader) -> tuple[AnyClaim, ...]:
    """What came with Kenesh, and what parties state as far as the reader sees it."""
    return (*shipped(), *stated_claims(tx, services, reader)[0])


def stated_claims(tx: Transaction, services: Services, reader: Reader) -> tuple[list[AnyClaim], int]:
    """The claims that parties state and the reader sees, and how many are more than are read at once.

    A claim counts where its author's proof came with it; what cannot be read as one is none.
    """
    held = [one for one in tx.versions.of_type(CLAIM.name) if one.proved and not one.revoked]
    seen = {one.num: one for one, _ in ways_seen_by(tx, reader, held, services.clock.now()).value}
    newest = sorted(seen.values(), key=lambda one: (one.added_at, one.id), reverse=True)
    raws = tx.versions.raw([one.num for one in newest[:MAX_STATED]])
    found: list[AnyClaim] = []
    for one in newest[:MAX_STATED]:
        try:
            found.append(read_claim(msgspec.json.decode(raws[one.num]), tx.parties.code_of(one.writer)))
        except Problem:
            continue
    return found, max(0, len(newest) - MAX_STATED)


def add_claims(services: Services, octets: bytes, name: str, by: By) -> tuple[list[str], int]:
    """States the claims of a file as this party's; gives the ids of the new, and how many it stated already.

    Raises:
        DamagedProblem: the file is too large, or one of its claims is none. UsageProblem: a claim speaks of a day that
            is yet to come.
    """
    claims, now = list(dict.fromkeys(read_claims(octets, name))), today(services)
    for claim in claims:
        if first_day(claim.as_of) > now:
            raise UsageProblem(f"as_of {claim.as_of} is yet to come.", advice="It is the day for which a source spoke.")
    with services.store.writing() as tx:
        known = {_as_said(one) for one in _own(tx, services)}
        new = [claim for claim in claims if _as_said(claim) not in known]
        values = [hand(services, by).begins(CLAIM.name) | claim_wire(claim) for claim in new]
        held = services.author.state(tx, values, services.clock.now(), by.who) if values else []
        for one in held:
            services.record(tx, ActKind.OBJECT_STATED, by.who, one.id)
    services.wake()
    return [one.id for one in held], len(claims) - len(new)


def drop_claim(services: Services, name: str, by: By) -> str:
    """Takes a claim of this party's back, for whoever got it too; gives its id.

    Raises:
        UnknownProblem: this party stated none of that id. UsageProblem: the id begins several.
    """
    with services.store.writing() as tx:
        own = [one for one in tx.versions.of_type(CLAIM.name) if one.writer == services.own.ref and not one.revoked]
        held = one_named(
            own, name, lambda one: one.id, "claim of this party's", "`kenesh who` tells in which it is stated."
        )
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        (gone,) = services.author.state(
            tx, [restated(value, services.clock.now()) | {"revoked": True}], services.clock.now(), by.who
        )
        services.record(tx, ActKind.OBJECT_STATED, by.who, gone.id)
    services.wake()
    return gone.id


def _as_said(claim: AnyClaim) -> bytes:
    return msgspec.json.encode(claim_wire(claim), order="deterministic")


def _own(tx: Transaction, services: Services) -> Iterator[AnyClaim]:
    held = [one for one in tx.versions.of_type(CLAIM.name) if one.writer == services.own.ref and not one.revoked]
    for raw in tx.versions.raw([one.num for one in held]).values():
        yield read_claim(msgspec.json.decode(raw), "")


def _kept(tx: Transaction, services: Services, reader: Reader) -> Iterator[InBody]:
    """The terms in the bodies of this federation of which the reader may know, as their keepers state them."""
    bodies = {held.id: held for held, _ in bodies_seen(tx, services, reader).value if held.type == BODY.name}
    titles = {held.id: msgspec.json.decode(tx.versions.raw([held.num])[held.num])["title"] for held in bodies.values()}
    for ref, held in bodies.items():
        keeper = tx.parties.code_of(held.writer)
        bases = _bases(tx, ref, held.writer)
        for stored in tx.terms.of_audiences([ref]):
            term = stored.term
            yield InBody(
                body=titles[ref],
                party=tx.parties.code_of(term.party_ref),
                capacity=Capacity(term.role.value),
                source=f"its keeper {keeper}",
                as_of=_day(stored.stated_at),
                since=_day(term.begins),
                until=None if term.ends is None else _day(term.ends),
                legal_basis=bases.get(term.membership_id, ""),
                keeper=keeper,
                stated_by=keeper,
            )


def _bases(tx: Transaction, body_ref: str, keeper: str) -> dict[str, str]:
    """On what legal basis each membership rests, as the keeper states it."""
    held = [one for one in tx.versions.linked_to(body_ref, [MEMBERSHIP.name]) if one.writer == keeper]
    raws = tx.versions.raw([one.num for one in held])
    return {one.id: str(msgspec.json.decode(raws[one.num]).get("legal_basis", "")) for one in held}


def _day(at: Instant) -> str:
    return stix_timestamp(at)[:10]
