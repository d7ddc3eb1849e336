"""The scorecard of a programme: every measure with its light, and sums. A pure function of what was stated, and when.

Whatever was stated after the instant is left out, so that any past one is computed anew. Nobody jumps a state: what
does is ignored, and shown, whoever signed it. Source: ADR 49.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final, TypeVar

from kenesh.basis.instants import Instant
from kenesh.council.measures.lights import Told, done_by, light, reached, today
from kenesh.council.measures.values import (
    Colour,
    Ignored,
    Measure,
    Programme,
    Report,
    Row,
    Scorecard,
    Sums,
    Verification,
)
from kenesh.parties.bodies import Seat

#: Where a party's time zone is not known, its days are those of UTC.
NO_ZONE: Final = "UTC"
Said = TypeVar("Said", Report, Verification)


@dataclass(frozen=True, slots=True)
class Room:
    """The body: who keeps it and states its programme and measures, who sits there, and in which time zone."""

    keeper: str
    members: Mapping[str, Sequence[Seat]]
    zones: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """All that was stated about a programme: every version of each."""

    measures: Sequence[Measure]
    reports: Sequence[Report]
    verifications: Sequence[Verification]


def scorecard(versions: Iterable[Programme], stated: Stated, room: Room, at: Instant) -> Scorecard | None:
    """How the measures of a programme stand at an instant; None where no version of it was stated by then."""
    own = [one for one in versions if one.modified_at <= at and one.by_ref == room.keeper]
    if not own:
        return None
    programme = max(own, key=lambda one: (one.modified_at, repr(one)))
    ignored: list[Ignored] = []
    rows = []
    by_id: dict[str, list[Measure]] = {}
    for one in stated.measures:
        if one.modified_at <= at and one.programme_ref == programme.id:
            by_id.setdefault(one.id, []).append(one)
    for versions_of in by_id.values():
        found = _in_force(versions_of, programme, room, ignored)
        if found is not None:
            rows.append(_row(found, stated, programme, room, at))
    rows.sort(key=lambda row: (_natural(row.measure.number), row.measure.id))
    twice = _twice(rows)
    ignored += [Ignored(row.measure.id, "another measure has that number") for row in twice]
    rows = [row for row in rows if row not in twice]
    return Scorecard(
        programme,
        at,
        tuple(rows),
        _sums(rows),
        _by(rows, [one.id for one in programme.chapters], lambda row: row.measure.chapter),
        _by(rows, sorted({row.measure.accountable for row in rows}), lambda row: row.measure.accountable),
        _by(rows, [one.id for one in programme.periods], lambda row: row.measure.period),
        tuple(sorted(set(ignored), key=lambda one: (one.id, one.why))),
    )


def _in_force(versions: Iterable[Measure], programme: Programme, room: Room, ignored: list[Ignored]) -> Measure | None:
    """The version that counts: each changes what was decided only by a decision, and never the first baseline."""
    found: Measure | None = None
    used: set[str] = set()
    for one in sorted(set(versions), key=lambda one: (one.modified_at, repr(one))):
        why = why_ignored(one, found, programme, room.keeper, used)
        if why:
            ignored.append(Ignored(one.id, why))
        else:
            found = one
            used.add(one.decision_ref)
    return found


def why_ignored(
    one: Measure, before: Measure | None, programme: Programme, keeper: str, used: Collection[str] = ()
) -> str:
    """Why a version of a measure counts for nothing after the one before it; '' where it counts.

    `used`: the decisions by which versions before it changed something; each changes it once.
    """
    if one.by_ref != keeper:
        return "the body's keeper states its measures"
    if one.chapter not in {chapter.id for chapter in programme.chapters}:
        return "its chapter is none of the programme's"
    if one.period not in {period.id for period in programme.periods}:
        return "its period is none of the programme's"
    if not one.indicators and not one.milestones:
        return "it has neither an indicator nor a milestone"
    if one.due <= one.begins:
        return "it is due before it begins"
    if not _in_order(one):
        return "its targets do not follow each other between its first and its last day"
    if before is None:
        return ""
    if _baselines(one) != _baselines(before):
        return "the first baseline stays"
    if _decided(one) != _decided(before) and one.decision_ref in ("", before.decision_ref, *used):
        return "who, until when and how much is changed by a decision alone"
    return ""


def _in_order(one: Measure) -> bool:
    for indicator in one.indicators:
        days: list[date] = [one.begins, *(on for on, _ in indicator.targets), one.due]
        if days != sorted(set(days)):
            return False
    return all(milestone.due <= one.due for milestone in one.milestones)


def _baselines(one: Measure) -> dict[str, object]:
    return {indicator.id: indicator.baseline for indicator in one.indicators} | {"begins": one.begins}


def _decided(one: Measure) -> object:
    """What only a decision changes: all but how it is called, and where it stands."""
    return replace(one, modified_at=Instant(0), name="", number="", chapter="", period="", mandate="", decision_ref="")


def _row(measure: Measure, stated: Stated, programme: Programme, room: Room, at: Instant) -> Row:
    ignored: list[Ignored] = []
    said = [one for one in stated.reports if one.measure_ref == measure.id and one.modified_at <= at]
    reports = _unique(said)
    for one in reports:
        if one.by_ref not in measure.reporters:
            ignored.append(Ignored(one.id, "its party is neither accountable nor supporting"))
    reports = [one for one in reports if one.by_ref in measure.reporters]
    by_version = {(one.id, one.modified_at): one for one in reports}
    verifications = []
    for word in _unique(one for one in stated.verifications if one.modified_at <= at):
        report = by_version.get((word.report_ref, word.report_modified_at))
        if report is None:
            continue
        if word.by_ref == report.by_ref:
            ignored.append(Ignored(word.id, "nobody verifies a report of his own"))
        elif not any(seat.holds(word.modified_at) for seat in room.members.get(word.by_ref, ())):
            ignored.append(Ignored(word.id, "its party did not sit in the body"))
        else:
            verifications.append(word)
    told = Told(measure, reports, verifications)
    zone = room.zones.get(measure.accountable, NO_ZONE)
    colour, reasons = light(told, at, zone, programme.lights, programme.reports_due)
    done = done_by(told)
    return Row(
        measure=measure,
        colour=colour,
        reasons=reasons,
        done=done,
        reached=reached(told, today(at, zone)),
        reports=tuple(reports),
        verifications=tuple(verifications),
        claimed=all(one.claimed for one in done),
        verified=all(one.verified for one in done),
        ignored=tuple(sorted(set(ignored), key=lambda one: (one.id, one.why))),
    )


def _unique(said: Iterable[Said]) -> list[Said]:
    return sorted(set(said), key=lambda one: (one.modified_at, one.id, repr(one)))


def _natural(number: str) -> list[tuple[int, int, str]]:
    """1.10 after 1.9, and EC-2 before EC-10."""
    found: list[tuple[int, int, str]] = []
    word = ""
    for letter in f"{number}\0":
        if word and (letter.isdigit() != word[0].isdigit() or letter in ".-\0"):
            found.append((0, int(word), "") if word.isdigit() else (1, 0, word))
            word = ""
        word += "" if letter in ".-\0" else letter
    return found


def _twice(rows: Sequence[Row]) -> list[Row]:
    seen: set[str] = set()
    found = []
    for row in rows:
        if row.measure.number in seen:
            found.append(row)
        seen.add(row.measure.number)
    return found


def _sums(rows: Iterable[Row]) -> Sums:
    found = Sums()
    for row in rows:
        one = Sums(
            measures=1,
            grey=row.colour is Colour.GREY,
            green=row.colour is Colour.GREEN,
            amber=row.colour is Colour.AMBER,
            red=row.colour is Colour.RED,
            claimed=row.claimed,
            verified=row.verified,
            weight=row.measure.weight,
            weight_verified=row.measure.weight if row.verified else 0,
        )
        names = [field.name for field in fields(Sums)]
        found = Sums(**{name: int(getattr(found, name)) + int(getattr(one, name)) for name in names})
    return found


def _by(rows: Sequence[Row], keys: Iterable[str], key_of: Callable[[Row], str]) -> dict[str, Sums]:
    return {key: _sums(row for row in rows if key_of(row) == key) for key in keys}
