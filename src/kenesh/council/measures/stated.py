"""What was stated about measures, read from checked objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kenesh.basis.instants import instant_of
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.council.measures.kinds import Direction, Must, Standing, Verdict
from kenesh.council.measures.values import (
    Chapter,
    Indicator,
    Lights,
    Measure,
    Milestone,
    Period,
    Programme,
    Report,
    Verification,
)


def day_of(text: str) -> date:
    """A calendar day.

    Raises:
        UsageProblem: there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"'{visible(text, 40)}' is no day.", advice="Write it as 2026-12-31.") from None


def programme_of(value: Mapping[str, Any]) -> Programme:
    """The programme that a checked object states.

    Raises:
        UsageProblem: it names a time or day that does not exist, one chapter or period twice, or limits that cannot be.
    """
    chapters = tuple(Chapter(one["id"], one["name"]) for one in value["chapters"])
    periods = tuple(
        Period(one["id"], one["name"], day_of(one["from"]), day_of(one["until"])) for one in value["periods"]
    )
    for ids in ([one.id for one in chapters], [one.id for one in periods]):
        if len(set(ids)) < len(ids):
            raise UsageProblem("A chapter or a period stands there twice.")
    for period in periods:
        if period.ends < period.begins:
            raise UsageProblem(f"The period {period.id} ends before it begins.")
    lights = Lights(**value.get("lights", {}))
    if lights.green < lights.amber:
        raise UsageProblem("Green begins before amber does.", advice="green is the larger of the two.")
    # In a leap year, so that 29 February is one.
    reports_due = [day_of(f"2028{one[1:]}") for one in value.get("reports_due", ())]
    return Programme(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        source=value["source"],
        chapters=chapters,
        periods=periods,
        lights=lights,
        reports_due=tuple((day.month, day.day) for day in reports_due),
    )


def measure_of(value: Mapping[str, Any]) -> Measure:
    """The measure that a checked object states.

    Raises:
        UsageProblem: it names a time or day that does not exist, or one indicator twice.
    """
    indicators = tuple(_indicator(one) for one in value.get("indicators", ()))
    milestones = tuple(Milestone(one["id"], one["name"], day_of(one["due"])) for one in value.get("milestones", ()))
    for ids in ([one.id for one in indicators], [one.id for one in milestones]):
        if len(set(ids)) < len(ids):
            raise UsageProblem("An indicator or a milestone stands there twice.")
    return Measure(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        programme_ref=value["programme_ref"],
        number=value["number"],
        name=value["name"],
        chapter=value["chapter"],
        period=value["period"],
        mandate=value["mandate"],
        accountable=value["accountable_ref"],
        supporting=tuple(value.get("supporting_refs", ())),
        must=Must(value["must"]),
        begins=day_of(value["begins"]),
        due=day_of(value["due"]),
        indicators=indicators,
        milestones=milestones,
        weight=value.get("weight", 1),
        standing=Standing(value.get("standing", Standing.IN_FORCE)),
        decision_ref=value.get("decision_ref", ""),
    )


def _indicator(value: Mapping[str, Any]) -> Indicator:
    return Indicator(
        id=value["id"],
        name=value["name"],
        unit=value.get("unit", ""),
        direction=Direction(value["direction"]),
        baseline=Decimal(value["baseline"]),
        target=Decimal(value["target"]),
        targets=tuple((day_of(one["on"]), Decimal(one["value"])) for one in value.get("targets", ())),
    )


def report_of(value: Mapping[str, Any]) -> Report:
    """The report on a measure in a checked `kenesh-update`.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Report(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        measure_ref=value["target_ref"],
        done=value["status"] == "done",
        text=value.get("description", ""),
        figures=tuple((one["indicator"], Decimal(one["value"])) for one in value.get("figures", ())),
        milestones=tuple(value.get("milestones", ())),
        evidence=tuple((one["name"], one["sha256"]) for one in value.get("evidence", ())),
    )


def verification_of(value: Mapping[str, Any]) -> Verification:
    """The verification that a checked object states.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Verification(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        report_ref=value["update_ref"],
        report_modified_at=instant_of(value["update_modified"]),
        verdict=Verdict(value["verdict"]),
        ground=value.get("ground", ""),
    )
