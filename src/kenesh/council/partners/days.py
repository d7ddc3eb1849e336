"""Dates of which only the month or the year is known, and the periods of statistics: from which day to which."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
#: Source: SDMX 3.0 §3 Technical Notes, 4.2 (time formats): A1, S1-S2, T1-T3, Q1-Q4, M01-M12, W01-W53.
_REPORTED: Final = re.compile(r"([0-9]{4})-?(A|S|H|B|T|Q|M|W)([0-9]{1,2})", re.ASCII)
_MONTHS: Final = {"A": 12, "S": 6, "H": 6, "B": 6, "T": 4, "Q": 3, "M": 1}
_ADVICE: Final = "Write 2025, 2025-09 or 2025-09-29."


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From the first day to the last one, both of them in it."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def shared(self, other: Days) -> int:
        """How many days are in both."""
        return max(0, (min(self.last, other.last) - max(self.first, other.first)).days + 1)


def days_of(text: str) -> Days:
    """The days of a year, a month or a day.

    Raises:
        UsageProblem: there is no such date.
    """
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if month is None:
            return Days(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        raise UsageProblem(f"'{visible(text, 40)}' is no date.", advice=_ADVICE) from None


def days_between(begins: str, ends: str) -> Days:
    """From the first day of the one to the last of the other.

    Raises:
        UsageProblem: one of them is no date, or it ends before it begins.
    """
    days = Days(days_of(begins).first, days_of(ends).last)
    if days.last < days.first:
        raise UsageProblem(f"{begins} is later than {ends}.", advice="The first date is the earlier one.")
    return days


def reported(text: str) -> tuple[str, str]:
    """A period of a statistic as the dates from and until: 2024, 2024-05, 2024-Q1, 2024M05, 2024-W07.

    Raises:
        UsageProblem: it is no period that is read.
    """
    match = _REPORTED.fullmatch(text)
    if match is None:
        plain = text.removesuffix("T00:00:00")
        days_of(plain)
        return plain, plain
    year, letter, number = int(match[1]), match[2], int(match[3])
    try:
        if letter == "W":
            monday = date.fromisocalendar(year, number, 1)
            return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
        length = _MONTHS[letter]
        first, last = (number - 1) * length + 1, number * length
        if number < 1 or last > 12 or not year:
            raise ValueError
    except ValueError:
        raise UsageProblem(f"'{visible(text, 40)}' is no period.", advice=_ADVICE) from None
    if length == 12:
        return f"{year:04}", f"{year:04}"
    return f"{year:04}-{first:02}", f"{year:04}-{last:02}"
