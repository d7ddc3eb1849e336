"""Contacts of a body: a pure function of what each party stated, and of now.

Each party states its own, by the fields of RFC 2350, and says when it has looked at them last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kenesh.basis.instants import DAY, Instant, instant_of
from kenesh.parties.bodies import Role, Seat
from kenesh.stix.register import Channel, TypeDefinition

#: A contact that nobody has looked at for so long is shown as stale. Source: the UN directory's half-yearly update.
FRESH: Final = 183 * DAY
MAX_SHIFTS: Final = 200
_MAX_LISTED: Final = 10


class ContactKind(StrEnum):
    """Who is reached. Source: UN points-of-contact directory (diplomatic, technical); a duty desk besides."""

    TECHNICAL = "technical"
    DIPLOMATIC = "diplomatic"
    DUTY = "duty"


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _several(longest: int) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": _MAX_LISTED, "items": _text(longest)}


_BODY_REF: Final = {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"}
_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}

CONTACT = TypeDefinition(
    name="kenesh-contact",
    description="Whom to reach in one party, by the fields of RFC 2350, as that party says to a body.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "name": _text(200),
        "kind": {"type": "string", "enum": [kind.value for kind in ContactKind]},
        "constituency": _text(500),
        "authority": _text(500),
        "address": _text(500),
        "time_zone": _text(64),
        "hours": _text(200),
        "telephones": _several(60),
        "emails": _several(254),
        "languages": _several(35),
        "keys": _several(200),
        "url": _text(500),
        "verified_at": _TIMESTAMP,
        "shifts": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_SHIFTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["who", "from", "until"],
                "properties": {"who": _text(120), "from": _TIMESTAMP, "until": _TIMESTAMP},
            },
        },
    },
    required=("body_ref", "name", "kind", "verified_at"),
)


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Somebody has the duty from one instant until just before another."""

    begins: Instant
    ends: Instant
    who: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One version of a contact. `fields` are those of RFC 2350 that were said, in the order of the type."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    kind: ContactKind
    verified_at: Instant
    fields: tuple[tuple[str, str], ...] = ()
    zone: str = ""
    shifts: tuple[Shift, ...] = ()
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact as the directory shows it.

    Attributes:
        stale: nobody of its party has looked at it for half a year.
        on_duty: who has the duty now; () where the contact has shifts and none is on. next_shift: who comes next.
    """

    contact: Contact
    stale: bool
    on_duty: tuple[Shift, ...]
    next_shift: Shift | None


@dataclass(frozen=True, slots=True)
class Directory:
    """The contacts of a body's parties. `missing`: parties that have stated none of a kind.

    `holds_until`: until when this holds if nothing arrives; None for ever.
    """

    entries: tuple[Entry, ...]
    missing: tuple[tuple[str, ContactKind], ...]
    holds_until: Instant | None


def directory(contacts: Iterable[Contact], members: Mapping[str, Sequence[Seat]], now: Instant) -> Directory:
    """The newest version of each contact of those who sit in the body now; what was revoked is gone."""
    versions = sorted(set(contacts), key=_order)
    newest = {one.id: one for one in versions if one.modified_at <= now}
    sitting = {party for party, seats in members.items() if any(seat.holds(now) for seat in seats)}
    shown = [one for one in newest.values() if not one.revoked and one.by_ref in sitting]
    entries = sorted((_entry(one, now) for one in shown), key=lambda one: (one.contact.by_ref, *_place(one.contact)))
    have = {(one.by_ref, one.kind) for one in shown}
    wanted = sorted(
        party for party in sitting if any(seat.holds(now) and has_contacts(seat) for seat in members[party])
    )
    return Directory(
        entries=tuple(entries),
        missing=tuple((party, kind) for party in wanted for kind in ContactKind if (party, kind) not in have),
        holds_until=min((at for at in _moments(versions, members) if at > now), default=None),
    )


def _order(contact: Contact) -> tuple[Any, ...]:
    return contact.id, contact.modified_at, repr(contact)


def _place(contact: Contact) -> tuple[str, str, str]:
    return contact.kind.value, contact.name, contact.id


def has_contacts(seat: Seat) -> bool:
    """Whoever sits there as more than a guest has contacts there."""
    return seat.role in (Role.MEMBER, Role.CHAIR)


def _entry(contact: Contact, now: Instant) -> Entry:
    coming = sorted(shift for shift in contact.shifts if shift.begins > now)
    return Entry(
        contact=contact,
        stale=now - contact.verified_at >= FRESH,
        on_duty=tuple(sorted(shift for shift in contact.shifts if shift.begins <= now < shift.ends)),
        next_shift=coming[0] if coming else None,
    )


def _moments(contacts: Iterable[Contact], members: Mapping[str, Sequence[Seat]]) -> Iterator[Instant]:
    for one in contacts:
        yield one.modified_at
        yield Instant(one.verified_at + FRESH)
        yield from (at for shift in one.shifts for at in (shift.begins, shift.ends))
    for seats in members.values():
        yield from (at for seat in seats for at in (seat.begins, seat.ends) if at is not None)


def contact_of(value: Mapping[str, Any]) -> Contact:
    """The contact that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    shifts = (Shift(instant_of(one["from"]), instant_of(one["until"]), one["who"]) for one in value.get("shifts", ()))
    return Contact(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        kind=ContactKind(value["kind"]),
        verified_at=instant_of(value["verified_at"]),
        fields=tuple((name, _said(value[name])) for name in FIELDS if name in value),
        zone=value.get("time_zone", ""),
        shifts=tuple(sorted(shift for shift in shifts if shift.begins < shift.ends)),
        revoked=value.get("revoked", False),
    )


#: What is shown of a contact, in this order. Source: RFC 2350 §3.
FIELDS: Final = (
    "constituency", "authority", "hours", "time_zone", "telephones", "emails", "languages", "keys", "url", "address",
)  # fmt: skip


def _said(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)
