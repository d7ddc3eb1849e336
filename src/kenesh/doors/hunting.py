"""The act of hunting: logs searched for every indicator in force, and what was seen stated as sightings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kenesh.doors.services import Services
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.stix.exercise import as_exercise
from kenesh.stix.marking import Tlp
from kenesh.watch.ports import Findings, LogFormat
from kenesh.watch.sightings import Seen, sighting_object
from kenesh.watch.watching import has_watched, hunt


@dataclass(frozen=True, slots=True)
class HuntOutcome:
    """What a hunt found: each hit with its indicator, and the sightings that were saved.

    `is_armed`: there was an indicator to search for; of an exercise, in one.
    """

    findings: Findings
    indicators: Mapping[int, HeldVersion]
    sightings: tuple[str, ...]
    is_armed: bool = True


def run_hunt(
    services: Services,
    reader: Reader,
    paths: Sequence[Path],
    log_format: LogFormat,
    *,
    save: bool,
    exercise: bool = False,
) -> HuntOutcome:
    """Searches logs for every indicator in force; with `save` each hit becomes a sighting, marked as its indicator.

    In an `exercise` for those that were made up for one, and else for none of these.
    """
    with services.store.reading() as tx:
        findings, ways = hunt(
            tx, reader, services.log_search, paths, log_format, services.clock.now(), exercise=exercise
        )
        # Who found nothing is told whether there was anything to find.
        is_armed = bool(findings.hits) or has_watched(tx, reader, services.clock.now(), exercise=exercise)
    with services.store.writing() as tx:
        counts = {"lines": findings.lines, "hits": len(findings.hits)}
        services.record(tx, ActKind.HUNT_MADE, reader.name, services.own.ref, **counts)
    indicators = {held.num: held for held, _ in ways.value}
    sightings: tuple[str, ...] = ()
    if save and findings.hits:
        # Of several ways in which it came, the strictest marks what was seen of it.
        marked: dict[int, Tlp] = {}
        for held, hold in ways.value:
            marked[held.num] = max(marked.get(held.num, Tlp.CLEAR), held.marking_under(hold.label))
        sightings = _save(services, findings, indicators, marked, reader.name, exercise=exercise)
    return HuntOutcome(findings, indicators, sightings, is_armed)


def _save(
    services: Services,
    findings: Findings,
    indicators: Mapping[int, HeldVersion],
    marked: Mapping[int, Tlp],
    who: str,
    *,
    exercise: bool,
) -> tuple[str, ...]:
    now = services.clock.now()
    with services.store.writing() as tx:
        objects = []
        for hit in findings.hits:
            seen = Seen(indicators[hit.version].id, hit.count, hit.first_seen, hit.last_seen)
            tlp, uuid = marked[hit.version], services.chance.uuid4()
            made = sighting_object(seen, created_by_ref=services.own.ref, tlp=tlp, now=now, uuid=uuid)
            objects.append(as_exercise(made) if exercise else made)
        held = services.author.state(tx, objects, now, who)
        for item in held:
            services.record(tx, ActKind.SIGHTING_MADE, who, item.id)
    services.wake()
    return tuple(item.id for item in held)
