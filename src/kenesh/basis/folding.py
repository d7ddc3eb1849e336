"""Keys for search alone: spellings of one word in the council's scripts become one, and what is stored stays as it is.

Қазақстан, Qazaqstan and Kazakhstan are one; so are ISPARTA and Isparta, Şəki and Sheki. No identifier is compared by
such a key. Source: ADR 46; the table beside this module says its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import msgspec

#: So much of a text is looked at.
MAX_TEXT: Final = 200_000
_Short = Annotated[str, msgspec.Meta(max_length=4)]
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bb\u02bc\u00b4\u02b9\u02ba\u0307\u00ad\u200b"))


class _Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    same: tuple[str, ...]


class Folding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: by which letters two spellings are one."""

    version: int
    source: str
    letters: dict[_Short, _Short]
    either: dict[_Short, tuple[_Short, ...]]
    together: dict[_Short, _Short]
    name: tuple[_Name, ...]


@cache
def folding() -> Folding:
    """The table that ships."""
    octets = files("kenesh.basis").joinpath("folding.toml").read_bytes()
    return msgspec.toml.decode(octets, type=Folding)


@cache
def _tables() -> tuple[dict[int, str], ...]:
    """For each way of hearing what is heard in two, what every letter is searched as."""
    table = folding()
    ways = max(len(heard) for heard in table.either.values())
    return tuple(
        {
            ord(letter): text
            for letter, text in (
                *table.letters.items(),
                *((letter, heard[min(way, len(heard) - 1)]) for letter, heard in table.either.items()),
            )
        }
        for way in range(ways)
    )


@cache
def _names() -> Mapping[str, str]:
    """The key of each name of a party, by every key that one of its spellings has."""
    found: dict[str, str] = {}
    for name in folding().name:
        (first, *_) = _spelled(name.same[0])
        for spelling in name.same:
            found |= dict.fromkeys(_spelled(spelling), first)
    return found


@cache
def _pairs() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, folding().together)))


def search_keys(text: str) -> tuple[str, ...]:
    """The keys of a text, each once: words of a-z, 0-9 and letters of other scripts, parted by one space.

    There are two where a letter is heard in two ways, so that either finds it.
    """
    names = _names()
    found = (" ".join(names.get(word, word) for word in key.split()) for key in _spelled(text[:MAX_TEXT]))
    return tuple(dict.fromkeys(found))


def _spelled(text: str) -> tuple[str, ...]:
    """The keys without the names of parties."""
    # A capital I has one small letter here, with a dot or without: no locale decides. What is written in another
    # style (a bold or an enclosed letter) is first the letter that it is.
    small = unicodedata.normalize("NFKC", text).replace("\u0130", "i").casefold()
    small = unicodedata.normalize("NFKC", small).casefold().translate(_APOSTROPHES)
    return tuple(dict.fromkeys(_folded(small.translate(table)) for table in _tables()))


def _folded(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    # A letter that lost its accent may be one of the table.
    plain = plain.translate(_tables()[0])
    before = ""
    while before != plain:
        # What was two letters may be one of two again: until nothing changes.
        before = plain
        plain = _pairs().sub(lambda pair: folding().together[pair[0]], plain)
        plain = re.sub(r"([^\W\d_])\1+", r"\1", plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


def finds(wanted: str, text: str) -> bool:
    """Whether every word that is wanted begins a word of the text, by one of their keys."""
    keys = [f" {key}" for key in search_keys(text)]
    return any(
        bool(words) and all(any(f" {word}" in key for key in keys) for word in words)
        for words in (key.split() for key in search_keys(wanted))
    )
