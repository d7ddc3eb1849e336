"""The times of capitals: from the west to the east, whatever the hour is."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import instant_of
from kenesh.response.zones import capital_times


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
