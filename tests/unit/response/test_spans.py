"""Spans: hours from the moment, days and working days to their last second, months by the clock on the wall."""

from __future__ import annotations

from datetime import date

import pytest

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import Problem
from kenesh.response.spans import Calendar, Span, Unit, end_of, span

ALMATY = Calendar("Asia/Almaty")  # UTC+5, and no summer time
BUDAPEST = Calendar("Europe/Budapest")
#: 16 December is a holiday; Saturday the 19th is worked in place of Friday the 18th.
FEAST = Calendar("Asia/Almaty", holidays=frozenset((date(2026, 12, 16), date(2026, 12, 18))),
                 worked=frozenset((date(2026, 12, 19),)))  # fmt: skip


def at(text: str) -> Instant:
    return instant_of(f"2026-{text.replace(' ', 'T')}Z")


@pytest.mark.parametrize(
    ("text", "start", "calendar", "end"),
    [
        ("24 h", "03-28 12:00:00.5", BUDAPEST, "03-29 12:00:00.5"),  # 24 hours, though that day has 23 there
        ("1 month", "01-31 12:00:00", BUDAPEST, "02-28 12:00:00"),
        ("2 months", "12-31 12:00:00", BUDAPEST, "02-28 12:00:00"),
        ("1 month", "09-25 12:00:00", BUDAPEST, "10-25 13:00:00"),  # summer time ends that night
        ("1 month", "02-28 01:30:00", BUDAPEST, "03-28 01:30:00"),
        ("1 month", "09-25 00:30:00", BUDAPEST, "10-25 00:30:00"),  # 2:30 comes twice: the first
        ("1 month", "03-01 01:30:00", BUDAPEST, "04-01 00:30:00"),
        ("1 day", "03-28 20:00:00", BUDAPEST, "03-29 21:59:59.999999"),
        ("1 day", "11-25 20:00:00", ALMATY, "11-27 18:59:59.999999"),  # there it is the 26th already
        ("1 working day", "11-25 10:00:00", ALMATY, "11-26 18:59:59.999999"),
        ("1 working day", "11-27 10:00:00", ALMATY, "11-30 18:59:59.999999"),  # Friday, then Monday
        ("1 working day", "12-15 10:00:00", FEAST, "12-17 18:59:59.999999"),
        ("2 working days", "12-15 10:00:00", FEAST, "12-19 18:59:59.999999"),
        ("10 working days", "11-25 10:00:00", ALMATY, "12-09 18:59:59.999999"),
    ],
)
def test_a_span_ends(text: str, start: str, calendar: Calendar, end: str) -> None:
    expected = at(end) if start[:2] != "12" or end[:2] == "12" else instant_of(f"2027-{end.replace(' ', 'T')}Z")
    assert end_of(span(text), at(start), calendar) == expected


@pytest.mark.parametrize("text", ["", "24", "24h", "0 h", "-1 h", "1 working", "9999 days", "13 months", "٢٤ h"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        span(text)


def test_a_span_is_read() -> None:
    assert (span("24 h"), span("10 working days")) == (Span(24, Unit.HOUR), Span(10, Unit.WORKING_DAY))


def test_no_zone_and_no_working_day_are_told() -> None:
    with pytest.raises(Problem, match="no time zone"):
        Calendar("Asia/Atlantis")
    with pytest.raises(Problem, match="no time zone"):
        Calendar("../etc/passwd")
    idle = Calendar("UTC", weekend=frozenset(range(7)))
    with pytest.raises(Problem, match="Nobody works"):
        end_of(span("1 working day"), at("01-01 00:00:00"), idle)
    with pytest.raises(Problem, match="9999"):
        end_of(span("1 month"), instant_of("9999-12-31T00:00:00Z"), ALMATY)
