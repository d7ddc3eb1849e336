"""CSV, in and out: of our own columns, and as SDMX has it.

Source: RFC 4180; SDMX-CSV 1.0 and 2.0 field guides.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kenesh.basis.printable import visible
from kenesh.council.partners.rows import BESIDES, COLUMNS, MAX_CELL, Observation, Record
from kenesh.stix.files import Refusal

MAX_COLUMNS: Final = 200
_DELIMITERS: Final = ",;\t"
#: A spreadsheet runs what begins so: with their wide forms, which some read alike.
_FORMULA: Final = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: What stands in SDMX-CSV before the dimensions.
_FIXED: Final = ("DATAFLOW", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY")
_VALUE: Final = "OBS_VALUE"
Row = tuple[str, Mapping[str, str]]


def of_plain(octets: bytes, columns: Mapping[str, str]) -> Iterator[Record | Refusal]:
    """The rows of a table with our columns; `columns` say which of them has another name in this file."""
    found = {theirs: ours for ours, theirs in columns.items()}
    known = (*COLUMNS, *BESIDES)
    for row in _rows(octets):
        if isinstance(row, Refusal):
            yield row
            continue
        place, cells = row
        named = {found.get(name, name): text for name, text in cells.items()}
        if place == "line 2" and (odd := [name for name in named if name not in known]):
            yield Refusal(
                "line 1", f"No column of figures: {visible(', '.join(odd), 200)}. Known are {', '.join(known)}."
            )
        yield Record(place, {name: _unguarded(text) for name, text in named.items() if name in known})


def of_sdmx(octets: bytes, columns: Mapping[str, str]) -> Iterator[Observation | Refusal]:
    """The observations of SDMX-CSV, 1.0 or 2.0: what stands before `OBS_VALUE` are the dimensions."""
    for row in _rows(octets):
        if isinstance(row, Refusal):
            yield row
            continue
        place, cells = row
        if _VALUE not in cells:
            yield Refusal(place, f"There is no {_VALUE} in it.")
            continue
        if cells.get("ACTION") == "D":
            yield Refusal(place, "It says that an observation is deleted: withdraw that figure by hand.")
            continue
        names = list(cells)
        before = [name for name in names[: names.index(_VALUE)] if name not in _FIXED and not name.startswith("STRUC")]
        behind = names[names.index(_VALUE) + 1 :]
        flow = _code(cells.get("STRUCTURE_ID") or cells.get("DATAFLOW", ""))
        yield Observation(
            place,
            tuple((_code(name), _code(cells[name])) for name in before if cells[name]),
            {_code(name): _code(cells[name]) for name in behind if cells[name]},
            cells[_VALUE],
            flow,
            publisher=flow.partition(":")[0] if ":" in flow else "",
        )


def _code(text: str) -> str:
    """`CODE: what it is called` as the code. A dataflow is written `AGENCY:ID(1.0)`, without the space."""
    return text.partition(": ")[0].strip()


def _rows(octets: bytes) -> Iterator[Row | Refusal]:
    """The rows below the head, by the head's names; a row of another length is refused, and the next one is read."""
    try:
        text = octets.decode()
    except UnicodeDecodeError as error:
        yield Refusal(f"octet {error.start}", "It is no UTF-8. Save it as CSV in UTF-8.")
        return
    begin = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=begin.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = [name.strip() for name in next(reader, [])]
        if not 1 < len(head) <= MAX_COLUMNS or len(set(head)) < len(head):
            yield Refusal("line 1", "It is no row of different column names, parted by commas, semicolons or tabs.")
            return
        yield from _below(reader, head)
    except csv.Error as error:
        yield Refusal(f"line {reader.line_num}", f"The table breaks: {error}. What stood above it was read.")


def _below(reader: Iterator[list[str]], head: Sequence[str]) -> Iterator[Row | Refusal]:
    line = 1
    for cells in reader:
        line, place = reader.line_num, f"line {line + 1}"  # type: ignore[attr-defined]  # a csv.reader's
        if not any(cells):
            continue
        if len(cells) != len(head):
            yield Refusal(place, f"It has {len(cells)} cells, and the head {len(head)}.")
        elif any(len(cell) > MAX_CELL for cell in cells):
            yield Refusal(place, f"A cell has more than {MAX_CELL} characters.")
        else:
            yield place, dict(zip(head, cells, strict=True))


def written(rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
    """The same table going out: no cell begins a formula, and it is read again as it was."""
    names = (*COLUMNS, *BESIDES)
    yield _line(names)
    for row in rows:
        yield _line([_guarded(name, row.get(name, "")) for name in names])


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _guarded(name: str, text: str) -> str:
    """With an apostrophe before what a spreadsheet would run, and before an apostrophe. A value is digits alone."""
    return f"'{text}" if name != "value" and text.startswith((*_FORMULA, "'")) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text
