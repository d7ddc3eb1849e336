"""Measures as a table: CSV as spreadsheets write and read it, in and out by the same columns.

A measure has a line of its own, and one more for each further indicator, target or milestone, which repeats its number
alone. What is written here is read back the same; whatever cannot be is refused by its line and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem, TooLargeProblem
from kenesh.council.measures.kinds import (
    DAY,
    MAX_INDICATORS,
    MAX_MILESTONES,
    MAX_SUPPORTING,
    MAX_TARGETS,
    MEASURE_NUMBER,
    NUMBER,
    WORD,
    Direction,
    Must,
    Standing,
)
from kenesh.council.measures.stated import day_of
from kenesh.parties.party import party_code, party_id

MAX_OCTETS: Final = 4 * 1024 * 1024
MAX_LINES: Final = 20_000
OF_MEASURE: Final = (
    *("number", "name", "chapter", "period", "mandate", "accountable", "supporting", "must", "begins", "due"),
    *("weight", "standing", "decision"),
)
_OF_ITEM: Final = ("kind", "id", "what", "unit", "direction", "baseline", "target", "day")
#: The columns, in their order. `kind` is indicator, target (of the indicator of that id, until that day) or milestone.
COLUMNS: Final = (*OF_MEASURE, *_OF_ITEM)
_REQUIRED: Final = ("number", "name", "chapter", "period", "mandate", "accountable", "begins", "due")
_DELIMITERS: Final = ",;\t"
_DECIMAL_COMMA: Final = re.compile(r"-?[0-9]{1,18},[0-9]{1,9}")
_DECISION: Final = re.compile(r"kenesh-decision--[0-9a-f-]{36}")
#: A spreadsheet runs what begins so.
FORMULA: Final = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20|%")
_LONGEST: Final[Mapping[str, int]] = {"name": 500, "mandate": 500, "what": 300, "unit": 60}


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that says what cannot be: which line, which column, and why."""

    line: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a table holds: the properties of each measure, without ids of what it belongs to; and what was refused."""

    measures: tuple[dict[str, Any], ...]
    refused: tuple[Refused, ...]


class _No(Exception):
    """A cell that cannot be."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column, self.why = column, why


def read_table(octets: bytes, name: str) -> Table:
    """The measures in a CSV file: UTF-8, its delimiter a comma, a semicolon or a tab.

    Raises:
        TooLargeProblem: it has more than 4 MiB or 20,000 lines.
        DamagedProblem: it is no UTF-8, or its first line has not the columns.
    """
    shown = visible(name, 200)
    if len(octets) > MAX_OCTETS:
        raise TooLargeProblem(f"{shown} has {len(octets)} octets.", advice=f"A table may have {MAX_OCTETS}.")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedProblem(
            f"{shown} is no UTF-8, from octet {error.start} on.", advice="Save it as CSV UTF-8."
        ) from None
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        lines = [(number, row) for number, row in _rows(text, delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DamagedProblem(f"{shown} is no CSV: {visible(str(error), 200)}.") from None
    if len(lines) > MAX_LINES:
        raise TooLargeProblem(f"{shown} has {len(lines)} lines.", advice=f"A table may have {MAX_LINES}.")
    columns = [cell.strip() for cell in lines[0][1]] if lines else []
    missing = [column for column in _REQUIRED if column not in columns]
    if missing:
        raise DamagedProblem(
            f"The first line of {shown} has no column {', '.join(missing)}.",
            advice="`kenesh measure export` writes a table with every column.",
        )
    return _read([(number, _cells(columns, row)) for number, row in lines[1:]])


def _rows(text: str, delimiter: str) -> Iterable[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        yield reader.line_num, row


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells of a line by their columns; what stands in no known column is for the reader's eyes alone."""
    found = {}
    for column, cell in zip(columns, row, strict=False):
        plain = cell.strip()
        # The mark by which a spreadsheet was kept from running it.
        found[column] = plain[1:] if plain.startswith("'") and plain.lstrip("'").startswith(FORMULA) else plain
    return found


@dataclass(slots=True)
class _Gathered:
    """A measure as its lines are read."""

    line: int
    value: dict[str, Any]
    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    milestones: list[dict[str, Any]] = field(default_factory=list)

    def whole(self) -> dict[str, Any]:
        more = {"indicators": list(self.indicators.values()), "milestones": self.milestones}
        return self.value | {name: some for name, some in more.items() if some}


def _read(lines: Iterable[tuple[int, dict[str, str]]]) -> Table:
    found: dict[str, _Gathered] = {}
    bad: dict[str, Refused] = {}
    for line, cells in lines:
        number = cells.get("number", "")
        try:
            if re.fullmatch(MEASURE_NUMBER, number) is None:
                raise _No("number", "a measure has a number of letters, digits, dots and hyphens")
            if number not in found:
                found[number] = _Gathered(line, _measure(cells))
            elif any(cells.get(column) for column in OF_MEASURE if column != "number"):
                raise _No("number", "that number stands there already; a further line of it says one more item alone")
            _item(found[number], cells)
        except _No as no:
            # A measure of which a line is refused is refused whole: half of it would say something else.
            bad.setdefault(number or f"\0{line}", Refused(line, no.column, no.why))
            found.setdefault(number, _Gathered(line, {}))
    for number, one in found.items():
        if number not in bad and not one.indicators and not one.milestones:
            bad[number] = Refused(one.line, "kind", "a measure has an indicator or a milestone")
    measures = tuple(one.whole() for number, one in found.items() if number not in bad)
    return Table(measures, tuple(sorted(bad.values(), key=lambda one: one.line)))


def _measure(cells: Mapping[str, str]) -> dict[str, Any]:
    for column in _REQUIRED:
        if not cells.get(column):
            raise _No(column, "it is empty")
    for column in ("chapter", "period"):
        _word(cells, column)
    accountable = _party(cells["accountable"], "accountable")
    supporting = [
        ref
        for one in re.split(r"[\s,;]+", cells.get("supporting", ""))
        if one and (ref := _party(one, "supporting")) != accountable
    ]
    if len(supporting) > MAX_SUPPORTING:
        raise _No("supporting", f"there are more than {MAX_SUPPORTING}")
    value: dict[str, Any] = {
        "number": cells["number"],
        "name": _text(cells, "name"),
        "chapter": cells["chapter"],
        "period": cells["period"],
        "mandate": _text(cells, "mandate"),
        "accountable_ref": accountable,
        "must": _one_of(cells, "must", Must, Must.ACCOUNTABLE),
        "begins": _day(cells, "begins"),
        "due": _day(cells, "due"),
    }
    if supporting:
        value["supporting_refs"] = list(dict.fromkeys(supporting))
    if cells.get("weight"):
        value["weight"] = _weight(cells["weight"])
    if cells.get("standing"):
        value["standing"] = _one_of(cells, "standing", Standing, Standing.IN_FORCE)
    if cells.get("decision"):
        if _DECISION.fullmatch(cells["decision"]) is None:
            raise _No("decision", "it is no id of a decision: kenesh-decision--…")
        value["decision_ref"] = cells["decision"]
    return value


def _item(measure: _Gathered, cells: Mapping[str, str]) -> None:
    kind = cells.get("kind", "")
    if not kind:
        if any(cells.get(column) for column in _OF_ITEM):
            raise _No("kind", "it is indicator, target or milestone")
        return
    name = _word(cells, "id")
    if kind == "milestone":
        if len(measure.milestones) >= MAX_MILESTONES or any(one["id"] == name for one in measure.milestones):
            raise _No("id", f"that milestone stands there twice, or there are more than {MAX_MILESTONES}")
        measure.milestones.append({"id": name, "name": _text(cells, "what"), "due": _day(cells, "day")})
    elif kind == "indicator":
        if len(measure.indicators) >= MAX_INDICATORS or name in measure.indicators:
            raise _No("id", f"that indicator stands there twice, or there are more than {MAX_INDICATORS}")
        unit = {"unit": _text(cells, "unit")} if cells.get("unit") else {}
        measure.indicators[name] = {
            "id": name,
            "name": _text(cells, "what"),
            **unit,
            "direction": _one_of(cells, "direction", Direction, Direction.ASCENDING),
            "baseline": _number(cells, "baseline"),
            "target": _number(cells, "target"),
        }
    elif kind == "target":
        if name not in measure.indicators:
            raise _No("id", "no indicator of that id stands above")
        targets = measure.indicators[name].setdefault("targets", [])
        if len(targets) >= MAX_TARGETS:
            raise _No("id", f"there are more than {MAX_TARGETS} targets")
        targets.append({"on": _day(cells, "day"), "value": _number(cells, "target")})
    else:
        raise _No("kind", "it is indicator, target or milestone")


def _text(cells: Mapping[str, str], column: str) -> str:
    text = cells.get(column, "")
    if not text or len(text) > _LONGEST[column]:
        raise _No(column, f"it is empty, or has more than {_LONGEST[column]} characters")
    return text


def _word(cells: Mapping[str, str], column: str) -> str:
    if re.fullmatch(WORD, cells.get(column, "")) is None:
        raise _No(column, "it is a word of small letters, digits and hyphens")
    return cells[column]


def _party(text: str, column: str) -> str:
    try:
        return party_id(party_code(text))
    except Problem as problem:
        raise _No(column, problem.detail) from None


def _day(cells: Mapping[str, str], column: str) -> str:
    text = cells.get(column, "")
    try:
        if re.fullmatch(DAY, text) is None:
            raise _No(column, "it is no day, as 2030-12-31")
        return day_of(text).isoformat()
    except Problem:
        raise _No(column, "there is no such day") from None


def _number(cells: Mapping[str, str], column: str) -> str:
    text = re.sub(r"[ \u00a0\u202f]", "", cells.get(column, ""))
    # A comma parts the decimals in most of the council's languages.
    text = text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text
    if re.fullmatch(NUMBER, text) is None:
        raise _No(column, "it is no number, as 12.5 or 12,5")
    return text


def _weight(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,3}", text, re.ASCII) is None or int(text) > 1000:
        raise _No("weight", "it is a whole number from 1 to 1000")
    return int(text)


def _one_of(cells: Mapping[str, str], column: str, kinds: Any, usual: Any) -> str:
    text = cells.get(column, "") or usual.value
    if text not in {kind.value for kind in kinds}:
        raise _No(column, f"it is one of {', '.join(kind.value for kind in kinds)}")
    return text
