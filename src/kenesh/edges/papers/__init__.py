"""What is printed on paper: the page for ministers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kenesh.edges.papers.sheet import pdf
from kenesh.response.brief import Brief

#: By the name of the format.
PAPERS: Final[Mapping[str, Callable[[Brief], bytes]]] = {"pdf": pdf}
