"""The real press page, against the rows that a careful reader took from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.council.judging import read, scores

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
PAGE = DATA / "press" / "kazakhstan-today-2025-10-09.txt"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason=f"the page is not at {PAGE} (set KENESH_SHARED_DATA)")

#: By precision and by recall.
FLOOR = {"kind": 0.9, "speaker": 0.9, "mechanism": 0.85, "when": 0.95, "figures": 0.95}


def test_the_page_is_read_as_a_careful_reader_does() -> None:
    for column, score in scores(*read(PAGE, Path(__file__).with_name("press.toml"))).items():
        assert min(score.precision, score.recall) >= FLOOR[column], f"{column}: {score}"


def test_nothing_is_added_that_the_page_does_not_say() -> None:
    """What stands only in other sources: who the guest and the minister are, which conference, which day."""
    register, _ = read(PAGE, Path(__file__).with_name("press.toml"))
    told = " ".join(f"{row.resolved} {' '.join(row.mechanisms)} {row.when}" for row in register.statements)
    for word in ("CICA", "Mattarella", "Gaza", "Gabala", "2025-10-07", "2026-02-20"):
        assert word not in told
    by_line = {row.line: row for row in register.statements}
    assert "whom the page does not name" in by_line[8].basis
    assert by_line[11].resolved == ""


def test_its_condition_goes_with_every_excerpt() -> None:
    register, _ = read(PAGE, Path(__file__).with_name("press.toml"))
    for row in register.statements:
        assert "without reference to Kazakhstan Today" in row.condition
        assert row.source == "Kazakhstan Today"
        assert len(row.excerpt) <= 200
