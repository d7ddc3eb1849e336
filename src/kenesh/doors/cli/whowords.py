"""Who is who, as a person reads it: each line with its source and the day as of which it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kenesh.basis.printable import visible
from kenesh.council.directory.roster import Roster, Row, called, name_of, partner_state, takes_part
from kenesh.council.directory.values import STANDINGS, AnyClaim, Called, Capacity, InBody, OfBody, TakesPart, sort_of
from kenesh.doors.council.directory import SeenDirectory

_DIFFER = "SOURCES DIFFER"


def directory_wire(seen: SeenDirectory, found: Iterable[Roster], host: str) -> dict[str, Any]:
    """The bodies with every claim that holds on the day."""
    return {
        "at": seen.at.isoformat(),
        "unread": seen.unread,
        "bodies": [
            {
                "body": one.body,
                "conflicts": one.conflicts,
                "about": [_row_wire(row) for row in one.about],
                "offices": [_row_wire(row) for row in one.offices],
                "parties": [
                    _row_wire(row) | {"name": name_of(seen.claims, row.matter, seen.at, host)} for row in one.parties
                ],
                "later": one.later,
                "earlier": one.earlier,
            }
            for one in found
        ],
    }


def party_wire(seen: SeenDirectory, code: str, host: str) -> dict[str, Any]:
    """What is claimed of one party on the day."""
    hosts = _hosts(seen, code, host)
    tlp = seen.ceilings.get(code)
    return {
        "at": seen.at.isoformat(),
        "party": code,
        "name": name_of(seen.claims, code, seen.at, host),
        "labels": [claim_told(one) for place in ("", *hosts) for one in _labels(seen, code, place)],
        "participation": [claim_told(one) for place in hosts for one in takes_part(seen.claims, code, place, seen.at)],
        "bodies": [
            {"body": body.body, "conflict": row.conflict, "claims": [claim_told(one) for one in claims]}
            for body, row, claims in _seats(seen, code)
        ],
        "ceiling": None if tlp is None else tlp.label,
    }


def claim_told(claim: AnyClaim) -> dict[str, Any]:
    """A claim with all that it says."""
    return {"sort": sort_of(claim), **msgspec.to_builtins(claim)}


def _row_wire(row: Row) -> dict[str, Any]:
    return {"matter": row.matter, "conflict": row.conflict, "claims": [claim_told(one) for one in row.claims]}


def describe_directory(seen: SeenDirectory, found: Iterable[Roster], host: str) -> Iterator[str]:
    """Body by body."""
    yield f"On {seen.at}, as the sources say. Nothing is decided between them."
    for one in found:
        yield ""
        told = f"  [{_DIFFER} on {one.conflicts}]" if one.conflicts else ""
        yield f"{visible(one.body, 200)}{told}"
        for row in (*one.about, *one.offices):
            yield from _row(row, row.matter, seen)
        for row in one.parties:
            yield from _row(row, f"{row.matter} {visible(name_of(seen.claims, row.matter, seen.at, host), 120)}", seen)
            if host:
                yield from (f"      {rule_told(rule)}" for rule in takes_part(seen.claims, row.matter, host, seen.at))
        if not one.offices and not one.parties:
            yield "  of its composition no source here says anything"
        if one.later:
            yield f"  {one.later} more hold only from a later day on"
    if seen.unread:
        yield f"{seen.unread} older claims that parties state were not read."


def describe_party(seen: SeenDirectory, code: str, host: str) -> Iterator[str]:
    """Where one party is, what it is called, and what binds it."""
    yield f"{code} {visible(name_of(seen.claims, code, seen.at, host), 200)}, on {seen.at}"
    hosts = _hosts(seen, code, host)
    for place in ("", *hosts):
        for label in _labels(seen, code, place):
            where = f"for what {place} hosts " if place else ""
            kind = f", {label.kind}" if label.kind else ""
            yield f"  {where}called '{visible(label.name, 200)}'{kind}{_grounds(label)}"
            if label.disclaimer:
                yield f"      {visible(label.disclaimer, 1000)}"
    for place in hosts:
        yield from (f"  {rule_told(rule)}" for rule in takes_part(seen.claims, code, place, seen.at))
    for body, row, claims in _seats(seen, code):
        yield f"  {visible(body.body, 200)}{f'  [{_DIFFER}]' if row.conflict else ''}"
        yield from (f"      {_seat(one, seen)}" for one in claims)
    if code in seen.ceilings:
        yield f"  from this node nothing stricter than {seen.ceilings[code].label} goes to it (kenesh ceiling)"


def _hosts(seen: SeenDirectory, code: str, host: str) -> list[str]:
    if host:
        return [host]
    return sorted(
        {one.host for one in seen.claims if isinstance(one, Called | TakesPart) and one.party == code and one.host}
    )


def _labels(seen: SeenDirectory, code: str, host: str) -> list[Called]:
    return [one for one in called(seen.claims, code, seen.at, host) if (one.host or "") == host]


def _seats(seen: SeenDirectory, code: str) -> Iterator[tuple[Roster, Row, list[InBody]]]:
    for body in seen.rosters:
        for row in (*body.parties, *body.offices):
            claims = [one for one in row.claims if isinstance(one, InBody) and one.party == code]
            if claims:
                yield body, row, claims


def _row(row: Row, name: str, seen: SeenDirectory) -> Iterator[str]:
    mark = f"  [{_DIFFER}]" if row.conflict else ""
    told = [_told(row, one, seen) for one in row.claims]
    if len(told) == 1:
        yield f"  {name}: {told[0]}"
        return
    yield f"  {name}{mark}"
    yield from (f"      {line}" for line in told)


def _told(row: Row, one: InBody | OfBody, seen: SeenDirectory) -> str:
    if isinstance(one, OfBody):
        return f"{visible(one.text, 300)}{_grounds(one)}"
    return _seat(one, seen) if row.matter == one.party else f"{one.party}{_grounds(one)}"


def _seat(one: InBody, seen: SeenDirectory) -> str:
    parts = [one.capacity.value]
    if one.capacity is Capacity.PARTNER:
        # A keeper has taken in whom it states.
        parts += [] if one.keeper else [partner_state(one, seen.at)]
        parts += [f"in {visible(one.format, 200)}"] if one.format else []
        parts += [f"for {visible(', '.join(one.areas), 300)}"] if one.areas else []
    if one.keeper and one.capacity in STANDINGS - {Capacity.MEMBER}:
        parts.append("does not decide")
    elif one.capacity is Capacity.PARTNER:
        parts.append("no vote")
    if one.capacity is Capacity.PARTNER and (tlp := seen.ceilings.get("class:partner")) is not None:
        parts.append(f"nothing stricter than {tlp.label} goes to partners")
    parts += [visible(one.share, 200)] if one.share else []
    return ", ".join(parts) + _grounds(one)


def rule_told(rule: TakesPart) -> str:
    """What a host says of a party's participation, as which law says."""
    return f"RULE OF {rule.host}: {visible(rule.text, 300)}{_grounds(rule)}"


def _grounds(one: AnyClaim) -> str:
    since = f" since {one.since}" if one.since else ""
    until = f" until {one.until}" if one.until else ""
    basis = f"; {visible(one.legal_basis, 300)}" if one.legal_basis else ""
    doubt = "; UNVERIFIED" if one.unverified else ""
    by = f"; stated by {one.stated_by} in {one.id.partition('--')[2][:8]}" if one.id else ""
    return f"{since}{until}{basis}  ({visible(one.source, 300)}, as of {one.as_of}{by}{doubt})"
