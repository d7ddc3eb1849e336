"""contact add|list|verify|shift|withdraw|duty|check|answer|results; contact plan is in `contactplans`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import contacting
from kenesh.doors.casework import By
from kenesh.doors.cli.contactwords import (
    check_wire,
    contacts_wire,
    describe_check,
    describe_contacts,
    describe_duty,
    desks,
    duty_wire,
)
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.words import moment_said
from kenesh.doors.contacting import Asking
from kenesh.response.checks import CheckChannel
from kenesh.response.contacts import ContactKind
from kenesh.response.zones import wall_time
from kenesh.stix.marking import Tlp

contact_commands = typer.Typer(help="Whom to reach in each party, and whether they answer.", no_args_is_help=True)

Body = Annotated[str, typer.Option("--body", help="The body's short name or id.")]
Named = Annotated[str, typer.Argument(metavar="CONTACT", help="Its id, or how that begins.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
Shifts = Annotated[
    list[str] | None, typer.Option("--shift", help="'WHO FROM UNTIL', on the clock of its zone; may be said again.")
]
_Several = list[str] | None


@contact_commands.command("add")
def contact_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The team's or desk's name.")],
    body: Body,
    kind: Annotated[ContactKind, typer.Option(help="Who is reached.")],
    telephone: Annotated[_Several, typer.Option(help="May be said again.")] = None,
    email: Annotated[_Several, typer.Option(help="May be said again.")] = None,
    key: Annotated[_Several, typer.Option(help="A key's fingerprint; may be said again.")] = None,
    language: Annotated[_Several, typer.Option(help="As en or kk; may be said again.")] = None,
    constituency: Annotated[str, typer.Option(help="For whom the team works.")] = "",
    authority: Annotated[str, typer.Option(help="Under whose authority.")] = "",
    hours: Annotated[str, typer.Option(help="When somebody is there: 24/7, or Mon-Fri 09-18.")] = "",
    zone: Annotated[str, typer.Option(help="The time zone of the hours and shifts: Asia/Almaty.")] = "",
    address: Annotated[str, typer.Option(help="Where it is.")] = "",
    url: Annotated[str, typer.Option(help="Where more is told: its RFC 2350 page.")] = "",
    shift: Shifts = None,
    tlp: Marking = "amber",
) -> None:
    """State a contact of this party to a body, by the fields of RFC 2350."""
    counter = counter_of(context)
    fields: dict[str, Any] = {
        "name": name,
        "kind": kind.value,
        "constituency": constituency,
        "authority": authority,
        "address": address,
        "time_zone": zone,
        "hours": hours,
        "telephones": telephone,
        "emails": email,
        "languages": language,
        "keys": key,
        "url": url,
        "shifts": [_shift(one, zone) for one in shift or ()],
    }
    with counter.node() as services:
        said = {name: value for name, value in fields.items() if value}
        made = contacting.state_contact(services, body, said, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"Stated to {body}: {visible(name, 200)}", made))


@contact_commands.command("list")
def contact_list(context: typer.Context, body: Body = "") -> None:
    """List whom to reach in each party, what is stale, and what is missing."""
    counter = counter_of(context)
    with counter.node() as services:
        found = contacting.contacts(services, console_reader(services), body)
    document = [contacts_wire(seen) for seen in found]
    counter.answer(document, [line for seen in found for line in describe_contacts(seen)])


@contact_commands.command("duty")
def contact_duty(context: typer.Context, body: Body = "") -> None:
    """Say who has the duty now, who comes next, and where nobody is."""
    counter = counter_of(context)
    with counter.node() as services:
        found = contacting.contacts(services, console_reader(services), body)
    document = [{"body": seen.body, "duty": [duty_wire(seen, entry) for entry in desks(seen)]} for seen in found]
    counter.answer(document, [line for seen in found for line in describe_duty(seen)])


@contact_commands.command("verify")
def contact_verify(context: typer.Context, contact: Named) -> None:
    """Say that a contact of this party still holds."""
    counter = counter_of(context)
    with counter.node() as services:
        made = contacting.change_contact(services, contact, By(CONSOLE), fields={})
    counter.answer({"id": made}, ("It holds as of now.", made))


@contact_commands.command("shift")
def contact_shift(
    context: typer.Context,
    contact: Named,
    shift: Shifts = None,
    zone: Annotated[str, typer.Option(help="The time zone in which they are written; UTC.")] = "UTC",
) -> None:
    """State the shifts of a duty contact anew; those before are forgotten."""
    counter = counter_of(context)
    if not shift:
        raise UsageProblem("No shift is said.", advice="Say --shift 'Aigerim 2026-12-01T08:00 2026-12-01T20:00'.")
    with counter.node() as services:
        fields = {"shifts": [_shift(one, zone) for one in shift]}
        made = contacting.change_contact(services, contact, By(CONSOLE), fields=fields)
    counter.answer({"id": made}, (f"Stated: {len(shift)} shifts.", made))


@contact_commands.command("withdraw")
def contact_withdraw(context: typer.Context, contact: Named) -> None:
    """Take a contact of this party out of the directory."""
    counter = counter_of(context)
    with counter.node() as services:
        made = contacting.change_contact(services, contact, By(CONSOLE), fields={}, revoke=True)
    counter.answer({"id": made}, ("It is revoked, and shown no more.", made))


@contact_commands.command("check")
def contact_check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the check is called.")],
    body: Body,
    due: Annotated[str, typer.Option(help="Until when an answer is due: 30m, or 2026-12-01T12:00:00Z.")],
    kind: Annotated[ContactKind, typer.Option(help="Who is to answer.")] = ContactKind.DUTY,
    channel: Annotated[CheckChannel, typer.Option(help="By which channel it asks.")] = CheckChannel.NODE,
    to: Annotated[str, typer.Option(help="The one party that is asked; else every member.")] = "",
    opens: Annotated[str, typer.Option(help="From when on: 2d; now.")] = "",
    announced: Annotated[bool, typer.Option("--announced", help="It was announced beforehand.")] = False,
    tlp: Marking = "amber",
) -> None:
    """Check whether the parties of a body answer, and how soon."""
    counter = counter_of(context)
    with counter.node() as services:
        now = services.clock.now()
        begins = moment_said(opens, now) if opens else None
        asking = Asking(name, kind, channel, moment_said(due, begins or now), begins, announced, to)
        made = contacting.ask(services, body, asking, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"Asked of {to or f'every member of {body}'}.", made))


@contact_commands.command("answer")
def contact_answer(
    context: typer.Context,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Its id, or how that begins.")],
    text: Annotated[str, typer.Option(help="What there is to say: what was said on the telephone.")] = "",
    tlp: Marking = "amber",
) -> None:
    """Answer a check that asks this party."""
    counter = counter_of(context)
    with counter.node() as services:
        made = contacting.answer(services, check, text, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, ("Answered, to the whole body.", made))


@contact_commands.command("results")
def contact_results(context: typer.Context, body: Body = "") -> None:
    """Show the checks of a body: who answered, how soon, who is silent."""
    counter = counter_of(context)
    with counter.node() as services:
        found = contacting.contacts(services, console_reader(services), body)
    document = [check_wire(seen, one) for seen in found for one in seen.checks]
    told = [line for seen in found for one in seen.checks for line in describe_check(seen, one)]
    counter.answer(document, told or ["No check was made yet: kenesh contact check"])


def _shift(text: str, zone: str) -> dict[str, str]:
    """`WHO FROM UNTIL`: who may be several words."""
    who, _, rest = text.strip().rpartition(" ")
    who, _, begins = who.rpartition(" ")
    if not who.strip():
        raise UsageProblem(
            f"'{visible(text, 120)}' is no shift.", advice="Write it as 'Aigerim 2026-12-01T08:00 2026-12-01T20:00'."
        )
    first, last = (wall_time(one, zone or "UTC") for one in (begins, rest))
    if first >= last:
        raise UsageProblem(f"'{visible(text, 120)}' ends before it begins.")
    return {"who": who.strip(), "from": stix_timestamp(first), "until": stix_timestamp(last)}
