"""import, imports: what files hold is taken in, and what became of each import."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISFIFO, S_ISREG
from typing import Annotated, Any, BinaryIO

import typer

from kenesh.basis.instants import short_timestamp, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, UnknownProblem, UsageProblem
from kenesh.doors import acts
from kenesh.doors.cli.desk import CONSOLE, Counter, counter_of
from kenesh.doors.cli.words import alike, counted
from kenesh.doors.services import Formats
from kenesh.holdings.importing import MAX_REMARKS, ImportOutcome
from kenesh.holdings.proposing import Found
from kenesh.holdings.rows import ImportRecord, Remark
from kenesh.stix.files import Piece, Refusal

#: So many lines are told after an import, what is alike together; `imports` tells each thing by name.
_SHOWN = 20
_IMPORTS_SHOWN = 50


def import_(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="STIX, MISP, CSAF, a list, CSV, a text, a PDF; - reads one from a pipe."
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="value=COLUMN", help="Which column of a table holds the values: its number or name."),
    ] = None,
) -> None:
    """Import files, or a MISP feed's folder. What is bad in them is refused with its place and the reason."""
    counter = counter_of(context)
    columns = _columns(column or ())
    desk = _Desk([readable(name) for name in files])
    with counter.node(bulk=True) as services, _progress(counter, desk) as progress, ExitStack() as unread:
        opened = [(name, unread.enter_context(closing(desk.pieces(services.formats, name, columns)))) for name in files]
        outcome = acts.import_files(services, opened, CONSOLE, progress)
    counter.answer(outcome.wire(), told(counter, outcome))
    if not outcome.accepted and not outcome.unchanged and not outcome.proposed:
        why = "All of it was refused." if outcome.refused else "There is no object in it."
        raise DamagedProblem("Nothing was taken in.", advice=why, told=True)


def _columns(said: Sequence[str]) -> dict[str, str]:
    """Raises: UsageProblem: what was said names no column."""
    columns = {}
    for one in said:
        role, equals, name = one.partition("=")
        if role != "value" or not equals or not name:
            raise UsageProblem(
                f"--column {visible(one, 60)} names no column.", advice="Say --column value=3, or its name."
            )
        columns[role] = name
    return columns


def readable(name: str) -> str:
    """The name of a file that can be read.

    Raises:
        UsageProblem: there is no such file, or it cannot be read.
    """
    if name == "-":
        return name
    path, shown = Path(name), visible(name, 200)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageProblem(
            f"{shown} cannot be read: {error.strerror}.", advice="Look at the name; - reads what is piped in."
        ) from None
    if S_ISDIR(mode) and (path / "manifest.json").is_file():
        return name
    if S_ISDIR(mode):
        raise UsageProblem(
            f"{shown} is a folder.",
            advice=f"Name its files: {shown.rstrip('/')}/*.json. A MISP feed's folder has a manifest.json.",
        )
    if not S_ISREG(mode) and not S_ISFIFO(mode):
        raise UsageProblem(f"{shown} is a device and no file.", advice="Name a file; - reads what is piped in.")
    if not os.access(path, os.R_OK):
        raise UsageProblem(f"{shown} may not be read.", advice="Look at its owner and permissions.")
    return name


class _Desk:
    """The files as they are read one after another, and how many octets of them were."""

    def __init__(self, names: Sequence[str]) -> None:
        self._before = 0
        self._current: BinaryIO | None = None
        #: How many octets there are in all; None where a pipe is among them.
        self.total = sum(Path(name).stat().st_size for name in names) if all(map(os.path.isfile, names)) else None

    def pieces(
        self, formats: Formats, name: str, columns: Mapping[str, str]
    ) -> Generator[Piece | Refusal | Found, None, None]:
        """What stands in one file; it is open only while it is read."""
        if name == "-":
            yield from formats(sys.stdin.buffer, columns)
            return
        if Path(name).is_dir():
            yield from formats(Path(name))
            return
        with Path(name).open("rb") as self._current:
            yield from formats(self._current, columns)
            self._before, self._current = self.read, None

    @property
    def read(self) -> int:
        if self._current is None or self.total is None:
            return self._before
        return self._before + self._current.tell()


@contextmanager
def _progress(counter: Counter, desk: _Desk) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    if counter.as_json or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("importing {task.fields[objects]} objects"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    objects = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=desk.total, objects=0)

        def tell(count: int) -> None:
            nonlocal objects
            objects += count
            bar.update(task, completed=desk.read, objects=objects)

        yield tell


def told(counter: Counter, outcome: ImportOutcome) -> Iterator[str]:
    """What came of an import, in sentences."""
    if outcome.proposed:
        yield f"{counted(outcome.proposed, 'value')} proposed{_counts(outcome)}; none is stated before it is confirmed."
        yield _to_judge(counter, outcome.id)
    if outcome.accepted or not outcome.proposed:
        yield f"{counted(outcome.accepted, 'object')} taken in{_counts(outcome)}."
    remarks = sorted(outcome.remarks, key=lambda remark: not remark.refused)
    if len(remarks) <= _SHOWN:
        yield from (_line(remark) for remark in remarks)
    else:
        groups = sorted(alike(remarks, _kind), key=lambda group: not group[1][0].refused)
        yield from (line for _, group in groups[:_SHOWN] for line in _group(group))
        yield f"Each of them by name: {counter.command(f'imports {outcome.id}')}"
    yield outcome.id


def _to_judge(counter: Counter, import_id: str) -> str:
    return f"What waits to be judged: {counter.command(f'proposals {import_id}')}"


def _counts(counts: ImportOutcome | ImportRecord) -> str:
    parts = [f", {counts.unchanged} known already"] if counts.unchanged else []
    parts += [f", {counts.refused} refused"] if counts.refused else []
    parts += [f", {counted(counts.warnings, 'warning')}"] if counts.warnings else []
    return "".join(parts)


def _kind(remark: Remark) -> tuple[bool, str]:
    return remark.refused, remark.reason.removeprefix(f"{remark.object_id}: ")


def _group(remarks: list[Remark]) -> Iterator[str]:
    """One reason, how often it is said, and the first of which it is said."""
    first = remarks[0]
    if len(remarks) == 1:
        yield _line(first)
        return
    yield f"  {_word(first)} {len(remarks)} times: {visible(_kind(first)[1], 600)}"
    named = f": {visible(first.object_id, 120)}" if first.object_id else ""
    yield f"    first: {visible(first.path, 300)}{named}"


def _line(remark: Remark) -> str:
    is_named = bool(remark.object_id) and remark.object_id not in remark.reason
    place = visible(remark.path, 300) + (f": {visible(remark.object_id, 120)}" if is_named else "")
    return f"  {_word(remark)}: {place}: {visible(remark.reason, 600)}"


def _word(remark: Remark) -> str:
    return "refused" if remark.refused else "warning"


def imports(
    context: typer.Context,
    import_id: Annotated[
        str | None, typer.Argument(metavar="[IMPORT]", help="An import's id: then each thing it refused, and why.")
    ] = None,
    most: Annotated[int | None, typer.Option(help="How many lines at the most; 50 imports, all of one.", min=1)] = None,
) -> None:
    """List the imports, or all that one of them refused. What was taken with a warning stands there too."""
    counter = counter_of(context)
    with counter.node() as services, services.store.reading() as tx:
        if import_id is None:
            records, remarks = tx.imports.recent(most or _IMPORTS_SHOWN), []
        else:
            record = tx.imports.find(import_id)
            if record is None:
                raise UnknownProblem(
                    f"There is no import {visible(import_id, 80)}.", advice="`kenesh imports` lists them."
                )
            records, remarks = [record], tx.imports.remarks(record.num, most or MAX_REMARKS)
    remarks.sort(key=lambda remark: not remark.refused)
    document = [_document(record) for record in records]
    told = [{"refused": m.refused, "path": m.path, "object": m.object_id, "reason": m.reason} for m in remarks]
    lines = [_record_line(record) for record in records] or ["Nothing was imported here yet."]
    if import_id is not None and records[0].waiting:
        lines.append(_to_judge(counter, import_id))
    counter.answer(
        document if import_id is None else document[0] | {"remarks": told}, [*lines, *(_line(m) for m in remarks)]
    )
    if import_id is not None and len(remarks) < records[0].refused + records[0].warnings:
        counter.remark(f"These are the first {len(remarks)} of {records[0].refused + records[0].warnings}.")


def _document(record: ImportRecord) -> dict[str, Any]:
    return {
        "import": record.id,
        "at": taxii_timestamp(record.at),
        "source": record.source,
        "accepted": record.accepted,
        "unchanged": record.unchanged,
        "proposed": record.proposed,
        "waiting": record.waiting,
        "refused": record.refused,
        "warnings": record.warnings,
        "finished": record.finished,
    }


def _record_line(record: ImportRecord) -> str:
    ended = f"{_taken(record)}{_counts(record)}" if record.finished else "CUT OFF: import it again"
    return f"{short_timestamp(record.at)}  {record.id}  {ended}  {visible(record.source, 100)}"


def _taken(record: ImportRecord) -> str:
    """What came of it; how many objects is not said of a text, in which there are none."""
    proposed = [f"{record.proposed} proposed ({record.waiting} to be judged)"] if record.proposed else []
    return ", ".join(([f"{record.accepted} taken in"] if record.accepted or not proposed else []) + proposed)
