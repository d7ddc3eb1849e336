"""alarms; quarantine: list, show, retry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kenesh.basis.instants import short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import looking_after
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import counted
from kenesh.holdings.alarms import Alarm

quarantine_commands = typer.Typer(help="What peers sent and does not hold, with its octets.", no_args_is_help=True)

Last = Annotated[int, typer.Option(help="How many at most.", min=1, max=10_000)]


def alarms(
    context: typer.Context,
    seen: Annotated[list[int] | None, typer.Option(help="The number of an alarm that is settled.")] = None,
    why: Annotated[str, typer.Option(help="Why it is settled; it stays with the alarm, and in the record.")] = "",
    who: Annotated[str, typer.Option(help="Who says so.")] = CONSOLE,
    with_seen: Annotated[bool, typer.Option("--all", help="Also those that were acknowledged.")] = False,
    last: Last = 100,
) -> None:
    """List what somebody should look at, or say that it is settled."""
    counter = counter_of(context)
    with counter.node() as services:
        if seen:
            settled = looking_after.acknowledge(services, seen, why, who)
            counter.answer([_wire(one) for one in settled], (f"{counted(len(settled), 'alarm')} acknowledged.",))
            return
        found = looking_after.alarms(services, last, with_seen=with_seen)
    lines = [line for one in found for line in _lines(one)]
    counter.answer([_wire(one) for one in found], lines or ["There is no alarm that nobody has acknowledged."])


def _wire(alarm: Alarm) -> dict[str, Any]:
    document = {
        "number": alarm.num,
        "at": taxii_timestamp(alarm.at),
        "code": alarm.code,
        "about": alarm.about,
        "text": alarm.text,
    }
    if alarm.seen_at is None:
        return document
    return document | {"seen": {"at": taxii_timestamp(alarm.seen_at), "by": alarm.seen_by, "why": alarm.seen_why}}


def _lines(alarm: Alarm) -> Iterator[str]:
    yield f"{alarm.num:>6}  {short_timestamp(alarm.at)}  {alarm.code}  {visible(alarm.about, 120)}"
    yield f"        {visible(alarm.text, 600)}"
    if alarm.seen_at is not None:
        at, by = short_timestamp(alarm.seen_at), visible(alarm.seen_by)
        yield f"        seen {at} by {by}: {visible(alarm.seen_why, 1000)}"


@quarantine_commands.command("list")
def quarantine_list(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="One party's alone, by its code.")] = "",
    last: Last = 100,
) -> None:
    """List what was set aside, from whom, and why."""
    counter = counter_of(context)
    with counter.node() as services:
        found = looking_after.waiting(services, party, last)
    lines = [
        f"{one.item.num:>6}  {short_timestamp(one.item.at)}  {one.party:<6} {visible(one.item.object_id, 120)}"
        f"\n        {visible(one.item.reason, 400)}"
        for one in found
    ]
    counter.answer([_waiting(one) for one in found], lines or ["Nothing waits."])


def _waiting(one: looking_after.Waiting) -> dict[str, Any]:
    return {
        "number": one.item.num,
        "party": one.party,
        "object": one.item.object_id,
        "at": taxii_timestamp(one.item.at),
        "reason": one.item.reason,
        "octets": len(one.item.raw),
    }


@quarantine_commands.command("show")
def quarantine_show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `kenesh quarantine list` says it.")],
    out: Annotated[Path | None, typer.Option(help="Write the octets to this file, as they came.")] = None,
) -> None:
    """Show one thing that was set aside. Its octets go to a file, and are never printed."""
    counter = counter_of(context)
    with counter.node() as services:
        one = looking_after.waiting_item(services, number)
    if out is not None:
        try:
            with out.open("xb") as stream:
                stream.write(one.item.raw)
        except OSError as error:
            raise UsageProblem(f"{out} cannot be written: {error.strerror}.", advice="Name a new file.") from None
    lines = [
        f"{visible(one.item.object_id, 200)}, from {one.party}, {short_timestamp(one.item.at)}",
        visible(one.item.reason, 1000),
        counted(len(one.item.raw), "octet") + (f", written to {out}" if out else ""),
    ]
    counter.answer(_waiting(one), lines)


@quarantine_commands.command("retry")
def quarantine_retry(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="One party's alone, by its code.")] = "",
) -> None:
    """Try again what was set aside. It is also tried by itself when keys, releases or terms come."""
    counter = counter_of(context)
    with counter.node() as services:
        found = looking_after.retry(services, party, CONSOLE)
    document = [{"party": code, "taken": taken, "waiting": left} for code, (taken, left) in found.items()]
    lines = [f"{code}: {taken} taken in, {left} still waiting" for code, (taken, left) in found.items()]
    counter.answer(document, lines or ["Nothing waits."])
