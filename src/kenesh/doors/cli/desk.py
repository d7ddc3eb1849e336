"""What every command shares: the home, who asks, and how answers are printed."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec
import typer

from kenesh.basis.problem import SettingsProblem
from kenesh.doors.life import House
from kenesh.doors.services import Services
from kenesh.release.reader import Reader

#: The person who acts where nobody says a name: whoever may open the home's files.
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a command is said: at which home, answered as JSON or in sentences."""

    house: House
    home: Path | None
    as_json: bool

    def home_path(self) -> Path:
        """The home that --home or KENESH_HOME names.

        Raises:
            SettingsProblem: neither was said.
        """
        named = self.home or (Path(os.environ["KENESH_HOME"]) if os.environ.get("KENESH_HOME") else None)
        if named is None:
            raise SettingsProblem("Which node?", advice="Say --home FOLDER, or set KENESH_HOME.")
        return named

    def command(self, words: str) -> str:
        """A command for the same node, to be copied as it stands."""
        return f"kenesh --home {shlex.quote(str(self.home))} {words}" if self.home else f"kenesh {words}"

    @contextmanager
    def node(self, *, bulk: bool = False) -> Iterator[Services]:
        """The node, open for the time of a command; `bulk`: of one that writes very much."""
        with self.house.open(self.home_path(), bulk=bulk) as services:
            yield services

    def answer(self, document: Any, lines: Iterable[str] = ()) -> None:
        """The one document, or its sentences, on standard output."""
        if self.as_json:
            sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines)

    def remark(self, *lines: str) -> None:
        """What goes beside the answer, on standard error."""
        sys.stderr.writelines(f"{line}\n" for line in lines)


def counter_of(context: typer.Context) -> Counter:
    """The counter that `main` set up."""
    return cast(Counter, context.obj)


def console_reader(services: Services) -> Reader:
    """The person at the console."""
    return services.person(CONSOLE)
