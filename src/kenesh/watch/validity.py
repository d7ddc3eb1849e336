"""Whether an indicator counts at an instant. What cannot be read does not count: a tool would act on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import Problem
from kenesh.holdings.leaving import Leaving


def why_not_in_force(item: Leaving, value: Mapping[str, Any], now: Instant) -> str:
    """Why it does not count at that instant; "" where it does.

    Source: STIX 2.1 §3.6 (revoked), §4.7 (valid_from, and valid_until, from which on it is not valid any more).
    """
    if item.held.revoked:
        return "it is revoked"
    if not item.counts:
        return "a newer version is there"
    try:
        begins = instant_of(str(value["valid_from"])) if "valid_from" in value else now
        ends = instant_of(str(value["valid_until"])) if "valid_until" in value else None
    except Problem:
        return "from when or until when it is valid cannot be read"
    if begins > now:
        return "it is not valid yet"
    return "its valid_until has passed" if ends is not None and ends <= now else ""
