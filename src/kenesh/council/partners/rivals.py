"""Which figures cannot both be true: a pure function of two claims. It says that they disagree, never which is right.

They are held against each other only where they speak of the same thing: the same indicator of the same partner with
the same counterpart, in one unit, at the same time. Two levels are of the same time if a day is in both; two totals, if
they are over nearly the same days: what was traded in a year is no rival of what was traded in one of its months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Final

from kenesh.council.partners.figures import Figure
from kenesh.council.partners.kinds import Qualifier

#: What is `about` a number may be so much off it, of a hundred.
ABOUT: Final = 5
#: Two totals are over the same time if they share so many tenths of the longer one's days.
SHARED: Final = 9
_WIDE: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest that a claim allows; None: there is no end. `is_open`: the one end is not in it."""

    low: Decimal | None
    high: Decimal | None
    is_open: bool = False

    def meets(self, other: Range) -> bool:
        """Whether one number is in both."""
        return self._reaches(other) and other._reaches(self)

    def _reaches(self, other: Range) -> bool:
        if self.low is None or other.high is None:
            return True
        return self.low < other.high or (self.low == other.high and not self.is_open and not other.is_open)


def range_of(qualifier: Qualifier, value: str) -> Range:
    """Which numbers a claim allows."""
    number = Decimal(value)
    match qualifier:
        case Qualifier.EXACTLY:
            return Range(number, number)
        case Qualifier.ABOUT:
            off = _WIDE.multiply(abs(number), Decimal(ABOUT) / 100)
            return Range(_WIDE.subtract(number, off), _WIDE.add(number, off))
        case Qualifier.UP_TO | Qualifier.AT_MOST:
            return Range(None, number)
        case Qualifier.AT_LEAST:
            return Range(number, None)
        case Qualifier.MORE_THAN:
            return Range(number, None, is_open=True)
        case Qualifier.LESS_THAN:
            return Range(None, number, is_open=True)


def disagree(one: Figure, other: Figure) -> bool:
    """Whether the two speak of the same thing and cannot both be true."""
    return _are_comparable(one, other) and not _range(one).meets(_range(other))


def _range(figure: Figure) -> Range:
    return range_of(figure.qualifier, figure.value)


def _are_comparable(one: Figure, other: Figure) -> bool:
    same = (one.about, one.counterpart, one.indicator, one.unit) == (
        *(other.about, other.counterpart, other.indicator, other.unit),
    )
    return same and _same_time(one, other) and not _other_series(one, other)


def _other_series(one: Figure, other: Figure) -> bool:
    """Two series of one statistic count different things, whatever they are called here."""
    if one.statistic is None or other.statistic is None or one.statistic.dataflow != other.statistic.dataflow:
        return False
    return one.statistic.series_key != other.statistic.series_key


def _same_time(one: Figure, other: Figure) -> bool:
    if one.days is None or other.days is None or one.is_level != other.is_level:
        return False
    shared = one.days.shared(other.days)
    if one.is_level:
        return shared > 0
    return 10 * shared >= SHARED * max(one.days.count, other.days.count)


def rivals_among(figures: Sequence[Figure]) -> dict[str, tuple[str, ...]]:
    """Of each figure, by its id, the ids of those with which it disagrees, in their order; who has none is left out."""
    found: dict[str, list[str]] = {}
    under_way: list[Figure] = []
    # Only what shares a day is compared: of a long series of years that is next to nothing.
    for one in sorted((one for one in figures if one.days is not None), key=_begins):
        under_way = [other for other in under_way if _ends(other) >= _begins(one)]
        for other in under_way:
            if disagree(one, other):
                found.setdefault(one.id, []).append(other.id)
                found.setdefault(other.id, []).append(one.id)
        under_way.append(one)
    order = {figure.id: at for at, figure in enumerate(figures)}
    return {name: tuple(sorted(ids, key=order.__getitem__)) for name, ids in found.items()}


def _begins(figure: Figure) -> date:
    assert figure.days is not None
    return figure.days.first


def _ends(figure: Figure) -> date:
    assert figure.days is not None
    return figure.days.last
