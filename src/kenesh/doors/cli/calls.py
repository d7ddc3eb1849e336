"""call list|ack|plan|test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kenesh.basis.instants import Instant, short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit
from kenesh.doors import calling
from kenesh.doors.calling import Waits
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.waiting import waiting
from kenesh.response.calls import Person, Plan, kind_of

call_commands = typer.Typer(help="What waits for a person here, and who is called for it.", no_args_is_help=True)


@call_commands.command("list")
def call_list(context: typer.Context) -> None:
    """List what waits for somebody here, who was told of it, and who looks after it."""
    counter = counter_of(context)
    with counter.node() as services:
        found = calling.calls_seen(services, console_reader(services)).value
    counter.answer([_wire(one) for one in found], [line for one in found for line in _lines(one)] or ["Nothing waits."])


@call_commands.command("ack")
def call_ack(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="As a call says it; all that waits without one.")
    ] = None,
    who: Annotated[str, typer.Option(help="Who looks after it.")] = CONSOLE,
) -> None:
    """Say that somebody looks after it, so that nobody else is called for it."""
    counter = counter_of(context)
    with counter.node() as services:
        found = calling.acknowledge(services, console_reader(services), numbers or (), who)
    counter.answer(
        [{"number": one.number} for one in found], (f"{counted(len(found), 'matter')} acknowledged by {visible(who)}.",)
    )


@call_commands.command("plan")
def call_plan(context: typer.Context) -> None:
    """Show who is called, after how long, and when only for what cannot wait."""
    counter = counter_of(context)
    with counter.node() as services:
        plan, now = services.plan, services.clock.now()
        wakes = waiting(services, console_reader(services)).value.wakes
    lines = [line for person in plan.person for line in _person_lines(person, now, wakes=wakes)]
    if plan.person and wakes:
        lines.append("An alert level is in force that wakes people: nothing is held back.")
    counter.answer(_plan_wire(plan), lines or ["Nobody is called: there is no calls.toml in the node's home."])


@call_commands.command("test")
def call_test(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[PERSON]", help="One person alone, as the plan names him.")] = "",
) -> None:
    """Try every way of everybody in the plan: each is sent a test call."""
    counter = counter_of(context)
    with counter.node() as services:
        found = calling.try_ways(services, services.plan, name)
    lines = [
        f"{visible(who)}, {way}: " + (f"FAILED: {visible(why, 300)}" if why else "taken") for who, way, why in found
    ]
    counter.answer([{"person": who, "way": way, "failed": why} for who, way, why in found], lines)
    if any(why for _, _, why in found):
        raise typer.Exit(Exit.FAULT_FOUND)


def _wire(one: Waits) -> dict[str, Any]:
    concern, called = one.concern, one.called
    document: dict[str, Any] = {
        "number": concern.number,
        "matter": concern.matter.value,
        "stage": concern.stage.value,
        "name": concern.name,
        "exercise": concern.exercise,
        "due_at": None if concern.due_at is None else stix_timestamp(concern.due_at),
        "told": {} if called is None else {name: stix_timestamp(at) for name, at in sorted(called.told.items())},
        "not_reached": [] if called is None else sorted(called.failed),
    }
    if called is not None and called.acknowledged_at is not None:
        at = stix_timestamp(called.acknowledged_at)
        document["acknowledged"] = {"at": at, "by": called.acknowledged_by}
    return document


def _lines(one: Waits) -> Iterator[str]:
    concern, called = one.concern, one.called
    mark = "EXERCISE  " if concern.exercise else ""
    yield f"{concern.number}  {mark}{concern.matter:<8}  {visible(concern.name, 200)}{concern.clock}"
    if called is None:
        return
    told = [
        f"{visible(name)} told {short_timestamp(at)}" for name, at in sorted(called.told.items(), key=lambda x: x[1])
    ]
    told += [f"{visible(name)} NOT REACHED" for name in sorted(called.failed)]
    if called.acknowledged_at is not None:
        told.append(f"{visible(called.acknowledged_by)} looks after it since {short_timestamp(called.acknowledged_at)}")
    if told:
        yield f"          {'; '.join(told)}"


def _plan_wire(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "name": person.name,
            "by": [kind_of(way) for way in person.by],
            "after": person.after,
            "quiet": person.quiet,
            "zone": person.zone,
            "on_duty": person.on_duty,
            "matters": [matter.value for matter in person.matters],
        }
        for person in plan.person
    ]


def _person_lines(person: Person, now: Instant, *, wakes: bool) -> Iterator[str]:
    when = f"after {person.after}" if person.after else "at once"
    duty = ", while on duty" if person.on_duty else ""
    yield f"{visible(person.name)}: {when} by {', '.join(kind_of(way) for way in person.by)}{duty}"
    if person.matters:
        yield f"    of {', '.join(person.matters)} alone"
    if person.quiet:
        until = person.quiet_until(now)
        held = "" if until is None or wakes else f"; now, until {short_timestamp(until)}"
        yield f"    from {person.quiet} in {person.zone} only what cannot wait{held}"
