"""What a node must know to say who belongs to an audience: whom it has admitted, and which terms it has applied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast

from tests.rules.words import CIRCLE

from kenesh.basis.instants import Instant, instant_of, modified_key, stix_timestamp
from kenesh.holdings.feed import opening
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import StoredTerm
from kenesh.parties.bodies import Membership, Role
from kenesh.parties.party import party_id
from kenesh.parties.terms import body_terms, class_terms
from kenesh.release.audience import CLASSES, Audience
from kenesh.release.reader import Reader
from kenesh.stix.marking import Tlp


def hour(text: str) -> Instant:
    """14:30 of the day on which all the tables play."""
    return instant_of(f"2026-11-25T{text}:00Z")


def kid_of(code: str) -> str:
    """The fingerprint of the node that was admitted for that party."""
    return code.lower().ljust(43, "x")


def membership(
    code: str,
    begins: str,
    ends: str = "",
    *,
    stated: str = "00:00",
    role: Role = Role.MEMBER,
    kid: str = "",
    seat: int = 0,
) -> Membership:
    """A version of a party's membership in the circle; `seat` tells a party's several memberships apart."""
    return Membership(
        id=f"kenesh-membership--{code}-{seat}",
        modified=modified_key(stix_timestamp(hour(stated))),
        body_ref=CIRCLE,
        party_ref=party_id(code),
        kid=kid or kid_of(code),
        role=role,
        begins=hour(begins),
        ends=hour(ends) if ends else None,
    )


@dataclass
class Council:
    """Stands where a transaction does, with what the rules of terms ask of parties and terms."""

    admitted_codes: Collection[str]
    stored: list[StoredTerm] = field(default_factory=list)

    def apply(self, memberships: Collection[Membership], applied: str) -> None:
        """The terms of the circle, and of the classes as if it were the council, from `applied` on."""
        for term in [*body_terms(memberships), *class_terms(memberships, CLASSES)]:
            stamp = max(hour(applied), term.begins)
            self.stored.append(StoredTerm(len(self.stored), term, Instant(0), stamp))

    @property
    def parties(self) -> Any:
        return self

    @property
    def terms(self) -> Any:
        return self

    def admitted(self) -> dict[str, tuple[str, ...]]:
        return {party_id(code): (kid_of(code),) for code in self.admitted_codes}

    def list_heard_at(self, membership_id: str) -> Instant | None:
        return None

    def ceilings(self) -> dict[str, Tlp]:
        return {}

    def of_audiences(self, refs: Collection[str]) -> list[StoredTerm]:
        return [stored for stored in self.stored if stored.term.audience_ref in refs]

    def opens(self, audience: Audience, reader: Reader, now: Instant) -> Instant | None:
        """From when on the audience is open to the reader; None where he does not belong to it."""
        return opening(cast(Transaction, self), audience, reader, now)

    def of_party(self, party_ref: str) -> list[StoredTerm]:
        return [stored for stored in self.stored if stored.term.party_ref == party_ref]
