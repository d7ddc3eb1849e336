"""Drills: the secretariat plays a scenario over the nodes of those who take part, and everybody sees what came of it.

A drill is a case of an exercise, in a room of its own. Its scenario is held by whoever runs it, and released to the
room when the drill is over: nobody reads ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors import alerting, casework
from kenesh.doors.caseopening import opened
from kenesh.doors.caseroom import SeenCase, case_shown, cases_seen, cases_shown
from kenesh.doors.casework import By, at_case, check_leads, give_room, hand
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import NamedAudience
from kenesh.federation.releasing import Order
from kenesh.holdings.holding import ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import Role
from kenesh.parties.party import party_code, party_id
from kenesh.release.audience import body_audience
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response import drills, statements
from kenesh.response.cases import Joining
from kenesh.response.drills import Compared, Review
from kenesh.response.kinds import CaseKind
from kenesh.response.scenarios import SCENARIO, Inject, Scenario, scenario_of
from kenesh.response.stated import RELATIONSHIP
from kenesh.response.statements import Assignment, Opening
from kenesh.stix.exercise import as_exercise
from kenesh.stix.marking import Tlp
from kenesh.watch.statements import indicator_object
from kenesh.watch.watching import recognised

#: By which relationship a party plays a role of a scenario.
PLAYS: Final = "plays-"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays which roles, and who looks on; parties by their codes."""

    roles: Mapping[str, Sequence[str]]
    observers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SeenDrill:
    """A drill as one reader sees it.

    Attributes:
        scenario: None while whoever runs it keeps it to itself. tlp: how what is told in it is marked.
        plays: the parties of each role, as far as known.
        before: the drill of the same scenario that ended last before this one began, where this node knows it.
    """

    case: SeenCase
    scenario: Scenario | None
    plays: Mapping[str, Sequence[str]]
    review: Review
    tlp: Tlp
    before: Review | None = None

    @property
    def is_led_here(self) -> bool:
        return self.case.state.case.by_ref == self.case.own_ref

    def coming(self) -> tuple[tuple[Instant, Inject], ...]:
        """What is still to come, where the scenario is known here and the drill runs."""
        return drills.upcoming(self.case.state, self.scenario) if self.scenario and not self.review.ended_at else ()

    def compared(self) -> tuple[Compared, ...]:
        return () if self.before is None else drills.compared(self.review, self.before)


def start(services: Services, scenario: Scenario, cast: Cast, name: str, by: By) -> str:
    """Begins a drill: a room of those who play and look on, and the scenario held here; gives the case's id.

    Raises:
        UsageProblem: a role is played by nobody, or there is none of that name; or this party has a room of that name.
        UnknownPartyProblem: a party's node is not admitted here.
    """
    _check_cast(scenario, cast)
    parties = dict.fromkeys((party_code(code) for code in cast.observers), Role.OBSERVER)
    parties |= {party_code(code): Role.MEMBER for codes in cast.roles.values() for code in codes}
    now = services.clock.now()
    opening = Opening(name, CaseKind.CYBER_INCIDENT, now, exercise=True, text=scenario.title)
    with services.store.writing() as tx:
        case_id, room = opened(services, tx, opening, parties, by)
        value = hand(services, by).begins(SCENARIO.name) | {"case_ref": case_id} | scenario.wire()
        roles = [
            statements.link_object(hand(services, by), party_id(party_code(code)), value["id"], f"{PLAYS}{role}")
            for role, codes in cast.roles.items()
            for code in codes
        ]
        services.author.state(tx, [as_exercise(one) for one in (value, *roles)], now, by.who, room)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], case=case_id)
    services.wake()
    return case_id


def _check_cast(scenario: Scenario, cast: Cast) -> None:
    known = {role.id for role in scenario.role}
    for role in (*cast.roles, *(role.id for role in scenario.role)):
        if role not in known:
            raise UsageProblem(
                f"{scenario.name} has no role '{role[:64]}'.", advice=f"It has {', '.join(sorted(known))}."
            )
        if not cast.roles.get(role):
            raise UsageProblem(f"Nobody plays {role}.", advice=f"Say --role {role}=AZ; several parties may play it.")


def inject(services: Services, name: str, who: str, event: str = "") -> list[str]:
    """Tells the events whose time has come, or one whose time has not; gives their ids, in their order.

    Each is a task to every party that plays its role. What comes with it is stated as indicators of the exercise.

    Raises:
        UsageProblem: another party runs the drill, it is over, or the event was told already.
    """
    with at_case(services, name, By(who)) as (tx, seen):
        check_leads(seen, "what happens in the drill")
        drill = _seen(tx, services, services.person(who), seen)
        scenario, by = _known(drill), By(who, drill.tlp)
        if seen.state.case.closed_at is not None:
            raise UsageProblem("The drill is over.", advice="`kenesh drill report` says what came of it.")
        told = {turn.inject for turn in drill.review.turns}
        if event and event in told:
            raise UsageProblem(f"{event} was told already.", advice="`kenesh drill show` says what is still to come.")
        chosen = (scenario.injected(event),) if event else drills.due(seen.state, scenario, services.clock.now())
        for one in chosen:
            _tell(services, tx, drill, one, by)
    return [one.id for one in chosen]


def _tell(services: Services, tx: Transaction, drill: SeenDrill, event: Inject, by: By) -> None:
    """The indicators first, so that who reads the task finds what it speaks of."""
    seen, now = drill.case, services.clock.now()
    case_ref = seen.state.case.id
    there = {one.party_ref for one in seen.state.parties if one.joining is not Joining.LEFT}
    players = [ref for role in event.to for ref in drill.plays.get(role, ()) if ref in there]
    said: list[dict[str, Any]] = []
    for value in event.values:
        made = indicator_object(
            recognised(value),
            tlp=by.tlp,
            note=event.title,
            created_by_ref=services.own.ref,
            now=now,
            uuid=services.chance.uuid4(),
        )
        said += [made, statements.link_object(hand(services, by), case_ref, made["id"])]
    task = Assignment(event.title, Instant(now + event.allowed), event.text, event.id)
    said += [statements.task_object(hand(services, by), case_ref, ref, task) for ref in dict.fromkeys(players)]
    give_room(services, tx, seen.room_ref, said, by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, case_ref, event=event.id, asked=len(players))


def play_due(services: Services, who: str) -> list[str]:
    """Tells in every drill that this party runs what has come due; gives which events, for the log."""
    with services.store.reading() as tx:
        if not any(held.writer == services.own.ref for held in tx.versions.of_type(SCENARIO.name)):
            return []
        now = services.clock.now()
        mine = [seen for seen in cases_seen(tx, services, services.person(who)) if _is_run_here(seen)]
        found = [(seen, _seen(tx, services, services.person(who), seen).scenario) for seen in mine]
    waiting = [seen.state.case.id for seen, scenario in found if scenario and drills.due(seen.state, scenario, now)]
    return [event for case_id in waiting for event in inject(services, case_id, who)]


def _is_run_here(seen: SeenCase) -> bool:
    case = seen.state.case
    return case.exercise and case.by_ref == seen.own_ref and case.closed_at is None


def end(services: Services, name: str, who: str) -> SeenDrill:
    """The drill is over: its case is closed, and the scenario released to the room.

    Raises:
        UsageProblem: another party runs it.
    """
    with at_case(services, name, By(who)) as (tx, seen):
        check_leads(seen, "when the drill is over")
        now = services.clock.now()
        held = _scenarios(tx, services.person(who), seen, now)
        if not held:
            raise _no_drill(name)
        roles = [one for scenario in held for one in tx.versions.linked_to(scenario.id, [RELATIONSHIP])]
        order = Order([NamedAudience(body_audience(seen.room_ref), f"body:{seen.room_ref}")])
        for made in services.releasing.release(tx, [*held, *roles], order, now).statements:
            services.record(tx, ActKind.RELEASE_MADE, who, made.id, audience=made.audience_ref, objects=made.objects)
    casework.close(services, seen.state.case.id, By(who, held[0].tlp))
    return drill_named(services, services.person(who), seen.state.case.id).value


def drills_seen(services: Services, reader: Reader) -> Released[tuple[SeenDrill, ...]]:
    """The drills that the reader sees, the newest first."""
    with services.reading() as tx:
        found = cases_shown(tx, services, reader)
        return found.map(lambda cases: tuple(filter(_is_drill, (_seen(tx, services, reader, one) for one in cases))))


def drill_named(services: Services, reader: Reader, name: str) -> Released[SeenDrill]:
    """A drill, with the one before it of the same scenario.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike; or the case is no drill.
    """
    with services.reading() as tx:
        return case_shown(tx, services, reader, name).map(lambda seen: _with_before(tx, services, reader, seen))


def _with_before(tx: Transaction, services: Services, reader: Reader, seen: SeenCase) -> SeenDrill:
    drill = _seen(tx, services, reader, seen)
    if not _is_drill(drill):
        raise _no_drill(seen.state.case.name)
    others = [one for one in cases_seen(tx, services, reader) if _is_before(one, seen)]
    earlier = [_seen(tx, services, reader, one) for one in others]
    known = [
        one.review for one in earlier if drill.scenario and one.scenario and one.scenario.name == drill.scenario.name
    ]
    before = max(known, key=lambda one: (one.ended_at or 0, one.case_ref), default=None)
    return replace(drill, before=before)


def _is_drill(drill: SeenDrill) -> bool:
    return drill.scenario is not None or bool(drill.review.turns)


def _is_before(one: SeenCase, seen: SeenCase) -> bool:
    ended = one.state.case.closed_at
    return one.state.case.exercise and ended is not None and ended <= seen.state.case.opened_at


def _no_drill(name: str) -> UnknownProblem:
    return UnknownProblem(f"There is no drill '{name[:80]}' here.", advice="`kenesh drill list` lists them.")


def _known(drill: SeenDrill) -> Scenario:
    if drill.scenario is None:
        raise _no_drill(drill.case.state.case.name)
    return drill.scenario


def _scenarios(tx: Transaction, reader: Reader, seen: SeenCase, now: Instant) -> list[HeldVersion]:
    """Those that the case's lead stated of it, as far as the reader sees them; one, where nobody plays tricks."""
    held = [
        one
        for one in tx.versions.linked_to(seen.state.case.id, [SCENARIO.name])
        if one.writer == seen.state.case.by_ref
    ]
    return list({one.num: one for one, _ in ways_seen_by(tx, reader, held, now).value}.values())[:1]


def _seen(tx: Transaction, services: Services, reader: Reader, seen: SeenCase) -> SeenDrill:
    now = services.clock.now()
    held = _scenarios(tx, reader, seen, now) if seen.state.case.exercise else []
    scenario = _read(tx, held)
    wanted = [(level, at) for _, level, at in drills.levels_wanted(seen.state, scenario)]
    first_at = alerting.first_at(tx, services, reader, seen.room_ref, wanted) if wanted else {}
    review = drills.review(seen.state, scenario, first_at)
    return SeenDrill(seen, scenario, _plays(tx, reader, held, now), review, held[0].tlp if held else Tlp.RED)


def _read(tx: Transaction, held: Iterable[HeldVersion]) -> Scenario | None:
    for one in held:
        try:
            return scenario_of(msgspec.json.decode(tx.versions.raw([one.num])[one.num]))
        except Problem:
            # What cannot be read says nothing.
            continue
    return None


def _plays(tx: Transaction, reader: Reader, held: Sequence[HeldVersion], now: Instant) -> dict[str, list[str]]:
    """Which parties play which role."""
    found: dict[str, list[str]] = defaultdict(list)
    for scenario in held:
        links = [one for one in tx.versions.linked_to(scenario.id, [RELATIONSHIP]) if one.writer == scenario.writer]
        shown = {one.num: one for one, _ in ways_seen_by(tx, reader, links, now).value}
        for role, ref in sorted(_roles(tx.versions.raw(list(shown)).values())):
            found[role].append(ref)
    return dict(found)


def _roles(raws: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for value in map(msgspec.json.decode, raws):
        if value["relationship_type"].startswith(PLAYS):
            yield value["relationship_type"].removeprefix(PLAYS), value["source_ref"]
