"""A scorecard of forty measures over five states, made here: every light is there, and Cyrillic and Turkic letters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from kenesh.basis.instants import DAY, Instant, instant_of
from kenesh.council.measures.kinds import Direction, Must, Standing, Verdict
from kenesh.council.measures.scorecard import Room, Stated, scorecard
from kenesh.council.measures.values import (
    Chapter,
    Indicator,
    Measure,
    Milestone,
    Period,
    Programme,
    Report,
    Scorecard,
    Verification,
)
from kenesh.parties.bodies import Seat

CODES = ("AZ", "KG", "KZ", "TR", "UZ")
REFS = {code: f"identity--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f1a0{n}" for n, code in enumerate(CODES)}
NAMES = {ref: code for code, ref in REFS.items()}
KEEPER = REFS["AZ"]
BEGUN = instant_of("2026-01-01T00:00:00Z")
NOW = instant_of("2026-11-26T12:00:00Z")
CHAPTERS = (
    Chapter("trade", "Trade and customs: Gümrük ve ticaret"),
    Chapter("digital", "Digital economy: Цифрлық экономика, ҒҚҢӨҰҮҺІ"),
    Chapter("transport", "Transport: Nəqliyyat, Oʻzbekiston transporti"),
    Chapter("people", "People: Элдер, ӨҮҢ, Şağıç"),
)
PERIODS = (
    Period("2022-2026", "First strategy", date(2022, 1, 1), date(2026, 12, 31)),
    Period("2027-2031", "Second strategy", date(2027, 1, 1), date(2031, 12, 31)),
)
PROGRAMME = Programme(
    id="kenesh-programme--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f2a00",
    modified_at=BEGUN,
    by_ref=KEEPER,
    name="Vision 2040",
    source="decision CC.DEC/1/26",
    chapters=CHAPTERS,
    periods=PERIODS,
)


def _id(kind: str, number: int) -> str:
    return f"{kind}--{UUID(int=number, version=4)}"


def _measure(number: int) -> Measure:
    chapter = number // 10
    code = CODES[number % 5]
    over = number % 10 == 7
    later = number % 10 == 8
    return Measure(
        id=_id("kenesh-measure", number),
        modified_at=Instant(BEGUN + DAY),
        by_ref=KEEPER,
        programme_ref=PROGRAMME.id,
        number=f"{chapter + 1}.{number % 10 + 1}",
        name=f"Measure {number}: {CHAPTERS[chapter].name}",
        chapter=CHAPTERS[chapter].id,
        period=PERIODS[number % 2].id,
        mandate="declaration, paragraph 12",
        accountable=REFS[code],
        supporting=tuple(REFS[one] for one in CODES if one != code),
        must=Must.ALL if number % 3 == 0 else Must.ACCOUNTABLE,
        begins=date(2027, 1, 1) if later else date(2026, 1, 1),
        due=date(2026, 6, 30) if over else date(2027, 12, 31),
        indicators=(
            Indicator("posts", "Posts joined", "posts", Direction.ASCENDING, Decimal(0), Decimal(100),
                      ((date(2026, 6, 30), Decimal(40)),) if not over and not later else ()),
        ),
        milestones=(Milestone("law", "Law in force", date(2026, 3, 31)),) if number % 10 == 6 else (),
        standing=Standing.SUSPENDED if number == 39 else Standing.IN_FORCE,
    )  # fmt: skip


#: By the last digit of a measure: what its accountable state reports, and what another says of it.
_SAID: dict[int, tuple[int, bool, Verdict | None]] = {
    0: (100, True, Verdict.VERIFIED),
    1: (56, False, Verdict.VERIFIED),
    2: (41, False, Verdict.VERIFIED),
    3: (10, False, Verdict.VERIFIED),
    4: (60, False, None),
    5: (60, False, Verdict.DISPUTED),
    6: (60, False, Verdict.VERIFIED),
}


def stated() -> Stated:
    """All that was said: forty measures, and in each chapter every way in which one may stand."""
    measures = [_measure(number) for number in range(40)]
    reports, verifications = [], []
    for number, measure in enumerate(measures):
        said = _SAID.get(number % 10)
        if said is None:
            continue
        value, done, verdict = said
        at = Instant(BEGUN + 200 * DAY)
        who = measure.owners if done else (measure.accountable,)
        for place, party in enumerate(who):
            report = Report(
                id=_id("kenesh-update", 1000 + 10 * number + place),
                modified_at=at,
                by_ref=party,
                measure_ref=measure.id,
                done=done,
                text="as planned",
                figures=(("posts", Decimal(value)),),
            )
            reports.append(report)
            other = REFS["TR"] if party != REFS["TR"] else REFS["KZ"]
            if verdict is not None:
                verifications.append(
                    Verification(_id("kenesh-verification", 2000 + 10 * number + place), Instant(at + DAY), other,
                                 report.id, at, verdict)
                )  # fmt: skip
    return Stated(measures, reports, verifications)


def room() -> Room:
    seats = {ref: (Seat(BEGUN),) for ref in NAMES}
    zones = dict(zip(REFS.values(), ("Asia/Baku", "Asia/Bishkek", "Asia/Almaty", "Europe/Istanbul", "Asia/Tashkent"),
                     strict=True))  # fmt: skip
    return Room(KEEPER, seats, zones)


def card(at: Instant = NOW) -> Scorecard:
    """Vision 2040 with forty measures over five states."""
    found = scorecard([PROGRAMME], stated(), room(), at)
    assert found is not None
    return found
