"""A file of figures, whatever its format: bounded before anything parses it, and told by its content.

No network is asked for anything: a file is read with what stands in it, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.partners.rows import Observation, Record, record_of
from kenesh.edges.formats.statistics import sdmx, table
from kenesh.stix.files import Refusal

MAX_OCTETS: Final = 16 * 1024 * 1024
#: So many rows or observations of one file are read.
MAX_ROWS: Final = 100_000
_MARK: Final = b"\xef\xbb\xbf"
Part = Record | Observation | Refusal
Reader = Callable[[bytes, Mapping[str, str]], Iterator[Part]]
_SDMX_HEAD: Final = re.compile(rb'"?(DATAFLOW|STRUCTURE(\[.\])?)"?[,;\t]')

#: Each format, and how it is read.
READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {"sdmx-ml": sdmx.of_ml, "sdmx-json": sdmx.of_json, "sdmx-csv": table.of_sdmx, "csv": table.of_plain}
)


def format_of(octets: bytes) -> str:
    """Which format it is, by its beginning."""
    begin = octets[:4096].lstrip()
    if begin.startswith(b"<"):
        return "sdmx-ml"
    if begin.startswith(b"{"):
        return "sdmx-json"
    return "sdmx-csv" if _SDMX_HEAD.match(begin) else "csv"


def read_figures(
    source: BinaryIO, kind: str = "", columns: Mapping[str, str] = MappingProxyType({}), *, levels: bool = False
) -> Iterator[Record | Refusal]:
    """The rows of a file, and a refusal for each that cannot be read. `kind` is one of `READERS`; "" finds it.

    `columns` say which column or concept is what; `levels`: an observation held at the end of its period.
    """
    octets = source.read(MAX_OCTETS + 1).removeprefix(_MARK)
    if len(octets) > MAX_OCTETS:
        yield Refusal("file", f"It has more than {MAX_OCTETS} octets, and nothing of it was read. Split it.")
        return
    if kind and kind not in READERS:
        yield Refusal("file", f"'{visible(kind, 40)}' is no format that is read: {', '.join(READERS)}.")
        return
    for number, part in enumerate(READERS[kind or format_of(octets)](octets, columns)):
        if number >= MAX_ROWS:
            yield Refusal(part_place(part), f"No more than {MAX_ROWS} rows of a file are read. Split it.")
            return
        if not isinstance(part, Observation):
            yield part
            continue
        try:
            yield record_of(part, columns, levels=levels)
        except UsageProblem as problem:
            yield Refusal(part.place, problem.detail)


def part_place(part: Part) -> str:
    """Where it stands in its file."""
    return part.path if isinstance(part, Refusal) else part.place
