"""Timestamps of any precision, compared as the instants that they are."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    instant_of,
    modified_key,
    short_timestamp,
    stix_timestamp,
    taxii_timestamp,
)
from kenesh.basis.problem import UsageProblem


@pytest.mark.clause("STIX 2.1 §2.16")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.1000000000Z"),
    ],
)
def test_trailing_zeros_make_no_other_version(one: str, other: str) -> None:
    assert modified_key(one) == modified_key(other)


@pytest.mark.clause("STIX 2.1 §2.16")
def test_keys_sort_as_the_instants_do_whatever_their_digits() -> None:
    """ATT&CK has `modified` cut to milliseconds next to `created` in microseconds; vendors send ten digits."""
    in_order = [
        "1999-12-31T23:59:59.9Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.0000000001Z",
        "2026-01-01T00:00:00.058Z",
        "2026-01-01T00:00:00.058274Z",
        "2026-01-01T00:00:00.06Z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:01Z",
        "2026-01-01T00:00:10Z",
    ]
    assert sorted(in_order, key=modified_key) == in_order
    assert len({modified_key(text) for text in in_order}) == len(in_order)


@pytest.mark.clause("STIX 2.1 §2.16")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "bogus",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01t00:00:00z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
    ],
)
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    for read in (modified_key, instant_of):
        with pytest.raises(UsageProblem):
            read(text)


def test_a_refusal_shows_no_control_character_of_the_text() -> None:
    with pytest.raises(UsageProblem) as caught:
        modified_key("\x1b[2J\u202e")
    assert caught.value.detail == "'\\u{1b}[2J\\u{202e}' is no timestamp."


def test_a_leap_second_is_taken_and_sorts_before_the_day_that_follows() -> None:
    """RFC 3339 §5.7."""
    leap = modified_key("2016-12-31T23:59:60Z")
    assert modified_key("2016-12-31T23:59:59.9Z") < leap < modified_key("2017-01-01T00:00:00Z")
    assert instant_of("2016-12-31T23:59:60Z") <= instant_of("2017-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-02T01:01:01.5Z", DAY + HOUR + MINUTE + SECOND + SECOND // 2),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:00.0000019Z", 1),
    ],
)
def test_an_instant_counts_whole_microseconds_from_1970(text: str, instant: int) -> None:
    """Finer digits are cut off, not rounded."""
    assert instant_of(text) == instant


@pytest.mark.clause("TAXII 2.1 §2")
@pytest.mark.parametrize("instant", [0, 1, -1, 1_795_569_123_000_000, 1_795_569_123_123_456])
def test_a_taxii_timestamp_has_six_digits_and_reads_back(instant: int) -> None:
    """T41."""
    written = taxii_timestamp(instant)
    assert len(written) == len("2026-11-25T01:12:03.000000Z")
    assert instant_of(written) == instant


def test_a_stix_timestamp_has_three_digits_cut_off() -> None:
    assert stix_timestamp(1_795_569_123_999_999) == "2026-11-25T01:12:03.999Z"
    assert stix_timestamp(-1) == "1969-12-31T23:59:59.999Z"


def test_people_read_seconds() -> None:
    assert short_timestamp(1_795_569_123_999_999) == "2026-11-25 01:12:03Z"


def test_a_year_before_1000_has_four_digits_too() -> None:
    """Reachable: `added_after=0999-...` is a legal timestamp, and a `modified` of that year can be imported."""
    assert taxii_timestamp(instant_of("0999-01-01T00:00:00Z")) == "0999-01-01T00:00:00.000000Z"
