"""A partner's page: of each indicator all claims side by side, the newest first. A pure function of what was stated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kenesh.council.partners.days import days_of
from kenesh.council.partners.figures import Figure, Link
from kenesh.council.partners.rivals import rivals_among

#: So many claims of one indicator are shown and held against each other.
MAX_CLAIMS: Final = 400
_NEVER: Final = date.min


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure, and the ids of those with which it disagrees."""

    figure: Figure
    rivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """All claims of one indicator with one counterpart, the newest first; so many `more` are not shown."""

    indicator: str
    counterpart: str
    claims: tuple[Claim, ...]
    more: int = 0

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(claim.figure.unit for claim in self.claims))


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """What is said of one partner."""

    about: str
    lines: tuple[Line, ...]
    links: tuple[Link, ...]


def partner_page(about: str, figures: Iterable[Figure], links: Iterable[Link]) -> PartnerPage:
    """The page of one partner; whatever the order in which the statements come, and how often."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for one in _newest(figures):
        if one.about == about:
            groups.setdefault((one.indicator, one.counterpart), []).append(one)
    told = [one for one in _newest(links) if one.about == about]
    return PartnerPage(
        about=about,
        lines=tuple(_line(*name, groups[name]) for name in sorted(groups)),
        links=tuple(sorted(told, key=_link_order)),
    )


def _newest(stated: Iterable[Any]) -> list[Any]:
    """The last version of each, those that were taken back left out."""
    versions = {one.id: one for one in sorted(stated, key=lambda one: (one.id, one.modified_at))}
    return [one for one in versions.values() if not one.revoked]


def _line(indicator: str, counterpart: str, figures: Sequence[Figure]) -> Line:
    # What persons said stays, however long a series of statistics is: they are few.
    kept = sorted(sorted(figures, key=_order), key=lambda one: one.statistic is not None)[:MAX_CLAIMS]
    shown = sorted(kept, key=_order)
    rivals = rivals_among(shown)
    claims = tuple(Claim(one, rivals.get(one.id, ())) for one in shown)
    return Line(indicator, counterpart, claims, len(figures) - len(shown))


def _order(figure: Figure) -> tuple[Any, ...]:
    until = figure.days.last if figure.days else _NEVER
    stated = days_of(figure.source.date).last if figure.source.date else _NEVER
    return -until.toordinal(), -stated.toordinal(), -figure.modified_at, figure.id


def _link_order(link: Link) -> tuple[Any, ...]:
    when = link.begins or link.foreseen
    first = days_of(when).first if when else _NEVER
    return link.kind.value, -first.toordinal(), link.name, link.id
