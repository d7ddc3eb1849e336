"""Lists and tables: which column holds the values is guessed, and a person may say it.

A list is a table of one column. A line that begins with # or // is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.edges.formats.text.doubts import doubt_of
from kenesh.edges.formats.text.records import MAX_RECORD, cells, is_remark, records
from kenesh.holdings.proposing import MAX_SENTENCE, Found
from kenesh.stix.files import Refusal
from kenesh.watch.values import recognise

#: So many rows are looked at before it is said what a text is.
_LOOKED_AT: Final = 200
_DELIMITERS: Final = (",", ";", "\t")
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 8192
#: Of so many cells of a column that are not empty, this share must be values for it to be guessed.
_SHARE: Final = 0.5
_LIST_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Shape:
    """How a text is a table: what parts its cells ('' for a list), and whether the first row names the columns."""

    delimiter: str
    header: tuple[str, ...]
    values: tuple[int, ...]
    width: int = 1


def shape_of(lines: Sequence[str], columns: Mapping[str, str]) -> Shape | None:
    """The shape of a text by its first lines; None where it is no table.

    Raises:
        UsageProblem: a column that was named is not there.
    """
    begin = lines[:_LOOKED_AT]
    sample = [line for line in begin if line.strip() and not is_remark(line)]
    if not sample:
        return None
    if not columns and sum(recognise(line) is not None for line in sample) >= max(1, _LIST_SHARE * len(sample)):
        return Shape("", (), (0,))
    for delimiter in _DELIMITERS if max(map(len, sample)) <= MAX_RECORD else ():
        rows = [cells(record, delimiter) for _, record in records(begin, delimiter, 0)]
        width = len(rows[0])
        if not 2 <= width <= MAX_COLUMNS or sum(len(row) == width for row in rows) < 0.9 * len(rows):
            continue
        header = () if any(recognise(cell) for cell in rows[0]) else tuple(cell.strip() for cell in rows[0])
        found = _named(columns, header, width) or _guessed(rows[1:] if header else rows, width)
        if found:
            return Shape(delimiter, header, found, width)
    if columns:
        raise UsageProblem("It is no table, so --column says nothing of it.", advice="Leave --column away.")
    return None


def _named(columns: Mapping[str, str], header: tuple[str, ...], width: int) -> tuple[int, ...]:
    wanted = columns.get("value")
    if wanted is None:
        return ()
    if wanted in header:
        return (header.index(wanted),)
    if wanted.isdecimal() and wanted.isascii() and 1 <= int(wanted) <= width:
        return (int(wanted) - 1,)
    names = ", ".join(header) or f"1 to {width}"
    raise UsageProblem(f"There is no column {visible(wanted, 60)}.", advice=f"Say one of {visible(names, 300)}.")


def _guessed(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Every column that is mostly values."""
    found = []
    for index in range(width):
        cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
        if cells and sum(recognise(cell) is not None for cell in cells) >= _SHARE * len(cells):
            found.append(index)
    return tuple(found)


def of_table(lines: Sequence[str], shape: Shape) -> Iterator[Found | Refusal]:
    """The values of a list or table, each with its row; a cell that is none is refused with its place."""
    is_head = bool(shape.header)
    for number, record in records(lines, shape.delimiter, shape.width):
        if is_head:
            is_head = False
            continue
        if len(record) > MAX_RECORD:
            yield Refusal(f"line {number}", f"It has more than {MAX_RECORD} characters.")
            continue
        row = cells(record, shape.delimiter)
        for index in shape.values:
            cell = row[index].strip() if index < len(row) else ""
            if not cell:
                continue
            place = f"line {number}" if len(shape.values) == 1 else f"line {number}, column {index + 1}"
            if len(cell) > MAX_CELL or (atom := recognise(cell)) is None:
                yield Refusal(place, f"'{visible(cell, 80)}' is no address, domain, URL, hash or e-mail address.")
                continue
            yield Found(place, atom.kind.value, atom.value, _told(row, shape)[:MAX_SENTENCE], doubt_of(atom))


def _told(row: Sequence[str], shape: Shape) -> str:
    """The row as a sentence."""
    if not shape.delimiter:
        return row[0].strip()
    names = shape.header or tuple(str(number + 1) for number in range(len(row)))
    said = (cell.strip().replace("\n", " ") for cell in row)
    return "; ".join(f"{name}: {cell}" for name, cell in zip(names, said, strict=False) if cell)
