"""Lines made ready for an engine, batch by batch: decoded, numbered, escapes undone, headers read."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kenesh.edges.logs.files import Line, LogFile
from kenesh.watch.plan import FIRST_ZEEK_LAYOUT, JSON_LAYOUT, TEXT_LAYOUT
from kenesh.watch.ports import LogFormat

_MAX_ROWS: Final = 2 * 122_880
_MAX_CHARACTERS: Final = 64 << 20
#: A file may change its columns at every line; the engine's table of them stays small.
_MAX_LAYOUTS: Final = 256


@dataclass(frozen=True, slots=True)
class ZeekLayout:
    """Where in a row of Zeek's stands what the hunt asks for, counted from 1; None where it has no such column."""

    separator: str
    width: int
    ts: int | None
    host: int | None
    uri: int | None
    port: int | None


@dataclass(slots=True)
class Batch:
    """Rows for the engine, in columns.

    Attributes:
        numbers: the line to which a row belongs; the pieces of a long line share theirs.
        plain: the text with its escapes undone, where it has any that matter.
        zeek: Zeek's layouts, from `FIRST_ZEEK_LAYOUT` on.
        lines: how many lines begin here. malformed: how many of them are known not to be what their file says.
    """

    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    plain: list[str | None] = field(default_factory=list)
    layouts: list[int] = field(default_factory=list)
    zeek: list[ZeekLayout] = field(default_factory=list)
    lines: int = 0
    malformed: int = 0
    characters: int = 0

    def add(self, text: str, layout: int, *, begins: bool, plain: str | None = None) -> None:
        """One row more; it belongs to the line before unless it begins one."""
        self.lines += begins
        self.numbers.append(self.lines)
        self.texts.append(text)
        self.plain.append(plain)
        self.layouts.append(layout)
        self.characters += len(text)


def batches(files: Iterable[LogFile], *, max_characters: int = _MAX_CHARACTERS) -> Iterator[Batch]:
    """The lines of the files, comments and empty lines apart, in batches of bounded size."""
    batch = Batch()
    for file in files:
        reader = _READERS[file.log_format]()
        for line in file.lines():
            # A batch ends where a line begins, so that the pieces of a long one stand together and count once. Only a
            # line that is longer than a batch itself counts once in each.
            is_full = batch.characters >= max_characters or len(batch.texts) >= _MAX_ROWS
            if (is_full or len(batch.zeek) >= _MAX_LAYOUTS) and (line.begins or batch.characters >= 2 * max_characters):
                yield batch
                batch = Batch()
            reader.read(line, batch)
    yield batch


class _Text:
    """Reads free lines."""

    def __init__(self) -> None:
        self._in_comment = False

    def read(self, line: Line, batch: Batch) -> None:
        """Takes the line or piece into the batch, unless it is empty or a comment."""
        text, is_utf8 = _decoded(line.octets)
        if line.begins:
            self._in_comment = text.startswith("#")
        if self._in_comment or (line.is_whole and (not text or text.isspace())):
            if line.is_whole:
                self.header(text)
        elif line.is_whole and is_utf8:
            self.row(text, batch)
        else:
            batch.malformed += line.begins
            batch.add(_slashes(text), TEXT_LAYOUT, begins=line.begins)

    def header(self, text: str) -> None:
        """A comment says nothing here."""

    def row(self, text: str, batch: Batch) -> None:
        """Takes a line that is whole and UTF-8."""
        batch.add(_slashes(text), TEXT_LAYOUT, begins=True)


class _Json(_Text):
    """Reads JSON lines; whether each is JSON, the engine says."""

    def row(self, text: str, batch: Batch) -> None:
        batch.add(text, JSON_LAYOUT, begins=True, plain=_unescaped(text) if "\\" in text else None)


_ZEEK_SEPARATOR = re.compile(r"#separator ((?:\\x[0-7][0-9A-Fa-f])+)\s*")


class _Zeek(_Text):
    """Reads Zeek's rows by the header that stands above them."""

    def __init__(self) -> None:
        super().__init__()
        self._separator = "\t"
        self._zeek: ZeekLayout | None = None

    def header(self, text: str) -> None:
        if (separator := _ZEEK_SEPARATOR.fullmatch(text)) is not None:
            self._separator = _octets(separator[1]).decode()
        elif text.startswith("#fields"):
            self._zeek = _zeek_layout(self._separator, text.split(self._separator)[1:])

    def row(self, text: str, batch: Batch) -> None:
        zeek = self._zeek
        if zeek is None or text.count(zeek.separator) + 1 != zeek.width:
            batch.malformed += 1
            batch.add(_zeek_unescaped(text), TEXT_LAYOUT, begins=True)
            return
        if zeek not in batch.zeek:
            batch.zeek.append(zeek)
        if zeek.separator != "\t":
            text = text.replace("\t", " ").replace(zeek.separator, "\t")
        batch.add(_zeek_unescaped(text), FIRST_ZEEK_LAYOUT + batch.zeek.index(zeek), begins=True)


_READERS: Final[dict[LogFormat, type[_Text]]] = {
    LogFormat.TEXT: _Text,
    LogFormat.JSONL: _Json,
    LogFormat.ZEEK: _Zeek,
}


def _decoded(octets: bytes) -> tuple[str, bool]:
    octets = octets.removeprefix(codecs.BOM_UTF8).rstrip(b"\r")
    try:
        return octets.decode(), True
    except UnicodeDecodeError:
        return octets.decode(errors="replace"), False


def _slashes(text: str) -> str:
    """JSON inside a free line writes http:\\/\\/."""
    return text.replace("\\/", "/") if "\\/" in text else text


_JSON_ESCAPE = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\.", re.DOTALL)


def _unescaped(text: str) -> str:
    """The JSON text with every escape undone; it is searched and no longer JSON."""
    return _JSON_ESCAPE.sub(_json_character, text)


def _json_character(match: re.Match[str]) -> str:
    escape = match[0]
    if escape[1] in "bfnrt":
        return " "
    if escape[1] != "u" or len(escape) < 6:
        return escape[1]
    units: str = json.loads(f'"{escape}"')
    # A lone half of a surrogate pair stands for no letter, and no engine takes it.
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_ZEEK_ESCAPES = re.compile(r"\\\\|((?:\\x[0-9A-Fa-f]{2})+)")
_CONTROLS: Final = bytes(32 if octet < 32 else octet for octet in range(256))


def _zeek_unescaped(text: str) -> str:
    """The row with \\xHH undone: octets beyond ASCII, and separators that are part of a value. It makes no column."""
    if "\\x2c" in text:
        # Where a comma is escaped, the others part the members of a set, and must go before it is one of them.
        text = "\t".join(part.replace(",", " ") if "\\x2c" in part else part for part in text.split("\t"))
    return _ZEEK_ESCAPES.sub(_zeek_characters, text) if "\\x" in text else text


def _zeek_characters(match: re.Match[str]) -> str:
    return _octets(match[1]).translate(_CONTROLS).decode(errors="replace") if match[1] else match[0]


def _octets(escapes: str) -> bytes:
    return bytes.fromhex(escapes.replace("\\x", ""))


def _zeek_layout(separator: str, fields: list[str]) -> ZeekLayout:
    places = {name: place for place, name in enumerate(fields, 1)}
    return ZeekLayout(separator, len(fields), *(places.get(name) for name in ("ts", "host", "uri", "id.resp_p")))
