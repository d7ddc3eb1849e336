"""Decision tables as text: the page that an officer reviews is the test that runs."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from _pytest.mark.structures import ParameterSet


class Case(NamedTuple):
    """One row: what stands in each column, and the words of the whole row."""

    cells: dict[str, str]
    text: str

    def __getitem__(self, column: str) -> str:  # type: ignore[override]  # a row is asked by its column's name
        return self.cells[column]


def rows(table: str) -> list[Case]:
    """The rows below the heading. A line is `| a | b |`; a line of dashes and an empty one say nothing.

    Raises:
        ValueError: a row has more or fewer cells than the heading.
    """
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    heading, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    cases = []
    for cells in body:
        if all(set(cell) <= {"-"} for cell in cells):
            continue
        cases.append(Case(dict(zip(heading, cells, strict=True)), ", ".join(cell for cell in cells if cell)))
    return cases


def cases(table: str) -> list[ParameterSet]:
    """The rows as the parameters of a test, each named by its own words."""
    return [pytest.param(case, id=case.text) for case in rows(table)]


def rules_of(*tables: str) -> list[str]:
    """The rule that each row of the tables says decides it."""
    return [case["rule"] for table in tables for case in rows(table)]
