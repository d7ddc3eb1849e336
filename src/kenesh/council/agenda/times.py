"""When: dates and spans as they are written, and relative ones counted from a day that is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import named, numbered, one_of, whole
from kenesh.council.agenda.rules import Figures, Times, shipped

_LAST_DAY: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SEASONS: Final = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_OFFSETS: Final = {"last": -1, "this": 0, "next": 1}
#: Words for one month more or less, at the most.
_PARTS_IN_CODE: Final = {
    "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th)?",
    "day2": r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?",
    "iso": r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)",
    "dotted": r"(?P<dotted>\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)",
}


@dataclass(frozen=True, slots=True)
class Base:
    """The day from which a relative time is counted, and what that day is: "the page's date 2025-10-09"."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class When:
    """A time in a sentence.

    Attributes:
        value: as ISO 8601 writes it, a span as `from/to`, a term as `by DATE`; '' where it cannot be counted.
        basis: the words, and from what they were counted.
        is_future: it lies after the day from which it was counted.
    """

    start: int
    stop: int
    value: str
    basis: str
    is_future: bool


def _times() -> Times:
    return shipped(Times, "times.toml")


@cache
def _tables() -> Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    times = _times()
    duration = shipped(Figures, "figures.toml")
    return {
        "month": numbered(times.months),
        "relyear": numbered(times.relative_year),
        "rel": numbered(times.relative),
        "season": numbered(times.seasons),
        "weekday": numbered(times.weekdays),
        "relday": numbered(times.relative_days),
        "ordinal": numbered(times.ordinals),
        "n": numbered(duration.numbers),
        "span": numbered(times.spans),
    }


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    times, figures = _times(), shipped(Figures, "figures.toml")
    year_word = one_of(times.parts["yearword"])
    year = rf"(?:19|20)\d\d(?!\d)(?:\s?{year_word}(?!\w))?"

    def words(name: str, table: Mapping[str, tuple[str, ...]]) -> str:
        return f"(?P<{name}>{one_of(word for some in table.values() for word in some)})(?!\\w)"

    month = words("month", times.months)
    parts = {
        **_PARTS_IN_CODE,
        **{name: f"(?P<{name}>{one_of(some)})(?!\\w)" for name, some in times.parts.items()},
        "year": f"(?P<year>{year})",
        "year2": f"(?P<year2>{year})",
        "month": month,
        "inmonth": f"{one_of(times.parts['inmonth'])}\\s+{month}",
        "relyear": words("relyear", times.relative_year),
        "rel": words("rel", times.relative),
        "season": words("season", times.seasons),
        "relday": words("relday", times.relative_days),
        "onday": f"{one_of(times.parts['onday'])}\\s+{words('weekday', times.weekdays)}",
        "ordinal": words("ordinal", times.ordinals),
        "n": rf"(?P<n>\d{{1,3}}|{one_of(word for some in figures.numbers.values() for word in some)})",
        "unit": f"(?P<unit>{one_of(figures.units['duration'])})(?!\\w)",
    }
    return tuple(_compiled(form, parts) for form in times.form)


def _compiled(form: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    found = re.sub(r"\{(\w+)\}", lambda m: parts[m[1]], form.replace(" ?", "\\s?").replace(" ", r"\s+"))
    return re.compile(rf"(?<![\w.]){found}(?!\w)", re.IGNORECASE)


@cache
def _markers() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    times = _times()
    return (
        re.compile(rf"(?<!\w){one_of(times.parts['by'])}\s+(?:the\s+)?$", re.IGNORECASE),
        whole(times.future.words),
        whole((*times.nowadays.words, *times.nowadays.owned)),
    )


def times_in(text: str, base: Base | None, *, counts_today: bool) -> tuple[When, ...]:
    """The times in a sentence, in their order.

    `counts_today`: a bare "today" is a day there, and not another word for nowadays.
    """
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    future = _markers()[1].search(text) is not None
    for form in _forms():
        for match in form.finditer(text):
            start, stop = match.span()
            if any(start < end and stop > begin for begin, end in taken):
                continue
            when = _resolved(match, text, base, future, counts_today)
            if when is not None:
                taken.append((start, stop))
                found.append(when)
    found += _owned(text, base, taken)
    return tuple(sorted(found, key=lambda when: when.start))


def _owned(text: str, base: Base | None, taken: list[tuple[int, int]]) -> Iterator[When]:
    """Today's meeting is of that day, whatever the sentence tells."""
    match = whole(_times().nowadays.owned).search(text)
    if match is not None and not any(match.start() < end and match.end() > begin for begin, end in taken):
        yield _said(match, (base and base.day.isoformat()) or "", base, False)


def _resolved(match: re.Match[str], text: str, base: Base | None, future: bool, counts_today: bool) -> When | None:
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    by = _markers()[0].search(text[max(0, match.start() - 40) : match.start()]) is not None
    by = by or (bool(part.get("ofyear")) and _markers()[0].search(f"{part['ofyear']} ") is not None)
    if part.keys() & {"iso", "dotted"} or ("year" in part and "relyear" not in part):
        value = _absolute(part, base)
        return None if not value else _said(match, _term(value, by, "end" in part), None, False)
    if "relday" in part and not counts_today and named(_tables()["relday"], part["relday"]) == "0":
        return None
    if base is None:
        return _said(match, "", None, False)
    # A term without a year is to come.
    value = _relative(part, base.day, future or by)
    if not value:
        return None
    ahead = value.split("/")[-1][:10] > base.day.isoformat()[: len(value.split("/")[-1][:10])]
    return _said(match, _term(value, by or "end" in part, "end" in part), base, ahead)


def _said(match: re.Match[str], value: str, base: Base | None, future: bool) -> When:
    words = " ".join(match[0].split())
    if not value:
        basis = f"“{words}”: no day is known to count it from"
    elif base is None:
        basis = f"“{words}”, as written"
    else:
        basis = f"“{words}”, counted from {base.what}"
    return When(match.start(), match.end(), value, basis, future)


def _term(value: str, by: bool, ends: bool) -> str:
    """A term is told by its last day where a year's end is meant."""
    if ends and re.fullmatch(r"\d{4}", value):
        return f"by {value}-12-31"
    if ends and re.fullmatch(r"\d{4}-\d\d", value):
        return f"by {value}-{_LAST_DAY[int(value[5:]) - 1]}"
    return f"by {value}" if by and "/" not in value else value


def _absolute(part: Mapping[str, str], base: Base | None) -> str:
    if "iso" in part:
        return _day(*map(int, part["iso"].split("-")))
    if "dotted" in part:
        return _day(*map(int, reversed(part["dotted"].split("."))))
    year = int(part["year"][:4])
    if "year2" in part:
        return f"{year}/{part['year2'][:4]}"
    if "unit" in part:
        # "The first nine months of 2030"
        months = int(part["n"]) if part["n"].isdigit() else int(named(_tables()["n"], part["n"]))
        is_month = named(_tables()["span"], part["unit"]) == "month"
        return f"{year}-01/{year}-{months:02}" if is_month and 0 < months <= 12 else f"{year}"
    if "since" in part:
        return f"{year}/{base.day.year if base is not None and base.day.year > year else ''}"
    return _within(part, year)


def _within(part: Mapping[str, str], year: int) -> str:
    """A year, or what of it is named."""
    if "month" in part:
        month = int(named(_tables()["month"], part["month"]))
        if "day" not in part:
            return f"{year}-{month:02}"
        first = _day(year, month, int(part["day"]))
        return f"{first}/{_day(year, month, int(part['day2']))}" if "day2" in part else first
    if "season" in part:
        first_month, last_month = _SEASONS[named(_tables()["season"], part["season"])]
        return f"{year}-{first_month:02}/{year + (last_month < first_month)}-{last_month:02}"
    if "quarter" in part:
        number = int(named(_tables()["ordinal"], part["ordinal"]))
        months = 6 if re.fullmatch(one_of(_times().parts["half"]), part["quarter"], re.IGNORECASE) else 3
        return f"{year}-{(number - 1) * months + 1:02}/{year}-{number * months:02}" if number * months <= 12 else ""
    return f"{year}"


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _relative(part: Mapping[str, str], base: date, future: bool) -> str:
    if "relyear" in part:
        return _within(part, base.year + _OFFSETS[named(_tables()["relyear"], part["relyear"])])
    if "unit" in part:
        return _span(part, base)
    if "relday" in part:
        return (base + timedelta(int(named(_tables()["relday"], part["relday"])))).isoformat()
    if "weekday" in part:
        away = (int(named(_tables()["weekday"], part["weekday"])) - base.isoweekday()) % 7
        return (base + timedelta(away if future else away - 7 if away else 0)).isoformat()
    if "unit_end" in part:
        is_month = re.fullmatch(one_of(_times().parts["month_end"]), part["unit_end"], re.IGNORECASE) is not None
        return f"{base.year}-{base.month if is_month else (base.month + 2) // 3 * 3:02}"
    if "season" in part or "month" in part:
        return _within(part, _year_of(part, base, future))
    return _within(part, base.year)


def _year_of(part: Mapping[str, str], base: date, future: bool) -> int:
    """The year of a month or season that names none: the one that "last", "this" or "next" or the sentence means."""
    if "month" in part:
        month = int(named(_tables()["month"], part["month"]))
    else:
        month = _SEASONS[named(_tables()["season"], part["season"])][0]
    rel = named(_tables()["rel"], part["rel"]) if "rel" in part else ""
    if rel == "this":
        return base.year
    if rel == "next" or (not rel and future):
        return base.year + (month <= base.month if rel else month < base.month)
    return base.year - (month >= base.month if rel == "last" else month > base.month)


def _span(part: Mapping[str, str], base: date) -> str:
    number = int(part["n"]) if part["n"].isdigit() else int(named(_tables()["n"], part["n"]))
    unit = part["unit"]
    back = "past" in part
    length = named(_tables()["span"], unit)
    if length in ("decade", "year"):
        number *= 10 if length == "decade" else 1
        other = base.year + (-number if back else number)
        return f"{other}/{base.year}" if back else f"{base.year}/{other}"
    if length == "month":
        months = base.year * 12 + base.month - 1 + (-number if back else number)
        there, here = f"{months // 12}-{months % 12 + 1:02}", f"{base.year}-{base.month:02}"
        return f"{there}/{here}" if back else f"{here}/{there}"
    days = {"week": 7, "day": 1}.get(length, 0) * number
    if not days:
        return ""
    there = (base + timedelta(-days if back else days)).isoformat()
    return f"{there}/{base.isoformat()}" if back else f"{base.isoformat()}/{there}"
