"""Figures: a number with its qualifier, its unit as printed, and the span of time for which it is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from kenesh.council.agenda.patterns import named, numbered, one_of
from kenesh.council.agenda.rules import Figures, shipped
from kenesh.council.agenda.times import When

_SPACES: Final = "[ \u00a0\u202f\u2009]"
_DIGITS: Final = rf"\d{{1,3}}(?:{_SPACES}\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
#: What is counted is told in so many words at the most.
_MAX_NOUN: Final = 3
#: A sentence has no more figures that anybody would enter.
_MAX_FIGURES: Final = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; `value` is in `unit` as printed (7.6 billion USD); `period` is '' where none is told.

    Attributes:
        hard: it counts something, and is no mere length of time.
    """

    qualifier: str
    value: float
    unit: str
    period: str
    start: int
    hard: bool


def number_said(value: float) -> str:
    """A number as people write it: no digit is lost, and none is added."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _words() -> Figures:
    return shipped(Figures, "figures.toml")


@cache
def _number() -> re.Pattern[str]:
    words = _words()
    signs = [word for some in words.currencies.values() for word in some if not word[0].isalpha() or "$" in word]
    spelled = one_of(word for some in words.numbers.values() for word in some)
    return re.compile(
        rf"(?P<sign>{one_of(signs)}\s?)?(?<![\w.,№#+-])(?P<digits>{_DIGITS})(?![\w-])|(?<!\w)(?P<word>{spelled})(?!\w)"
        rf"|(?P<sign2>{one_of(signs)})\s?(?P<digits2>{_DIGITS})(?P<scale2>bn|mn|m|k)?(?!\w)",
        re.IGNORECASE,
    )


@cache
def _after() -> dict[str, re.Pattern[str]]:
    words = _words()

    def of(table: dict[str, tuple[str, ...]]) -> str:
        return one_of(word for some in table.values() for word in some)

    return {
        "scale": re.compile(rf"\s?({of(words.scales)})(?!\w)", re.IGNORECASE),
        "currency": re.compile(rf"\s?({of(words.currencies)})(?!\w)", re.IGNORECASE),
        "percent": re.compile(rf"\s?({one_of(words.units['percent'])})(?!\w)", re.IGNORECASE),
        "duration": re.compile(rf"\s?-?({one_of(words.units['duration'])})(?!\w)", re.IGNORECASE),
        "measure": re.compile(rf"\s?({one_of(words.units['measure'])})(?!\w)", re.IGNORECASE),
        "rank": re.compile(rf"\s+(?:\w+\s+)?({one_of(words.ranks.what)})(?!\w)", re.IGNORECASE),
        "stop": re.compile(rf"{one_of(words.stops.words)}", re.IGNORECASE),
    }


@cache
def _before() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = _words()
    return (
        re.compile(
            rf"(?<!\w)({one_of(w for some in words.qualifiers.values() for w in some)})\s+"
            r"(?:the\s+|a\s+|чем\s+|на\s+|в\s+)?$",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<!\w){one_of(words.ranks.before)}\s+$", re.IGNORECASE),
        re.compile(rf"(?<!\w){one_of(words.each.words)}(?!\w)", re.IGNORECASE),
    )


@cache
def _tables() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    words = _words()
    return {
        "qualifier": numbered(words.qualifiers),
        "scale": numbered(words.scales),
        "currency": numbered(words.currencies),
        "number": numbered(words.numbers),
    }


def figures_in(text: str, times: Sequence[When]) -> tuple[Figure, ...]:
    """The figures of a sentence, in their order, without periods; a number that is part of a time is none."""
    found: list[Figure] = []
    for match in _number().finditer(text):
        if any(match.start() < when.stop and match.end() > when.start for when in times):
            continue
        found.extend(_figure(match, text))
        if len(found) >= _MAX_FIGURES:
            break
    return tuple(_between(found, text))


def _figure(match: re.Match[str], text: str) -> Iterator[Figure]:
    sign = (match["sign"] or match["sign2"] or "").strip()
    digits = match["digits"] or match["digits2"]
    value = _value(digits) if digits else float(named(_tables()["number"], match["word"]))
    rest = text[match.end() : match.end() + 120]
    scale, rest = _taken(
        "scale", rest, named(_tables()["scale"], {"bn": "bn", "mn": "mn", "m": "mn"}.get(match["scale2"] or "", ""))
    )
    before = text[max(0, match.start() - 40) : match.start()]
    unit, hard = _unit(sign, scale, rest, before, bool(digits))
    # "Five million a year" is no figure of one year, "more than a decade" is one of a decade.
    if match["word"] in ("a", "an") and _qualifier(before, unit) == "exactly":
        return
    # "The 2030 Agenda": a bare number of that size is a year.
    year = digits and not scale and re.fullmatch(r"(?:19|20)\d\d", digits) is not None and _noun(rest) == unit
    if not unit or (year and _qualifier(before, unit) == "exactly"):
        return
    yield Figure(_qualifier(before, unit), value, unit, "", match.start(), hard)


def _taken(name: str, rest: str, given: str) -> tuple[str, str]:
    found = _after()[name].match(rest)
    if given or found is None:
        return given, rest
    return named(_tables()[name], found[1]), rest[found.end() :]


def _unit(sign: str, scale: str, rest: str, before: str, digits: bool) -> tuple[str, bool]:
    """The unit as printed, and whether it counts something; '' where the number stands for nothing."""
    after = _after()
    currency = named(_tables()["currency"], sign) if sign else ""
    if not currency and (found := after["currency"].match(rest)) is not None:
        currency = named(_tables()["currency"], found[1])
    if currency:
        return f"{scale} {currency}".strip(), True
    if (found := after["percent"].match(rest)) is not None:
        return "per cent", True
    if _before()[1].search(before) and after["rank"].match(rest) is not None:
        return "rank", True
    if (found := after["measure"].match(rest)) is not None:
        return f"{scale} {found[1]}".strip(), True
    if (found := after["duration"].match(rest)) is not None:
        return found[1], False
    if not digits and not scale:
        return "", False
    noun = _noun(rest)
    return f"{scale} {noun}".strip(), bool(noun or scale)


def _noun(rest: str) -> str:
    """What is counted: the words after the number, as far as they can belong to it."""
    found: list[str] = []
    for word in re.match(r"(?:\s[^\W\d][\w’'-]*){0,3}", rest)[0].split():  # type: ignore[index]  # it matches always
        # "9,200 vessels passed": a verb tells what was counted is over; "armed vessels" begins so.
        past = bool(found) and re.fullmatch(r"[a-z]{3,}ed", word) is not None
        if past or _after()["stop"].fullmatch(word) or len(found) == _MAX_NOUN:
            break
        found.append(word)
    return " ".join(found)


def _value(digits: str) -> float:
    """1,150 is a thousand and more, 17,5 is not: a comma before three digits parts thousands, as a space does."""
    plain = re.sub(_SPACES, "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", plain):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", ".")
    whole, _, fraction = plain.partition(".")
    return float(f"{whole[:30]}.{fraction.replace('.', '')[:30] or '0'}")


def _qualifier(before: str, unit: str) -> str:
    if unit == "rank":
        return "up-to"
    found = _before()[0].search(before)
    return named(_tables()["qualifier"], found[1]) if found is not None else "exactly"


def with_period(figures: Sequence[Figure], text: str, times: Sequence[When], *, measured: bool) -> tuple[Figure, ...]:
    """The figures with their time: each year, a span, or, where something was measured, a year or month."""
    each = _before()[2].search(text)
    period = each[0] if each is not None else ""
    for when in times:
        whole = "/" in when.value or (measured and re.fullmatch(r"\d{4}(?:-\d\d)?", when.value))
        period = period or (when.value if whole else "")
    return tuple(replace(figure, period=period) if figure.hard else figure for figure in figures)


@cache
def _range() -> str:
    return rf"(?<!\w){one_of(_words().range.words)}\s*\S?$"


def _between(found: Sequence[Figure], text: str) -> Iterator[Figure]:
    """Between 5 and 6 million: both are bounds, and the first takes the unit of the second."""
    for place, figure in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        lower = following is not None and re.search(_range(), text[: figure.start].rstrip(), re.IGNORECASE)
        upper = place > 0 and re.search(_range(), text[: found[place - 1].start].rstrip(), re.IGNORECASE)
        qualifier = "between" if lower or upper else figure.qualifier
        yield Figure(qualifier, figure.value, figure.unit, figure.period, figure.start, figure.hard)
