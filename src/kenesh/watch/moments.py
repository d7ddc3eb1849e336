"""When a log line says it was: an instant, or nothing where it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from kenesh.basis.instants import SECOND, Instant

#: The properties in which JSON lines tell their time, the likeliest first (Zeek, ECS, Splunk, Suricata, Windows).
TIME_KEYS: Final = (
    *("ts", "timestamp", "@timestamp", "time", "_time", "datetime", "date", "event_time", "eventTime", "EventTime"),
    *("Timestamp", "Time", "TimeCreated", "time_created", "created_at", "start_time", "_ts", "t"),
)

# These three are read by RE2 as well as by Python. A time that does not say its zone is no instant: read as UTC it
# would be hours off, over a party's signature.
_RFC_3339: Final = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d{1,12})?\s?(?:[Zz]\b|[+-]\d\d:?\d\d\b)"
_APACHE: Final = r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\b"
_SQUID: Final = r"^\d{10}\.\d{3,9}\b"
#: A time in a free line: the leftmost is the line's own, what follows may be part of the message.
TIME_IN_TEXT: Final = f"{_SQUID}|{_RFC_3339}|{_APACHE}"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"(\d{9,19})(?:\.(\d{1,12}))?", re.ASCII)
_FIELDS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d).(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?\s?(?:[Zz]|([+-])(\d\d):?(\d\d))", re.ASCII
)
_APACHE_FIELDS = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})", re.ASCII)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(text: str) -> Instant | None:
    """The instant of an epoch number (s, ms, us or ns, by its size), an RFC 3339 time or an Apache time."""
    if (number := _NUMBER.fullmatch(text)) is not None:
        return _of_epoch(number[1], number[2])
    if (fields := _FIELDS.fullmatch(text)) is not None:
        *numbers, fraction, sign, hours, minutes = fields.groups()
        return _of_fields([int(part) for part in numbers], fraction, f"{sign or '+'}{hours or '00'}{minutes or '00'}")
    if (fields := _APACHE_FIELDS.fullmatch(text)) is not None and fields[2] in _MONTHS:
        day, month, year, *time, offset = fields.groups()
        return _of_fields([int(year), _MONTHS.index(month) + 1, int(day), *(int(part) for part in time)], None, offset)
    return None


def _of_epoch(digits: str, fraction: str | None) -> Instant | None:
    """Seconds up to eleven digits (the year 5138), then thousandths, millionths, thousand-millionths."""
    number = int(digits)
    if number < 10**11:
        return Instant(number * SECOND + _fraction(fraction))
    if number < 10**14:
        return Instant(number * 1000)
    return Instant(number if number < 10**17 else number // 1000)


def _fraction(digits: str | None) -> int:
    return int(f"{digits or '':0<6.6}")


def _of_fields(fields: Sequence[int], fraction: str | None, offset: str) -> Instant | None:
    year, month, day, hour, minute, second = fields
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5])) * (-1 if offset[0] == "-" else 1)
    try:
        # A leap second is legal in RFC 3339, and unknown to datetime.
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - ahead
    except (ValueError, OverflowError):
        return None
    return Instant((moment - _EPOCH) // timedelta(microseconds=1) + _fraction(fraction)) if moment >= _EPOCH else None
