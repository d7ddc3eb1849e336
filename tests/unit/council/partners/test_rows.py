"""What people and statistics write, as figures: numbers, dates, columns; and what is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.partners.made import OWN, figure, stated

from kenesh.basis.problem import UsageProblem
from kenesh.council.partners.amounts import CURRENCIES, plain, read_amount, shortened
from kenesh.council.partners.days import Days, days_of, reported
from kenesh.council.partners.figures import cells_of, figure_id, figure_of, link_of
from kenesh.council.partners.kinds import FIGURE
from kenesh.council.partners.rows import Observation, Record, fields_of, record_of


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        *(("250", "250"), ("+007", "7"), ("19.90", "19.9"), ("-0.0", "0"), ("7.6 billion", "7600000000")),
        *(("1.5E3", "1500"), ("1e-3", "0.001"), ("-2.5million", "-2500000"), ("0.1", "0.1"), (" 3 ", "3")),
    ],
)
def test_a_number_is_kept_in_digits(text: str, digits: str) -> None:
    assert read_amount(text) == digits


@pytest.mark.parametrize(
    "text",
    ["", "1,5", "1 000", "7.6bn", "NaN", "Infinity", "0x10", "\u0663", "1e99", "9" * 31, "1." + "1" * 19, "1" * 9999],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        read_amount(text)


@given(st.decimals(-(10**20), 10**20, places=6, allow_nan=False))
def test_no_digit_is_lost_and_every_number_is_one_that_the_schema_takes(number: Decimal) -> None:
    said = read_amount(f"{number:f}")
    assert Decimal(said) == number and said == plain(number)
    assert re.fullmatch(FIGURE.properties["value"]["pattern"], said)
    digits, word = shortened(said)
    assert read_amount(f"{digits.replace(' ', '')} {word}".strip()) == said


@pytest.mark.parametrize(
    ("value", "told"),
    [
        *(("7600000000", ("7.6", "billion")), ("12345678", ("12 345 678", "")), ("250", ("250", ""))),
        *(("-1000000", ("-1", "million")), ("1234.5", ("1 234.5", "")), ("2000000000000", ("2", "trillion"))),
    ],
)
def test_an_amount_is_told_in_few_digits_only_where_that_loses_nothing(value: str, told: tuple[str, str]) -> None:
    assert shortened(value) == told


@pytest.mark.parametrize(
    ("text", "period"),
    [
        *(("2024", ("2024", "2024")), ("2024-05", ("2024-05", "2024-05")), ("2024-Q1", ("2024-01", "2024-03"))),
        *(("2024Q4", ("2024-10", "2024-12")), ("2024-S2", ("2024-07", "2024-12")), ("2024M05", ("2024-05", "2024-05"))),
        *(("2024-A1", ("2024", "2024")), ("2024-W01", ("2024-01-01", "2024-01-07"))),
    ],
)
def test_a_period_of_a_statistic_is_from_and_until(text: str, period: tuple[str, str]) -> None:
    assert reported(text) == period


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2024-02-30", "2024-Q5", "2024-W60", "0000", "2024-M0", "last year"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        reported(text)


def test_a_month_has_its_days() -> None:
    assert days_of("2024-02") == Days(date(2024, 2, 1), date(2024, 2, 29))


def test_the_currencies_are_those_in_use_anywhere() -> None:
    """Babel's CLDR is the oracle: each tender of a territory that has not ended."""
    tender = {
        code
        for entries in get_global("territory_currencies").values()
        for code, _, ends, is_tender in entries
        if is_tender and ends is None
    }
    assert tender <= CURRENCIES
    assert CURRENCIES - tender <= {"BGN", "SVC", "VED", "XDR"}


ROW = {"about": "IT", "indicator": "companies", "value": "250", "publisher": "The Paper", "as_of": "2025"}


def test_a_row_is_a_figure_and_says_the_same_when_it_is_read_again() -> None:
    fields = fields_of(Record("line 2", ROW | {"unit": " Italian   companies ", "value": "0250.0"}), {})
    assert (fields["value"], fields["unit"], fields["qualifier"]) == ("250", "Italian companies", "exactly")
    assert fields["about_ref"].startswith("identity--") and "counterpart_ref" not in fields
    assert fields_of(Record("", cells_of(fields)), {}) == fields


def test_what_every_row_says_stands_behind_what_a_row_says_and_before_what_a_code_calls_itself() -> None:
    row = Record("", {"value": "1", "about": "FR"}, {"indicator": "B.X", "publisher": "STAT"})
    fields = fields_of(row, {"about": "IT", "indicator": "exports"})
    assert (fields["about"], fields["indicator"], fields["source"]) == ("FR", "exports", {"publisher": "STAT"})


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"about": ""}, "`about` is empty"),
        ({"publisher": " "}, "`publisher` is empty"),
        ({"value": "many"}, "'many' is no number"),
        ({"qualifier": "roughly"}, "no qualifier"),
        ({"currency": "usd"}, "no currency of ISO 4217"),
        ({"currency": "USD", "unit": "companies"}, "a unit and a currency"),
        ({"as_of": "29.09.2025"}, "no date"),
        ({"from": "2024"}, "as of a date, or from one until another"),
        ({"as_of": "", "from": "2024"}, "as of a date, or from one until another"),
        ({"as_of": "", "from": "2025", "until": "2024"}, "2025 is later than 2024"),
        ({"source_date": "soon"}, "no date"),
        ({"series_key": "A.B"}, "A series has a dataflow"),
        ({"title": "x" * 4001}, "more than 4000"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_the_reason(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        fields_of(Record("", ROW | cells), {})
    assert reason in refused.value.detail


SEEN = Observation(
    "line 2",
    (("FREQ", "A"), ("REF_AREA", "KZ"), ("COUNTERPART_AREA", "IT"), ("FLOW", "X"), ("TIME_PERIOD", "2024")),
    {"UNIT_MEASURE": "USD", "UNIT_MULT": "9", "OBS_STATUS": "E"},
    "19.9",
    "TRADE",
    publisher="STAT",
)


def test_an_observation_is_found_by_its_concepts() -> None:
    row = record_of(SEEN, {})
    assert row.cells == {
        **{"about": "IT", "counterpart": "KZ", "value": "19900000000", "currency": "USD", "qualifier": "about"},
        **{"from": "2024", "until": "2024", "dataflow": "TRADE", "series_key": "A.KZ.IT.X", "status": "E"},
    }
    assert row.otherwise == {"indicator": "X", "publisher": "STAT", "title": "TRADE"}
    assert record_of(SEEN, {"about": "REF_AREA"}).cells["about"] == "KZ"
    assert record_of(SEEN, {}, levels=True).cells["as_of"] == "2024"


def test_millions_of_a_currency_are_that_many() -> None:
    seen = Observation("1", SEEN.dimensions, {"UNIT_MEASURE": "MIO_EUR"}, "2.5", "TRADE")
    assert {name: record_of(seen, {}).cells[name] for name in ("value", "currency")} == {
        "value": "2500000",
        "currency": "EUR",
    }


@pytest.mark.parametrize(("value", "status"), [("", "A"), ("NaN", "A"), ("1", "M")])
def test_an_observation_without_a_value_is_refused(value: str, status: str) -> None:
    with pytest.raises(UsageProblem):
        record_of(Observation("1", SEEN.dimensions, {"OBS_STATUS": status}, value, "TRADE"), {})


def test_the_same_claim_has_one_id_and_another_source_another() -> None:
    """The value is no part of it: who corrects a figure restates it."""
    said = {"speaker": "the minister"}
    assert figure("250", **said).id == figure("251", "about", **said).id
    assert figure("250", **said).id != figure("250", speaker="another").id
    assert figure("250", **said).id != figure("250", **said, as_of="2025").id
    fields = fields_of(Record("", ROW), {})
    assert figure_id(OWN, fields) != figure_id(OWN, fields, 2) != figure_id("identity--x", fields, 2)


def test_an_object_that_names_one_party_and_means_another_says_nothing() -> None:
    fields = fields_of(Record("", ROW), {})
    with pytest.raises(UsageProblem):
        figure_of(stated(fields | {"about": "FR"}))
    with pytest.raises(UsageProblem):
        figure_of(stated(fields | {"unit": "x", "currency": "USD"}))
    with pytest.raises(UsageProblem):
        link_of(
            stated({"about": "IT", "kind": "visit", "name": "x", "source": {"publisher": "p"}, "from": "2024-02-31"})
        )
