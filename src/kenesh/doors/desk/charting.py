"""Claims over time as a drawing: a point only where one number was stated, and a band wherever a claim leaves room.

`up to` is a band from its number down, `more than` one from its number up, `about` one around it; each is as wide as
the time of which it speaks. The points of one statistical series are joined. The table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from kenesh.council.partners.figures import Figure
from kenesh.council.partners.kinds import RANK
from kenesh.council.partners.page import Claim, Line
from kenesh.council.partners.rivals import Range, range_of
from kenesh.doors.desk.printing import said

_WIDE: Final = 720
_HIGH: Final = 260
_LEFT: Final = 56
_RIGHT: Final = 12
_TOP: Final = 26
_BOTTOM: Final = 28
#: A band is at least so wide, and an axis has about so many marks.
_THIN: Final = 10
_MARKS: Final = 5
#: Fewer claims are no course over time.
LEAST: Final = 2
_SIZES: Final = ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"), (0, ""))
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Axes:
    """From which day to which, and from which number to which."""

    first: int
    last: int
    low: float
    high: float

    def x(self, day: float) -> float:
        return _LEFT + (day - self.first) / (self.last - self.first) * (_WIDE - _LEFT - _RIGHT)

    def y(self, number: float) -> float:
        share = (min(max(number, self.low), self.high) - self.low) / (self.high - self.low)
        return _HIGH - _BOTTOM - share * (_HIGH - _TOP - _BOTTOM)


def is_drawn(line: Line, unit: str) -> bool:
    """Whether there is a course over time to be drawn."""
    return unit != RANK and len(_timed(line, unit)) >= LEAST


def chart(line: Line, unit: str, label: str, say: Say = str) -> str:
    """The claims of one indicator in one unit as SVG; "" where there are too few. `say` says words in a language."""
    claims = _timed(line, unit)
    if not is_drawn(line, unit):
        return ""
    axes = _axes([claim.figure for claim in claims])
    size, word = next((power, name) for power, name in _SIZES if axes.high >= 10**power or power == 0)
    of = " ".join(part for part in (say(word) if word else "", said(unit, 40)) if part)
    parts = [
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(label)}" font-family="sans-serif" font-size="12">',
        *_across(axes, size),
        *_along(axes),
        f'<text class="unit" x="{_LEFT}" y="14">{escape(of)}</text>',
        *_joined(axes, claims),
        *(part for claim in claims for part in _mark(axes, claim)),
        "</svg>",
    ]
    return "".join(parts)


def _timed(line: Line, unit: str) -> list[Claim]:
    return [one for one in line.claims if one.figure.unit == unit and one.figure.days is not None]


def _range(figure: Figure) -> Range:
    return range_of(figure.qualifier, figure.value)


def _axes(figures: Sequence[Figure]) -> _Axes:
    days = [one.days for one in figures if one.days is not None]
    first, last = min(one.first.toordinal() for one in days), max(one.last.toordinal() for one in days) + 1
    margin = max(1, (last - first) // 40)
    ends = [float(end) for one in figures for end in (_range(one).low, _range(one).high) if end is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    # Room above the highest number: what is more than it goes on there.
    room = (high - low or 1.0) * 0.12
    return _Axes(first - margin, last + margin, low - (room if low < 0 else 0), high + room)


def _step(span: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... that makes no more than the wanted marks."""
    power = 1.0
    while power * 10 * _MARKS <= span:
        power *= 10
    while power * _MARKS > span and power * _MARKS / 10 >= span:
        power /= 10
    return next(power * times for times in (1, 2, 5, 10) if power * times * _MARKS >= span)


def _across(axes: _Axes, size: int) -> Iterator[str]:
    step = _step(axes.high - axes.low)
    number = step * -(-axes.low // step)
    while number <= axes.high:
        y = axes.y(number)
        look = "axis" if abs(number) < step / 2 else "grid"
        yield f'<line class="{look}" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDE - _RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number / 10**size:g}</text>'
        number += step


def _along(axes: _Axes) -> Iterator[str]:
    begins, ends = date.fromordinal(max(1, axes.first)), date.fromordinal(axes.last)
    step = max(1, round(_step(ends.year - begins.year + 1)))
    years = [year for year in range(begins.year, ends.year + 1) if year % step == 0]
    ticks = [(date(year, 1, 1).toordinal(), f"{year}") for year in years if date(year, 1, 1) >= begins]
    if len(ticks) < LEAST:
        ticks = [(day.toordinal(), day.isoformat()) for day in (begins, ends)]
    for day, text in ticks:
        x = axes.x(day)
        anchor = "start" if x < _LEFT + 30 else "end" if x > _WIDE - 40 else "middle"
        yield f'<line class="axis" x1="{x:.1f}" y1="{_HIGH - _BOTTOM}" x2="{x:.1f}" y2="{_HIGH - _BOTTOM + 5}"/>'
        yield f'<text x="{x:.1f}" y="{_HIGH - 8}" text-anchor="{anchor}">{text}</text>'


def _joined(axes: _Axes, claims: Sequence[Claim]) -> Iterator[str]:
    """The points of each series of a statistic, in the order of time."""
    series: dict[tuple[str, str], list[Figure]] = {}
    for one in (claim.figure for claim in claims):
        if one.statistic is not None and one.days is not None:
            series.setdefault((one.statistic.dataflow, one.statistic.series_key), []).append(one)
    for figures in series.values():
        points = sorted((_middle(one), float(one.value)) for one in figures)
        if len(points) >= LEAST:
            corners = " ".join(f"{axes.x(day):.1f},{axes.y(number):.1f}" for day, number in points)
            yield f'<polyline class="series" points="{corners}"/>'


def _middle(figure: Figure) -> float:
    assert figure.days is not None
    return (figure.days.first.toordinal() + figure.days.last.toordinal() + 1) / 2


def _mark(axes: _Axes, claim: Claim) -> Iterator[str]:
    figure = claim.figure
    assert figure.days is not None
    allowed, middle = _range(figure), axes.x(_middle(figure))
    look = " rival" if claim.rivals else ""
    left, right = axes.x(figure.days.first.toordinal()), axes.x(figure.days.last.toordinal() + 1)
    if allowed.low is not None and allowed.low == allowed.high:
        y = axes.y(float(allowed.low))
        if figure.statistic is None and not figure.is_level:
            yield f'<line class="edge{look}" x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>'
        yield f'<circle class="point{look}" cx="{middle:.1f}" cy="{y:.1f}" r="4"/>'
        return
    if right - left < _THIN:
        left, right = middle - _THIN / 2, middle + _THIN / 2
    low = axes.low if allowed.low is None else float(allowed.low)
    high = axes.high if allowed.high is None else float(allowed.high)
    top, bottom = axes.y(high), axes.y(low)
    box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{max(2.0, bottom - top):.1f}"'
    yield f'<rect class="band{look}" {box}/>'
    # An edge is drawn where the claim has one; where it goes on without end, there is none.
    for end, y in ((allowed.high, top), (allowed.low, bottom)):
        if end is not None:
            yield f'<line class="edge{look}" x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>'
