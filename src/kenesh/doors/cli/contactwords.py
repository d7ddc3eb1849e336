"""Contacts, duties and checks, as a duty officer reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kenesh.basis.instants import MINUTE, SECOND, Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.doors.cli.words import counted
from kenesh.doors.contacting import SeenContacts
from kenesh.response.checks import Checked, Reached, Standing
from kenesh.response.contacts import ContactKind, Entry, Shift


def describe_contacts(seen: SeenContacts) -> Iterator[str]:
    """Whom to reach, by party, with what is stale and what is missing."""
    known = counted(len(seen.directory.entries), "contact")
    yield f"{visible(seen.body, 100)}: {known}, as of {short_timestamp(seen.at)}"
    for entry in seen.directory.entries:
        contact = entry.contact
        stale = f"STALE, last looked at {short_timestamp(contact.verified_at)}" if entry.stale else "looked at "
        stale += "" if entry.stale else short_timestamp(contact.verified_at)
        yield f"  {seen.code(contact.by_ref)}  {contact.kind}  {visible(contact.name, 200)}  [{stale}]"
        yield from (f"    {name.replace('_', ' ')}: {visible(value, 500)}" for name, value in contact.fields)
        if contact.shifts:
            yield f"    on duty: {_on_duty(entry)}"
        yield f"    {contact.id}"
    for party, kind in seen.directory.missing:
        yield f"  {seen.code(party)}  {kind}  NO CONTACT"


def desks(seen: SeenContacts) -> list[Entry]:
    """The duty desks of a body."""
    return [entry for entry in seen.directory.entries if entry.contact.kind is ContactKind.DUTY]


def describe_duty(seen: SeenContacts) -> Iterator[str]:
    """Who has the duty now, and where nobody has."""
    yield f"{visible(seen.body, 100)}, {short_timestamp(seen.at)}"
    for entry in desks(seen):
        how = ", ".join(value for name, value in entry.contact.fields if name in ("telephones", "emails"))
        who = _on_duty(entry) if entry.contact.shifts else "no shifts are stated"
        stale = "  STALE" if entry.stale else ""
        yield f"  {seen.code(entry.contact.by_ref)}  {who}  {visible(how, 300)}{stale}"
    for party, kind in seen.directory.missing:
        if kind is ContactKind.DUTY:
            yield f"  {seen.code(party)}  NO DUTY CONTACT"


def _on_duty(entry: Entry) -> str:
    now = ", ".join(f"{visible(one.who, 120)} until {short_timestamp(one.ends)}" for one in entry.on_duty)
    coming = entry.next_shift
    after = f", then {visible(coming.who, 120)} from {short_timestamp(coming.begins)}" if coming is not None else ""
    return f"{now or 'NOBODY'}{after}"


def describe_check(seen: SeenContacts, one: Checked) -> Iterator[str]:
    """What a check came to, a line for each party."""
    check = one.check
    how = "announced" if check.announced else "unannounced"
    yield f"{visible(check.name, 200)}  {check.kind} by {check.channel}, {how}, by {seen.code(check.by_ref)}"
    opens = "opens" if seen.at < check.opens_at else "opened"
    yield f"  {opens} {short_timestamp(check.opens_at)}, due {short_timestamp(check.due_at)}"
    yield from (f"  {seen.code(party.party_ref)}  {_reached(party)}" for party in one.parties)
    if one.after is not None:
        yield f"  median {_span(one.after)}"
    yield f"  {check.id}"


def _reached(party: Reached) -> str:
    after = "" if party.after is None else f" after {_span(party.after)}"
    if party.standing is Standing.MISSED and party.unheard_since is not None:
        return f"NOT HEARD since {short_timestamp(party.unheard_since)}"
    shouted = {Standing.LATE: "LATE", Standing.MISSED: "NO ANSWER"}.get(party.standing, party.standing.value)
    return f"{shouted}{after}"


def _span(span: int) -> str:
    return f"{span // MINUTE} min {span % MINUTE // SECOND:02} s"


def contacts_wire(seen: SeenContacts) -> dict[str, Any]:
    """The directory as a document."""
    return {
        "body": seen.body,
        "contacts": [
            {
                "id": entry.contact.id,
                "party": seen.code(entry.contact.by_ref),
                "kind": entry.contact.kind.value,
                "name": entry.contact.name,
                **dict(entry.contact.fields),
                "verified_at": stix_timestamp(entry.contact.verified_at),
                "stale": entry.stale,
            }
            for entry in seen.directory.entries
        ],
        "missing": [{"party": seen.code(party), "kind": kind.value} for party, kind in seen.directory.missing],
    }


def duty_wire(seen: SeenContacts, entry: Entry) -> dict[str, Any]:
    """A desk as a document."""
    return {
        "party": seen.code(entry.contact.by_ref),
        "contact": entry.contact.id,
        "on_duty": [_shift_wire(one) for one in entry.on_duty],
        "next": None if entry.next_shift is None else _shift_wire(entry.next_shift),
        "stale": entry.stale,
    }


def _shift_wire(shift: Shift) -> dict[str, str]:
    return {"who": shift.who, "from": stix_timestamp(shift.begins), "until": stix_timestamp(shift.ends)}


def check_wire(seen: SeenContacts, one: Checked) -> dict[str, Any]:
    """A check as a document."""
    check = one.check
    return {
        "id": check.id,
        "name": check.name,
        "body": seen.body,
        "kind": check.kind.value,
        "channel": check.channel.value,
        "announced": check.announced,
        "by": seen.code(check.by_ref),
        "opens_at": stix_timestamp(check.opens_at),
        "due_at": stix_timestamp(check.due_at),
        "parties": _parties(seen, one.parties),
        "after_s": _seconds(one.after),
    }


def _parties(seen: SeenContacts, parties: Sequence[Reached]) -> list[dict[str, Any]]:
    return [
        {
            "party": seen.code(one.party_ref),
            "state": one.standing.value,
            "after_s": _seconds(one.after),
            "unheard_since": _at(one.unheard_since),
        }
        for one in parties
    ]


def _seconds(span: int | None) -> float | None:
    return None if span is None else round(span / SECOND, 3)


def _at(instant: Instant | None) -> str | None:
    return None if instant is None else stix_timestamp(instant)
