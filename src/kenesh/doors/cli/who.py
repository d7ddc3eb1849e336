"""who, who add: who is in which body on a day, as which source says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.council.directory.reading import MAX_OCTETS
from kenesh.council.directory.values import first_day
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.whowords import describe_directory, describe_party, directory_wire, party_wire
from kenesh.doors.cli.words import counted
from kenesh.doors.council.directory import add_claims, drop_claim, who_is_who
from kenesh.parties.party import party_code
from kenesh.stix.marking import Tlp

who_commands = typer.Typer(help="Who is in which body, as which source says.", invoke_without_command=True)


@who_commands.callback()
def who(
    context: typer.Context,
    body: Annotated[str, typer.Option(help="One body, by its name or how that begins.")] = "",
    party: Annotated[str, typer.Option(help="One party, by its code: what it is, and where.")] = "",
    at: Annotated[str, typer.Option(metavar="DAY", help="On which day, as 2025-12-01; today.")] = "",
    host: Annotated[str, typer.Option(help="Names and rules for what is held in that party's country.")] = "",
) -> None:
    """Say who is in which body on a day, by source; contradictions side by side."""
    if context.invoked_subcommand is not None:
        return
    counter = counter_of(context)
    day = _day(at)
    with counter.node() as services:
        seen = who_is_who(services, console_reader(services), day)
    receives = party_code(host) if host else ""
    if party:
        code = party_code(party)
        counter.answer(party_wire(seen, code, receives), describe_party(seen, code, receives))
        return
    # Of what nothing is said yet, or any more, only who names it is told.
    found = [one for one in seen.rosters if (one.body.startswith(body) if body else one.rows)]
    if body and not found:
        raise UnknownProblem(f"Nothing is claimed of a body '{visible(body, 80)}'.", advice="`kenesh who` names them.")
    counter.answer(directory_wire(seen, found, receives), describe_directory(seen, found, receives))


@who_commands.command("add")
def who_add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Claims as TOML: docs/reference/who-is-who.md.")],
    tlp: Annotated[str, typer.Option(help="How they are marked: clear, green, amber, amber+strict.")] = "amber",
) -> None:
    """State claims of a file as this party's; `kenesh release` gives them to others."""
    counter = counter_of(context)
    try:
        with file.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as error:
        raise UsageProblem(f"{visible(str(file), 200)} cannot be read: {error.strerror}.") from None
    with counter.node() as services:
        made, known = add_claims(services, octets, file.name, By(CONSOLE, Tlp.named(tlp)))
    lines = [f"{counted(len(made), 'claim')} stated" + (f", {known} stated before" if known else "") + ".", *made]
    counter.answer({"stated": made, "known": known}, lines)


@who_commands.command("drop")
def who_drop(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CLAIM", help="Its id, or how that begins.")],
) -> None:
    """Take a claim of this party's back, for whoever got it too."""
    counter = counter_of(context)
    with counter.node() as services:
        gone = drop_claim(services, name, By(CONSOLE))
    counter.answer({"id": gone}, (f"{gone} is taken back.",))


def _day(text: str) -> date | None:
    """Raises: UsageProblem: it is no day."""
    return first_day(text) if text else None
