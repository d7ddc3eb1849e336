"""Measures as a table: what is written is read back the same, and what cannot be is refused by line and column."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.problem import DamagedProblem, TooLargeProblem
from kenesh.council.measures.sheet import write_table
from kenesh.council.measures.table import MAX_OCTETS, read_table
from kenesh.parties.party import party_id

CODES: Final = {party_id(code): code for code in ("AZ", "KZ", "TR")}
HEAD: Final = "number,name,chapter,period,mandate,accountable,begins,due,kind,id,what,baseline,target,day,weight,must\n"
GOOD: Final = "1,A name,transport,p1,para 1,KZ,2026-01-01,2026-12-31,indicator,share,Share,0,100,,,\n"

texts = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20).filter(
    lambda text: text.strip("' ") == text
)
words = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
numbers = st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True)
day = st.dates().map(str).filter(lambda text: text > "1000")
parties = st.sampled_from(list(CODES))


@st.composite
def measures(draw: Any) -> dict[str, Any]:
    accountable = draw(parties)
    value: dict[str, Any] = {
        "number": draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,6}", fullmatch=True)),
        "name": draw(texts),
        "chapter": draw(words),
        "period": draw(words),
        "mandate": draw(texts),
        "accountable_ref": accountable,
        "must": draw(st.sampled_from(["accountable", "all"])),
        "begins": draw(day),
        "due": draw(day),
    }
    if others := [ref for ref in draw(st.lists(parties, unique=True)) if ref != accountable]:
        value["supporting_refs"] = others
    if weight := draw(st.integers(0, 1000)):
        value["weight"] = weight
    names = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    indicators = []
    for name in names[:2]:
        indicator = {"id": name, "name": draw(texts), "direction": draw(st.sampled_from(["ascending", "yes-no"]))}
        indicator |= {"baseline": draw(numbers), "target": draw(numbers)}
        if draw(st.booleans()):
            indicator |= {"unit": draw(texts), "targets": [{"on": draw(day), "value": draw(numbers)}]}
        indicators.append(indicator)
    value["indicators"] = indicators
    if len(names) > 2:
        value["milestones"] = [{"id": names[2], "name": draw(texts), "due": draw(day)}]
    return value


@settings(max_examples=60, deadline=None)
@given(st.lists(measures(), max_size=4, unique_by=lambda one: one["number"]))
def test_what_is_written_is_read_back_the_same(some: list[dict[str, Any]]) -> None:
    found = read_table(write_table(some, CODES).encode(), "measures.csv")
    assert found.refused == ()
    assert list(found.measures) == some


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_write_it(delimiter: str) -> None:
    text = "\ufeff" + (HEAD + GOOD).replace(",", delimiter)
    text = text.replace(f"{delimiter}100{delimiter}", f'{delimiter}"1 000,5"{delimiter}')
    (one,) = read_table(text.encode(), "x.csv").measures
    assert one["indicators"][0]["target"] == "1000.5"


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        ("?,A,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,0,1,,,", "number", "has a number"),
        ("2,,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,0,1,,,", "name", "empty"),
        ("2,A,Transport!,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,0,1,,,", "chapter", "small letters"),
        ("2,A,transport,p1,m,kz,2026-01-01,2026-12-31,indicator,s,S,0,1,,,", "accountable", "no party code"),
        ("2,A,transport,p1,m,KZ,2026-02-30,2026-12-31,indicator,s,S,0,1,,,", "begins", "no such day"),
        ("2,A,transport,p1,m,KZ,2026-01-01,31.12.2026,indicator,s,S,0,1,,,", "due", "no day, as"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,none,1,,,", "baseline", "no number"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,target,s,S,0,1,2026-06-30,,", "id", "no indicator"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,goal,s,S,0,1,,,", "kind", "indicator, target or"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,,,,,,,,", "kind", "has an indicator or"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,0,1,,0,", "weight", "whole number"),
        ("2,A,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,s,S,0,1,,,some", "must", "one of accountable"),
        ("1,Other,,,,,,,indicator,t,T,0,1,,,", "number", "stands there already"),
        ("1,,,,,,,,indicator,share,T,0,1,,,", "id", "twice"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_the_others_stay(line: str, column: str, why: str) -> None:
    other = GOOD.replace("1,", "9,", 1)
    found = read_table((HEAD + GOOD + line + "\n" + other).encode(), "x.csv")
    ((refused),) = found.refused
    assert (refused.line, refused.column) == (3, column)
    assert why in refused.why
    assert [one["number"] for one in found.measures] == (["9"] if line.startswith("1") else ["1", "9"])


def test_a_file_that_is_no_table_is_refused_whole() -> None:
    with pytest.raises(TooLargeProblem):
        read_table(b"x" * (MAX_OCTETS + 1), "x.csv")
    for octets in (b"", b"\xff\xfe", b"a,b\n1,2\n", b'number,"\n' + b"x" * 200_000):
        with pytest.raises(DamagedProblem):
            read_table(octets, "x.csv")


def test_no_spreadsheet_runs_a_cell() -> None:
    one = read_table((HEAD + GOOD).encode(), "x.csv").measures[0] | {"name": "=cmd|' /C calc'!A0", "mandate": "@SUM(1)"}
    text = write_table([one], CODES)
    assert ",'=cmd" in text
    assert ",'@SUM" in text
    assert read_table(text.encode(), "x.csv").measures == (one,)
    # What looks marked already is marked once more, and read back as it was.
    marked = one | {"name": "'=already"}
    assert read_table(write_table([marked], CODES).encode(), "x.csv").measures == (marked,)
