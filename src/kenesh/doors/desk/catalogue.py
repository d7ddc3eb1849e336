"""Catalogues of translations, read from the .po files themselves: what a translator writes is what runs.

Source: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files". Read is what our files have:
entries with or without plural, without context. Fuzzy entries do not count. Babel is the oracle in the tests.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from gettext import GNUTranslations
from io import BytesIO
from typing import Final

_MO_MAGIC: Final = 0x950412DE
_HEADER: Final = struct.Struct("<7I")
_STRING = re.compile(r'(msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(slots=True)
class Entry:
    """One message: what stands after each keyword."""

    texts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        plural = self.texts.get("msgid_plural")
        return self.texts.get("msgid", "") + ("" if plural is None else f"\0{plural}")

    @property
    def translation(self) -> str:
        return "\0".join(text for keyword, text in sorted(self.texts.items()) if keyword.startswith("msgstr"))


def entries(text: str) -> Iterator[Entry]:
    """The entries of a .po file, the header (whose key is empty) among them.

    Raises:
        ValueError: a line is none of what our files have.
    """
    for block in re.split(r"\n\s*\n", text):
        entry, keyword = Entry(), ""
        for number, line in enumerate(block.strip().splitlines(), 1):
            if line.startswith("#"):
                entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
                continue
            match = _STRING.fullmatch(line.strip())
            if match is None or not (match[1] or keyword):
                raise ValueError(f"line {number} of the entry {block[:60]!r} is no string")
            keyword = match[1] or keyword
            said = _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), match[2])
            entry.texts[keyword] = entry.texts.get(keyword, "") + said
        if entry.texts:
            yield entry


def compiled(text: str) -> bytes:
    """The catalogue as the .mo file that the standard library reads."""
    messages = {e.key: e.translation for e in entries(text) if not e.is_fuzzy and e.translation.strip("\0")}
    keys = sorted(messages, key=str.encode)
    ids, strings = [key.encode() for key in keys], [messages[key].encode() for key in keys]
    start = _HEADER.size
    data_at = start + 16 * len(keys)
    tables, data = [], bytearray()
    for texts in (ids, strings):
        for octets in texts:
            tables.append(struct.pack("<2I", len(octets), data_at + len(data)))
            data += octets + b"\0"
    header = _HEADER.pack(_MO_MAGIC, 0, len(keys), start, start + 8 * len(keys), 0, data_at)
    return header + b"".join(tables) + bytes(data)


def translations(text: str) -> GNUTranslations:
    """The catalogue, ready to ask; plural forms are those that its header states."""
    return GNUTranslations(BytesIO(compiled(text)))
