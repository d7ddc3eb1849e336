"""Scorecards and measures, as whoever follows them reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from kenesh.basis.instants import short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.council.measures.kinds import Verdict
from kenesh.council.measures.values import Colour, Done, Row, Sums
from kenesh.doors.council.measuring import SeenScorecard

_LIGHTS: Final[Mapping[Colour, str]] = {
    Colour.GREY: "grey ",
    Colour.GREEN: "GREEN",
    Colour.AMBER: "AMBER",
    Colour.RED: "RED  ",
}
_VERDICTS: Final[Mapping[Verdict, str]] = {Verdict.VERIFIED: "VERIFIED", Verdict.DISPUTED: "DISPUTED"}


def scorecard_wire(seen: SeenScorecard) -> dict[str, Any]:
    """The whole scorecard as a document."""
    card = seen.card
    programme = card.programme
    return {
        "programme": {"id": programme.id, "name": programme.name, "source": programme.source},
        "body": seen.body,
        "at": stix_timestamp(card.at),
        "chapters": [{"id": one.id, "name": one.name, **asdict(card.by_chapter[one.id])} for one in programme.chapters],
        "periods": [
            {
                "id": one.id,
                "name": one.name,
                "from": one.begins.isoformat(),
                "until": one.ends.isoformat(),
                **asdict(card.by_period[one.id]),
            }
            for one in programme.periods
        ],
        "parties": [{"party": seen.code(ref), **asdict(sums)} for ref, sums in card.by_party.items()],
        "total": asdict(card.total),
        "measures": [row_wire(seen, row) for row in card.rows],
        "ignored": [{"id": one.id, "why": one.why} for one in card.ignored],
    }


def row_wire(seen: SeenScorecard, row: Row) -> dict[str, Any]:
    """One measure as a document."""
    measure = row.measure
    return {
        "id": measure.id,
        "number": measure.number,
        "name": measure.name,
        "chapter": measure.chapter,
        "period": measure.period,
        "mandate": measure.mandate,
        "accountable": seen.code(measure.accountable),
        "supporting": [seen.code(ref) for ref in measure.supporting],
        "must": measure.must.value,
        "begins": measure.begins.isoformat(),
        "due": measure.due.isoformat(),
        "weight": measure.weight,
        "standing": measure.standing.value,
        "light": row.colour.value,
        "why": seen.explained(row),
        "reasons": [{"light": one.colour.value, "code": one.why.value, **one.said(seen.codes)} for one in row.reasons],
        "claimed": row.claimed,
        "verified": row.verified,
        "done": [
            {"party": seen.code(one.party), "claimed": one.claimed, "verified": one.verified, "disputed": one.disputed}
            for one in row.done
        ],
        "ignored": [{"id": one.id, "why": one.why} for one in row.ignored],
        **_said_wire(seen, row),
    }


def _said_wire(seen: SeenScorecard, row: Row) -> dict[str, Any]:
    """What was reached of a measure, and who said so."""
    return {
        "indicators": [
            {
                "id": one.indicator.id,
                "name": one.indicator.name,
                "unit": one.indicator.unit,
                "direction": one.indicator.direction.value,
                "baseline": f"{one.indicator.baseline:f}",
                "target": f"{one.indicator.target:f}",
                "expected": f"{one.expected.normalize():f}",
                "claimed": None if one.claimed is None else f"{one.claimed:f}",
                "verified": None if one.verified is None else f"{one.verified:f}",
            }
            for one in row.reached
        ],
        "milestones": [{"id": one.id, "name": one.name, "due": one.due.isoformat()} for one in row.measure.milestones],
        "reports": [
            {
                "id": one.id,
                "party": seen.code(one.by_ref),
                "at": stix_timestamp(one.modified_at),
                "done": one.done,
                "text": one.text,
                "figures": {name: f"{value:f}" for name, value in one.figures},
                "milestones": list(one.milestones),
                "evidence": [{"name": name, "sha256": digest} for name, digest in one.evidence],
            }
            for one in row.reports
        ],
        "verifications": [
            {
                "party": seen.code(one.by_ref),
                "report": one.report_ref,
                "at": stix_timestamp(one.modified_at),
                "verdict": one.verdict.value,
                "ground": one.ground,
            }
            for one in row.verifications
        ],
    }


def describe_scorecard(seen: SeenScorecard) -> Iterator[str]:
    """The scorecard, chapter by chapter, each light with its first reason; then the sums."""
    card = seen.card
    yield f"{visible(card.programme.name, 300)} ({visible(seen.body, 80)}) at {short_timestamp(card.at)} UTC"
    yield _told(card.total)
    for chapter in card.programme.chapters:
        rows = [row for row in card.rows if row.measure.chapter == chapter.id]
        if rows:
            yield ""
            yield f"{visible(chapter.name, 200)}: {_told(card.by_chapter[chapter.id])}"
            for row in rows:
                yield from _brief(seen, row)
    yield ""
    yield from _sums("by state", ((seen.code(ref), sums) for ref, sums in card.by_party.items()))
    yield from _sums("by period", ((one.name, card.by_period[one.id]) for one in card.programme.periods))
    for one in card.ignored:
        yield f"IGNORED {one.id}: {one.why}"


def _brief(seen: SeenScorecard, row: Row) -> Iterator[str]:
    measure = row.measure
    yield (
        f"  {_LIGHTS[row.colour]} {visible(measure.number, 20):<8} {visible(measure.name, 200)}"
        f"  {seen.code(measure.accountable)}, due {measure.due}"
    )
    more = f" (and {len(row.reasons) - 1} more)" if len(row.reasons) > 1 else ""
    yield f"        {visible(seen.explained(row)[0], 400)}{more}"


def _sums(title: str, sums: Iterable[tuple[str, Sums]]) -> Iterator[str]:
    for name, one in sums:
        if one.measures:
            yield f"{title}  {visible(name, 60)}: {_told(one)}"


def _told(sums: Sums) -> str:
    lights = ", ".join(
        f"{count} {name}"
        for name, count in (("red", sums.red), ("amber", sums.amber), ("green", sums.green), ("grey", sums.grey))
        if count
    )
    noun = "measure" if sums.measures == 1 else "measures"
    return f"{sums.measures} {noun}: {lights or 'none'}; done: {sums.claimed} claimed, {sums.verified} verified"


def describe_row(seen: SeenScorecard, row: Row) -> Iterator[str]:
    """A measure with everything that counts of it."""
    measure = row.measure
    yield f"{_LIGHTS[row.colour].strip()}  {visible(measure.number, 20)}  {visible(measure.name, 500)}"
    yield from (f"  {visible(text, 600)}" for text in seen.explained(row))
    supporting = ", ".join(seen.code(ref) for ref in measure.supporting)
    yield f"accountable {seen.code(measure.accountable)}" + (f", supported by {supporting}" if supporting else "")
    yield f"from {measure.begins} until {measure.due}; by {visible(measure.mandate, 500)}"
    yield measure.id
    yield from (f"  {seen.code(one.party)}: {_done(one)}" for one in row.done)
    yield from _reached(row)
    yield from _reported(seen, row)
    for ignored in row.ignored:
        yield f"IGNORED {ignored.id}: {ignored.why}"


def _reached(row: Row) -> Iterator[str]:
    measure = row.measure
    for one in row.reached:
        unit = f" {visible(one.indicator.unit, 60)}" if one.indicator.unit else ""
        asked = f"{round(one.expected, 2).normalize():f}"
        reached = f"claimed {_value(one.claimed)}, verified {_value(one.verified)}, by now {asked}"
        yield (
            f"indicator {one.indicator.id}: {visible(one.indicator.name, 300)}: {one.indicator.baseline:f} to"
            f" {one.indicator.target:f}{unit}; {reached}"
        )
    done = {name for report in row.reports for name in report.milestones}
    for step in measure.milestones:
        mark = "reported done" if step.id in done else "not reported"
        yield f"milestone {step.id}: {visible(step.name, 300)}, due {step.due}: {mark}"


def _reported(seen: SeenScorecard, row: Row) -> Iterator[str]:
    for report in row.reports:
        figures = ", ".join(f"{name}={value:f}" for name, value in report.figures)
        text = "; ".join(part for part in (visible(report.text, 1000), figures, ", ".join(report.milestones)) if part)
        said = "reports it DONE" if report.done else "reports"
        yield f"{short_timestamp(report.modified_at)}  {seen.code(report.by_ref)} {said}: {text}"
        for word in row.verifications:
            if (word.report_ref, word.report_modified_at) == (report.id, report.modified_at):
                ground = f": {visible(word.ground, 1000)}" if word.ground else ""
                yield f"    {seen.code(word.by_ref)}: {_VERDICTS[word.verdict]}{ground}"


def _done(one: Done) -> str:
    if one.verified:
        return "done, verified"
    if one.claimed:
        return "done, as it says" + ("; DISPUTED" if one.disputed else "")
    return "not done"


def _value(value: Any) -> str:
    return "nothing" if value is None else f"{value:f}"
