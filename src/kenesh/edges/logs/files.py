"""Log files as they are found: which there are, how each is packed and written, and its lines, bounded."""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.watch.ports import LogFormat

#: A longer line is malformed: it is searched in pieces of this size, and counted once.
MAX_LINE: Final = 1 << 20
_BLOCK: Final = 1 << 20
_HEAD: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"\x04\x22\x4d\x18": "lz4",
}
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Octets(Protocol):
    """What a file, a gzip file and a transcoder have in common."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Packing(Enum):
    """What has to be undone before there are lines of UTF-8."""

    NONE = "none"
    GZIP = "gzip"
    UTF_16 = "utf-16"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file, its packing undone when it is read."""

    path: Path
    packing: Packing
    log_format: LogFormat

    def lines(self) -> Iterator[Line]:
        """Its lines without their ends, in pieces of bounded length.

        Raises:
            UsageProblem: it can no longer be read.
        """
        try:
            with closing(_opened(self.path, self.packing)) as stream:
                yield from _lines(stream)
        except OSError as error:
            raise _unreadable(error, self.path) from None


class Line(NamedTuple):
    """A line, or a piece of one.

    Attributes:
        begins: whether the line begins here. is_whole: whether nothing of it is missing or cut.
    """

    octets: bytes
    begins: bool
    is_whole: bool


def log_files(paths: Iterable[Path], log_format: LogFormat) -> list[LogFile]:
    """The files, and the regular files in the folders, each once; links to folders are not followed.

    All are opened before the first is searched, so that no hunt ends half-way for want of a right to read.

    Raises:
        UsageProblem: there is no such file, it cannot be read, or it is packed in a way that is not read here.
    """
    files = []
    for path in paths:
        try:
            files += [_log_file(file, log_format) for file in dict.fromkeys(file.resolve() for file in _files(path))]
        except OSError as error:
            raise _unreadable(error, path) from None
    return list(dict.fromkeys(files))


def _unreadable(error: OSError, path: Path) -> UsageProblem:
    return UsageProblem(f"{visible(str(error.filename or path))} cannot be read: {error.strerror or 'it breaks off'}.")


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for folder, folders, names in os.walk(path, onerror=_raised):
            folders.sort()
            yield from (file for name in sorted(names) if (file := Path(folder, name)).is_file())
    elif path.is_file():
        yield path
    else:
        raise UsageProblem(f"There is no log at {visible(str(path))}.", advice="Name a file or a folder of files.")


def _raised(error: OSError) -> None:
    raise error


def _log_file(path: Path, log_format: LogFormat) -> LogFile:
    with path.open("rb") as stream:
        magic = stream.read(8)
    for start, name in _PACKED.items():
        if magic.startswith(start):
            raise UsageProblem(f"{visible(str(path))} is packed with {name}.", advice="Unpack it first, or use gzip.")
    # Windows' own tools write UTF-16.
    packing = Packing.GZIP if magic.startswith(_GZIP) else Packing.UTF_16 if magic[:2] in _UTF_16 else Packing.NONE
    with closing(_opened(path, packing)) as opened:
        head = next(_blocks(opened, _HEAD), None) or b""
    return LogFile(path, packing, _written(head, log_format))


def _opened(path: Path, packing: Packing) -> Octets:
    if packing is Packing.GZIP:
        return gzip.open(path, "rb")
    stream = path.open("rb")
    return codecs.EncodedFile(stream, "utf-8", "utf-16", "replace") if packing is Packing.UTF_16 else stream


def _written(head: bytes, said: LogFormat) -> LogFormat:
    """How the file is written, by its first lines where it is not said. Zeek writes rows or JSON."""
    if said in (LogFormat.JSONL, LogFormat.TEXT):
        return said
    lines = [line.strip() for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n") if line.strip()]
    if any(line.startswith((b"#separator", b"#fields")) for line in lines[:10]):
        return LogFormat.ZEEK
    rows = [line for line in lines[:50] if not line.startswith(b"#")]
    if rows and 2 * sum(row.startswith(b"{") for row in rows) >= len(rows):
        return LogFormat.JSONL
    return LogFormat.ZEEK if said is LogFormat.ZEEK else LogFormat.TEXT


def _lines(stream: Octets) -> Iterator[Line]:
    carry, begins = b"", True
    for block in _blocks(stream):
        if block is None:
            yield Line(carry, begins, False)
            return
        *whole, carry = (carry + block).split(b"\n")
        for octets in whole:
            yield Line(octets, begins, begins and len(octets) <= MAX_LINE)
            begins = True
        while len(carry) > MAX_LINE:
            cut = _cut(carry)
            yield Line(carry[:cut], begins, False)
            carry, begins = carry[cut:], False
    if carry:
        yield Line(carry, begins, begins)


def _blocks(stream: Octets, size: int = _BLOCK) -> Iterator[bytes | None]:
    """The octets; None where the packing breaks off."""
    while True:
        try:
            block = stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield None
            return
        if not block:
            return
        yield block


def _cut(octets: bytes) -> int:
    """Where a line that is too long is parted: if it can be at a blank or a quote, so that no value is."""
    near = octets[MAX_LINE - 4096 : MAX_LINE]
    return MAX_LINE - 4095 + max(near.rfind(b" "), near.rfind(b'"'), near.rfind(b"\t"))
