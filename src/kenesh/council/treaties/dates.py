"""Days: when a term ends by the calendar, and which day it is where a treaty is kept."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kenesh.basis.instants import Instant
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.treaties.kinds import TERM, Begins

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Term:
    """So many days or months after a day, which itself is not counted; then, perhaps, the first of the month after."""

    days: int = 0
    months: int = 0
    begins: Begins = Begins.DAY

    def after(self, day: date) -> date:
        """The day on which it ends.

        A month ends on the day of the same number, or on the last of a month that has none such: 31 January and a
        month is 28 February. Source: European Convention on the Calculation of Time-Limits (1972), Art. 4(2).
        """
        if self.months:
            whole = day.year * 12 + day.month - 1 + self.months
            year, month = whole // 12, whole % 12 + 1
            ends = date(year, month, min(day.day, monthrange(year, month)[1]))
        else:
            ends = day + timedelta(self.days)
        if self.begins is Begins.DAY:
            return ends
        return date(ends.year + ends.month // 12, ends.month % 12 + 1, 1)

    def told(self) -> str:
        """30 days after; the first day of the month following 3 months after."""
        number, noun = (self.months, "month") if self.months else (self.days, "day")
        span = f"{number} {noun}{'' if number == 1 else 's'} after"
        return span if self.begins is Begins.DAY else f"the first day of the month following {span}"


def term_of(text: str, begins: Begins) -> Term:
    """The term that 30d or 3m says.

    Raises:
        UsageProblem: it is none, or longer than ten years.
    """
    number = int(text[:-1]) if re.fullmatch(TERM, text, re.ASCII) else -1
    if not 0 <= number <= (3660 if text.endswith("d") else 120):
        raise UsageProblem(f"'{visible(text, 40)}' is no term.", advice="Write it as 30d, or 3m for months.")
    return Term(days=number, begins=begins) if text.endswith("d") else Term(months=number, begins=begins)


def day_of(text: str) -> date:
    """The day that 2026-05-23 says.

    Raises:
        UsageProblem: there is no such day, or none between 1900 and 2199.
    """
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-05-23") else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year < 2200:
        raise UsageProblem(f"'{visible(text, 40)}' is no day.", advice="Write it as 2026-05-23.")
    return found


def today(now: Instant, zone: str) -> date:
    """Which day it is there.

    Raises:
        UsageProblem: there is no such zone.
    """
    try:
        there = ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageProblem(f"'{visible(zone, 60)}' is no time zone.", advice="Write it as Europe/Istanbul.") from None
    return (_EPOCH + timedelta(microseconds=now)).astimezone(there).date()
