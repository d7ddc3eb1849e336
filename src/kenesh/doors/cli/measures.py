"""measure programme|import|export|scorecard|show|report|verify."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, UsageProblem
from kenesh.basis.written import from_toml
from kenesh.council.measures.kinds import NUMBER, Verdict
from kenesh.council.measures.sheet import write_table
from kenesh.council.measures.table import MAX_OCTETS, read_table
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.evidence import evidence_of
from kenesh.doors.cli.exporting import write_whole
from kenesh.doors.cli.given import octets_of
from kenesh.doors.cli.measurewords import describe_row, describe_scorecard, row_wire, scorecard_wire
from kenesh.doors.cli.words import counted
from kenesh.doors.council import following, measuring
from kenesh.doors.council.following import Reporting
from kenesh.doors.council.measuring import one_scorecard, row_numbered
from kenesh.doors.council.moments import asked
from kenesh.doors.council.scoring import printed
from kenesh.stix.marking import Tlp

measure_commands = typer.Typer(help="Measures of a programme, and how each stands.", no_args_is_help=True)

Body = Annotated[str, typer.Option("--body", help="The body's short name or id; needed where several have one.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The measure's number, or its id.")]
At = Annotated[str, typer.Option("--at", help="As it stood then: 2026-12-31 (its end in UTC) or 2026-12-31T12:00:00Z.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
_MAX_PROGRAMME: Final = 256 * 1024


@measure_commands.command("programme")
def measure_programme(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML: name, source, chapters, periods, lights.")],
    body: Annotated[str, typer.Option("--body", help="The body's short name or id.")],
    tlp: Marking = "amber",
) -> None:
    """State a programme of a body: its chapters and periods. Its keeper does."""
    counter = counter_of(context)
    said = from_toml(
        octets_of(file, _MAX_PROGRAMME),
        visible(file.name, 200),
        "a programme",
        "no programme",
        _MAX_PROGRAMME,
        _programme,
    )
    with counter.node() as services:
        made = following.state_programme(services, body, said, By(CONSOLE, Tlp.named(tlp)))
    counter.answer(
        {"id": made}, (f"{visible(str(said['name']), 200)} is stated to the whole of {visible(body)}.", made)
    )


@measure_commands.command("import")
def measure_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, as `measure export` writes it.")],
    body: Body = "",
    tlp: Marking = "amber",
) -> None:
    """Take measures in from a table: new ones, and what changed. The keeper does."""
    counter = counter_of(context)
    table = read_table(octets_of(file, MAX_OCTETS), file.name)
    with counter.node() as services:
        taken = following.take_in(services, _body(services, body), table.measures, By(CONSOLE, Tlp.named(tlp)))
    told = [
        f"{counted(len(taken.new), 'measure')} stated, {len(taken.changed)} changed, {len(taken.unchanged)} as before.",
        *(f"REFUSED line {one.line}, {one.column}: {one.why}" for one in table.refused),
    ]
    refused = [{"line": one.line, "column": one.column, "why": one.why} for one in table.refused]
    document = {"new": taken.new, "changed": taken.changed, "unchanged": len(taken.unchanged), "refused": refused}
    counter.answer(document, told)
    if table.refused:
        raise typer.Exit(Exit.REFUSED)


@measure_commands.command("export")
def measure_export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("--to", help="The file; without it, standard output.")] = None,
    body: Body = "",
) -> None:
    """Write the measures as CSV, which `measure import` reads back the same."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = one_scorecard(services, console_reader(services), body)
        text = write_table(measuring.values_of(services, seen), seen.codes)
    if file is None:
        counter.answer({"csv": text}, text.removeprefix("\ufeff").splitlines())
        return
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise UsageProblem(f"{visible(str(file), 200)} cannot be written: {error.strerror}.") from None
    counter.answer({"measures": len(seen.card.rows)}, (f"{counted(len(seen.card.rows), 'measure')} written.",))


@measure_commands.command("scorecard")
def measure_scorecard(
    context: typer.Context,
    body: Body = "",
    at: At = "",
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Print it as a PDF into this file.")] = None,
) -> None:
    """Show how the measures stand, each light with its reason, with sums."""
    counter = counter_of(context)
    with counter.node() as services:
        reader = console_reader(services)
        seen = one_scorecard(services, reader, body, asked(at, services.clock.now()))
        octets = printed(services, reader, seen) if pdf is not None else b""
    if pdf is not None:
        write_whole(pdf, octets)
        counter.answer({"file": str(pdf), "octets": len(octets)}, (f"The scorecard is in {visible(str(pdf), 300)}.",))
        return
    counter.answer(scorecard_wire(seen), list(describe_scorecard(seen)))


@measure_commands.command("show")
def measure_show(context: typer.Context, number: Number, body: Body = "", at: At = "") -> None:
    """Show a measure: its light and why, what was reached, who reported and verified."""
    counter = counter_of(context)
    with counter.node() as services:
        seen = one_scorecard(services, console_reader(services), body, asked(at, services.clock.now()))
    row = row_numbered(seen, number)
    counter.answer(row_wire(seen, row), list(describe_row(seen, row)))


@measure_commands.command("report")
def measure_report(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option(help="What was done, in words.")] = "",
    reached: Annotated[list[str] | None, typer.Option("--reached", help="INDICATOR=VALUE; may be said again.")] = None,
    milestone: Annotated[list[str] | None, typer.Option(help="A milestone that is done; may be said again.")] = None,
    done: Annotated[bool, typer.Option("--done", help="This party has done what it must.")] = False,
    evidence: Annotated[
        list[Path] | None, typer.Option(help="A file that shows it: its hash is told, and it stays at home.")
    ] = None,
    body: Body = "",
    tlp: Marking = "amber",
) -> None:
    """Report on a measure in this party's name, or correct its report."""
    counter = counter_of(context)
    files = [evidence_of(path) for path in evidence or ()]
    reporting = Reporting(done, text, dict(map(_reached, reached or ())), milestone or (), files)
    if not (done or text or reached or milestone):
        raise UsageProblem("Nothing is reported.", advice="--text, --reached INDICATOR=VALUE, --milestone ID or --done")
    with counter.node() as services:
        made = following.report(services, body, number, reporting, By(CONSOLE, Tlp.named(tlp)))
    counter.answer(
        {"id": made}, ("Reported to the whole body; it counts as verified once another party says so.", made)
    )


@measure_commands.command("verify")
def measure_verify(
    context: typer.Context,
    number: Number,
    party: Annotated[str, typer.Option("--of", help="Whose newest report: the party's code.")],
    disputed: Annotated[bool, typer.Option("--disputed", help="It does not hold; say the ground.")] = False,
    ground: Annotated[str, typer.Option(help="On what this rests.")] = "",
    body: Body = "",
    tlp: Marking = "amber",
) -> None:
    """Say that another party's report on a measure holds, or that it does not."""
    counter = counter_of(context)
    verdict = Verdict.DISPUTED if disputed else Verdict.VERIFIED
    with counter.node() as services:
        made = following.verify(services, body, number, party, verdict, ground, By(CONSOLE, Tlp.named(tlp)))
    counter.answer({"id": made}, (f"The report of {visible(party)} is {verdict.value}, as the whole body sees.", made))


def _body(services: Any, body: str) -> str:
    """The body that was named; else the one whose programme is followed here."""
    return body or one_scorecard(services, console_reader(services)).body_ref


def _reached(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    value = value.strip().replace(",", ".")
    if not equals or re.fullmatch(NUMBER, value) is None:
        raise UsageProblem(f"'{visible(text, 60)}' is no INDICATOR=VALUE.", advice="Write it as corridors=12.5")
    return name.strip(), value


def _programme(value: Any) -> dict[str, Any]:
    """What a programme's file says, as properties; the checks of the type come when it is stated."""
    known = {"name", "source", "chapters", "periods", "lights", "reports_due"}
    unknown = sorted(set(value) - known)
    if unknown:
        raise UsageProblem(
            f"It has '{visible(unknown[0], 60)}', of which nothing is known.", advice=", ".join(sorted(known))
        )
    periods = value.get("periods")
    for one in periods if isinstance(periods, list) else ():
        if isinstance(one, dict):
            one |= {name: str(one[name]) for name in ("from", "until") if name in one}
    return dict(value)
