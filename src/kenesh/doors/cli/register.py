"""agenda keep|list|show|confirm|correct|drop|forget|statements|evidence: from a page to the register."""

from __future__ import annotations

from typing import Annotated

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.register.columns import Correction, parse_figure
from kenesh.council.register.kinds import Effect
from kenesh.doors.casework import By
from kenesh.doors.cli.agenda import agenda_commands, day_said, octets_of
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.registerwords import (
    describe_page,
    describe_row,
    describe_rows,
    describe_statement,
    page_wire,
    row_wire,
    statement_wire,
)
from kenesh.doors.cli.words import counted
from kenesh.doors.council import evidencing, judging, pagekeeping, registered
from kenesh.doors.council.evidencing import Showing
from kenesh.doors.council.judging import Chosen
from kenesh.doors.council.pagekeeping import About
from kenesh.stix.marking import Tlp

Named = Annotated[str, typer.Argument(metavar="SOURCE", help="Its id, or how that begins.")]
Numbers = Annotated[list[int] | None, typer.Argument(metavar="[ROW]...", help="Their numbers.")]
Every = Annotated[bool, typer.Option("--all", help="All of the page that wait.")]
_SHOWN = 100
__all__ = ["agenda_commands"]


@agenda_commands.command("keep")
def agenda_keep(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Plain text or HTML; - reads what is piped in.")],
    day: Annotated[
        str, typer.Option("--date", metavar="DAY", help="The page's date, as 2026-12-01; else what the page says.")
    ] = "",
    source: Annotated[str, typer.Option(help="Who published it; else whom the page asks to name.")] = "",
    condition: Annotated[str, typer.Option(help="How it may be reproduced; else what the page says of that.")] = "",
    name: Annotated[str, typer.Option(help="What the page is called; else the file's name.")] = "",
    url: Annotated[str, typer.Option(help="Where it stands. What stood there before, it corrects.")] = "",
    succeeds: Annotated[str, typer.Option(metavar="SOURCE", help="The page that it corrects.")] = "",
) -> None:
    """Read a page and keep its rows, for people to judge. None is stated yet."""
    counter = counter_of(context)
    called = name or (file.replace("\\", "/").rpartition("/")[2] if file != "-" else "what was piped in")
    about = About(called, day_said(day), source, condition, url, succeeds)
    octets = octets_of(file)
    with counter.node() as services:
        kept = pagekeeping.keep(services, octets, about, CONSOLE)
        seen = registered.one_page(services, console_reader(services), kept.page.source.id).value
    document = page_wire(seen) | {"proposed": len(kept.rows) if kept.is_new else 0}
    told = f"{counted(len(kept.rows), 'row')} proposed; none is stated before it is confirmed."
    again = "It was kept before; nothing is proposed twice."
    command = counter.command(f"agenda show {kept.page.source.id}")
    counter.answer(document, (told if kept.is_new else again, *describe_page(seen), f"Next: {command}"))
    for other, shared in kept.alike:
        counter.remark(
            f"{shared} of its excerpts stand in {other.source.id} too. If it corrects that page, "
            f"keep it again with --succeeds {other.source.id}"
        )
    if kept.is_new and not kept.page.source.dated_on:
        counter.remark("No date stands on the page: relative times are not resolved. Say --date.")


@agenda_commands.command("list")
def agenda_list(context: typer.Context) -> None:
    """List the pages that were kept, and how many rows of each wait to be judged."""
    counter = counter_of(context)
    with counter.node() as services:
        found = registered.pages(services, console_reader(services)).value
    lines = [line for seen in found for line in describe_page(seen)]
    counter.answer([page_wire(seen) for seen in found], lines or ["No page is kept: kenesh agenda keep FILE"])


@agenda_commands.command("show")
def agenda_show(
    context: typer.Context,
    source: Named,
    waiting: Annotated[bool, typer.Option("--open", help="Only what waits to be judged.")] = False,
) -> None:
    """Show the rows of a page: as they were read, and what people said of them."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = registered.one_page(services, console_reader(services), source).value
    rows = [row for row in seen.rows if row.is_open or not waiting]
    document = page_wire(seen) | {"table": [row_wire(seen, row) for row in rows]}
    counter.answer(document, (*describe_page(seen), *describe_rows(rows)))


@agenda_commands.command("confirm")
def agenda_confirm(
    context: typer.Context,
    source: Named,
    tlp: Annotated[str, typer.Option(help="Their marking: clear, green, amber, amber+strict, red.")],
    rows: Numbers = None,
    every: Every = False,
) -> None:
    """Confirm rows of a page. Each becomes a statement of this party's own."""
    counter = counter_of(context)
    by = By(CONSOLE, Tlp.named(tlp))
    with counter.node() as services:
        judging.confirm(services, Chosen(source, rows or (), every), by)
        seen = registered.one_page(services, console_reader(services), source).value
    done = [row for row in seen.rows if row.ref and (every or row.number in (rows or ()))]
    heads = (f"Stated {by.tlp.label}, and held here.", f"Reproduction: {visible(seen.page.source.condition, 700)}")
    ids = " ".join(row.ref for row in done)
    command = counter.command(f"release {ids} --references add --to body:NAME")
    counter.answer(
        [row_wire(seen, row) for row in done], (*heads, *describe_rows(done), "", f"To pass it on: {command}")
    )


@agenda_commands.command("correct")
def agenda_correct(
    context: typer.Context,
    source: Named,
    row: Annotated[int, typer.Argument(metavar="ROW", help="Its number.")],
    kind: Annotated[str | None, typer.Option(help="proposal, commitment, support, call, figure, event, ...")] = None,
    speaker: Annotated[str | None, typer.Option(help="As the page attributes it.")] = None,
    resolved: Annotated[str | None, typer.Option(help="Whom the page means by that; '' for nobody.")] = None,
    mechanisms: Annotated[
        list[str] | None, typer.Option("--mechanism", help="What it is about; once for each, '' for nothing.")
    ] = None,
    when: Annotated[str | None, typer.Option(help="2027, 2027-03, 2022/2027, 'by 2027-12-31'; '' for none.")] = None,
    basis: Annotated[str | None, typer.Option(help="On what the resolved speaker or the time rests.")] = None,
    said_on: Annotated[str | None, typer.Option("--said-on", help="The day on which it was said.")] = None,
    figures: Annotated[
        list[str] | None, typer.Option("--figure", help="'up-to 7.6 billion USD (2005/2025)'; '' for none.")
    ] = None,
) -> None:
    """Say columns of a row otherwise than they were read; also of a confirmed one."""
    counter = counter_of(context)
    if basis is not None and when is None and resolved is None:
        raise UsageProblem("A basis of what?", advice="Say it with --when or --resolved.")
    correction = Correction(
        speaker=speaker,
        speaker_resolved=resolved,
        speaker_basis=basis if resolved else None,
        kind=kind,
        mechanisms=None if mechanisms is None else tuple(filter(None, mechanisms)),
        when=when,
        when_basis=basis if when else None,
        said_on=said_on,
        figures=None if figures is None else tuple(parse_figure(text) for text in figures if text),
    )
    with counter.node() as services:
        changed = judging.correct(services, source, row, correction, By(CONSOLE))
        seen = registered.one_page(services, console_reader(services), source).value
    condition = f"Reproduction: {visible(seen.page.source.condition, 700)}"
    counter.answer(row_wire(seen, changed), (condition, *describe_row(changed)))


@agenda_commands.command("drop")
def agenda_drop(context: typer.Context, source: Named, rows: Numbers = None, every: Every = False) -> None:
    """Put rows aside that are no statement. They stay to be seen, and can be confirmed."""
    counter = counter_of(context)
    with counter.node() as services:
        dropped = judging.drop(services, Chosen(source, rows or (), every), By(CONSOLE))
    counter.answer({"dropped": [row.number for row in dropped]}, [f"{counted(len(dropped), 'row')} put aside."])


@agenda_commands.command("forget")
def agenda_forget(context: typer.Context, source: Named) -> None:
    """Take a page and its rows out of the node. What was confirmed stays: it is an object."""
    counter = counter_of(context)
    with counter.node() as services:
        gone = pagekeeping.forget(services, source, CONSOLE)
    counter.answer({"forgotten": gone.source.id}, [f"{gone.source.id} and its rows are gone."])


@agenda_commands.command("statements")
def agenda_statements(
    context: typer.Context,
    statement: Annotated[
        str, typer.Argument(metavar="[STATEMENT]", help="Its id, or how that begins; else all that are seen.")
    ] = "",
    kind: Annotated[str, typer.Option(help="Only those of a kind: proposal, commitment, ...")] = "",
    most: Annotated[int, typer.Option(help="How many at the most.", min=1)] = _SHOWN,
) -> None:
    """List confirmed statements, and what became of each by its evidence."""
    counter = counter_of(context)
    with counter.node() as services:
        if statement:
            seen = registered.one_statement(services, console_reader(services), statement).value
            counter.answer(statement_wire(seen), list(describe_statement(seen)))
            return
        found = registered.statements(services, console_reader(services), kind, most).value
    lines = [line for seen in found.statements for line in describe_statement(seen)]
    counter.answer([statement_wire(seen) for seen in found.statements], lines or ["No statement is confirmed yet."])
    if found.more:
        counter.remark(f"These are the first {most}; --most shows more.")


@agenda_commands.command("evidence")
def agenda_evidence(
    context: typer.Context,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="Its id, or how that begins.")],
    by: Annotated[str, typer.Option("--by", metavar="OBJECT", help="What shows it: a decision, sitting, page, event.")],
    effect: Annotated[Effect, typer.Option(help="What it shows.")],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="On which day; of not-done, as of which.")] = "",
    tlp: Annotated[str, typer.Option(help="How it is marked: clear, green, amber, amber+strict.")] = "amber",
    back: Annotated[bool, typer.Option("--take-back", help="It does not show that: what was said is revoked.")] = False,
) -> None:
    """Say by which object a statement was decided, held, done or not done."""
    counter = counter_of(context)
    showing = Showing(statement, by, effect, day_said(on, "--on"))
    with counter.node() as services:
        act = evidencing.take_back if back else evidencing.show_evidence
        made = act(services, showing, By(CONSOLE, Tlp.named(tlp)))
        seen = registered.one_statement(services, console_reader(services), statement).value
    counter.answer({"id": made} | statement_wire(seen), [made, *describe_statement(seen)])
