"""Running a command: where its words are taken apart, and where every failing becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import typer

from kenesh.basis.printable import visible
from kenesh.basis.problem import Exit, Problem, UsageProblem
from kenesh.doors.cli.app import app
from kenesh.doors.cli.desk import Counter
from kenesh.doors.cli.words import refusals_told
from kenesh.doors.life import House

#: As a shell has it: 128, and the number of the signal.
_STOPPED: Final = 130


def run(house: House, words: Sequence[str], fault_id: UUID) -> int:
    """Runs one command and gives its exit code; `fault_id` names a fault that nobody foresaw."""
    counter = Counter(house, None, "--json" in words)
    try:
        said = _taken_apart(words)
        counter = Counter(house, said.home, said.as_json)
        done = _commands().main(args=list(said.rest), prog_name="kenesh", standalone_mode=False, obj=counter)
        sys.stdout.flush()
        if done == _STOPPED:
            # That is what typer makes of Ctrl-C, without a word.
            return _stopped(counter)
        return int(done) if isinstance(done, int) else Exit.DONE
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        return _usage(counter, error)
    except Problem as problem:
        return _told(counter, problem)
    except (KeyboardInterrupt, typer.Abort):
        return _stopped(counter)
    except (BrokenPipeError, SystemExit):
        # Whoever read our output went away (typer makes an exit of it): nobody is left to tell, nor at the last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        counter.remark(
            f"Something went wrong that nobody foresaw ({type(error).__name__}). Nothing half-done was kept.",
            f"Please report it with this number: {fault_id}.",
        )
        if "--debug" in words:
            raise
        return Exit.FAULT_FOUND


def _stopped(counter: Counter) -> int:
    counter.remark("Stopped.")
    return _STOPPED


@cache
def _commands() -> Any:
    """The commands with all their options. To make them takes longer than most of them run, so that is done once."""
    return typer.main.get_command(app)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was typed, without what counts wherever it stands."""

    rest: tuple[str, ...]
    home: Path | None
    as_json: bool


def _taken_apart(words: Sequence[str]) -> _Said:
    """--home and --json count wherever they stand, up to a lone --.

    Raises:
        UsageProblem: --home stands without a folder, or a word is no UTF-8.
    """
    rest: list[str] = []
    home: Path | None = None
    as_json = False
    pending = iter(words)
    for word in pending:
        _check_text(word)
        if word == "--":
            rest += [word, *pending]
        elif word == "--json":
            as_json = True
        elif word == "--home" or word.startswith("--home="):
            home = _folder(word.removeprefix("--home=") if "=" in word else next(pending, ""))
        elif word != "--debug":
            rest.append(word)
    return _Said(tuple(rest), home, as_json)


def _folder(text: str) -> Path:
    if not text:
        raise UsageProblem("--home stands there without a folder.", advice="Say --home FOLDER.")
    return Path(text)


def _check_text(word: str) -> None:
    try:
        word.encode()
    except UnicodeEncodeError:
        raise UsageProblem(
            f"'{visible(word, 80)}' is not UTF-8.", advice="Type it anew; a file of that name has to be renamed."
        ) from None


def _usage(counter: Counter, error: typer.TyperException) -> int:
    """A command that is not formed as it must be. One without any words gets its help."""
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if context is not None and message == context.get_help():
        counter.remark(message)
        message = f"`{context.command_path}` alone does nothing."
    else:
        message = f"{visible(' '.join(message.split()), 600).rstrip('.')}."
        message += f" `{context.command_path} --help` says how." if context is not None else ""
        counter.remark(message)
    _document(counter, {"code": UsageProblem.code, "title": UsageProblem.title, "detail": message})
    return Exit.USAGE


def _told(counter: Counter, problem: Problem) -> int:
    """One sentence and the next step on standard error; with --json also the document."""
    counter.remark(visible(problem.sentence(), 4000))
    refused = problem.params.get("refused")
    if isinstance(refused, list) and refused:
        counter.remark(*refusals_told(refused) if len(refused) > 1 else ())
        _document(counter, {"refused": refused})
    elif not problem.params.get("told"):
        _document(counter, {"code": problem.code, "title": problem.title, "detail": problem.sentence()})
    return problem.exit


def _document(counter: Counter, document: dict[str, Any]) -> None:
    if counter.as_json:
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
