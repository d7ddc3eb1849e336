"""The letters with which paper is printed: they come with the extra `print`, and are the same on every machine."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from kenesh.basis.problem import UnknownProblem

if TYPE_CHECKING:
    from fpdf import FPDF

_NEEDED: Final = ("fpdf", "font_roboto")


def check_there() -> None:
    """That what prints is installed.

    Raises:
        UnknownProblem: it is not.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise UnknownProblem("What prints a PDF is not installed.", advice="pip install 'kenesh[print]'")


def add_letters(pdf: FPDF) -> frozenset[int]:
    """Gives the document its letters; gives which there are."""
    from fpdf.fonts import TTFFont

    for style, name in (("", "Roboto-Regular.ttf"), ("B", "Roboto-Bold.ttf")):
        pdf.add_font("Roboto", style, str(files("font_roboto").joinpath("files", name)))
    first = next(font for font in pdf.fonts.values() if isinstance(font, TTFFont))
    return frozenset(first.cmap)


def let_go(pdf: FPDF) -> None:
    """Closes the files of the letters."""
    from fpdf.fonts import TTFFont

    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.ttfont.close()


def in_letters(text: str, letters: frozenset[int]) -> str:
    """The text in the letters that there are; another is written out, as hidden ones are."""
    return "".join(c if ord(c) in letters or c == "\n" else f"\\u{{{ord(c):x}}}" for c in text)
