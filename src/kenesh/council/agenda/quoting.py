"""Where a paragraph quotes: every pair of marks, and those of which one mark is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_OPENS: Final = {"“": "”", "«": "»", "„": "“"}
#: A paragraph that quotes more often is read as far as that.
_MAX_QUOTES: Final = 200
_STRAIGHT: Final = '"'


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch in quotation marks, without them: from `start` to `stop`, where its closing mark stands.

    Attributes:
        opened: it has an opening mark; else it begins with the paragraph, or after the quotation before.
        closed: it has a closing mark; else it goes on to the paragraph's end.
    """

    start: int
    stop: int
    opened: bool = True
    closed: bool = True


def quotes(text: str) -> tuple[Quote, ...]:
    """The quotations of a paragraph that stand in no other, in their order."""
    found: list[Quote] = []
    waiting: list[tuple[str, int]] = []
    ended = 0
    for place, mark in enumerate(text):
        if mark == _STRAIGHT:
            mark = "“" if _opens(text, place) else "”"
            straight = True
        else:
            straight = False
        if mark == "“" and waiting and waiting[-1][0] == "„":
            mark = "”"
            waiting[-1] = ("“", waiting[-1][1])
        if mark in _OPENS:
            waiting.append((f"{mark}{_STRAIGHT if straight else ''}", place))
        elif mark in "”»":
            opening = ("«" if mark == "»" else "“") + (_STRAIGHT if straight else "")
            at = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][0] == opening), None)
            if at is not None:
                start = waiting[at][1] + 1
                del waiting[at:]
                if not waiting:
                    found.append(Quote(start, place))
                    ended = place + 1
            elif not waiting:
                # Quotations in it, like names in marks of their own, belong to it.
                found = [quote for quote in found if quote.stop < ended and not _within(quote, ended, place)]
                start = _begins(found)
                found = [quote for quote in found if quote.stop < start] + [Quote(start, place, opened=False)]
                ended = place + 1
        if max(len(waiting), len(found)) > _MAX_QUOTES:
            break
    if waiting and waiting[0][1] + 1 < len(text):
        found.append(Quote(waiting[0][1] + 1, len(text), closed=False))
    return tuple(found)


def _opens(text: str, place: int) -> bool:
    before = text[place - 1 : place]
    after = text[place + 1 : place + 2]
    return (not before or before.isspace() or before in "([—–-«“") and bool(after) and not after.isspace()


def _within(quote: Quote, start: int, stop: int) -> bool:
    return start <= quote.start and quote.stop <= stop


def _begins(found: list[Quote]) -> int:
    """Where a quotation begins that was never opened: after the last that was no mere name, else at the beginning."""
    return max((quote.stop + 1 for quote in found if not quote.opened), default=0)
