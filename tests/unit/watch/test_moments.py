from __future__ import annotations

import pytest

from kenesh.basis.instants import instant_of
from kenesh.watch.moments import moment


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("1769860800", "2026-01-31T12:00:00Z"),
        ("1769860800.123456789", "2026-01-31T12:00:00.123456Z"),
        ("1769860800123", "2026-01-31T12:00:00.123Z"),
        ("1769860800123456", "2026-01-31T12:00:00.123456Z"),
        ("1769860800123456789", "2026-01-31T12:00:00.123456Z"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.5Z"),
        ("2026-01-31 17:00:00,25 +0500", "2026-01-31T12:00:00.25Z"),
        ("2026-01-31T08:30:00-03:30", "2026-01-31T12:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("31/Jan/2026:17:00:00 +0500", "2026-01-31T12:00:00Z"),
    ],
)
def test_a_time_is_an_instant(text: str, timestamp: str) -> None:
    assert moment(text) == instant_of(timestamp)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00",
        "2026-13-31T12:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "1969-12-31T23:59:59Z",
        "99/Jan/2026:17:00:00 +0500",
        "31/Oca/2026:17:00:00 +0500",
        "12345",
        "\u0661\u0667\u0666\u0669\u0668\u0666\u0660\u0668\u0660\u0660",
        "",
        "yesterday",
    ],
)
def test_what_names_no_instant_is_none(text: str) -> None:
    assert moment(text) is None
