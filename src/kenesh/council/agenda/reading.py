"""Paragraphs and sentences of a page, each with the line on which it begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kenesh.council.agenda.pages import Line
from kenesh.council.agenda.patterns import one_of
from kenesh.council.agenda.rules import PageWords, shipped

#: Lines of this length, one under the other, are one paragraph that was wrapped.
_WRAPPED: Final = (45, 110)
#: What is longer is cut: no sentence and no paragraph is. So the work grows with the page, and not with its square.
_MAX_SENTENCE: Final = 2_000
_MAX_PARAGRAPH: Final = 20_000
_MAX_WRAPPED: Final = _MAX_PARAGRAPH // _WRAPPED[1]
_NUMBER: Final = re.compile(r"\(?(?:\d{1,3}|[a-zа-я])[.)]\s+|[-–—•*·▪]\s+(?=\S)")
#: A sentence ends before a space and a capital; where the space was forgotten, before a capital after a small letter.
_END: Final = re.compile(
    r"(?<=[a-zа-яё”»\"])[.!?](?=[A-ZА-ЯЁ][a-zа-яё])"
    r"|[.!?…]{1,3}[\"”»’')\]]{0,3}\s+(?=[\"“«„'(\[–—-]{0,2}\s?[A-ZÀ-ÝА-ЯЁІҚҒӘӨҮҰҢİŞĞÇÖÜ\d])"
)
_INITIAL: Final = re.compile(r"(?<!\w)[A-ZА-ЯЁ]$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: the line on which it begins, its place in the paragraph from 1 on, and where it stands there."""

    line: int
    place: int
    text: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `numbered`: it is an item of a list; its number is not in the text."""

    line: int
    text: str
    sentences: tuple[Sentence, ...]
    numbered: bool


def paragraphs(lines: Sequence[Line]) -> Iterator[Paragraph]:
    """The paragraphs of a page: lines that were wrapped are joined, others stand alone."""
    block: list[Line] = []
    for line in lines:
        if not line.text:
            yield from _of_block(block)
            block = []
        elif line.ends or len(line.text) > _MAX_PARAGRAPH:
            yield from _of_block(block)
            for start in range(0, len(line.text), _MAX_PARAGRAPH):
                yield _paragraph([Line(line.number, line.text[start : start + _MAX_PARAGRAPH].strip() or "…")])
            block = []
        else:
            block.append(line)
    yield from _of_block(block)


def _of_block(block: Sequence[Line]) -> Iterator[Paragraph]:
    """A block between blank lines: one paragraph where it was wrapped, else one for each line."""
    shortest, longest = _WRAPPED
    group: list[Line] = []
    for line in block:
        if group and not (
            shortest <= len(group[-1].text) <= longest
            and len(line.text) <= longest
            and len(group) < _MAX_WRAPPED
            and _goes_on(group[-1].text, line.text, len(block))
        ):
            yield _paragraph(group)
            group = []
        group.append(line)
    if group:
        yield _paragraph(group)


def _goes_on(before: str, after: str, lines: int) -> bool:
    """Whether a line was wrapped there: it ends within a sentence, or begins within one."""
    if _NUMBER.match(after):
        return False
    if after[0].islower() or after[0].isdigit():
        return True
    return before[-1] not in '.!?:;"”»' and lines > 1


def _paragraph(lines: Sequence[Line]) -> Paragraph:
    starts, text = [], ""
    for line in lines:
        text += " " if text else ""
        starts.append(len(text))
        text += line.text
    numbers = [line.number for line in lines]
    numbered = _NUMBER.match(text)
    offset = numbered.end() if numbered else 0
    found = tuple(
        Sentence(numbers[bisect_right(starts, start) - 1], place, text[start:stop], start, stop)
        for place, (start, stop) in enumerate(_sentences(text, offset), 1)
    )
    return Paragraph(lines[0].number, text, found, numbered is not None)


@cache
def _abbreviation() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){one_of(shipped(PageWords, 'page.toml').abbreviations)}$")


def _sentences(text: str, offset: int) -> Iterator[tuple[int, int]]:
    start = offset
    for end in _END.finditer(text, offset):
        before = text[max(start, end.start() - 12) : end.start()]
        after = text[end.end() : end.end() + 1]
        short = end[0][0] == "." and (_INITIAL.search(before) or _abbreviation().search(before))
        # "in 2027 г. The next": after a number the abbreviation may end a sentence all the same.
        if short and not (re.search(r"\d{4}\s?гг?$", before) and after.isupper()):
            continue
        yield from _cut(text, start, end.end())
        start = end.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    while stop - start > _MAX_SENTENCE:
        space = text.rfind(" ", start + 1, start + _MAX_SENTENCE)
        middle = space if space > start else start + _MAX_SENTENCE
        yield start, middle
        start = middle
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    if text[start:stop].strip():
        yield start, stop
