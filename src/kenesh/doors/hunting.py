"""The act of hunting: logs searched for every indicator in force, and what was seen stated as sightings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kenesh.doors.services import Services
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.stix.marking import Tlp
from kenesh.watch.ports import Findings, LogFormat
from kenesh.watch.sightings import Seen, sighting_object
from kenesh.watch.watching import hunt


@dataclass(frozen=True, slots=True)
class HuntOutcome:
    """What a hunt found: each hit with its indicator, and the sightings that were saved."""

    findings: Findings
    indicators: Mapping[int, HeldVersion]
    sightings: tuple[str, ...]


def run_hunt(services: Services, paths: Sequence[Path], log_format: LogFormat, who: str, *, save: bool) -> HuntOutcome:
    """Searches logs for every indicator in force; with `save` each hit becomes a sighting, marked as its indicator."""
    with services.store.reading() as tx:
        findings = hunt(tx, services.log_search, paths, log_format)
        indicators = {held.num: held for held in tx.versions.held({hit.version for hit in findings.hits})}
    sightings: tuple[str, ...] = ()
    if save and findings.hits:
        sightings = _save(services, findings, indicators, who)
    return HuntOutcome(findings, indicators, sightings)


def _save(services: Services, findings: Findings, indicators: Mapping[int, HeldVersion], who: str) -> tuple[str, ...]:
    now = services.clock.now()
    with services.store.writing() as tx:
        holds = tx.holds.in_force(list(indicators))
        objects = []
        for hit in findings.hits:
            indicator = indicators[hit.version]
            labels = [hold.label for hold in holds.get(hit.version, ())]
            tlp = max((indicator.marking_under(label) for label in labels), default=Tlp.RED)
            seen = Seen(indicator.id, hit.count, hit.first_seen, hit.last_seen)
            uuid = services.chance.uuid4()
            objects.append(sighting_object(seen, created_by_ref=services.own.ref, tlp=tlp, now=now, uuid=uuid))
        held = services.author.state(tx, objects, now, who)
        for item in held:
            services.record(tx, ActKind.SIGHTING_MADE, who, item.id)
    services.wake()
    return tuple(item.id for item in held)
