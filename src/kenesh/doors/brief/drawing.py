"""The map of a body: a tile for each party where it lies, coloured by how it is hit and lettered by its outlook.

It is schematic, drawn here, and of no map's data. Colour never stands alone: each tile says its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from kenesh.response.brief import COLOURS, COLUMNS, LINES, SEVERITY, Brief, Span, Tile

_WIDE: Final = 92
_HIGH: Final = 58
_GAP: Final = 8
Say = Callable[[str], str]


def drawing(page: Brief, label: str = "Map of the parties", say: Say = str) -> str:
    """The map as SVG; "" where there is nobody to show. `say` says its words in the reader's language."""
    if not page.tiles:
        return ""
    wide = COLUMNS * (_WIDE + _GAP) - _GAP
    high = (1 + max(tile.row for tile in page.tiles)) * (_HIGH + _GAP) - _GAP
    parts = [
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {wide + 4} {high + 4}" role="img" '
        f'aria-label="{escape(label)}" font-family="sans-serif" text-anchor="middle">',
        *_spans(page),
        *(part for tile in page.tiles for part in _tile(tile, say)),
        "</svg>",
    ]
    return "".join(parts)


def _corner(tile: Tile) -> tuple[int, int]:
    return tile.column * (_WIDE + _GAP), tile.row * (_HIGH + _GAP)


def _tile(tile: Tile, say: Say) -> Iterator[str]:
    x, y = _corner(tile)
    fill, ink = COLOURS[tile.colour]
    dashes = "" if tile.colour else ' stroke-dasharray="4 3"'
    yield f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="4" fill="{fill}" stroke="#444"{dashes}/>'
    said = (tile.code[:8], *(say(word) if word else "" for word in (SEVERITY.get(tile.colour, ""), tile.outlook)))
    for text, size, down in zip(said, (18, 11, 11), (22, 37, 51), strict=True):
        look = f'font-size="{size}" fill="{ink}"' + (' font-weight="bold"' if size > 11 else "")
        if text:
            yield f'<text x="{x + _WIDE // 2}" y="{y + down}" {look}>{escape(text)}</text>'


def _spans(page: Brief) -> Iterator[str]:
    there = {tile.code: tile for tile in page.tiles}
    for span in page.spans:
        if span.start in there and span.end in there:
            yield _span(span, there[span.start], there[span.end])


def _span(span: Span, start: Tile, end: Tile) -> str:
    (x1, y1), (x2, y2) = ((x + _WIDE // 2, y + _HIGH // 2) for x, y in (_corner(start), _corner(end)))
    dashes = ' stroke-dasharray="6 4"' if span.is_disputed or span.state == "down" else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{LINES[span.state]}" stroke-width="5"{dashes}/>'
