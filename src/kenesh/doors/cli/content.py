"""import, imports, state, show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UnknownProblem, UsageProblem
from kenesh.doors import acts, views
from kenesh.doors.cli.desk import CONSOLE, Counter, console_reader, counter_of
from kenesh.doors.cli.words import counted, describe_object
from kenesh.holdings.importing import ImportOutcome
from kenesh.holdings.rows import Remark
from kenesh.stix.files import MAX_FILE_OCTETS, Piece, Refusal, split
from kenesh.stix.marking import Tlp

_SHOWN = 20


def import_(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Files of STIX 2.1 (bundle, object, JSON lines); - reads one.")],
) -> None:
    """Import STIX 2.1; each bad object is refused with its place and the reason, the good ones stay."""
    counter = counter_of(context)
    opened = [(name, _pieces(name)) for name in files]
    with counter.node() as services, _progress(counter) as progress:
        outcome = acts.import_files(services, opened, CONSOLE, progress)
    counter.answer(outcome.wire(), _told(outcome))
    if not outcome.accepted and not outcome.unchanged:
        raise DamagedProblem(
            "Nothing was taken in.", advice=f"`kenesh imports {outcome.id}` says why.", told=True, **outcome.wire()
        )


def _pieces(name: str) -> Iterator[Piece | Refusal]:
    if name == "-":
        return split(BytesIO(sys.stdin.buffer.read(MAX_FILE_OCTETS + 1)))
    path = Path(name)
    if not path.is_file():
        raise UsageProblem(f"There is no file {visible(name, 200)}.", advice="Folders are not read; name the files.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageProblem(f"{visible(name, 200)} cannot be read: {error.strerror}.") from None
    return split(path)


@contextmanager
def _progress(counter: Counter) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    if counter.as_json or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("importing {task.completed} objects"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda count: bar.advance(task, count)


def _told(outcome: ImportOutcome) -> Iterator[str]:
    parts = [counted(outcome.accepted, "object") + " taken in"]
    parts += [f"{outcome.unchanged} known already"] if outcome.unchanged else []
    parts += [f"{outcome.refused} refused"] if outcome.refused else []
    parts += [f"{outcome.warnings} with a warning"] if outcome.warnings else []
    yield ", ".join(parts) + "."
    refused = [remark for remark in outcome.remarks if remark.refused]
    yield from (_line(remark) for remark in refused[:_SHOWN])
    if len(refused) > _SHOWN or outcome.warnings:
        yield f"All refusals and warnings: kenesh imports {outcome.id}"
    yield outcome.id


def _line(remark: Remark) -> str:
    word = "refused" if remark.refused else "warning"
    name = f" {visible(remark.object_id, 120)}" if remark.object_id and remark.object_id not in remark.reason else ""
    return f"  {word}: {visible(remark.path, 200)}{name}: {visible(remark.reason, 600)}"


def imports(
    context: typer.Context,
    import_id: Annotated[str | None, typer.Argument(help="An import's id: then what it refused and why.")] = None,
    most: Annotated[int, typer.Option(help="How many lines at the most.", min=1)] = 50,
) -> None:
    """List the imports; or what one of them refused, or took with a warning."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        if import_id is None:
            records = tx.imports.recent(most)
            remarks = []
        else:
            record = tx.imports.find(import_id)
            if record is None:
                raise UnknownProblem(f"There is no import {visible(import_id, 80)}.", advice="`kenesh imports` lists.")
            records, remarks = [record], tx.imports.remarks(record.num, most)
    document = [
        {
            "import": r.id,
            "at": short_timestamp(r.at),
            "source": r.source,
            "accepted": r.accepted,
            "unchanged": r.unchanged,
            "refused": r.refused,
            "warnings": r.warnings,
            "finished": r.finished,
        }
        for r in records
    ]
    told = [{"refused": m.refused, "path": m.path, "object": m.object_id, "reason": m.reason} for m in remarks]
    lines = [
        f"{short_timestamp(r.at)}  {r.id}  {r.accepted} new, {r.unchanged} known, {r.refused} refused,"
        f" {r.warnings} warnings  {visible(r.source, 100)}{'' if r.finished else '  (cut off: import it again)'}"
        for r in records
    ]
    counter.answer(
        document if import_id is None else document[0] | {"remarks": told}, [*lines, *(_line(m) for m in remarks)]
    )


def state(
    context: typer.Context,
    values: Annotated[list[str], typer.Argument(help="Addresses, domains, URLs, hashes or e-mail addresses.")],
    tlp: Annotated[str, typer.Option(help="Its marking: clear, green, amber, amber+strict, red.")],
    note: Annotated[str, typer.Option(help="What was said, by whom, when.")] = "",
) -> None:
    """State an indicator from what was said on the telephone."""
    counter = counter_of(context)
    label = Tlp.named(tlp)
    with counter.node() as services:
        held = acts.state_values(services, values, label, note, CONSOLE)
    document = [{"id": h.id, "value": h.name, "tlp": label.label} for h in held]
    counter.answer(document, [f"{label.label}  {visible(h.name)}\n{h.id}" for h in held])


def show(
    context: typer.Context,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT", help="The object's id.")],
) -> None:
    """Show an object: versions, marking, releases, who has it, and the sightings that came back."""
    counter = counter_of(context)
    with counter.node() as services:
        services.bring_up_to_date()
        shown = views.show(services, console_reader(services), object_id)
    counter.answer(shown.value.wire(), describe_object(shown.value))
