"""How well a page was read: precision and recall of each column, against rows that a careful reader wrote down."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kenesh.council.agenda.register import Register, Statement, read_page

COLUMNS: Final = ("kind", "speaker", "mechanism", "when", "figures")


@dataclass(frozen=True, slots=True)
class Score:
    """Of so many that were found and so many that were wanted, so many are right."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    def __str__(self) -> str:
        return f"P {self.precision:.2f} R {self.recall:.2f} ({self.right} of {self.found} found, {self.wanted} wanted)"


def read(page: Path, rows: Path) -> tuple[Register, list[Mapping[str, Any]]]:
    """A page as the product reads it, and what should be in it."""
    wanted = tomllib.loads(rows.read_text("utf-8"))
    return read_page(page.read_bytes(), page.name, date.fromisoformat(wanted["date"])), wanted["row"]


def scores(register: Register, wanted: Sequence[Mapping[str, Any]]) -> dict[str, Score]:
    """The score of each column. A row is met by the first statement that was made of its sentence."""
    pairs = list(_pairs(register.statements, wanted))
    return {column: _score(column, register.statements, wanted, pairs) for column in COLUMNS}


def _pairs(
    found: Sequence[Statement], wanted: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[Statement, Mapping[str, Any]]]:
    left = list(found)
    for row in wanted:
        one = next((one for one in left if (row["line"], row["at"]) in one.places), None)
        if one is not None:
            left.remove(one)
            yield one, row


def _score(
    column: str,
    found: Sequence[Statement],
    wanted: Sequence[Mapping[str, Any]],
    pairs: Sequence[tuple[Statement, Mapping[str, Any]]],
) -> Score:
    if column == "figures":
        right = sum(_figures_right(one, row.get("figures", [])) for one, row in pairs)
        return Score(right, sum(len(one.figures) for one in found), sum(len(row.get("figures", [])) for row in wanted))
    right = sum(_is_right(column, one, row) for one, row in pairs)
    return Score(right, sum(bool(_value(column, one)) for one in found), sum(bool(row.get(column)) for row in wanted))


def _value(column: str, one: Statement) -> Any:
    return {"kind": one.kind, "speaker": one.speaker, "mechanism": one.mechanisms, "when": one.when}[column]


def _is_right(column: str, one: Statement, row: Mapping[str, Any]) -> bool:
    if column == "kind":
        return one.kind in row["kind"].split("|")
    if column == "speaker":
        return any(_same(name, row["speaker"]) for name in (one.speaker, one.resolved) if name)
    if column == "mechanism":
        return any(_alike(name, right) for name in one.mechanisms for right in row.get("mechanism", []))
    return any(value in row.get("when", []) for value in one.when.split("; "))


def _same(one: str, other: str) -> bool:
    """The same words, whatever their endings are."""
    return _stems(one) == _stems(other)


def _alike(one: str, other: str) -> bool:
    """One name is the beginning of the other, whatever the endings are: how far a name goes is a matter of taste."""
    shorter, longer = sorted((_stems(one), _stems(other)), key=len)
    return longer[: len(shorter)] == shorter and (len(shorter) > 1 or len(longer) == 1)


def _stems(name: str) -> list[str]:
    words = re.findall(r"[\w+]+", name.removeprefix("The ").removeprefix("the "))
    return [word[:4].casefold() if re.search("[а-яё]", word) else word for word in words]


def _figures_right(one: Statement, wanted: Sequence[Mapping[str, Any]]) -> int:
    left = [(f.qualifier, f.value, _unit(f.unit), f.period) for f in one.figures]
    right = 0
    for figure in wanted:
        row = (figure["qualifier"], float(figure["value"]), _unit(figure["unit"]), figure.get("period", ""))
        if row in left:
            left.remove(row)
            right += 1
    return right


def _unit(unit: str) -> str:
    return "per cent" if unit in ("percent", "процента", "per cent") else unit
