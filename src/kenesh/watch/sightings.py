"""What a party saw at home, told to the others: which indicator, how often, between when. Never a log line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.stix.marking import Tlp

#: The most that a sighting may count (STIX 2.1 §5.2).
MAX_COUNT: Final = 999_999_999


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an indicator was met in a party's own logs, and between which instants as far as the lines say."""

    indicator_ref: str
    count: int
    first_seen: Instant | None = None
    last_seen: Instant | None = None


def sighting_object(seen: Seen, *, created_by_ref: str, tlp: Tlp, now: Instant, uuid: UUID) -> dict[str, Any]:
    """A sighting of the indicator by the party, as marked as the indicator is.

    `tlp` is the indicator's effective marking: that a party met a value tells what the value is. A count of 0 says that
    it looked and did not see.

    Source: STIX 2.1 §5.2.
    """
    stamp = stix_timestamp(now)
    return {
        "type": "sighting",
        "spec_version": "2.1",
        "id": f"sighting--{uuid}",
        "created_by_ref": created_by_ref,
        "created": stamp,
        "modified": stamp,
        **_span(seen),
        "count": min(max(seen.count, 0), MAX_COUNT),
        "sighting_of_ref": seen.indicator_ref,
        "where_sighted_refs": [created_by_ref],
        "object_marking_refs": [tlp.marking_ref],
    }


def _span(seen: Seen) -> dict[str, str]:
    """first_seen and last_seen where they are known; last_seen is never the earlier."""
    known = sorted(instant for instant in (seen.first_seen, seen.last_seen) if instant is not None)
    span = {}
    if seen.first_seen is not None:
        span["first_seen"] = stix_timestamp(known[0])
    if seen.last_seen is not None:
        span["last_seen"] = stix_timestamp(known[-1])
    return span
