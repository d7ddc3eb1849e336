"""Pages that this node keeps rows of, until a person confirms, corrects or drops each. None is an object before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from kenesh.basis.instants import Instant
from kenesh.basis.problem import TooLargeProblem
from kenesh.council.agenda.register import Register
from kenesh.council.register.columns import Columns, Correction, columns_of, corrected
from kenesh.council.register.stated import Source

NOTHING_SAID: Final = Correction()
#: A page of more rows is judged in parts.
MAX_ROWS: Final = 2_000


class Standing(IntEnum):
    """What became of a row."""

    OPEN = 0
    CONFIRMED = 1
    DROPPED = 2


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read, as this node keeps it: its text is not, only what it is known by.

    Attributes:
        num: of the page here. source: as it is stated once a row of it is confirmed; `stated`: it is.
        person: who gave it, at that instant.
    """

    num: int
    source: Source
    kept_at: Instant
    person: str
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a page: what was read by machine, and apart from it what a person said.

    Attributes:
        person: who judged it last, `at` that instant; '' and None before. ref: the statement that it became.
    """

    page: int
    number: int
    read: Columns
    said: Correction = NOTHING_SAID
    standing: Standing = Standing.OPEN
    person: str = ""
    at: Instant | None = None
    ref: str = ""

    @property
    def columns(self) -> Columns:
        """As it counts: what the person said, and for the rest what was read."""
        return corrected(self.read, self.said)

    @property
    def corrections(self) -> tuple[str, ...]:
        """The columns that a person said otherwise than they were read."""
        said = self.columns
        return tuple(name for name in self.said.said() if getattr(said, name) != getattr(self.read, name))

    @property
    def is_judged(self) -> bool:
        """Whether somebody said anything of it."""
        return self.at is not None

    @property
    def is_open(self) -> bool:
        """Whether it waits to be confirmed or dropped."""
        return self.standing is Standing.OPEN


class RegisterRows(Protocol):
    """Pages, and their rows."""

    def keep(self, page: Page, rows: Sequence[Columns]) -> Page:
        """Keeps a page that is not kept yet; `num` is given."""

    def replace(self, page: Page, rows: Sequence[Columns]) -> None:
        """Puts what was read now in place of what was read before."""

    def pages(self) -> list[Page]:
        """Every page, the one that was kept last first."""

    def page_of(self, sha256: str) -> Page | None:
        """The page with these octets."""

    def rows(self, page: int) -> list[Row]:
        """The rows of a page, in the order in which they stand there."""

    def settle(self, rows: Sequence[Row]) -> None:
        """What became of these rows."""

    def mark_stated(self, page: int) -> None:
        """From now on the page's source is an object."""

    def forget(self, page: int) -> None:
        """Takes the page and its rows out; no octet of them stays in the store."""


def rows_of(register: Register) -> tuple[Columns, ...]:
    """The rows that are proposed.

    Raises:
        TooLargeProblem: there are more than a person would judge.
    """
    if len(register.statements) > MAX_ROWS:
        raise TooLargeProblem(
            f"{len(register.statements)} statements stand on it.", advice=f"Give it in parts of {MAX_ROWS} rows."
        )
    return tuple(columns_of(one) for one in register.statements)
