"""The register as people read it: no excerpt without the condition under which it may be reproduced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from kenesh.basis.instants import short_timestamp, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.council.register.columns import Columns
from kenesh.council.register.keeping import Row, Standing
from kenesh.council.register.kinds import EVENT, PENDING, Effect
from kenesh.council.register.standing import CAME_TRUE, Evidence
from kenesh.council.register.standing import Standing as StatementStanding
from kenesh.doors.cli.words import counted
from kenesh.doors.council.registered import SeenPage, SeenStatement

_LONGEST: Final = 300
_CONDITION: Final = 700
_SAID: Final[Mapping[str, str]] = {
    "proposal": "proposed",
    "commitment": "promised",
    "support": "supported",
    "call": "called for",
    "event": "reported",
}
_STANDINGS: Final = {Standing.OPEN: "to judge", Standing.CONFIRMED: "confirmed", Standing.DROPPED: "dropped"}
_EFFECTS: Final = {
    Effect.DECIDED: "decided",
    Effect.HELD: "held",
    Effect.DONE: "done",
    Effect.NOT_DONE: "not done as of",
}


def page_wire(seen: SeenPage) -> dict[str, Any]:
    """A page, without its rows."""
    source = seen.page.source
    return {
        "source": source.id,
        "name": source.name,
        "publisher": source.publisher,
        "condition": source.condition,
        "dated_on": source.dated_on or None,
        "url": source.url or None,
        "sha256": source.sha256,
        "succeeds": source.succeeds_ref or None,
        "succeeded_by": seen.succeeded_by or None,
        "kept_at": stix_timestamp(seen.page.kept_at),
        "kept_by": seen.page.person,
        "rows": {name.replace(" ", "_"): seen.counts.get(standing, 0) for standing, name in _STANDINGS.items()},
    }


def row_wire(seen: SeenPage, row: Row) -> dict[str, Any]:
    """A row: as it was read, apart from that what a person said, and as it counts."""
    return {
        "row": row.number,
        "standing": _STANDINGS[row.standing],
        "read": row.read.wire(),
        "said": _plain(row),
        "columns": row.columns.wire(),
        "judged_by": row.person or None,
        "judged_at": None if row.at is None else stix_timestamp(row.at),
        "statement": row.ref or None,
        "source": seen.page.source.id,
        "publisher": seen.page.source.publisher,
        "condition": seen.page.source.condition,
    }


def _plain(row: Row) -> dict[str, Any]:
    said = row.said.said()
    figures = {"figures": [one.wire() for one in said["figures"]]} if "figures" in said else {}
    return said | figures


def statement_wire(seen: SeenStatement) -> dict[str, Any]:
    """A statement with its standing; the day promised and the day that came true are apart."""
    statement, standing = seen.statement, seen.standing
    return {
        "statement": statement.id,
        "by": seen.code(statement.by_ref),
        "tlp": seen.tlp.label,
        "source": statement.source_ref,
        "publisher": statement.publisher,
        "condition": statement.condition,
        "columns": statement.columns.wire(),
        "corrected": list(statement.corrected),
        "standing": None if standing.effect is None else standing.effect.value,
        "contradicted": bool(standing.clashes),
        "promised_by": _day(standing.promised_by),
        "shown_on": _day(standing.on),
        "came_true_on": _day(standing.on if standing.effect in CAME_TRUE else None),
        "days_late": standing.days_late,
        "evidence": [_evidence_wire(seen, one) for one in standing.evidence],
    }


def _evidence_wire(seen: SeenStatement, one: Evidence) -> dict[str, Any]:
    return {
        "relationship": one.link.id,
        "said_by": seen.code(one.link.by_ref),
        "object": one.shown.id,
        "type": one.shown.type,
        "name": one.shown.name,
        "effect": one.effect.value,
        "on": _day(one.on),
    }


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def describe_page(seen: SeenPage) -> Iterator[str]:
    """A page in three lines or four."""
    source = seen.page.source
    dated = f", {source.dated_on}" if source.dated_on else ""
    yield f"{visible(source.publisher, 200)}{dated}: {visible(source.name, 200)}"
    rows = [f"{seen.counts[standing]} {name}" for standing, name in _STANDINGS.items() if standing in seen.counts]
    yield f"    {', '.join(rows) or 'no rows'}"
    yield f"    Reproduction: {visible(source.condition, _CONDITION)}"
    if source.succeeds_ref:
        yield f"    corrects {source.succeeds_ref}"
    if seen.succeeded_by:
        yield f"    CORRECTED by {seen.succeeded_by}"
    yield f"    {source.id}"


def describe_rows(rows: Sequence[Row]) -> Iterator[str]:
    """Rows in full; their page's condition stands above them."""
    for row in rows:
        yield ""
        yield from describe_row(row)


def describe_row(row: Row) -> Iterator[str]:
    """A row, with who judged it and what was corrected."""
    said = ""
    if row.at is not None:
        said = f" by {visible(row.person, 80)} at {short_timestamp(row.at)}"
    standing = _STANDINGS[row.standing] if row.standing is not Standing.OPEN or row.at is None else "corrected"
    line = f"line {row.read.line}"
    yield f"{row.number:>5}  {row.columns.kind:<10}  {_speaker(row.columns)}  [{standing}{said}; {line}]"
    yield from _columns(row.columns)
    for name in [name for name in row.corrections if not name.endswith("_basis")]:
        yield f"       {name} was read as: {visible(_told(getattr(row.read, name)), _LONGEST) or '-'}"
    if row.ref:
        yield f"       {row.ref}"


def _speaker(columns: Columns) -> str:
    other = columns.speaker_resolved not in ("", columns.speaker)
    return visible(columns.speaker, 200) + (f" = {visible(columns.speaker_resolved, 100)}" if other else "")


def _columns(columns: Columns) -> Iterator[str]:
    yield f"       {visible(columns.excerpt, _LONGEST)}"
    told = (
        ("about", "; ".join(columns.mechanisms)),
        ("when", columns.when),
        ("said on", columns.said_on),
        ("figures", ", ".join(map(str, columns.figures))),
        ("speaker by", columns.speaker_basis),
        ("when by", columns.when_basis),
    )
    yield from (f"       {name}: {visible(text, _LONGEST)}" for name, text in told if text)


def _told(said: object) -> str:
    return "; ".join(map(str, said)) if isinstance(said, tuple) else str(said)


def describe_statement(seen: SeenStatement) -> Iterator[str]:
    """A statement: how it stands, by what evidence, and the condition of its excerpt."""
    statement = seen.statement
    stands = standing_told(statement.columns, seen.standing)
    yield f"{statement.columns.kind:<10}  {_speaker(statement.columns)}  [{stands}]"
    yield from _columns(statement.columns)
    yield from (f"       {line}" for line in _evidence(seen))
    yield f"       from {visible(statement.publisher, 200)}, line {statement.columns.line}. Reproduction: " + visible(
        statement.condition, _CONDITION
    )
    yield f"       {seen.tlp.label}, stated by {seen.code(statement.by_ref)}: {statement.id}"


def standing_told(columns: Columns, standing: StatementStanding) -> str:
    """How a statement stands, in words: by evidence, and by nothing else."""
    if standing.clashes:
        return "THE EVIDENCE CONTRADICTS ITSELF"
    if standing.effect is None:
        return f"{_SAID[columns.kind]}; no evidence yet" if columns.kind in PENDING else "said"
    late = f", {counted(standing.days_late, 'day')} late" if standing.days_late else ""
    return f"{_EFFECTS[standing.effect]} {standing.on.isoformat() if standing.on else ''}".strip() + late


def _evidence(seen: SeenStatement) -> Iterator[str]:
    standing = seen.standing
    if standing.promised_by is not None and standing.evidence:
        told = "told for" if seen.statement.columns.kind == EVENT else "promised"
        yield f"{told}: {visible(seen.statement.columns.when, 100)}"
    for one in standing.evidence:
        against = any(one.link.id in pair for pair in standing.clashes)
        day = f" {one.on.isoformat()}" if one.on else ", no day said"
        name = "" if one.shown.name == one.shown.id else f"{visible(one.shown.name, 200)}, "
        mark = "CONTRADICTED: " if against else ""
        yield f"{mark}{_EFFECTS[one.effect]}{day}, says {seen.code(one.link.by_ref)}, by {name}{one.shown.id}"
