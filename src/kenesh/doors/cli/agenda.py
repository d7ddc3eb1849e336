"""agenda read: a press page or communique, read into rows that people confirm or correct."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.agenda.figures import Figure, number_said
from kenesh.council.agenda.pages import MAX_OCTETS
from kenesh.council.agenda.register import Register, Statement, read_page
from kenesh.doors.cli.desk import counter_of
from kenesh.doors.cli.words import counted

agenda_commands = typer.Typer(help="The council's agenda: what was said, by whom, by when.", no_args_is_help=True)

_LONGEST = 300


@agenda_commands.command("read")
def agenda_read(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Plain text or HTML; - reads what is piped in.")],
    day: Annotated[
        str, typer.Option("--date", metavar="DAY", help="The page's date, as 2026-12-01; else what the page says.")
    ] = "",
    source: Annotated[str, typer.Option(help="Who published it; else whom the page asks to name.")] = "",
) -> None:
    """Read a page or communique: who said what, of which kind, by when. Nothing is entered."""
    counter = counter_of(context)
    register = read_page(octets_of(file), file if file != "-" else "what was piped in", day_said(day), source)
    counter.answer([one.wire() for one in register.statements], _told(register))
    if not register.dated:
        counter.remark("No date stands on the page: relative times are not resolved. Say --date.")


def octets_of(name: str) -> bytes:
    """What a file holds, as far as a page may go and one octet more.

    Raises:
        UsageProblem: it cannot be read.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_OCTETS + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_OCTETS + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise UsageProblem(
            f"{visible(name, 200)} cannot be read: {why}.", advice="Name a file; - reads what is piped in."
        ) from None


def day_said(text: str, option: str = "--date") -> date | None:
    """The day that an option says, None where it says none; raises UsageProblem: it is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{option} {visible(text, 40)} is no day.", advice=f"Say {option} 2026-12-01.") from None


def _told(register: Register) -> Iterator[str]:
    yield f"{visible(register.source, 200)}; {counted(len(register.statements), 'statement')} to confirm or correct"
    yield f"Reproduction: {visible(register.condition, 700)}"
    for one in register.statements:
        yield ""
        yield from _row(one)


def _row(one: Statement) -> Iterator[str]:
    resolved = f" = {visible(one.resolved, 100)}" if one.resolved not in ("", one.speaker) else ""
    yield f"{one.line:>5}  {one.kind:<10}  {visible(one.speaker, 200)}{resolved}"
    yield f"       {visible(one.excerpt, _LONGEST)}"
    told = (("about", "; ".join(one.mechanisms)), ("when", one.when), ("figures", _figures(one.figures)))
    yield from (f"       {name}: {visible(text, _LONGEST)}" for name, text in (*told, ("basis", one.basis)) if text)


def _figures(figures: tuple[Figure, ...]) -> str:
    return ", ".join(
        f"{'' if f.qualifier == 'exactly' else f.qualifier + ' '}{number_said(f.value)} {f.unit}"
        f"{' (' + f.period + ')' if f.period else ''}"
        for f in figures
    )
