"""What is printed on paper: the page for ministers, and the form of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kenesh.edges.papers import report, sheet
from kenesh.response.brief import Brief

#: The page, by the name of the format.
PAPERS: Final[Mapping[str, Callable[[Brief], bytes]]] = {"pdf": sheet.pdf}
report_pdf: Final = report.pdf
