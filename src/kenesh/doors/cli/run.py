"""Running a command: where its words are taken apart, and where every failing becomes a sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec
import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, Problem
from kenesh.doors.cli.app import app
from kenesh.doors.cli.desk import Counter
from kenesh.doors.services import House


def run(house: House, words: Sequence[str], fault_id: UUID) -> int:
    """Runs one command and gives its exit code; `fault_id` names a fault that nobody foresaw."""
    rest, home, as_json = _shared(words)
    counter = Counter(house, home, as_json)
    command: Any = typer.main.get_command(app)
    try:
        done = command.main(args=list(rest), prog_name="kenesh", standalone_mode=False, obj=counter)
        return int(done) if isinstance(done, int) else Exit.DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return _usage(counter, error)
    except Problem as problem:
        return _told(counter, problem)
    except (KeyboardInterrupt, click.Abort):
        counter.remark("Stopped.")
        return 130
    except BrokenPipeError:
        # Whoever read our output went away: there is nobody left to tell.
        sys.stderr.close()
        return Exit.DONE
    except Exception as error:
        counter.remark(
            f"Something went wrong that nobody foresaw ({type(error).__name__}). Nothing half-done was kept.",
            f"Please report it with this number: {fault_id}.",
        )
        if "--debug" in words:
            raise
        return Exit.FAULT_FOUND


def _shared(words: Sequence[str]) -> tuple[list[str], Path | None, bool]:
    """--home and --json count wherever they stand, up to a lone --."""
    rest: list[str] = []
    home: Path | None = None
    as_json = False
    pending = iter(words)
    for word in pending:
        if word == "--":
            rest += [word, *pending]
        elif word == "--json":
            as_json = True
        elif word == "--home":
            home = Path(next(pending, "."))
        elif word.startswith("--home="):
            home = Path(word.removeprefix("--home="))
        elif word != "--debug":
            rest.append(word)
    return rest, home, as_json


def _usage(counter: Counter, error: click.ClickException) -> int:
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = f" `{error.ctx.command_path} --help` says how."
    message = error.format_message()
    if message:
        counter.remark(f"{message}{hint}")
    _document(counter, {"title": "usage", "detail": message})
    return Exit.USAGE


def _told(counter: Counter, problem: Problem) -> int:
    """One sentence and the next step on standard error; with --json also the document."""
    counter.remark(visible(problem.sentence(), 4000))
    refused = problem.params.get("refused")
    if isinstance(refused, list) and refused:
        for item in refused[1:20]:
            counter.remark(f"  also {item['object']} for {item['party']}: {item['reason']}")
        _document(counter, {"refused": refused})
    elif not problem.params.get("told"):
        _document(counter, {"code": problem.code, "title": problem.title, "detail": problem.sentence()})
    return problem.exit


def _document(counter: Counter, document: dict[str, Any]) -> None:
    if counter.as_json:
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
