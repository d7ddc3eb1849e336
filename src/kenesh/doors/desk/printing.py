"""How what others wrote is put on a page: hidden characters visible, values defanged, moments in UTC, never a link."""

from __future__ import annotations

import re
from typing import Final

from kenesh.basis.instants import short_timestamp
from kenesh.basis.printable import visible

MAX_LINES: Final = 60
_HTTP = re.compile(r"(?<![a-z])(h)tt(ps?://)", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"(?<=[a-z0-9])(?<!hxxp)(?<!hxxps)://", re.ASCII | re.IGNORECASE)
_QUAD = re.compile(r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\w)", re.ASCII)
# A dot that a mail program or a chat would make a link of: inside a word, before a letter.
_DOT = re.compile(r"(?<=[\w\-\]])[.\u3002\uff0e\uff61](?=[^\W\d_])")
_AT = re.compile(r"(?<=\w)[@\uff20](?=[\w\[])")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z", re.ASCII)


def said(text: str, limit: int = 400) -> str:
    """The text so that it can be read as a sentence, and nothing in it works when it is copied or made a link of."""
    shown = _QUAD.sub(r"\1[.]\2[.]\3[.]\4", visible(text, limit))
    shown = _AT.sub("[@]", _DOT.sub("[.]", shown))
    return _SCHEME.sub("[://]", _HTTP.sub(r"\1xx\2", shown)) if "://" in shown else shown


def lines(text: str, limit: int = 4000) -> list[str]:
    """A longer text, line by line: its own line breaks are the only hidden characters that count as what they are."""
    cut = text[:limit] + ("…" if len(text) > limit else "")
    found = [said(line, limit) for line in cut.replace("\r\n", "\n").split("\n")]
    return [*found[:MAX_LINES], "…"] if len(found) > MAX_LINES else found


def whole(text: str) -> str:
    """All of a text, which people adopt: hidden characters are shown, and nothing else is another than it is.

    Lines and tabs are what everybody sees of a text, however its file ends a line.
    """
    parts = re.split(r"(\r?\n|\t)", text)
    return "".join(part.lstrip("\r") if at % 2 else visible(part, len(part)) for at, part in enumerate(parts))


def is_moment(text: str) -> bool:
    """Whether the text is a timestamp as STIX writes it."""
    return _MOMENT.fullmatch(text) is not None


def spelled(timestamp: str) -> str:
    """A STIX timestamp for people, every digit kept: 2026-01-31 23:59:59.000Z."""
    return timestamp.replace("T", " ", 1)


def machine_moment(instant: int) -> str:
    """What stands in a `datetime` attribute."""
    return short_timestamp(instant).replace(" ", "T")


def counted(number: int) -> str:
    """A whole number in groups of three, which no language reads as a fraction."""
    return f"{number:,}".replace(",", "\u00a0")
