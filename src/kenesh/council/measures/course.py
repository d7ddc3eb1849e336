"""The course of a measure's indicators: what was to be reached by each day, and what was reported before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kenesh.basis.instants import Instant
from kenesh.council.measures.lights import Told, today
from kenesh.council.measures.values import Indicator, Row


@dataclass(frozen=True, slots=True)
class Point:
    """One day by which something is to be reached. `claimed`, `verified`: the last that was reported in the time from
    the day before it to this one; None where nothing was. `is_over`: whether the day has ended."""

    on: date
    wanted: Decimal
    claimed: Decimal | None
    verified: Decimal | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One indicator, from its baseline on."""

    indicator: Indicator
    begins: date
    points: tuple[Point, ...]


def courses(row: Row, at: Instant, zone: str) -> tuple[Course, ...]:
    """The course of each indicator of a measure, by the days of the accountable party's time zone."""
    told = Told(row.measure, row.reports, row.verifications)
    return tuple(Course(one, row.measure.begins, _points(told, one, at, zone)) for one in row.measure.indicators)


def _points(told: Told, indicator: Indicator, at: Instant, zone: str) -> tuple[Point, ...]:
    said = [
        (one.modified_at, one.id, today(one.modified_at, zone), value, told.holds(one))
        for one in told.reports
        for name, value in one.figures
        if name == indicator.id
    ]
    found = []
    since = date.min
    days = (*indicator.targets, (told.measure.due, indicator.target))
    for place, (on, wanted) in enumerate(days):
        # What was reported after the last day belongs to it, too.
        until = date.max if place == len(days) - 1 else on
        within = sorted((when, ref, value, held) for when, ref, day, value, held in said if since < day <= until)
        claimed = within[-1][2] if within else None
        verified = next((value for _, _, value, held in reversed(within) if held), None)
        found.append(Point(on, wanted, claimed, verified, today(at, zone) > on))
        since = on
    return tuple(found)
