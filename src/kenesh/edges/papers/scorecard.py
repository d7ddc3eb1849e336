"""A scorecard as a PDF: its sums, then each chapter measure by measure, every light with its word and its sentence.

Each page says whose it is, as of when, how it is marked, and which page of how many it is. The same sheet is the same
octets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from kenesh.council.measures.page import Line, Page, Table
from kenesh.council.measures.values import Colour
from kenesh.edges.papers.letters import add_letters, check_there, in_letters, let_go

if TYPE_CHECKING:
    from fpdf import FPDF

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MARGIN: Final = 12.0
_TOP: Final = 22.0
_SIZE: Final = 8.5
_HIGH: Final = 4.0
_INK: Final = "#1b1b1b"
#: Light, number, measure, accountable, due, why, states; the whole width of a landscape page.
_WIDTHS: Final = (20.0, 16.0, 60.0, 27.0, 20.0, 77.0, 53.0)
_CHIP: Final = 17.0
#: Fill and ink of a light.
_COLOURS: Final[Mapping[Colour, tuple[str, str]]] = {
    Colour.GREEN: ("#1b6e3c", "#ffffff"),
    Colour.AMBER: ("#f2c230", _INK),
    Colour.RED: ("#b3261e", "#ffffff"),
    Colour.GREY: ("#ffffff", _INK),
}
#: On black. Source: FIRST TLP 2.0.
_LABELS: Final[Mapping[str, str]] = {"TLP:CLEAR": "#ffffff", "TLP:GREEN": "#33ff00", "TLP:RED": "#ff2b2b"}
_AMBER: Final = "#ffc000"


def pdf(sheet: Page) -> bytes:
    """The PDF.

    Raises:
        UnknownProblem: what prints it is not installed.
    """
    check_there()
    from fpdf import FPDF

    paper = FPDF(orientation="landscape", format="A4")
    letters = add_letters(paper)
    try:
        return _Printed(paper, sheet, letters).octets()
    finally:
        let_go(paper)


class _Printed:
    """The sheet on its way to paper."""

    def __init__(self, paper: FPDF, sheet: Page, letters: frozenset[int]) -> None:
        self._pdf = paper
        self._sheet = sheet
        self._letters = letters
        self._pdf.set_creation_date(_EPOCH + timedelta(microseconds=sheet.at))
        self._pdf.set_title(self._text(f"{sheet.body}: {sheet.title}"))
        self._pdf.set_margins(_MARGIN, _TOP)
        # Where a page ends is decided here, so that a row is never cut in two.
        self._pdf.set_auto_page_break(False)

    def octets(self) -> bytes:
        sheet = self._sheet
        self._page()
        self._words(sheet.title, 15, "B")
        for text in (f"{sheet.body} · {sheet.heads['title']}", sheet.as_of, *sheet.said):
            self._words(text, 9)
        self._legend()
        self._tables()
        for part in sheet.parts:
            self._need(4 * _HIGH + 16)
            self._pdf.ln(3)
            self._words(part.name, 12, "B")
            self._heads()
            for line in part.lines:
                self._line(line)
        if sheet.more:
            self._words(sheet.more, 9)
        if sheet.ignored:
            self._pdf.ln(3)
            self._words(sheet.heads["ignored"], 11, "B")
            for name, why in sheet.ignored:
                self._words(f"{name}: {why}", _SIZE)
        self._feet()
        return bytes(self._pdf.output())

    def _page(self) -> None:
        """A new page, with what every page says at its head."""
        self._pdf.add_page()
        sheet = self._sheet
        self._pdf.set_font("Roboto", "B", 10)
        wide = self._pdf.get_string_width(sheet.tlp) + 4
        self._pdf.set_fill_color("#000000")
        self._pdf.set_text_color(_LABELS.get(sheet.tlp, _AMBER))
        self._pdf.set_xy(self._pdf.w - _MARGIN - wide, 10)
        self._pdf.cell(wide, 6, sheet.tlp, align="C", fill=True)
        self._pdf.set_text_color(_INK)
        self._pdf.set_font("Roboto", "", 8.5)
        head = self._lines(f"{sheet.body} · {sheet.title}", self._pdf.epw - 110)[0]
        self._pdf.set_xy(_MARGIN, 10)
        self._pdf.cell(0, 6, f"{head} · {self._text(sheet.as_of)}")
        self._pdf.set_draw_color("#888888")
        self._pdf.line(_MARGIN, 17.5, self._pdf.w - _MARGIN, 17.5)
        self._pdf.set_xy(_MARGIN, _TOP)

    def _feet(self) -> None:
        """When all pages are there, which each is."""
        last, count = self._pdf.page, self._pdf.pages_count
        for number in range(1, count + 1):
            self._pdf.page = number
            # The letters that are set are those of the last page: they are set anew on each.
            self._pdf.set_font("Roboto", "B", 8.5)
            self._pdf.set_font("Roboto", "", 8.5)
            self._pdf.set_xy(_MARGIN, self._pdf.h - 10)
            self._pdf.cell(0, 5, self._text(f"{self._sheet.heads['page']} {number} / {count}"), align="R")
        self._pdf.page = last

    def _legend(self) -> None:
        self._pdf.ln(2)
        self._words(self._sheet.heads["colours"], 10, "B")
        for colour, word, meaning in self._sheet.legend:
            self._pdf.set_font("Roboto", "", _SIZE)
            lines = self._lines(meaning, self._pdf.epw - 22)
            y = self._pdf.get_y()
            self._chip(colour, word, _MARGIN, y)
            self._pdf.set_font("Roboto", "", _SIZE)
            self._cells(lines, _MARGIN + 20, y)
            self._pdf.set_xy(_MARGIN, y + max(len(lines) * _HIGH, _HIGH + 1.6))

    def _tables(self) -> None:
        for number, table in enumerate((self._sheet.total, *self._sheet.sums)):
            # All of it has one head; each sum after it only says what it is of.
            self._need(4 * _HIGH)
            self._pdf.ln(1.5)
            self._table(table, with_heads=number == 0)

    def _table(self, table: Table, *, with_heads: bool) -> None:
        wide = 22.0
        first = self._pdf.epw - wide * len(table.heads)
        if with_heads:
            self._row(["", *table.heads], first, wide, "B")
        else:
            self._words(table.title, 9.5, "B")
        for name, numbers in table.rows:
            self._row([name, *map(str, numbers)], first, wide, "B" if with_heads else "")

    def _row(self, cells: Sequence[str], first: float, wide: float, style: str) -> None:
        self._pdf.set_font("Roboto", style, _SIZE)
        found = [self._lines(text, first if at == 0 else wide) for at, text in enumerate(cells)]
        high = max(map(len, found)) * _HIGH
        self._need(high)
        y = self._pdf.get_y()
        self._pdf.set_draw_color("#bbbbbb")
        self._pdf.line(_MARGIN, y, self._pdf.w - _MARGIN, y)
        for at, lines in enumerate(found):
            x = _MARGIN if at == 0 else _MARGIN + first + (at - 1) * wide
            self._cells(lines, x, y, *((first, "L") if at == 0 else (wide, "R")))
        self._pdf.set_xy(_MARGIN, y + high)

    def _heads(self) -> None:
        self._pdf.set_font("Roboto", "B", _SIZE)
        names = ("light", "number", "measure", "accountable", "due", "why", "states")
        found = [self._lines(self._sheet.heads[name], wide) for name, wide in zip(names, _WIDTHS, strict=True)]
        y = self._pdf.get_y()
        self._across(found, y)
        self._pdf.set_xy(_MARGIN, y + max(map(len, found)) * _HIGH + 0.6)

    def _line(self, line: Line) -> None:
        heads = self._sheet.heads
        states = [
            f"{heads['claimed']}: {line.claimed}",
            f"{heads['verified']}: {line.verified}",
            ", ".join(f"{code} {word}" for code, word, _ in line.marks),
        ]
        cells = ("", line.number, line.name, line.accountable, line.due, "\n".join(line.why), "\n".join(states))
        self._pdf.set_font("Roboto", "", _SIZE)
        found = [self._lines(text, wide) for text, wide in zip(cells, _WIDTHS, strict=True)]
        room = int((self._pdf.h - _TOP - 16) / _HIGH)
        # What is longer than a page, which only a hostile name is, goes on over the next.
        for begin in range(0, max(map(len, found)), room):
            rest = [lines[begin : begin + room] for lines in found]
            high = max(map(len, rest)) * _HIGH + 1.6
            if self._need(high):
                self._heads()
            y = self._pdf.get_y()
            self._pdf.set_draw_color("#bbbbbb")
            self._pdf.line(_MARGIN, y, self._pdf.w - _MARGIN, y)
            if begin == 0:
                self._chip(line.colour, line.word, _MARGIN, y + 0.8)
            self._pdf.set_font("Roboto", "", _SIZE)
            self._across(rest, y + 0.8)
            self._pdf.set_xy(_MARGIN, y + high)

    def _across(self, cells: Sequence[Sequence[str]], y: float) -> None:
        x = _MARGIN
        for lines, wide in zip(cells, _WIDTHS, strict=True):
            self._cells(lines, x, y, wide)
            x += wide

    def _chip(self, colour: Colour, word: str, x: float, y: float) -> None:
        """The light: a colour, and its word in it."""
        fill, ink = _COLOURS[colour]
        self._pdf.set_fill_color(fill)
        self._pdf.set_draw_color("#444444")
        if colour is Colour.GREY:
            self._pdf.set_dash_pattern(dash=1.0, gap=0.7)
        self._pdf.rect(x, y, _CHIP, _HIGH + 0.4, style="DF")
        self._pdf.set_dash_pattern()
        self._pdf.set_text_color(ink)
        self._pdf.set_font("Roboto", "B", 7.5)
        self._pdf.set_xy(x, y + 0.2)
        self._pdf.cell(_CHIP, _HIGH, self._text(word), align="C")
        self._pdf.set_text_color(_INK)

    def _cells(self, lines: Sequence[str], x: float, y: float, wide: float = 0, align: str = "L") -> None:
        for number, text in enumerate(lines):
            self._pdf.set_xy(x, y + number * _HIGH)
            self._pdf.cell(wide or self._pdf.epw, _HIGH, text, align=align)

    def _words(self, text: str, size: float, style: str = "") -> None:
        """A paragraph over the whole width."""
        self._pdf.set_font("Roboto", style, size)
        high = size * 0.3528 * 1.35
        for line in self._lines(text, self._pdf.epw):
            self._need(high)
            self._pdf.set_font("Roboto", style, size)
            self._pdf.set_x(_MARGIN)
            self._pdf.cell(0, high, line, new_x="LMARGIN", new_y="NEXT")

    def _need(self, high: float) -> bool:
        """Begins a page where so much does not fit; whether it did."""
        if self._pdf.get_y() + high <= self._pdf.h - 14:
            return False
        self._page()
        self._pdf.set_font("Roboto", "", _SIZE)
        return True

    def _lines(self, text: str, wide: float) -> list[str]:
        """The text cut to lines of that width, in the letters that are set."""
        found = self._pdf.multi_cell(wide, _HIGH, self._text(text), dry_run=True, output="LINES", align="L")
        return [str(line) for line in found] if isinstance(found, list) and found else [""]

    def _text(self, text: str) -> str:
        return in_letters(text, self._letters)
