"""Amendments as alternatives to a frozen text, paragraph by paragraph, and rivals beside each other.

Nothing is merged: whoever proposes takes up what he will, in a new proposal. A paragraph is what stands between line
breaks; blank lines count for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: Texts of more paragraphs are not compared one by one: that takes too long where somebody means it to.
MAX_COMPARED: Final = 1_000
#: From paragraph to before paragraph, in the frozen text; equal where something is put in between.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the text that somebody would change.

    Attributes:
        first, last: paragraphs by number, from 1. Where something is put in after `last`, `first` is one more.
        text: as it is frozen. rivals: by party, that part as it would be; nothing where it is struck out.
    """

    first: int
    last: int
    text: tuple[str, ...]
    rivals: tuple[tuple[str, tuple[str, ...]], ...]


def paragraphs(text: str) -> tuple[str, ...]:
    """What stands between line breaks, without the blank around it."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def side_by_side(frozen: str, amendments: Mapping[str, str]) -> tuple[Place, ...]:
    """Every part that an amendment would change, with what each party that changes it would say there."""
    stands = paragraphs(frozen)
    laid = {party: _laid(stands, paragraphs(text)) for party, text in sorted(amendments.items())}
    found = []
    for start, stop in _merged(sorted({span for one in laid.values() for span in one.spans})):
        text = stands[start:stop]
        said = [(party, one.between(stands, start, stop)) for party, one in laid.items()]
        found.append(Place(start + 1, stop, text, tuple((party, there) for party, there in said if there != text)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Laid:
    """An amendment laid over the text: which spans it changes, and what stands in place of each."""

    spans: Mapping[Span, tuple[str, ...]]

    def between(self, stands: Sequence[str], start: int, stop: int) -> tuple[str, ...]:
        """What stands between two paragraphs; a span lies within, or outside."""
        said: list[str] = []
        at = start
        for (first, last), text in sorted(self.spans.items()):
            if start <= first and last <= stop:
                said += [*stands[at:first], *text]
                at = last
        return (*said, *stands[at:stop])


def _laid(stands: Sequence[str], amended: Sequence[str]) -> _Laid:
    before = 0
    while before < min(len(stands), len(amended)) and stands[before] == amended[before]:
        before += 1
    after = 0
    while after < min(len(stands), len(amended)) - before and stands[-1 - after] == amended[-1 - after]:
        after += 1
    old, new = stands[before : len(stands) - after], amended[before : len(amended) - after]
    if max(len(old), len(new)) > MAX_COMPARED:
        return _Laid({(before, before + len(old)): tuple(new)})
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return _Laid({(before + i1, before + i2): tuple(new[j1:j2]) for tag, i1, i2, j1, j2 in codes if tag != "equal"})


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans that overlap or touch, as one."""
    merged: list[Span] = []
    for start, stop in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged
