"""Which format a file is of is told by its content, never by its name; gzip is opened on the way.

A new format is one line in `FORMATS`.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, cast

from kenesh.edges.formats.csaf import reading as csaf
from kenesh.edges.formats.misp import reading as misp
from kenesh.edges.formats.misp.feed import feed_pieces
from kenesh.edges.formats.text import reading as text
from kenesh.holdings.proposing import Found
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.streaming import split

Part = Piece | Refusal | Found
#: Which column of a table is what, by what it holds (`value`): a number from 1 on, or its name.
Columns = Mapping[str, str]

#: So much of a file's beginning is looked at.
BEGIN_OCTETS: Final = 65_536
#: A compressed file may open to so much; what is larger is imported uncompressed.
MAX_OPENED_OCTETS: Final = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """One format that is read.

    Attributes:
        claims: whether a file that begins so is of this format; asked in the order of `FORMATS`.
        pieces: its objects as STIX 2.1, in the order of the file (of a text, the values found in it), and a refusal for
            each part that cannot be taken in. Asked with the columns that a person named.
    """

    name: str
    claims: Callable[[bytes], bool]
    pieces: Callable[[BinaryIO, Columns], Iterator[Part]]


def _no_table(read: Callable[[BinaryIO], Iterator[Piece | Refusal]]) -> Callable[[BinaryIO, Columns], Iterator[Part]]:
    """A format that has no columns."""

    def pieces(source: BinaryIO, columns: Columns) -> Iterator[Part]:
        if columns:
            yield Refusal("file", "It is no table, so --column says nothing of it. Leave --column away.")
            return
        yield from read(source)

    return pieces


#: STIX comes last: it claims everything, and says what is wrong with what is none.
FORMATS: Final[tuple[Format, ...]] = (
    Format("misp", misp.claims, _no_table(misp.pieces)),
    Format("csaf", csaf.claims, _no_table(csaf.pieces)),
    Format("pdf", text.is_pdf, text.pdf_pieces),
    Format("text", text.is_text, text.pieces),
    Format("stix", lambda begin: True, _no_table(split)),
)


def pieces(source: BinaryIO | Path, columns: Columns = MappingProxyType({})) -> Iterator[Part]:
    """The objects of a file of any format that is read, and a refusal for each part that cannot be taken in.

    A folder that is given by its path is a feed of MISP's. `columns` say which column of a table is what.
    """
    if isinstance(source, Path):
        yield from feed_pieces(source)
        return
    opened = _buffered(source)
    try:
        is_gzip = opened.peek(2)[:2] == b"\x1f\x8b"
        yield from _of_gzip(opened, columns) if is_gzip else _of_plain(opened, columns)
    finally:
        # Who opened the source closes it.
        opened.detach()


def _of_plain(opened: BufferedReader, columns: Columns) -> Iterator[Part]:
    begin = opened.peek(BEGIN_OCTETS)[:BEGIN_OCTETS]
    chosen = next(one for one in FORMATS if one.claims(begin))
    yield from chosen.pieces(cast(BinaryIO, opened), columns)


def _of_gzip(opened: BufferedReader, columns: Columns) -> Iterator[Part]:
    with gzip.GzipFile(fileobj=cast(BinaryIO, opened)) as unpacked:
        bounded = _Bounded(unpacked, MAX_OPENED_OCTETS)
        yield from _of_plain(_buffered(cast(BinaryIO, bounded)), columns)
        if bounded.fault:
            yield Refusal("file", bounded.fault)


def _buffered(source: BinaryIO) -> BufferedReader:
    return BufferedReader(cast(RawIOBase, source), BEGIN_OCTETS)


class _Bounded(RawIOBase):
    """A compressed stream that ends early where it breaks or has no end in sight; `fault` says so afterwards."""

    def __init__(self, source: gzip.GzipFile, most: int) -> None:
        self._source, self._left, self._most = source, most, most
        self.fault = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer is given
        if self.fault:
            return 0
        try:
            octets = self._source.read1(min(len(buffer), self._left))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self.fault = f"Its compression breaks: {error}. What came before was read; fetch it again."
            return 0
        self._left -= len(octets)
        if not self._left:
            self.fault = f"Opened, it has {self._most} octets or more, and no more was read. Import it uncompressed."
        buffer[: len(octets)] = octets
        return len(octets)
