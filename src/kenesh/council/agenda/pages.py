"""A page as lines of text, from plain text or HTML; bounded, and without what is no text of it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, TooLargeProblem
from kenesh.council.agenda.patterns import whole
from kenesh.council.agenda.rules import PageWords, shipped

MAX_OCTETS: Final = 2 * 1024 * 1024
MAX_LINES: Final = 50_000
#: A condition longer than this is told by its beginning.
_MAX_CONDITION: Final = 600
_MAX_NAME: Final = 80
_NO_CONDITION: Final = "The page states none: ask its publisher before passing an excerpt on."

_ENCODING: Final = re.compile(r"utf-8-sig|utf-16|(?:windows-|cp)125\d|koi8-[ru]|iso-8859-\d{1,2}", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{1,40})""", re.IGNORECASE | re.ASCII)
#: No tag of a page is longer.
_MAX_TAG: Final = 4_000
#: A page's date before its first words is none of them.
_DATED: Final = re.compile(r"^(?:date:?\s)?\d{4}-\d\d-\d\d\s")
_PUBLISHED: Final = frozenset({"article:published_time", "datepublished", "date", "dc.date", "og:published_time"})
_IS_HTML: Final = re.compile(
    r"\s{0,200}(?:<!--.{0,2000}?-->\s{0,50})?<(?:!doctype html|html|head|body|div|p|h1)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page with its number in the file; `ends`: the next is no continuation of it."""

    number: int
    text: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says.

    Attributes:
        condition: under which condition it may be reproduced, in its own words.
        source: whom the condition says to name; '' where it names nobody.
        published: its date as a machine-readable mark of it says; '' where there is none.
    """

    lines: tuple[Line, ...]
    condition: str
    source: str
    published: str


def page_of(octets: bytes, name: str) -> Page:
    """The page that a file holds.

    Raises:
        TooLargeProblem: it has more than 2 MiB or 50,000 lines.
        DamagedProblem: it is empty, or no text.
    """
    shown = visible(name, 200)
    if len(octets) > MAX_OCTETS:
        raise TooLargeProblem(f"{shown} has {len(octets)} octets.", advice=f"A page may have {MAX_OCTETS}.")
    text = _decoded(octets, shown)
    if text.count("\n") + text.count("\r") > MAX_LINES:
        raise TooLargeProblem(f"{shown} has too many lines.", advice=f"A page may have {MAX_LINES}.")
    published = ""
    if _IS_HTML.match(text):
        parser = _Html()
        parser.feed(_parsable(text))
        parser.close()
        parser.ended()
        lines, published = parser.lines, parser.published
    else:
        lines = [Line(number, _plain(line)) for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1)]
    if not any(line.text for line in lines):
        raise DamagedProblem(f"{shown} holds no text.", advice="Give a page as plain text or HTML.")
    condition = _condition(lines)
    return Page(tuple(lines), condition or _NO_CONDITION, _named(condition), published)


def _decoded(octets: bytes, name: str) -> str:
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        declared = _CHARSET.search(octets[:4096])
        encoding = declared[1].decode() if declared else "utf-8"
    if re.fullmatch(r"utf-?8", encoding, re.IGNORECASE):
        encoding = "utf-8-sig"
    try:
        text = octets.decode(encoding) if _ENCODING.fullmatch(encoding) else octets.decode("utf-8-sig")
    except (UnicodeError, LookupError):
        raise DamagedProblem(
            f"{name} is no text in {visible(encoding, 40)}.", advice="Save it as UTF-8 and give it again."
        ) from None
    if "\0" in text:
        raise DamagedProblem(f"{name} is no text: it holds zeros.", advice="Give a page as plain text or HTML.")
    return text


def _parsable(text: str) -> str:
    """HTML without comments, and without what opens a tag and ends none: a parser seeks the end of each to the last."""
    pieces, start = [], 0
    while (begins := text.find("<!--", start)) >= 0:
        ends = text.find("-->", begins + 4)
        pieces.append(text[start:begins])
        # The lines that a comment filled are counted on.
        pieces.append("\n" * text.count("\n", begins, ends if ends >= 0 else len(text)))
        start = ends + 3 if ends >= 0 else len(text)
    pieces.append(text[start:])
    return re.sub(rf"<(?![^<>]{{0,{_MAX_TAG}}}>)", "&lt;", "".join(pieces))


def _plain(text: str) -> str:
    """One kind of space, none at the ends, and no soft hyphens."""
    return re.sub(r"[^\S\n]+", " ", text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")).strip()


class _Html(HTMLParser):
    """Blocks of text with the line on which each begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.published = ""
        self._words = shipped(PageWords, "page.toml")
        self._text: list[str] = []
        self._line = 0
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if (
            not self.published
            and tag == "meta"
            and {given.get("property"), given.get("name"), given.get("itemprop")} & _PUBLISHED
        ):
            self.published = given.get("content", "")[:40]
        if not self.published and tag == "time":
            self.published = given.get("datetime", "")[:40]
        if tag in self._words.skipped and len(self._skipped) < 100:
            self._skipped.append(tag)
        if tag in self._words.block:
            self.ended()

    def handle_endtag(self, tag: str) -> None:
        if self._skipped and tag == self._skipped[-1]:
            self._skipped.pop()
        if tag in self._words.block:
            self.ended()

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if not self._text and data.strip():
            self._line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        if self._text or data.strip():
            self._text.append(data)

    def ended(self) -> None:
        """What was read so far is a block."""
        text = _plain(" ".join("".join(self._text).split()))
        if text:
            self.lines.append(Line(self._line, text, ends=True))
        self._text = []


@cache
def _of_condition() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = shipped(PageWords, "page.toml")
    says = whole([word for word in words.condition if word[0].isalpha()]).pattern
    marks = "|".join(re.escape(word) for word in words.condition if not word[0].isalpha())
    named = "|".join(f"(?:{re.escape(word)})" for word in sorted(words.named_after, key=lambda word: -len(word)))
    name = r"[^.,;:()<>\n]{2,120}"
    return re.compile(f"{says}|{marks}", re.IGNORECASE), re.compile(rf"(?:{named})\s+({name})", re.IGNORECASE)


def _condition(lines: list[Line]) -> str:
    """The sentences in which the page says how it may be reproduced, each once, in their order."""
    says = _of_condition()[0]
    found: list[str] = []
    for line in lines:
        if not says.search(line.text):
            continue
        # A remark of a publisher is short; what goes on for long is the page's own text that speaks of the like.
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZА-ЯЁ©])", _DATED.sub("", line.text)):
            if len(sentence) <= _MAX_CONDITION // 2 and says.search(sentence) and sentence not in found:
                found.append(sentence)
    return " ".join(found)[:_MAX_CONDITION]


def _named(condition: str) -> str:
    """Whom the condition says to name."""
    found = _of_condition()[1].search(condition)
    if found is None:
        return ""
    name = re.split(r"\s(?:is|are|обязательн\w*|необходим\w*|запрещен\w*|запрещена)\b", found[1])[0]
    return name.strip(" «»“”\"'–—-")[:_MAX_NAME]


def told_condition(line: str) -> bool:
    """Whether a line speaks of reproduction, so that it is no statement."""
    return len(line) <= _MAX_CONDITION and _of_condition()[0].search(line) is not None
