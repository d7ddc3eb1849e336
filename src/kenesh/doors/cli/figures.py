"""figure state|import|export|list|withdraw."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.council.partners.kinds import Qualifier
from kenesh.council.partners.rows import COLUMNS, CONCEPTS
from kenesh.doors.casework import By
from kenesh.doors.cli.desk import CONSOLE, console_reader, counter_of
from kenesh.doors.cli.importing import readable, told
from kenesh.doors.cli.partnerwords import conditions_told, describe_figure, figure_wire, stated_told
from kenesh.doors.council import figures, partners
from kenesh.doors.council.figures import Filling
from kenesh.stix.marking import Tlp

figure_commands = typer.Typer(help="Figures of partners, as somebody stated them.", no_args_is_help=True)

About = Annotated[str, typer.Option("--about", help="The partner: a party's code, or a free label.")]
Marking = Annotated[str, typer.Option("--tlp", help="How it is marked: clear, green, amber, amber+strict.")]
_SHOWN: Final = 200


class Kind(StrEnum):
    """Which format a file is of."""

    SDMX_ML = "sdmx-ml"
    SDMX_JSON = "sdmx-json"
    SDMX_CSV = "sdmx-csv"
    CSV = "csv"


@figure_commands.command("state")
def figure_state(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="What is counted: investment, companies.")],
    about: About,
    value: Annotated[str, typer.Option(help="250, 19.9, or '7.6 billion'.")],
    publisher: Annotated[str, typer.Option(help="Who published it.")],
    qualifier: Annotated[Qualifier, typer.Option(help="How the value is meant.")] = Qualifier.EXACTLY,
    currency: Annotated[str, typer.Option(help="Of money: its code of ISO 4217, such as USD.")] = "",
    unit: Annotated[str, typer.Option(help="Of anything else: companies, %, rank.")] = "",
    counterpart: Annotated[str, typer.Option("--with", help="With whom: a party's code, or a label.")] = "",
    as_of: Annotated[str, typer.Option(help="A level that held then: 2025, 2025-09, 2025-09-29.")] = "",
    begins: Annotated[str, typer.Option("--from", help="A total: from when on, written alike.")] = "",
    ends: Annotated[str, typer.Option("--until", help="A total: until when.")] = "",
    said: Annotated[str, typer.Option("--period-said", help="The words for the time: 'past 20 years'.")] = "",
    resolved: Annotated[str, typer.Option("--counted-from", help="From which day those words were counted.")] = "",
    speaker: Annotated[str, typer.Option(help="Who said it, as it is attributed.")] = "",
    title: Annotated[str, typer.Option(help="What the source is called.")] = "",
    dated: Annotated[str, typer.Option(help="The source's date.")] = "",
    url: Annotated[str, typer.Option(help="Where it stands.")] = "",
    condition: Annotated[str, typer.Option(help="Under which condition it may be reproduced.")] = "",
    source_ref: Annotated[str, typer.Option(help="The id of a kenesh-source.")] = "",
    statement_ref: Annotated[str, typer.Option(help="The id of a kenesh-statement.")] = "",
    body: Annotated[str, typer.Option(help="The body that it is stated to; without it, it is held here.")] = "",
    tlp: Marking = "amber",
) -> None:
    """State a figure of a partner, as its source has it. Said again with another value, it is restated."""
    counter = counter_of(context)
    cells = {
        **{"about": about, "counterpart": counterpart, "indicator": indicator, "value": value, "currency": currency},
        **{"unit": unit, "qualifier": qualifier.value, "as_of": as_of, "from": begins, "until": ends},
        **{"period_said": said, "resolved_on": resolved, "speaker": speaker, "publisher": publisher, "title": title},
        **{"source_date": dated, "url": url, "condition": condition, "source_ref": source_ref},
        "statement_ref": statement_ref,
    }
    with counter.node() as services:
        made = figures.state_figure(services, cells, By(CONSOLE, Tlp.named(tlp)), body)
    counter.answer({"id": made.id, "restated": made.again}, stated_told(made, body))


@figure_commands.command("import")
def figure_import(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="SDMX-ML, SDMX-JSON, SDMX-CSV or CSV.")],
    kind: Annotated[Kind | None, typer.Option("--as", help="Which format it is; without it, it is found.")] = None,
    fill: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=TEXT", help="What every row says that does not itself.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="NAME=COLUMN", help="Which column or concept of the file is what.")
    ] = None,
    levels: Annotated[bool, typer.Option("--levels", help="An observation held at the end of its period.")] = False,
    tlp: Marking = "amber",
) -> None:
    """Take in a table of figures, or a statistic. Bad rows are refused by name; a new edition restates."""
    counter = counter_of(context)
    defaults, columns = _pairs(fill, COLUMNS, "--set"), _pairs(column, (*COLUMNS, *CONCEPTS), "--column")
    filling = Filling(defaults, Tlp.named(tlp))
    with counter.node(bulk=True) as services, ExitStack() as stack:
        opened = [(name, stack.enter_context(Path(readable(name)).open("rb"))) for name in files]
        rows = [(name, services.figures(it, kind or "", columns, levels=levels)) for name, it in opened]
        outcome = figures.import_figures(services, rows, filling, By(CONSOLE))
    counter.answer(outcome.wire(), told(counter, outcome))
    if not outcome.accepted and not outcome.unchanged:
        why = "All of it was refused." if outcome.refused else "There is no figure in it."
        raise DamagedProblem("Nothing was taken in.", advice=why, told=True)


def _pairs(said: Sequence[str] | None, known: Sequence[str], option: str) -> dict[str, str]:
    """Raises: UsageProblem: one of them is no pair, or names nothing that a figure has."""
    pairs = {}
    for one in said or ():
        name, equals, text = one.partition("=")
        if not equals or not text or name not in known:
            raise UsageProblem(
                f"{option} {visible(one, 60)} names nothing of a figure.", advice=f"NAME is one of {', '.join(known)}."
            )
        pairs[name] = text
    return pairs


@figure_commands.command("export")
def figure_export(
    context: typer.Context,
    about: About = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="A file that is not there yet; else standard output.")
    ] = None,
) -> None:
    """Write the figures as CSV, which `figure import` reads again. Each row carries its source's condition."""
    counter = counter_of(context)
    with counter.node() as services:
        found = figures.written(services, console_reader(services), about, CONSOLE)
    if out is None:
        sys.stdout.write(b"".join(found).decode())
        return
    try:
        with out.open("xb") as stream:
            stream.writelines(found)
    except OSError as error:
        raise UsageProblem(f"{visible(str(out), 200)} cannot be written: {error.strerror}.") from None
    counter.answer(
        {"file": str(out), "figures": len(found) - 1}, (f"{len(found) - 1} figures in {visible(str(out), 200)}.",)
    )


@figure_commands.command("list")
def figure_list(context: typer.Context, about: About = "") -> None:
    """List the figures that are known here, with how each is meant, who said it and where."""
    counter = counter_of(context)
    with counter.node() as services:
        found = partners.figures(services, console_reader(services), about).value
    shown = found[:_SHOWN]
    lines = [line for seen in shown for line in describe_figure(seen)]
    lines += conditions_told(seen.figure.source for seen in shown)
    counter.answer([figure_wire(seen) for seen in found], lines or ["No figure is stated here yet."])
    if len(found) > _SHOWN and not counter.as_json:
        counter.remark(f"These are the first {_SHOWN} of {len(found)}; --about names one partner, --json gives all.")


@figure_commands.command("withdraw")
def figure_withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how that begins; of a figure or a link.")],
) -> None:
    """Take back a figure or a link that this party stated. Whoever got it hears of that."""
    counter = counter_of(context)
    with counter.node() as services:
        made = figures.withdraw(services, name, By(CONSOLE))
        at = short_timestamp(services.clock.now())
    counter.answer({"id": made}, (f"Taken back at {at}.", made))
