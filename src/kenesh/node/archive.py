"""What a backup holds, before it is sealed: records one after another, and a last one that answers for all others.

A record is its length, and zlib over MessagePack. The first says whose it is and of which instant; the last one counts
the rows, names the SHA-256 of everything before it, and is signed with the node's key. Source: RFC 1950; msgpack.org.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.problem import DamagedProblem, Problem

FORMAT: Final = 1
#: A record holds one row at least, and no row is as large.
_MAX_RECORD: Final = 256 * 2**20
_LENGTH: Final = 4
#: Whatever a column holds.
_VALUES: Final = frozenset((int, str, bytes, type(None)))


class Head(msgspec.Struct, frozen=True, tag="head"):
    """Whose backup it is, and of which instant (microseconds)."""

    format: int
    party: str
    name: str
    kid: str
    made_at: int
    release: str
    revision: str
    database: str


class Kept(msgspec.Struct, frozen=True, tag="file"):
    """A file of the home."""

    name: str
    octets: bytes


class Part(msgspec.Struct, frozen=True, tag="rows"):
    """Some rows of a table."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]  # MessagePack tells texts from octets; `_read` lets nothing else in


class End(msgspec.Struct, frozen=True, tag="end"):
    """What everything before it amounts to. `signature` is the node's, over `sha256`."""

    rows: dict[str, int]
    sha256: bytes
    signature: str


Record = Head | Kept | Part | End
_DECODER: Final = msgspec.msgpack.Decoder(Record)


def framed(record: Record) -> bytes:
    """The record as it is written."""
    packed = zlib.compress(msgspec.msgpack.encode(record), 1)
    return len(packed).to_bytes(_LENGTH, "big") + packed


def written(records: Iterator[Head | Kept | Part], sign: Callable[[bytes], str]) -> Iterator[bytes]:
    """The records, and the end that answers for them."""
    digest, rows = sha256(), dict[str, int]()
    for record in records:
        octets = framed(record)
        digest.update(octets)
        if isinstance(record, Part):
            rows[record.table] = rows.get(record.table, 0) + len(record.rows)
        yield octets
    yield framed(End(rows, digest.digest(), sign(digest.digest())))


class Pipe(io.RawIOBase):
    """Pieces of octets, read as a file. What went wrong while one was made is kept in `failed`."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.failed: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what a file is asked for
        while not self._rest:
            try:
                self._rest = memoryview(next(self._pieces))
            except StopIteration:
                return 0
            except (Problem, OSError, SQLAlchemyError) as error:
                self.failed = error
                raise
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class Reading:
    """Takes the octets of an archive as they come, and hands on each record once it is whole."""

    def __init__(self, take: Callable[[Head | Kept | Part], None]) -> None:
        self._take = take
        self._buffer = bytearray()
        self._digest = sha256()
        self._rows: dict[str, int] = {}
        self.head: Head | None = None
        self.end: End | None = None

    def write(self, octets: bytes, /) -> int:
        """Raises DamagedProblem where they are no archive."""
        self._buffer += octets
        while len(self._buffer) >= _LENGTH:
            stop = _LENGTH + int.from_bytes(self._buffer[:_LENGTH], "big")
            if stop > _MAX_RECORD:
                raise _damaged("a record of it is too large")
            if len(self._buffer) < stop:
                break
            whole = bytes(self._buffer[:stop])
            del self._buffer[:stop]
            self._record(whole)
        return len(octets)

    def flush(self) -> None:
        """Nothing waits but what is not whole yet."""

    def _record(self, octets: bytes) -> None:
        record = _read(octets)
        if self.end is not None or isinstance(record, Head) is not (self.head is None):
            raise _damaged("its records are out of order")
        if isinstance(record, End):
            self.end = record
            return
        if isinstance(record, Head):
            self.head = _known(record)
        if isinstance(record, Part):
            self._rows[record.table] = self._rows.get(record.table, 0) + len(record.rows)
        self._digest.update(octets)
        self._take(record)

    def finish(self) -> tuple[Head, End]:
        """Its first and last record.

        Raises:
            DamagedProblem: it does not end, or is not what its end says.
        """
        if self.head is None or self.end is None or self._buffer:
            raise _damaged("its end is missing")
        if (self.end.rows, self.end.sha256) != (self._rows, self._digest.digest()):
            raise _damaged("it is not what its end says")
        return self.head, self.end


def _read(octets: bytes) -> Record:
    opening = zlib.decompressobj()
    try:
        plain = opening.decompress(octets[_LENGTH:], _MAX_RECORD)
        if not opening.eof:
            raise _damaged("a record of it is too large")
        record: Record = _DECODER.decode(plain)
    except (zlib.error, *UNREADABLE):
        raise _damaged("a record of it cannot be read") from None
    if isinstance(record, Part) and not all(type(value) in _VALUES for row in record.rows for value in row):
        raise _damaged("a row of it holds what no column does")
    return record


def _known(head: Head) -> Head:
    if head.format != FORMAT:
        raise DamagedProblem(
            f"The backup has format {head.format}, and this release reads {FORMAT}.",
            advice=f"Restore it with the release that made it: {head.release[:40]}.",
        )
    return head


def _damaged(why: str) -> DamagedProblem:
    return DamagedProblem(f"The backup is damaged: {why}.", advice="Take another copy of it, or an older backup.")
