"""Where parties work: the time zone of each capital, in a table, and by which calendar a party counts its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.parties.party import LISTED, party_id
from kenesh.response.spans import Calendar

#: Source: IANA time zone database. Kazakhstan has had one time since March 2024.
ZONES: Final[Mapping[str, str]] = {
    "AZ": "Asia/Baku",
    "HU": "Europe/Budapest",
    "KG": "Asia/Bishkek",
    "KZ": "Asia/Almaty",
    "TM": "Asia/Ashgabat",
    "TR": "Europe/Istanbul",
    "UZ": "Asia/Tashkent",
    "IT": "Europe/Rome",
    "ECO": "Asia/Tehran",
    "SEC": "Europe/Istanbul",
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def calendars(own_ref: str, own: Calendar | None = None) -> dict[str, Calendar]:
    """By which calendar each listed party counts days; this node's own knows its holidays, where they are set."""
    found = {party_id(code): Calendar(ZONES[code]) for code in LISTED if code in ZONES}
    return found | ({own_ref: own} if own is not None else {})


def local_time(at: Instant, zone: str) -> str:
    """The time on the wall there, for people: 14:05, and by how many days it is another date than in UTC."""
    moment = _EPOCH + timedelta(microseconds=at)
    there = moment.astimezone(ZoneInfo(zone))
    days = (there.date() - moment.date()).days
    return f"{there:%H:%M}" + (f" {days:+d} day" if days else "")


def minute_of_day(at: Instant, zone: str) -> int:
    """How many minutes the clocks there show since midnight.

    Raises:
        UsageProblem: there is no such zone.
    """
    there = (_EPOCH + timedelta(microseconds=at)).astimezone(_zone(zone))
    return there.hour * 60 + there.minute


def next_at(minute: int, zone: str, now: Instant) -> Instant:
    """When the clocks there next show so many minutes since midnight, later than now. What they skip is at its end.

    Raises:
        UsageProblem: there is no such zone.
    """
    there = _zone(zone)
    midnight = (
        (_EPOCH + timedelta(microseconds=now)).astimezone(there).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    shown = (
        (midnight + timedelta(days=day)).replace(hour=minute // 60, minute=minute % 60).astimezone(UTC)
        for day in range(3)
    )
    return next(at for one in shown if (at := Instant((one - _EPOCH) // timedelta(microseconds=1))) > now)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageProblem(f"'{visible(name, 60)}' is no time zone.", advice="Write it as Asia/Almaty.") from None


def wall_time(text: str, zone: str) -> Instant:
    """The instant at which the clocks there show it: 2026-12-01T08:00.

    Raises:
        UsageProblem: there is no such zone or time; or the clocks are put forward over it, or show it twice.
    """
    try:
        wall, there = datetime.fromisoformat(text), ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageProblem(
            f"'{visible(text, 40)}' in '{visible(zone, 60)}' is no time of a clock on the wall.",
            advice="Write it as 2026-12-01T08:00, and the zone as Asia/Almaty.",
        ) from None
    if wall.tzinfo is not None:
        return Instant((wall - _EPOCH) // timedelta(microseconds=1))
    try:
        early, late = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise UsageProblem(f"'{visible(text, 40)}' is before or after all calendars.") from None
    if early != late:
        raise UsageProblem(
            f"{visible(text, 40)} is not one moment in {zone}: the clocks are changed there.",
            advice="Write it in UTC, with a Z at its end.",
        )
    return Instant((early - _EPOCH) // timedelta(microseconds=1))


def capital_times(codes: Iterable[str], at: Instant) -> str:
    """The time on the wall in each of these capitals, from the west to the east: AZ 18:02, KZ/UZ 19:02."""
    by_wall: dict[datetime, list[str]] = {}
    moment = _EPOCH + timedelta(microseconds=at)
    for code in codes:
        if code in ZONES:
            wall = moment.astimezone(ZoneInfo(ZONES[code])).replace(tzinfo=None)
            by_wall.setdefault(wall, []).append(code)
    told = sorted(by_wall.items())
    return ", ".join(f"{'/'.join(sorted(there))} {local_time(at, ZONES[there[0]])}" for _, there in told)
