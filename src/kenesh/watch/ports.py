"""What the watch needs of the rim: where its atoms are kept, and who searches logs for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kenesh.basis.instants import Instant
from kenesh.holdings.rows import View
from kenesh.watch.values import Atom


class AtomRows(Protocol):
    """The atoms of the versions that this node holds. A version goes by its number in the store."""

    def add(self, rows: Sequence[tuple[int, Atom]], *, are_new: bool = False) -> None:
        """Keeps that the version with that number has that atom; a pair that is kept already stays one.

        `are_new`: each pair stands there once, and none of these versions has atoms yet.
        """
        ...

    def find(self, atoms: Collection[Atom]) -> list[tuple[Atom, int]]:
        """Every version that has one of the atoms, with the atom by which it was found."""
        ...

    def find_given(self, view: View, atoms: Collection[Atom]) -> list[tuple[Atom, int]]:
        """Of the versions that are granted in the view, of the content of an audience in which values are looked up,
        those that have one of the atoms, with the atom by which each was found.

        It passes over nothing that is withheld, but for what the caveats of a release withhold.
        """
        ...

    def all_watched(self) -> Iterator[tuple[int, Atom]]:
        """The number of every version of an indicator that is not revoked, with each of its atoms.

        None of an indicator of which nothing is held any more. Which of its versions is the newest is another question
        for each reader.
        """
        ...


class LogFormat(StrEnum):
    """How the lines of a log are written; `auto` finds it by the content of each file."""

    AUTO = "auto"
    ZEEK = "zeek"
    JSONL = "jsonl"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Hit:
    """One indicator that stands in the logs.

    Attributes:
        version: the indicator's number in the store.
        atom: the indicator's value that was met; the least in order where several of its values were.
        count: lines, each counted once, however many of the indicator's values stand in it.
        first_seen: of the lines that say when, the earliest; None where no line does. last_seen: the latest.
    """

    version: int
    atom: Atom
    count: int
    first_seen: Instant | None
    last_seen: Instant | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a hunt brought.

    Attributes:
        lines: searched; comments, headers and empty lines apart.
        malformed: how many of them are not what their file says (no JSON, wrong columns, undecodable octets, too
            long); they were searched as text.
        hits: ordered by version.
    """

    lines: int
    malformed: int
    hits: tuple[Hit, ...]


class LogSearch(Protocol):
    """Searches logs where they lie. The values searched for leave this machine as little as the logs do."""

    def search(self, paths: Iterable[Path], log_format: LogFormat, watched: Iterable[tuple[int, Atom]]) -> Findings:
        """Every watched indicator that stands in the files, or in the files of the folders.

        Raises:
            UsageProblem: there is no such file, or it cannot be read as a log.
        """
        ...
