"""Spans of a law: hours on the clock, days, working days and months, counted where the law is in force.

Hours are counted from the moment itself. A day or working day ends with the last second of its date, in the calendar's
zone. A month ends at the same time of the same date in the next one; where that date is missing, on the month's last.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

_SPAN: Final = re.compile(r"([1-9][0-9]{0,3}) (h|days?|working days?|months?)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE: Final = timedelta(microseconds=1)
_MOST_HOURS: Final = 24 * 366
#: No law here counts further; a calendar in which no day is worked would be walked for ever.
_MOST_DAYS: Final = 366


class Unit(StrEnum):
    """What a span counts."""

    HOUR = "h"
    DAY = "day"
    WORKING_DAY = "working day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit. Source: the step of the law that says it."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where a law is in force: its zone (IANA), and on which days nobody works there.

    `weekend` has Monday as 0. `worked` are days on which people work in spite of it: governments move them about.
    """

    zone: str
    weekend: frozenset[int] = frozenset((5, 6))
    holidays: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise UsageProblem(
                f"'{visible(self.zone, 60)}' is no time zone.", advice="Write it as Asia/Tashkent."
            ) from None

    def is_worked(self, day: date) -> bool:
        """Whether people work on that day."""
        return day in self.worked or (day.weekday() not in self.weekend and day not in self.holidays)


def span(text: str) -> Span:
    """The span that is written as `24 h`, `10 days`, `1 working day` or `1 month`.

    Raises:
        UsageProblem: it is none.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UsageProblem(
            f"'{visible(text, 60)}' is no span of a law.",
            advice="Write it as 24 h, 10 days, 1 working day or 1 month.",
        )
    read = Span(int(found[1]), Unit(found[2].removesuffix("s")))
    most = {Unit.HOUR: _MOST_HOURS, Unit.MONTH: 12}.get(read.unit, _MOST_DAYS)
    if read.count > most:
        raise UsageProblem(f"'{text}' is longer than a year.", advice="A span of a law is a year at most.")
    return read


def end_of(read: Span, start: Instant, calendar: Calendar) -> Instant:
    """The last instant of a span that begins at `start`: what is done then is in time.

    Raises:
        UsageProblem: nobody works within a year, or the years that can be written are left.
    """
    if read.unit is Unit.HOUR:
        return Instant(start + read.count * HOUR)
    zone = ZoneInfo(calendar.zone)
    try:
        begins = (_EPOCH + start * _ONE).astimezone(zone)
        match read.unit:
            case Unit.MONTH:
                return _instant(_months_later(begins, read.count))
            case Unit.DAY:
                return _end_of_day(begins.date() + timedelta(days=read.count), zone)
            case _:
                return _end_of_day(_worked_later(begins.date(), read.count, calendar), zone)
    except (OverflowError, ValueError):
        raise UsageProblem("The span ends beyond the year 9999.") from None


def _months_later(begins: datetime, count: int) -> datetime:
    month = begins.month - 1 + count
    year, month = begins.year + month // 12, month % 12 + 1
    day = min(begins.day, monthrange(year, month)[1])
    # The first of two equal times in autumn: the earlier end is in time by either reading.
    return begins.replace(year=year, month=month, day=day, fold=0)


def _worked_later(day: date, count: int, calendar: Calendar) -> date:
    """The so-manieth working day after that day."""
    for _ in range(3 * _MOST_DAYS):
        day += timedelta(days=1)
        count -= calendar.is_worked(day)
        if not count:
            return day
    raise UsageProblem(f"Nobody works within three years by the calendar of {calendar.zone}.")


def _end_of_day(day: date, zone: ZoneInfo) -> Instant:
    """The last microsecond of a day."""
    return Instant(_instant(datetime.combine(day + timedelta(days=1), time(), zone)) - 1)


def _instant(moment: datetime) -> Instant:
    return Instant((moment - _EPOCH) // _ONE)
