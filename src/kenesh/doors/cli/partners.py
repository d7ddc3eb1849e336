"""partner list|show|link."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kenesh.basis.printable import visible
from kenesh.council.partners.kinds import LinkKind
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.partnerwords import describe_partner, partner_wire, stated_told
from kenesh.doors.cli.words import counted
from kenesh.doors.council import figures, partners
from kenesh.stix.marking import Tlp

partner_commands = typer.Typer(help="Partners: what is said of each, side by side.", no_args_is_help=True)


@partner_commands.command("list")
def partner_list(context: typer.Context) -> None:
    """List the partners of whom something is said here."""
    counter = counter_of(context)
    with counter.node() as services:
        found = partners.partners(services, console_reader(services)).value
    lines = [
        f"{visible(one.about, 60)}  {visible(one.name, 60)}  "
        f"{counted(one.figures, 'figure')}, {counted(one.links, 'link')}"
        for one in found
    ]
    document = [{"about": o.about, "name": o.name, "figures": o.figures, "links": o.links} for o in found]
    counter.answer(document, lines or ["Nothing is said of any partner yet: kenesh figure state"])


@partner_commands.command("show")
def partner_show(
    context: typer.Context,
    about: Annotated[str, typer.Argument(metavar="PARTNER", help="A party's code, or a label: IT.")],
) -> None:
    """Show a partner: of each indicator every claim side by side, rivals marked, and its links."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = partners.partner(services, console_reader(services), about).value
    counter.answer(partner_wire(seen), list(describe_partner(seen)))


@partner_commands.command("link")
def partner_link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called: 'State visit to Rome'.")],
    about: Annotated[str, typer.Option("--about", help="The partner: a party's code, or a free label.")],
    kind: Annotated[LinkKind, typer.Option(help="What it is.")],
    publisher: Annotated[str, typer.Option(help="Who published it.")],
    counterpart: Annotated[str, typer.Option("--with", help="With whom: a party's code, or a label.")] = "",
    institution: Annotated[list[str] | None, typer.Option(help="A university or another body that it ties.")] = None,
    foreseen: Annotated[str, typer.Option(help="When it was to be: 2025, 2025-09, 2025-09-29.")] = "",
    begins: Annotated[str, typer.Option("--from", help="When it was, or began.")] = "",
    ends: Annotated[str, typer.Option("--until", help="When it ended.")] = "",
    title: Annotated[str, typer.Option(help="What the source is called.")] = "",
    dated: Annotated[str, typer.Option(help="The source's date.")] = "",
    url: Annotated[str, typer.Option(help="Where it stands.")] = "",
    condition: Annotated[str, typer.Option(help="Under which condition it may be reproduced.")] = "",
    statement_ref: Annotated[str, typer.Option(help="The id of a kenesh-statement.")] = "",
    body: Annotated[str, typer.Option(help="The body that it is stated to; without it, it is held here.")] = "",
    tlp: Annotated[str, typer.Option(help="How it is marked: clear, green, amber, amber+strict.")] = "amber",
) -> None:
    """State an agreement, a visit, or a link of universities. `figure withdraw` takes it back."""
    counter = counter_of(context)
    source = {"publisher": publisher, "title": title, "date": dated, "url": url}
    said: dict[str, Any] = {
        **{"about": about, "counterpart": counterpart, "kind": kind.value, "name": name, "foreseen": foreseen},
        **{"from": begins, "until": ends, "institutions": list(institution or ())},
        "source": {part: text for part, text in source.items() if text},
        **{"condition": condition, "statement_ref": statement_ref},
    }
    fields = {part: text for part, text in said.items() if text}
    with counter.node() as services:
        made = figures.state_link(services, fields, By(CONSOLE, Tlp.named(tlp)), body)
    counter.answer({"id": made.id, "restated": made.again}, stated_told(made, body))
