"""Everything that waits for a person of this party, gathered from where it stands, as far as the reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.instants import DAY, Instant
from kenesh.council import notes
from kenesh.doors import alerting, caseroom, contacting, requesting
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.council import noting
from kenesh.doors.council.noting import SeenNotes
from kenesh.doors.council.seeing import SeenProposal, proposals
from kenesh.doors.council.showing import ShownProposal
from kenesh.doors.services import Services, Transaction
from kenesh.doors.sitting import SeenSittings, all_sittings
from kenesh.holdings.exercising import plays
from kenesh.holdings.holding import ways_seen_by
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.release.recalls import Recall
from kenesh.response import asking, checks, clocks, effects, sittings
from kenesh.response.alerts import LEVELS
from kenesh.response.calls import Concern, Matter, Stage
from kenesh.response.cases import NEAR, Item, Standing
from kenesh.response.sittings import Coming

#: A note to which no answer is asked for waits to be looked at for so long.
_NEWS: Final = 3 * DAY
#: Alarms are told one by one up to so many; who has more looks at the list.
_ALARMS: Final = 50
#: A level's own asks are near when so long is left.
_SOON: Final = NEAR


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits. `wakes`: a level is in force that wakes people; what is of an exercise wakes nobody."""

    concerns: tuple[Concern, ...]
    wakes: bool


def waiting(services: Services, reader: Reader) -> Released[Waiting]:
    """Everything of it that the reader may see."""
    return caseroom.all_cases(services, reader).map(lambda cases: _gathered(services, reader, cases))


def _gathered(services: Services, reader: Reader, cases: tuple[SeenCase, ...]) -> Waiting:
    requests, levels = requesting.requests(services, reader), alerting.levels(services, reader)
    with services.store.reading() as tx:
        played = {level.body_ref: plays(tx, level.body_ref) for level in levels}
        besides = [*_recalls(tx, services, reader), *_forwards(tx, services, reader), *_alarms(tx, services, reader)]
    found = [
        *(one for seen in cases for one in _of_case(seen)),
        *_of_items(requests.items, services.own.ref, requests.at),
        *besides,
        *(one for level in levels for one in _of_level(level, services.own.ref, exercise=played[level.body_ref])),
        *(one for seen in all_sittings(services, reader) for one in _of_sittings(seen)),
        *(one for seen in proposals(services, reader) for one in _of_proposal(seen)),
        *_of_notes(noting.notes(services, reader)),
        *(one for seen in contacting.contacts(services, reader) for one in _of_checks(seen, services.own.ref)),
    ]
    wakes = any(_wakes(level) for level in levels if not played[level.body_ref])
    return Waiting(tuple(found), wakes)


def _wakes(seen: alerting.SeenLevel) -> bool:
    rung = seen.ladder.rung(LEVELS.index(seen.state.level))
    return rung is not None and rung.wakes


def _of_case(seen: SeenCase) -> Iterator[Concern]:
    if seen.state.standing is Standing.CLOSED:
        return
    case = seen.state.case
    yield from _of_items(seen.state.items, seen.own_ref, seen.at, exercise=case.exercise)
    for owed in seen.state.running():
        stage = {clocks.Standing.NEAR: Stage.NEAR, clocks.Standing.LATE: Stage.LATE}.get(owed.clock.standing)
        if owed.party_ref == seen.own_ref and stage is not None:
            about = f"{case.id} {owed.regime} {owed.clock.step.id} {owed.clock.number}"
            name = f"{case.name}: {owed.clock.step.id} under {owed.regime}"
            yield Concern(Matter.REPORT, stage, about, name, owed.clock.due_at, case.exercise)


def _of_items(items: tuple[Item, ...], own_ref: str, now: Instant, *, exercise: bool = False) -> Iterator[Concern]:
    """What is asked of this party; what it has accepted waits again when it is due soon."""
    for item in items:
        if item.asked.to_ref != own_ref or not item.is_open:
            continue
        stage = _stage(item.state.due_at, now)
        if stage is Stage.NEW and item.state.standing is not asking.Standing.ASKED:
            continue
        matter = Matter.REQUEST if item.asked.kind else Matter.TASK
        yield Concern(matter, stage, item.asked.id, item.asked.name, item.state.due_at, exercise)


def _stage(due_at: Instant, now: Instant) -> Stage:
    if now > due_at:
        return Stage.LATE
    return Stage.NEAR if due_at - now <= _SOON else Stage.NEW


def _of_level(seen: alerting.SeenLevel, own_ref: str, *, exercise: bool) -> Iterator[Concern]:
    state = seen.state
    if state.since is not None:
        about = f"{seen.body_ref} {state.level} {state.since}"
        yield Concern(Matter.LEVEL, Stage.NEW, about, f"{seen.body}: {state.level}", exercise=exercise)
    for item in seen.asked:
        if item.party_ref == own_ref and item.standing in (effects.Standing.OPEN, effects.Standing.OVERDUE):
            about = f"{seen.body_ref} {item.what} {item.due_at}"
            yield Concern(
                Matter.ASK, _stage(item.due_at, seen.at), about, f"{seen.body}: {item.what}", item.due_at, exercise
            )


def _of_checks(seen: contacting.SeenContacts, own_ref: str) -> Iterator[Concern]:
    for one in seen.checks:
        is_open = one.check.opens_at <= seen.at <= one.check.due_at
        if is_open and any(p.party_ref == own_ref and p.standing is checks.Standing.WAITING for p in one.parties):
            stage = _stage(one.check.due_at, seen.at)
            yield Concern(Matter.CHECK, stage, one.check.id, f"{seen.body}: {one.check.name}", one.check.due_at)


def _of_proposal(seen: SeenProposal) -> Iterator[Concern]:
    """A proposal on which this party decides and has said nothing; its silence counts as a yes."""
    state = seen.state
    if ShownProposal(seen).waits:
        about = f"{seen.id} {state.deadline}"
        name = f"{seen.body}: {state.proposal.name}"
        yield Concern(Matter.PROPOSAL, _stage(state.deadline, seen.at), about, name, state.deadline)


def _of_notes(seen: SeenNotes) -> Iterator[Concern]:
    """A note to this party that waits for an answer, or has come a short while ago."""
    for state in seen.states:
        note, due_at = state.note, state.due_at
        is_new = due_at is None and seen.at <= (state.received_at or note.dated_at) + _NEWS
        if note.to_ref == seen.own_ref and state.standing is not notes.Standing.ANSWERED and (due_at or is_new):
            stage = Stage.NEW if due_at is None else _stage(due_at, seen.at)
            # Extended, it is asked for anew.
            about = f"{note.id} {due_at or ''}".strip()
            name = f"note {note.number} of {seen.code(note.from_ref)}: {note.name}"
            yield Concern(Matter.NOTE, stage, about, name, due_at)


def _of_sittings(seen: SeenSittings) -> Iterator[Concern]:
    for state in seen.sittings:
        asked = any(one.party_ref == seen.own_ref and one.coming is Coming.SILENT for one in state.parties)
        if asked and state.standing is sittings.Standing.PLANNED:
            one = state.sitting
            # Moved, it asks anew.
            about = f"{one.id} {one.begins_at}"
            yield Concern(
                Matter.SITTING, _stage(one.begins_at, seen.at), about, f"{seen.body}: {one.name}", one.begins_at
            )


def _recalls(tx: Transaction, services: Services, reader: Reader) -> Iterator[Concern]:
    now = services.clock.now()
    held = list(tx.versions.current_of(services.recalling.waiting(tx)).values())
    seen = {version.num: version for version, _ in ways_seen_by(tx, reader, held, now).value}
    for num, raw in tx.versions.raw(list(seen)).items():
        recall = Recall.read(msgspec.json.decode(raw))
        if recall is not None:
            yield Concern(Matter.RECALL, _stage(recall.by, now), seen[num].id, seen[num].id, recall.by)


def _forwards(tx: Transaction, services: Services, reader: Reader) -> Iterator[Concern]:
    for request in services.forwarding.waiting(tx, reader, services.clock.now()):
        yield Concern(Matter.FORWARD, Stage.NEW, request.id, request.id)


def _alarms(tx: Transaction, services: Services, reader: Reader) -> Iterator[Concern]:
    """What is about an object that the reader does not see is not there for him."""
    found = tx.alarms.unseen(_ALARMS)
    about = [alarm.about for alarm in found if is_stix_id(alarm.about)]
    held = list(tx.versions.current_of(about).values())
    seen = {version.id for version, _ in ways_seen_by(tx, reader, held, services.clock.now()).value}
    for alarm in found:
        if not is_stix_id(alarm.about) or alarm.about in seen:
            yield Concern(Matter.ALARM, Stage.NEW, str(alarm.num), f"alarm {alarm.num}: {alarm.code}")
