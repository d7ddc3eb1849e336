"""A report as a PDF: its form, row by row, on as many pages as it takes. The same form is the same octets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from kenesh.basis.printable import visible
from kenesh.edges.papers.letters import add_letters, check_there, in_letters, let_go
from kenesh.response.brief import INK
from kenesh.response.forms import Form
from kenesh.stix.exercise import BANNER

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN: Final = 18.0
_LABELS: Final = 52.0
_HIGH: Final = 5.2
_MAX_TEXT: Final = 20_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def pdf(form: Form) -> bytes:
    """The PDF.

    Raises:
        UnknownProblem: what prints it is not installed.
    """
    check_there()
    from fpdf import FPDF

    paper = FPDF(format="A4")
    letters = add_letters(paper)
    try:
        return _printed(paper, form, letters)
    finally:
        let_go(paper)


def _printed(paper: FPDF, form: Form, letters: frozenset[int]) -> bytes:
    def said(text: str) -> str:
        # Lines stay lines; nothing else that is hidden stays hidden.
        return in_letters("\n".join(visible(line, _MAX_TEXT) for line in text.splitlines() or [""]), letters)

    paper.set_creation_date(_EPOCH + timedelta(microseconds=form.at))
    paper.set_title(said(form.title))
    paper.set_margins(_MARGIN, _MARGIN)
    paper.set_auto_page_break(True, _MARGIN)
    paper.add_page()
    paper.set_font("Roboto", "B", 11)
    paper.set_fill_color("#000000")
    paper.set_text_color(INK[form.tlp])
    paper.cell(paper.get_string_width(form.tlp) + 4, 6, form.tlp, align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color("#1b1b1b")
    if form.exercise:
        paper.set_font("Roboto", "B", 14)
        paper.multi_cell(0, 8, " ".join([BANNER] * 3), new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    paper.set_font("Roboto", "B", 14)
    paper.multi_cell(0, 7, said(form.title), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Roboto", "", 9)
    paper.multi_cell(0, 5, said(form.source), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)
    paper.set_draw_color("#bbbbbb")
    for label, text in form.rows:
        if paper.get_y() > paper.h - _MARGIN - 2 * _HIGH:
            paper.add_page()
        paper.line(_MARGIN, paper.get_y(), paper.w - _MARGIN, paper.get_y())
        paper.set_font("Roboto", "B", 9.5)
        top = paper.get_y()
        paper.cell(_LABELS, _HIGH + 1, said(label))
        paper.set_font("Roboto", "", 9.5)
        paper.set_xy(_MARGIN + _LABELS, top + 0.5)
        paper.multi_cell(0, _HIGH, said(text), align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())
