"""The records of a table: a line each, but where a cell in quotation marks goes on in the next line.

A quotation mark that nobody closes must not swallow the table: a record ends within so many characters and has as many
cells as the table has columns, or its first line is read alone.

Source: RFC 4180 §2 (5 to 7).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

MAX_RECORD: Final = 100_000

_QUOTED: Final = re.compile(r'"(?:[^"]|"")*+"')


def is_remark(line: str) -> bool:
    return line.lstrip().startswith(("#", "//"))


def records(lines: Sequence[str], delimiter: str, width: int) -> Iterator[tuple[int, str]]:
    """Each record with the number of its first line; what is blank or a remark is none. `width`: 0 where not known."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip() or is_remark(line):
            index += 1
            continue
        stop = _end(lines, index, delimiter, width) if delimiter and '"' in line else index + 1
        yield index + 1, "\n".join(lines[index:stop])
        index = stop


def cells(record: str, delimiter: str) -> list[str]:
    """The cells of a record; a list has one."""
    return next(csv.reader([record], delimiter=delimiter, strict=False), []) if delimiter else [record]


def _end(lines: Sequence[str], start: int, delimiter: str, width: int) -> int:
    """The index after the record's last line."""
    is_open, stop, length = False, start, 0
    while stop < len(lines) and length <= MAX_RECORD:
        is_open = _leaves_open(lines[stop], delimiter, is_open)
        length += len(lines[stop]) + 1
        stop += 1
        if not is_open:
            break
    if is_open or length > MAX_RECORD:
        return start + 1
    if stop > start + 1 and width and len(cells("\n".join(lines[start:stop]), delimiter)) != width:
        return start + 1
    return stop


def _leaves_open(line: str, delimiter: str, is_open: bool) -> bool:
    """Whether a cell in quotation marks goes on after the line; `is_open`: whether one did before it."""
    text = '"' + line if is_open else line
    whole = _whole_cells(delimiter).match(text)
    rest = text[whole.end() :] if whole else text
    return rest.startswith('"') and _QUOTED.match(rest) is None


@lru_cache(8)
def _whole_cells(delimiter: str) -> re.Pattern[str]:
    """The cells of a line up to its last delimiter that stands in no quotation marks."""
    mark = re.escape(delimiter)
    return re.compile(rf'(?:(?:{_QUOTED.pattern}[^{mark}]*+|[^"{mark}][^{mark}]*+|){mark})*+')
