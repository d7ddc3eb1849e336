"""The real press page, against the rows that a careful reader took from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.council.judging import read, scores
from tests.unit.council.partners.made import figure

from kenesh.council.agenda.register import Statement
from kenesh.council.partners.figures import Figure
from kenesh.council.partners.page import partner_page

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


def test_its_three_figures_of_the_partner_stand_beside_their_rivals() -> None:
    """As the page says them: 250 firms and 265 disagree; "up to $7.6 billion" and 7.3 billion of fewer years do not."""
    register, _ = read(PAGE, Path(__file__).with_name("press.toml"))
    rows = [row for row in register.statements if row.line == 9 and row.figures]
    said = [_stated(row) for row in rows]
    assert [(one.value, one.unit, one.qualifier) for one in said] == [
        ("3", "rank", "up-to"),
        ("7600000000", "USD", "up-to"),
        ("250", "companies", "exactly"),
    ]
    elsewhere = {"about": "IT", "counterpart": "KZ", "publisher": "elsewhere"}
    firms = figure("265", **elsewhere, indicator="companies", unit="companies", as_of="2025")
    money = {"indicator": "investment", "currency": "USD", "begins": "2005", "until": "2023-06"}
    page = partner_page("IT", [*said, firms, figure("7300000000", **elsewhere, **money)], [])
    rivals = {claim.figure.value: len(claim.rivals) for line in page.lines for claim in line.claims}
    assert rivals == {"3": 0, "7600000000": 0, "7300000000": 0, "250": 1, "265": 1}


def _stated(row: Statement) -> Figure:
    """What whoever keeps the partner's figures writes of a row of the page."""
    (found,) = row.figures
    number, _, unit = f"{found.value} {found.unit}".replace("Italian ", "").rpartition(" ")
    begins, _, until = found.period.partition("/")
    time = {"begins": begins, "until": until} if found.period else {"as_of": "2025-10-09"}
    measure = {"currency" if unit == "USD" else "unit": unit}
    source = {"publisher": row.source, "condition": row.condition, "source_date": "2025-10-09"}
    return figure(
        number,
        found.qualifier,
        about="IT",
        indicator=row.mechanisms[0],
        speaker=row.speaker,
        **time,
        **measure,
        **source,
    )
