"""The page for ministers as a PDF of one page. What prints it is loaded when it is asked for: the extra `print`.

The letters come with the extra, so that a page looks the same on every machine: Latin with all letters of the parties'
languages, and Cyrillic. What no letter is there for is written out. The same page is the same octets.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kenesh.edges.papers.letters import add_letters, check_there, in_letters, let_go
from kenesh.response.brief import COLOURS, COLUMNS, INK, LINES, SEVERITY, Brief, Tile, shorter

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN: Final = 12.0
#: From the size that is read without glasses to the smallest that still is; then rows are left out, and counted.
_SIZES: Final = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
_POINT: Final = 0.3528
_TILE: Final = (24.0, 13.0, 2.4)


def pdf(page: Brief) -> bytes:
    """The PDF.

    Raises:
        UnknownProblem: what prints it is not installed.
    """
    check_there()
    for size in _SIZES:
        octets = _laid_out(page, size)
        if octets is not None:
            return octets
    return _cut(page)


def _cut(page: Brief) -> bytes:
    """In the smallest letters, without as few rows as can be."""
    pages = [page]
    while (cut := shorter(pages[-1])) != pages[-1]:
        pages.append(cut)
    first, last, found = 1, len(pages) - 1, b""
    while first <= last:
        middle = (first + last) // 2
        octets = _laid_out(pages[middle], _SIZES[-1])
        if octets is None:
            first = middle + 1
        else:
            last, found = middle - 1, octets
    assert found, "a row of each list fits a page"
    return found


def _laid_out(page: Brief, size: float) -> bytes | None:
    """The page with letters of that size; None where it is longer than a page."""
    sheet = _Sheet(page, size)
    try:
        return sheet.octets()
    except _TooLong:
        return None
    finally:
        sheet.close()


class _TooLong(Exception):
    """A second page would begin."""


class _Sheet:
    """One attempt to lay the page out at a size."""

    def __init__(self, page: Brief, size: float) -> None:
        from fpdf import FPDF

        self._page = page
        self._size = size
        self._high = size * _POINT * 1.32
        self._pdf: FPDF = FPDF(format="A4")
        self._letters = add_letters(self._pdf)
        self._pdf.set_creation_date(datetime.fromisoformat(page.at.removesuffix(" UTC")).replace(tzinfo=UTC))
        self._pdf.set_title(self._printed(f"{page.body}: situation at {page.at}"))
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(True, _MARGIN)
        self._pdf.add_page()

    def close(self) -> None:
        """Lets go of the files of the letters."""
        let_go(self._pdf)

    def octets(self) -> bytes:
        """The PDF.

        Raises:
            _TooLong: it does not fit a page.
        """
        self._head()
        self._map()
        page = self._page
        wide = self._pdf.epw
        states = [
            (
                f"{one.code} {one.name}",
                one.impact,
                one.outlook,
                one.said + (" REPORT OVERDUE" if one.is_overdue else ""),
                one.text,
            )
            for one in page.states
        ]
        self._table("States: impact, outlook for six hours, when it was said, in their words", states, (32, 18, 21, 34))
        self._table("Sectors", page.sectors, (50, 16))
        self._table("Connections across borders", page.connections, (42, 31))
        self._table("Not known", _columns(page.gaps), (wide / 2,))
        self._table("Asked, by when, and how it stands", page.due, (66, 36))
        if page.more:
            self._line(f"Left out: {'; '.join(page.more)}.", self._size)
        self._label(self._pdf.h - _MARGIN + 2)
        return bytes(self._pdf.output())

    def _head(self) -> None:
        page = self._page
        self._label(_MARGIN)
        self._pdf.set_y(_MARGIN)
        self._line(f"{page.body}: situation", 14, "B")
        self._line(f"{page.at}   {page.local}", self._size)
        self._pdf.ln(1)
        self._line(page.level, 15, "B")
        for text in (page.since, *page.by, page.note):
            if text:
                self._line(text, self._size)

    def _label(self, y: float) -> None:
        """The marking, on black, at the right."""
        self._pdf.set_font("Roboto", "B", 11)
        wide, high = self._pdf.get_string_width(self._page.tlp) + 4, 6.0
        x = self._pdf.w - _MARGIN - wide
        self._pdf.set_auto_page_break(False)
        self._pdf.set_fill_color("#000000")
        self._pdf.set_text_color(INK[self._page.tlp])
        self._pdf.set_xy(x, y)
        self._pdf.cell(wide, high, self._page.tlp, align="C", fill=True)
        self._pdf.set_text_color("#1b1b1b")
        self._pdf.set_auto_page_break(True, _MARGIN)

    def _map(self) -> None:
        tiles = {tile.code: tile for tile in self._page.tiles}
        if not tiles:
            return
        self._pdf.ln(1.5)
        top, (wide, high, gap) = self._pdf.get_y(), _TILE
        left = _MARGIN + (self._pdf.epw - COLUMNS * (wide + gap) + gap) / 2

        def corner(tile: Tile) -> tuple[float, float]:
            return left + tile.column * (wide + gap), top + tile.row * (high + gap)

        for span in self._page.spans:
            if span.start in tiles and span.end in tiles:
                (x1, y1), (x2, y2) = corner(tiles[span.start]), corner(tiles[span.end])
                self._pdf.set_draw_color(LINES[span.state])
                self._pdf.set_line_width(1.1)
                if span.is_disputed or span.state == "down":
                    self._pdf.set_dash_pattern(dash=1.6, gap=2.4)
                self._pdf.line(x1 + wide / 2, y1 + high / 2, x2 + wide / 2, y2 + high / 2)
                self._pdf.set_dash_pattern()
        for tile in tiles.values():
            self._tile(tile, *corner(tile))
        rows = 1 + max(tile.row for tile in tiles.values())
        self._pdf.set_xy(_MARGIN, top + rows * (high + gap))

    def _tile(self, tile: Tile, x: float, y: float) -> None:
        (wide, high, _), (fill, ink) = _TILE, COLOURS[tile.colour]
        self._pdf.set_line_width(0.2)
        self._pdf.set_draw_color("#444444")
        self._pdf.set_fill_color(fill)
        if not tile.colour:
            self._pdf.set_dash_pattern(dash=1.2, gap=0.8)
        self._pdf.rect(x, y, wide, high, style="DF")
        self._pdf.set_dash_pattern()
        self._pdf.set_text_color(ink)
        said = (
            (tile.code[:8], "B", 10, 0.8),
            (SEVERITY.get(tile.colour, ""), "", 6.5, 5.4),
            (tile.outlook, "", 6.5, 8.6),
        )
        for text, style, size, down in said:
            self._pdf.set_font("Roboto", style, size)
            self._pdf.set_xy(x, y + down)
            self._pdf.cell(wide, size * _POINT * 1.2, self._printed(text), align="C")
        self._pdf.set_text_color("#1b1b1b")

    def _table(self, head: str, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Rows of cells that wrap; the last takes what is left."""
        if not rows:
            return
        self._pdf.ln(self._high * 0.5)
        self._line(head, self._size + 1, "B")
        self._pdf.set_draw_color("#bbbbbb")
        self._pdf.set_line_width(0.1)
        wide = (*widths, self._pdf.epw - sum(widths))
        for row in rows:
            cells = [self._cut(self._printed(text), width) for text, width in zip(row, wide, strict=True)]
            high = max(len(lines) for lines in cells) * self._high
            if self._pdf.get_y() + high > self._pdf.h - _MARGIN:
                raise _TooLong
            x, y = _MARGIN, self._pdf.get_y()
            self._pdf.line(_MARGIN, y, _MARGIN + self._pdf.epw, y)
            for lines, width in zip(cells, wide, strict=True):
                for number, text in enumerate(lines):
                    self._pdf.set_xy(x, y + number * self._high)
                    self._pdf.cell(width, self._high, text)
                x += width
            self._pdf.set_xy(_MARGIN, y + high)

    def _cut(self, text: str, width: float) -> list[str]:
        self._pdf.set_font("Roboto", "", self._size)
        found = self._pdf.multi_cell(width, self._high, text, dry_run=True, output="LINES", align="L")
        return [str(line) for line in found] if isinstance(found, list) and found else [""]

    def _line(self, text: str, size: float, style: str = "") -> None:
        self._pdf.set_font("Roboto", style, size)
        self._pdf.set_x(_MARGIN)
        # Beside the marking above nothing stands.
        self._pdf.multi_cell(
            self._pdf.epw - 45 if size > 12 else 0, size * _POINT * 1.32, self._printed(text), align="L"
        )
        self._pdf.set_x(_MARGIN)
        if self._pdf.pages_count > 1:
            raise _TooLong

    def _printed(self, text: str) -> str:
        return in_letters(text, self._letters)


def _columns(rows: Sequence[str]) -> list[tuple[str, str]]:
    """The rows in two columns, down the first and then the second."""
    half = -(-len(rows) // 2)
    return [(row, rows[half + number] if half + number < len(rows) else "") for number, row in enumerate(rows[:half])]
