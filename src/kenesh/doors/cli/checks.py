"""status, doctor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from kenesh.basis.instants import short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit
from kenesh.doors import overview
from kenesh.doors.cli.desk import counter_of
from kenesh.doors.cli.words import counted, provisional
from kenesh.federation.hosts import hosting_told
from kenesh.federation.peer import Peer

_KINDS_SHOWN = 6


def status(context: typer.Context) -> None:
    """Show who is connected, what came and went, what needs a look."""
    counter = counter_of(context)
    with counter.node() as services:
        services.bring_up_to_date()
        found = overview.status(services)
        own = services.own
    hosted = counter.house.hosted(counter.home_path())
    document = _document(found, own.code)
    if own.hosted_by:
        document["hosted_by"] = own.hosted_by
    if hosted:
        document["hosted"] = [one.party for one in hosted]
    lines = [f"{own.code}  {own.name}  {own.url or '(no address yet)'}"]
    lines += [hosting_told(own.code, own.hosted_by)] if own.hosted_by else []
    lines += [f"hosts {one.party}  {visible(one.name, 100)}  {one.url or '(not served yet)'}" for one in hosted]
    counter.answer(document, [*lines, *_told(found)])


def _document(found: overview.Status, code: str) -> dict[str, Any]:
    return {
        "party": code,
        "objects": dict(found.counts),
        "peers": [
            {
                "party": p.code,
                "url": p.url,
                "depositary": p.is_depositary,
                "last_sync_at": None if p.last_sync_at is None else taxii_timestamp(p.last_sync_at),
                "problem": p.last_error,
            }
            | ({"hosted_by": found.hosts[p.code]} if p.code in found.hosts else {})
            for p in found.peers
        ],
        "bodies": [
            {"body": b.id, "name": b.name, "keeper": b.keeper, "members": [code for code, _ in b.members]}
            | ({"named": list(b.named)} if b.named else {})
            for b in found.bodies
        ],
        "quarantine": {code: count for code, (count, _) in found.quarantine.items()},
        "conflicts": found.conflicts,
        "alarms": [
            {"number": a.num, "at": taxii_timestamp(a.at), "code": a.code, "about": a.about, "text": a.text}
            for a in found.alarms
        ],
    }


def _told(found: overview.Status) -> Iterator[str]:
    # The council's own statements are the machinery; what people look for comes first.
    content = {kind: n for kind, n in found.counts.items() if not kind.startswith("kenesh-")}
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(content.items(), key=lambda i: -i[1])[:_KINDS_SHOWN])
    kinds += f", and {len(content) - _KINDS_SHOWN} other types" if len(content) > _KINDS_SHOWN else ""
    machinery = sum(found.counts.values()) - sum(content.values())
    yield f"holds {counted(sum(content.values()), 'object')}" + (f": {kinds}" if kinds else "")
    if machinery:
        yield f"and {counted(machinery, 'statement')} of the council's own (releases, cards, memberships)"
    yield ""
    yield "peers" if found.peers else "no peers: admit one with `kenesh peer add`"
    yield from (_peer(peer, found.hosts.get(peer.code, "")) for peer in found.peers)
    for body in found.bodies:
        members = ", ".join(f"{code} {role}" for code, role in body.members)
        yield f"body {visible(body.name, 100)} (kept by {body.keeper}): {members}"
        for agency in body.named:
            yield f"  {agency} is named by its state: kenesh member admit {agency} --body {visible(body.name, 100)}"
    if found.statements:
        yield ""
        yield "lately"
    for statement, by, to in found.statements[:10]:
        kind = statement.type.removeprefix("kenesh-")
        objects = counted(statement.objects, "object")
        yield f"  {short_timestamp(statement.at)}  {kind} by {by} to {visible(to, 100)}, {objects}"
    for code, (count, _) in found.quarantine.items():
        yield f"QUARANTINE: {counted(count, 'object')} of {code} {'waits' if count == 1 else 'wait'}"
    if found.conflicts:
        yield f"CONFLICTS: {counted(found.conflicts, 'version')} not counted; `kenesh show` tells an object's"
    for alarm in found.alarms[:10]:
        yield f"LOOK AT THIS ({short_timestamp(alarm.at)}): {visible(alarm.about, 120)}: {visible(alarm.text, 400)}"


def _peer(peer: Peer, host: str) -> str:
    seen = "not read yet" if peer.last_sync_at is None else f"read {short_timestamp(peer.last_sync_at)}"
    role = " (depositary)" if peer.is_depositary else ""
    role += f" (hosted by {host})" if host else ""
    problem = f"  PROBLEM: {visible(peer.last_error, 200)}" if peer.last_error else ""
    new_key = f"  {provisional(peer.provisional_until)}" if peer.provisional_until else ""
    return f"  {peer.code:<6} {visible(peer.name, 100)}{role}  {seen}{new_key}{problem}"


def doctor(context: typer.Context) -> None:
    """Look the node over; exits 1 where somebody must act."""
    counter = counter_of(context)
    findings = counter.house.check(counter.home_path())
    faults = [f for f in findings if f.is_fault]
    document = {
        "healthy": not faults,
        "findings": [{"check": f.check, "fault": f.is_fault, "text": f.text} for f in findings],
    }
    lines = [f"{'FAULT' if f.is_fault else 'fine '}  {f.check}: {visible(f.text, 1000)}" for f in findings]
    counter.answer(document, [*lines, "", "All is well." if not faults else f"{counted(len(faults), 'fault')} found."])
    if faults:
        raise typer.Exit(Exit.FAULT_FOUND)
