"""Measures for tests: a programme of two chapters, and what is said of its measures, by days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from kenesh.basis.instants import Instant, instant_of
from kenesh.council.measures.kinds import Direction, Must, Verdict
from kenesh.council.measures.scorecard import Room, Stated, scorecard
from kenesh.council.measures.values import (
    Chapter,
    Indicator,
    Measure,
    Milestone,
    Period,
    Programme,
    Report,
    Row,
    Scorecard,
    Verification,
)
from kenesh.parties.bodies import Seat

KEEPER, AZ, KZ, TR, UZ = "sec", "az", "kz", "tr", "uz"
ZONES: Final = {AZ: "Asia/Baku", KZ: "Asia/Almaty", TR: "Europe/Istanbul", UZ: "Asia/Tashkent", "hu": "Europe/Budapest"}
START: Final = date(2026, 1, 1)


def at(day: str, hour: str = "12:00:00") -> Instant:
    """An instant of UTC."""
    return instant_of(f"{day}T{hour}Z")


PROGRAMME: Final = Programme(
    id="programme",
    modified_at=at("2026-01-01"),
    by_ref=KEEPER,
    name="Vision",
    source="decision 1",
    chapters=(Chapter("transport", "Transport"), Chapter("digital", "Digital")),
    periods=(Period("p1", "2026-2030", date(2026, 1, 1), date(2030, 12, 31)),),
    reports_due=((6, 30), (12, 31)),
)
GROWS: Final = Indicator("share", "Share", "%", Direction.ASCENDING, Decimal(0), Decimal(100))
SHRINKS: Final = Indicator("hours", "Hours", "h", Direction.DESCENDING, Decimal(12), Decimal(2))
STEP: Final = Milestone("draft", "A draft", date(2026, 6, 30))


def measure(number: str = "1", **more: Any) -> Measure:
    said: dict[str, Any] = {
        "id": f"measure-{number}",
        "modified_at": at("2026-01-02"),
        "by_ref": KEEPER,
        "programme_ref": "programme",
        "number": number,
        "name": f"Measure {number}",
        "chapter": "transport",
        "period": "p1",
        "mandate": "paragraph 1",
        "accountable": KZ,
        "supporting": (),
        "must": Must.ACCOUNTABLE,
        "begins": START,
        "due": date(2026, 12, 31),
        "indicators": (GROWS,),
    }
    return Measure(**(said | more))


def report(by: str = KZ, day: str = "2026-07-02", *, of: str = "1", done: bool = False, **more: Any) -> Report:
    figures = tuple((name, Decimal(value)) for name, value in more.pop("figures", {}).items())
    said = {"id": f"report-{by}", "modified_at": at(day), "by_ref": by, "measure_ref": f"measure-{of}", "done": done}
    return Report(**(said | more), figures=figures)


def word(of: Report, by: str = TR, day: str = "", verdict: Verdict = Verdict.VERIFIED) -> Verification:
    when = at(day) if day else Instant(of.modified_at + 1)
    return Verification(f"word-{by}-{of.id}-{verdict}", when, by, of.id, of.modified_at, verdict)


def card(
    measures: Any, reports: Any = (), words: Any = (), day: str = "2026-07-03", hour: str = "12:00:00"
) -> Scorecard:
    members = {party: [Seat(at("2026-01-01"))] for party in (KEEPER, AZ, KZ, TR, UZ)}
    found = scorecard([PROGRAMME], Stated(measures, reports, words), Room(KEEPER, members, ZONES), at(day, hour))
    assert found is not None
    return found


def row(one: Measure, reports: Any = (), words: Any = (), day: str = "2026-07-03", hour: str = "12:00:00") -> Row:
    (found,) = card([one], reports, words, day, hour).rows
    return found
