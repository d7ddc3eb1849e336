"""The times of capitals: from the west to the east, whatever the hour is."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import UsageProblem
from kenesh.response.zones import capital_times, wall_time


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-26T10:00:00Z", "TR 13:00, AZ 14:00, KZ/UZ 15:00"),
        # It is tomorrow already in the east, and stands last all the same.
        ("2026-11-26T19:30:00Z", "TR 22:30, AZ 23:30, KZ/UZ 00:30 +1 day"),
        ("2026-11-26T20:30:00Z", "TR 23:30, AZ 00:30 +1 day, KZ/UZ 01:30 +1 day"),
    ],
)
def test_capitals_stand_from_the_west_to_the_east(at: str, told: str) -> None:
    assert capital_times(["UZ", "KZ", "TR", "AZ", "no capital"], instant_of(at)) == told


@pytest.mark.parametrize(("text", "zone"), [("0001-01-01T00:00", "Asia/Almaty"), ("9999-12-31T23:59", "America/Lima")])
def test_a_time_before_or_after_all_calendars_is_refused(text: str, zone: str) -> None:
    with pytest.raises(UsageProblem):
        wall_time(text, zone)
