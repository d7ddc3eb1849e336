"""lookup, hunt."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kenesh.basis.instants import short_timestamp, stix_timestamp
from kenesh.basis.printable import defanged
from kenesh.basis.problem import UsageProblem
from kenesh.doors import hunting
from kenesh.doors.cli.desk import CONSOLE, Counter, console_reader, counter_of
from kenesh.doors.cli.words import counted
from kenesh.stix.exercise import BANNER
from kenesh.watch.ports import LogFormat
from kenesh.watch.watching import Lookup, look_up

#: So many values are answered one by one; of more only those that are known.
_SHOWN = 20
_MAX_VALUES = 100_000
_MAX_OCTETS = 64 * 2**20


def lookup(
    context: typer.Context,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE...", help="Addresses, domains, URLs, hashes, e-mails; - reads lines.")
    ],
) -> None:
    """Look values up: are they known, from whom, how marked."""
    counter = counter_of(context)
    asked = list(_asked(values))
    with counter.node() as services, services.store.reading() as tx:
        found = look_up(tx, console_reader(services), asked, services.clock.now())
    document = [{"value": f.value, "hits": [known.wire() for known in f.known.value]} for f in found]
    counter.answer(document, _answers(found))


def _asked(values: list[str]) -> Iterator[str]:
    for value in values:
        if value != "-":
            yield value
            continue
        text = sys.stdin.buffer.read(_MAX_OCTETS).decode("utf-8-sig", "replace")
        lines = [line.strip() for line in text.split("\n")]
        if len(lines) > _MAX_VALUES:
            raise UsageProblem(f"More than {_MAX_VALUES} values at once.", advice="Ask in several parts.")
        yield from (line for line in lines if line)


def _answers(found: Sequence[Lookup]) -> Iterator[str]:
    """Each value in its turn; of a long list only those that are known, so that they do not drown."""
    shown = found if len(found) <= _SHOWN else [one for one in found if one.known.value]
    yield from (line for one in shown for line in _told(one))
    if len(found) > _SHOWN:
        none = sum(one.atom is None for one in found)
        strange = f"; of no kind that is looked up: {none}" if none else ""
        yield f"Known here: {len(shown)} of {len(found)} values{strange}."


def _told(found: Lookup) -> Iterator[str]:
    shown = defanged(found.value)
    if found.atom is None:
        yield f"{shown}: is no address, domain, URL, hash or e-mail address"
    elif not found.known.value:
        yield f"{shown}: not known here"
    for known in found.known.value:
        matched = "" if known.matched == found.atom else f" (matches {defanged(known.matched.value)})"
        made_up = f"{BANNER}  " if known.exercise else ""
        yield f"{made_up}{shown}: KNOWN{matched}, from {known.released_by}, {known.tlp.label}"
        yield f"  {known.held.type} {defanged(known.held.name)}"
        yield f"  {known.held.id}"


def hunt(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Log files, or folders of them; gzip too.")],
    log_format: Annotated[LogFormat, typer.Option("--format", help="How they are written.")] = LogFormat.AUTO,
    save: Annotated[bool, typer.Option("--save", help="Make a sighting of each indicator found.")] = False,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="Search for what was made up for a drill, and for nothing else.")
    ] = False,
) -> None:
    """Search logs for every indicator in force. Logs never leave this machine."""
    counter = counter_of(context)
    with counter.node() as services:
        outcome = hunting.run_hunt(services, services.person(CONSOLE), paths, log_format, save=save, exercise=exercise)
    findings = outcome.findings
    hits = [
        {
            "value": hit.atom.value,
            "indicator": outcome.indicators[hit.version].id,
            "count": hit.count,
            "first_seen": None if hit.first_seen is None else stix_timestamp(hit.first_seen),
            "last_seen": None if hit.last_seen is None else stix_timestamp(hit.last_seen),
        }
        for hit in findings.hits
    ]
    counter.answer(
        {"lines": findings.lines, "malformed": findings.malformed, "hits": hits, "sightings": list(outcome.sightings)},
        _found(counter, outcome, exercise=exercise),
    )


def _found(counter: Counter, outcome: hunting.HuntOutcome, *, exercise: bool) -> Iterator[str]:
    findings, made_up = outcome.findings, f"{BANNER}  " if exercise else ""
    malformed = f"; {findings.malformed} malformed, searched as text" if findings.malformed else ""
    yield f"{counted(findings.lines, 'line')} searched{malformed}."
    for hit in findings.hits:
        span = ""
        if hit.first_seen is not None and hit.last_seen is not None:
            span = f", {short_timestamp(hit.first_seen)} to {short_timestamp(hit.last_seen)}"
        yield f"{made_up}FOUND {defanged(hit.atom.value)} in {counted(hit.count, 'line')}{span}"
        yield f"  {outcome.indicators[hit.version].id}"
    if not findings.hits:
        yield _nothing(outcome, exercise=exercise)
    if outcome.sightings:
        # What was seen in an exercise answers the circle that plays it, and nobody else.
        back = f"release {' '.join(outcome.sightings)} --to body:NAME"
        release = counter.command(back if exercise else "release --new-sightings")
        yield f"{counted(len(outcome.sightings), 'sighting')} saved. To answer with them: {release}"
    elif findings.hits:
        yield "Nothing was saved: --save makes sightings of these."


def _nothing(outcome: hunting.HuntOutcome, *, exercise: bool) -> str:
    which = "indicator of an exercise" if exercise else "indicator"
    if not outcome.is_armed:
        return f"There is no {which} here to search for."
    return f"No {which} stands in them." if exercise else "No indicator in force stands in them."
