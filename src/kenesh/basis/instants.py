"""Instants and timestamps.

An `Instant` is a whole number of microseconds since 1970-01-01T00:00:00Z: what the node itself measures and TAXII's
date added. A STIX timestamp may carry any number of digits; its `ModifiedKey` orders as the instant does, without loss.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

Instant = NewType("Instant", int)
ModifiedKey = NewType("ModifiedKey", str)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:[0-5]\d:\d{2})(?:\.(\d+))?Z", re.ASCII)


def modified_key(timestamp: str) -> ModifiedKey:
    """The timestamp as a text that compares (by code point) as the instant does.

    Source: STIX 2.1 §2.16; any number of fractional digits, trailing zeros do not count.

    Raises:
        UsageProblem: it is no timestamp of the form YYYY-MM-DDTHH:MM:SS[.s+]Z.
    """
    match = _TIMESTAMP.fullmatch(timestamp)
    if match is None:
        raise UsageProblem(
            f"'{visible(timestamp, 40)}' is no timestamp.", advice="Write it as 2026-01-31T23:59:59.000Z."
        )
    day, time, fraction = match.groups()
    second = f"{day}T{time}"
    # A leap second is legal in RFC 3339, and unknown to datetime.
    try:
        datetime.fromisoformat(second.replace(":60", ":59"))
    except ValueError:
        raise UsageProblem(f"'{visible(timestamp, 40)}' names no day or time that exists.") from None
    fraction = (fraction or "").rstrip("0")
    return ModifiedKey(f"{second}.{fraction}" if fraction else second)


def instant_of(timestamp: str) -> Instant:
    """The timestamp in microseconds; finer digits are cut off.

    Raises:
        UsageProblem: it is no timestamp.
    """
    second, _, fraction = modified_key(timestamp).partition(".")
    whole = datetime.fromisoformat(second.replace(":60", ":59")).replace(tzinfo=UTC)
    return Instant((whole - _EPOCH) // timedelta(microseconds=1) + int(f"{fraction:0<6.6}" or 0))


def span_of(text: str) -> int:
    """How long 30m, 24h or 7d is, in microseconds; at most a year.

    Raises:
        UsageProblem: it is no such span.
    """
    found = re.fullmatch(r"([0-9]{1,4})([mhd])", text)
    span = int(found[1]) * {"m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}[found[2]] if found else 0
    if not 0 < span <= 366 * DAY:
        raise UsageProblem(f"'{text[:40]}' is no span of time.", advice="Write it as 30m, 24h or 7d.")
    return span


def _moment(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)


def taxii_timestamp(instant: int) -> str:
    """YYYY-MM-DDTHH:MM:SS.ssssssZ, always six digits (TAXII 2.1 §2)."""
    return _moment(instant).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stix_timestamp(instant: int) -> str:
    """YYYY-MM-DDTHH:MM:SS.sssZ, the precision that STIX 2.1 §2.16 recommends."""
    return _moment(instant).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def short_timestamp(instant: int) -> str:
    """For people: 2026-11-25 01:12:03Z."""
    return _moment(instant).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds") + "Z"
