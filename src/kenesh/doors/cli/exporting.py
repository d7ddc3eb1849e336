"""export."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.doors import exporting
from kenesh.doors.cli.desk import console_reader, counter_of
from kenesh.doors.cli.words import counted
from kenesh.doors.exporting import Selection, Shape
from kenesh.doors.services import Form
from kenesh.holdings.leaving import Tally, Told


def export(
    context: typer.Context,
    selection: Annotated[
        list[str] | None, typer.Argument(metavar="[SELECTION]...", help="Object ids, or an import's id.")
    ] = None,
    form: Annotated[
        str, typer.Option("--as", help="The format: stix, csv, list, or one of a tool: suricata, rpz, zeek, hosts, ...")
    ] = "stix",
    query: Annotated[str | None, typer.Option(help="Select by a text in names and ids.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is held and counts.")] = False,
    kind: Annotated[str, typer.Option(help="Of a list: domain, ipv4, url, sha256, ...")] = "",
    url: Annotated[str, typer.Option(help="Of CSAF: the address at which the folder will be published.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="A file, or a folder that is there; else standard output.", show_default=False)
    ] = None,
) -> None:
    """Export objects to a file. What you may not see is not in it; what was left out is told with the reason."""
    counter = counter_of(context)
    if everything and (selection or query is not None):
        raise UsageProblem("--all is a selection by itself.", advice="Leave out ids and --query.")
    if counter.as_json and out is None:
        raise UsageProblem("The document and the export cannot both go to standard output.", advice="Say --out FILE.")
    chosen, shape = Selection(selection or [], query, everything), Shape(form, kind, url)
    with counter.node() as services:
        wanted = exporting.form_of(services, shape)
        with _paper(out, form, wanted) as paper:
            tally = exporting.export(services, console_reader(services), chosen, shape, paper.write)
    document = {"format": form, "written": tally.written, "files": [str(path) for path in paper.paths]}
    document |= {"left_out": _wire(tally.left_out), "remarks": _wire(tally.remarks)}
    if out is not None:
        counter.answer(
            document, (f"{counted(tally.written, 'line' if wanted.kinds else 'object')} written{_where(paper.paths)}.",)
        )
    counter.remark(*_told(tally))


def _where(paths: list[Path]) -> str:
    return f" to {visible(str(paths[0]), 300)}" if len(paths) == 1 else f" to {counted(len(paths), 'file')}"


def _wire(told: dict[str, Told]) -> list[dict[str, Any]]:
    return [{"reason": reason, **item.wire()} for reason, item in told.items()]


def _told(tally: Tally) -> Iterator[str]:
    for word, told in (("left out", tally.left_out), ("mind", tally.remarks)):
        for reason, item in sorted(told.items(), key=lambda pair: -pair[1].count):
            more = ", ..." if item.count > len(item.first) else ""
            yield f"{word}: {counted(item.count, 'object')}: {visible(reason, 300)} ({', '.join(item.first)}{more})"


class _Paper:
    """Where the pieces go: standard output, one file, or a file each in a folder."""

    def __init__(self, out: Path | None, default: str) -> None:
        self._folder = out if out is not None and out.is_dir() else None
        self._out = self._folder / default if self._folder else out
        self._open: dict[Path, BinaryIO] = {}
        self.paths: list[Path] = []

    def write(self, name: str, octets: bytes) -> None:
        path = self._folder / name if name and self._folder else self._out
        if path is None:
            sys.stdout.buffer.write(octets)
            return
        if path not in self._open:
            # Of many files one is open at a time.
            self._finish()
            if name:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._open[path] = _fresh(path)
        self._open[path].write(octets)

    def _finish(self) -> None:
        """What is written takes its name only when it is whole: no tool reads half a list."""
        for path, stream in self._open.items():
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            _new(path).replace(path)
            self.paths.append(path)
        self._open.clear()

    def close(self, *, whole: bool) -> None:
        if whole:
            self._finish()
        for path, stream in self._open.items():
            stream.close()
            _new(path).unlink(missing_ok=True)


def _new(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _fresh(path: Path) -> BinaryIO:
    """A file of one's own, which nobody else may read: what is in it was for this reader."""
    try:
        return os.fdopen(os.open(_new(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb")
    except OSError as error:
        raise UsageProblem(
            f"{visible(str(path), 200)} cannot be written: {error.strerror}.", advice="Look at the folder and the disk."
        ) from None


def write_whole(path: Path, octets: bytes) -> None:
    """A file that takes its name only when it is whole, and that nobody else may read.

    Raises:
        UsageProblem: it cannot be written.
    """
    with _fresh(path) as stream:
        stream.write(octets)
        stream.flush()
        os.fsync(stream.fileno())
    _new(path).replace(path)


@contextmanager
def _paper(out: Path | None, name: str, form: Form) -> Iterator[_Paper]:
    if form.in_folder and (out is None or not out.is_dir()):
        raise UsageProblem(f"--as {name} writes a file for each object.", advice="Say --out FOLDER, one that is there.")
    paper = _Paper(out, f"kenesh{form.suffix}")
    whole = False
    try:
        yield paper
        whole = True
    finally:
        paper.close(whole=whole)
