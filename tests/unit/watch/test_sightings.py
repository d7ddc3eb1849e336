from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kenesh.basis.instants import Instant, instant_of
from kenesh.stix.marking import Tlp
from kenesh.watch.sightings import MAX_COUNT, Seen, sighting_object

PARTY = "identity--11111111-1111-4111-8111-111111111111"
INDICATOR = "indicator--22222222-2222-4222-8222-222222222222"
UUID_4 = UUID("33333333-3333-4333-8333-333333333333")
NOON = instant_of("2026-01-31T12:00:00Z")
EARLIER, LATER = instant_of("2026-01-30T08:00:00.123456Z"), instant_of("2026-01-31T11:59:59.999Z")


def sighting(count: int = 3, first: Instant | None = None, last: Instant | None = None) -> dict[str, Any]:
    seen = Seen(INDICATOR, count, first, last)
    return sighting_object(seen, created_by_ref=PARTY, tlp=Tlp.AMBER, now=NOON, uuid=UUID_4)


@pytest.mark.clause("STIX 2.1 §5.2")
def test_a_sighting_says_what_was_seen_by_whom_how_often_and_when() -> None:
    assert sighting(3, EARLIER, LATER) == {
        "type": "sighting",
        "spec_version": "2.1",
        "id": f"sighting--{UUID_4}",
        "created_by_ref": PARTY,
        "created": "2026-01-31T12:00:00.000Z",
        "modified": "2026-01-31T12:00:00.000Z",
        "first_seen": "2026-01-30T08:00:00.123Z",
        "last_seen": "2026-01-31T11:59:59.999Z",
        "count": 3,
        "sighting_of_ref": INDICATOR,
        "where_sighted_refs": [PARTY],
        "object_marking_refs": [Tlp.AMBER.marking_ref],
    }


def test_what_is_not_known_is_not_said() -> None:
    assert not {"first_seen", "last_seen"} & sighting().keys()
    assert "first_seen" not in sighting(1, None, LATER)


def test_last_seen_is_never_before_first_seen() -> None:
    turned = sighting(2, LATER, EARLIER)

    assert turned["first_seen"] < turned["last_seen"]


@pytest.mark.parametrize(("count", "told"), [(0, 0), (-1, 0), (1, 1), (10**12, MAX_COUNT)])
def test_a_count_stays_within_what_a_sighting_may_count(count: int, told: int) -> None:
    assert sighting(count)["count"] == told


@pytest.mark.parametrize("first", [None, EARLIER])
def test_stix2_validator_finds_nothing_wrong(first: Instant | None) -> None:
    stix2validator = pytest.importorskip("stix2validator")

    result = stix2validator.validate_instance(
        sighting(3, first, LATER), stix2validator.ValidationOptions(version="2.1")
    )

    assert (result.is_valid, result.errors) == (True, [])
