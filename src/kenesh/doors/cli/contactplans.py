"""contact plan|plans|unplan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from kenesh.basis.instants import DAY, HOUR, MINUTE, SECOND, short_timestamp, span_of, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.doors import planning
from kenesh.doors.casework import By
from kenesh.doors.cli.contacts import Body, Marking
from kenesh.doors.cli.desk import CONSOLE, counter_of
from kenesh.doors.cli.words import moment_said
from kenesh.doors.planning import SeenPlan
from kenesh.response.checks import CheckChannel
from kenesh.response.contacts import ContactKind
from kenesh.response.plans import Plan
from kenesh.stix.marking import Tlp


def contact_plan(
    context: typer.Context,
    body: Body,
    every: Annotated[str, typer.Option(help="How often: 30d, or 91d for a quarter.")],
    answer_in: Annotated[str, typer.Option("--answer-in", help="By when an answer is due, from the opening: 2h.")],
    name: Annotated[str, typer.Option(help="What the checks are called.")] = "planned check",
    channel: Annotated[
        list[CheckChannel] | None, typer.Option(help="By which channel it asks; may be said again: a check for each.")
    ] = None,
    kind: Annotated[ContactKind, typer.Option(help="Who is to answer.")] = ContactKind.DUTY,
    begins: Annotated[str, typer.Option("--from", help="When the first period begins: 2d; now.")] = "",
    unannounced: Annotated[
        bool, typer.Option("--unannounced", help="At a moment of each period that nobody knows ahead.")
    ] = False,
    tlp: Marking = "amber",
) -> None:
    """Plan checks that the served node makes again and again, for a body of ours."""
    counter = counter_of(context)
    with counter.node() as services:
        now = services.clock.now()
        plan = Plan(
            id="",
            body_ref="",
            name=name,
            kind=kind,
            channels=tuple(dict.fromkeys(channel or [CheckChannel.NODE])),
            every=span_of(every),
            answer_in=span_of(answer_in),
            begins=moment_said(begins, now) if begins else now,
            unannounced=unannounced,
        )
        made = planning.add_plan(services, body, plan, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Kept, and told to nobody. The checks are made while the node is served.", made))


def contact_plans(context: typer.Context, body: Body = "") -> None:
    """List the checks that are planned here, and when the next ones come."""
    counter = counter_of(context)
    with counter.node() as services:
        found = planning.plans(services, body)
    counter.answer([_wire(one) for one in found], list(_told(found)))


def contact_unplan(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Its id, or how that begins.")],
) -> None:
    """Plan a check no more; those that were made stay."""
    counter = counter_of(context)
    with counter.node() as services:
        name = planning.take_plan_away(services, plan, CONSOLE)
    counter.answer({"name": name}, (f"Planned no more: {visible(name, 200)}",))


def _told(found: Sequence[SeenPlan]) -> Iterator[str]:
    if not found:
        yield "No check is planned: kenesh contact plan"
    for one in found:
        plan = one.plan
        how = "unannounced" if plan.unannounced else "scheduled"
        channels = ", ".join(plan.channels)
        yield f"{visible(plan.name, 200)}  {visible(one.body, 100)}: {plan.kind} by {channels}, {how}"
        yield f"  every {_span(plan.every)}, answer due in {_span(plan.answer_in)}"
        yield f"  last: {'none yet' if one.last is None else short_timestamp(one.last)}"
        if plan.unannounced:
            yield f"  next: between {short_timestamp(one.period_from)} and {short_timestamp(one.period_until)}"
        else:
            yield f"  next: opens {short_timestamp(one.opens_at)}, told from {short_timestamp(one.period_from)} on"
        yield f"  {plan.id}"


def _wire(one: SeenPlan) -> dict[str, Any]:
    plan = one.plan
    return {
        "id": plan.id,
        "name": plan.name,
        "body": one.body,
        "kind": plan.kind.value,
        "channels": [channel.value for channel in plan.channels],
        "unannounced": plan.unannounced,
        "every_s": plan.every // SECOND,
        "answer_in_s": plan.answer_in // SECOND,
        "last": None if one.last is None else stix_timestamp(one.last),
        "next_from": stix_timestamp(one.period_from),
        "next_until": stix_timestamp(one.period_until),
        "opens_at": None if plan.unannounced else stix_timestamp(one.opens_at),
    }


def _span(span: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h")):
        if span % unit == 0:
            return f"{span // unit} {name}"
    return f"{span // MINUTE} min"
