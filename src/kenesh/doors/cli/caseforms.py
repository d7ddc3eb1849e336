"""case form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors.caseforms import report_form
from kenesh.doors.cli.desk import console_reader, counter_of
from kenesh.doors.cli.exporting import write_whole
from kenesh.response.forms import Form
from kenesh.stix.exercise import BANNER

_SHAPES: Final = ("text", "json", "pdf")
_TEXT_SHOWN: Final = 20_000


def case_form(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CASE", help="The case's name or id.")],
    report: Annotated[str, typer.Argument(metavar="REPORT", help="The report's id, or how that begins.")],
    shape: Annotated[str, typer.Option("--as", help="text, json or pdf.")] = "text",
    file: Annotated[Path | None, typer.Option("--out", help="Where to write it; else it is printed.")] = None,
) -> None:
    """Print a report as the form of its step, for an authority that has no node."""
    counter = counter_of(context)
    if shape not in _SHAPES:
        raise UsageProblem(
            f"'{visible(shape, 20)}' is no form of a report.", advice=f"Say --as {' or '.join(_SHAPES)}."
        )
    if shape == "pdf" and file is None:
        raise UsageProblem("A PDF goes to a file.", advice="Say --out FILE.")
    with counter.node() as services:
        form = report_form(services, console_reader(services), name, report)
        octets = services.report_pdf(form) if shape == "pdf" else _written(form, shape)
    if file is None:
        counter.answer(_wire(form), octets.decode().splitlines())
        return
    write_whole(file, octets)
    counter.answer({"file": str(file), "octets": len(octets)}, (f"The form is in {visible(str(file), 300)}.",))


def _written(form: Form, shape: str) -> bytes:
    if shape == "json":
        return msgspec.json.format(msgspec.json.encode(_wire(form)), indent=2) + b"\n"
    return "".join(f"{line}\n" for line in _lines(form)).encode()


def _lines(form: Form) -> Iterator[str]:
    yield f"{f'{BANNER}  ' if form.exercise else ''}{form.tlp}  {form.title}"
    yield form.source
    width = max(len(label) for label, _ in form.rows)
    yield from (f"{label:<{width}}  {visible(text, _TEXT_SHOWN)}" for label, text in form.rows)


def _wire(form: Form) -> dict[str, Any]:
    return {
        "title": form.title,
        "source": form.source,
        "tlp": form.tlp,
        "exercise": form.exercise,
        "at": stix_timestamp(form.at),
        "rows": [{"label": label, "text": text} for label, text in form.rows],
    }
