"""What is printed on paper: the page for ministers, the form of a report, and a scorecard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kenesh.edges.papers import report, scorecard, sheet
from kenesh.response.brief import Brief

#: The page, by the name of the format.
PAPERS: Final[Mapping[str, Callable[[Brief], bytes]]] = {"pdf": sheet.pdf}
report_pdf: Final = report.pdf
scorecard_pdf: Final = scorecard.pdf
