"""What people do in a case: each act in one transaction, recorded, released to its room by the rules of all else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.caseroom import SeenCase, asked_named, case_named
from kenesh.doors.discretion import check_coordinates
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import NamedAudience
from kenesh.federation.releasing import Order
from kenesh.holdings.exercising import plays
from kenesh.holdings.holding import ways_seen_by
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code, party_id
from kenesh.release.audience import body_audience
from kenesh.release.reader import Reader
from kenesh.response import asking, statements
from kenesh.response.cases import Joining
from kenesh.response.circles import ABOUT_PERSONS, coordinates
from kenesh.response.kinds import Status
from kenesh.response.regimes import Regime
from kenesh.response.statements import Assignment, Hand, Reported, Wanted, Word
from kenesh.stix.exercise import as_exercise
from kenesh.stix.marking import Tlp

_GOES_ON: Final = Status.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, by whose sight (None: the console's), under which marking. `looked`: at what may identify a person."""

    who: str
    tlp: Tlp = Tlp.AMBER
    looked: bool = False
    reader: Reader | None = None

    def sight(self, services: Services) -> Reader:
        return self.reader or services.person(self.who)


def join(services: Services, name: str, by: By, *, refusal: str = "") -> str:
    """Says that this party takes part in a case, or that it does not, and why."""
    word = Word(Status.REFUSED, refusal) if refusal else Word(Status.ACCEPTED)
    return _of_the_case(services, name, word, by)


def hand_over(services: Services, name: str, to: str, text: str, by: By) -> str:
    """Says who of this party goes on from here, and what he must know."""
    return _of_the_case(services, name, Word(_GOES_ON, f"Handed over to {to}. {text}".strip()), by)


def _of_the_case(services: Services, name: str, word: Word, by: By) -> str:
    with at_case(services, name, by) as (tx, seen):
        case_id = seen.state.case.id
        return _say(services, tx, seen, statements.update_object(hand(services, by), case_id, case_id, word), by)


def set_task(services: Services, name: str, to: str, task: Assignment, by: By) -> str:
    """Sets a party of the room a task.

    Raises:
        UsageProblem: another party leads the case. UnknownProblem: the party is not in the room.
    """
    with at_case(services, name, by) as (tx, seen):
        check_leads(seen, "what the tasks are")
        to_ref = _in_room(seen, to)
        return _say(
            services, tx, seen, statements.task_object(hand(services, by), seen.state.case.id, to_ref, task), by
        )


def make_request(services: Services, name: str, to: str, wanted: Wanted, by: By) -> str:
    """Asks a party of the room for something; with a regime and stage, for that report.

    Raises:
        UnknownProblem: the party is not in the room, or there is no such regime or stage.
    """
    if wanted.stage:
        regime_named(services, wanted.regime).step(wanted.stage)
    with at_case(services, name, by) as (tx, seen):
        to_ref = _in_room(seen, to)
        value = statements.request_object(hand(services, by), seen.state.case.id, to_ref, wanted)
        return _say(services, tx, seen, value, by)


def update(services: Services, target: str, word: Word, by: By) -> str:
    """Says what becomes of a task or request that was asked of this party.

    Raises:
        UnknownProblem: nothing of that id is asked here. UsageProblem: it was asked of another, or that does not
            follow how it stands.
    """
    with services.store.writing() as tx:
        seen, item = asked_named(tx, services, by.sight(services), target)
        if item.asked.to_ref != services.own.ref:
            raise UsageProblem(
                f"It was asked of {seen.code(item.asked.to_ref)}, and that party alone says what becomes of it.",
                advice="`kenesh case show` says what is asked of this party.",
            )
        if not asking.follows(word.status, item.state.standing):
            raise UsageProblem(f"It is {item.state.standing}: {word.status} does not follow from that.")
        value = statements.update_object(hand(services, by), seen.state.case.id, item.asked.id, word)
        made = _say(services, tx, seen, value, by)
    services.wake()
    return made


def cancel(services: Services, target: str, by: By) -> str:
    """Takes back a task or request of this party's own.

    Raises:
        UnknownProblem: nothing of that id is asked here. UsageProblem: another party asked it.
    """
    with services.store.writing() as tx:
        seen, item = asked_named(tx, services, by.sight(services), target)
        if item.asked.by_ref != services.own.ref:
            raise UsageProblem(f"{seen.code(item.asked.by_ref)} asked it, and that party alone takes it back.")
        _restate(services, tx, seen, item.asked.id, {"cancelled_at": stix_timestamp(services.clock.now())}, by)
    services.wake()
    return item.asked.id


def link(services: Services, name: str, object_id: str, by: By) -> str:
    """Ties an object to a case. The object itself goes nowhere by that: it is released on its own.

    Raises:
        UnknownProblem: no such object is seen here. UsageProblem: it is about a person, in a circle that coordinates.
    """
    with at_case(services, name, by) as (tx, seen):
        kind = seen.state.case.kind
        if coordinates(kind) and object_id.partition("--")[0] in ABOUT_PERSONS:
            raise UsageProblem(f"A case of {kind} is tied to nothing that is about a person.")
        held = list(tx.versions.current_of([object_id]).values())
        if not ways_seen_by(tx, by.sight(services), held, services.clock.now()).value:
            raise UnknownProblem(f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects.")
        value = statements.link_object(hand(services, by), seen.state.case.id, object_id)
        return _say(services, tx, seen, value, by)


def report(services: Services, name: str, reported: Reported, by: By) -> str:
    """Reports at a step of a regime.

    Raises:
        UnknownProblem: there is no such regime or step.
    """
    regime_named(services, reported.regime).step(reported.stage)
    with at_case(services, name, by) as (tx, seen):
        value = statements.report_object(hand(services, by), seen.state.case.id, reported)
        return _say(services, tx, seen, value, by)


def close(services: Services, name: str, by: By, *, handled_only: bool = False, again: bool = False) -> SeenCase:
    """Says that the incident is handled, or the case closed, or open again; what is asked in it stands as it stands.

    Raises:
        UsageProblem: another party leads the case.
    """
    with at_case(services, name, by) as (tx, seen):
        check_leads(seen, "when it is closed")
        now = stix_timestamp(services.clock.now())
        changes = {} if again else {"handled_at": now} if handled_only else {"closed_at": now}
        if seen.state.case.handled_at is not None:
            changes.pop("handled_at", None)
        without = ("handled_at", "closed_at") if again else ()
        _restate(services, tx, seen, seen.state.case.id, changes, by, without)
        services.record(tx, ActKind.CASE_CLOSED, by.who, seen.state.case.id, closed=int("closed_at" in changes))
    return seen


def hand(services: Services, by: By) -> Hand:
    """With which the next object is stated."""
    return Hand(services.chance.uuid4(), services.own.ref, services.clock.now(), by.tlp)


def regime_named(services: Services, name: str) -> Regime:
    """The regime of that name.

    Raises:
        UnknownProblem: it is not known here.
    """
    if name not in services.laws.regimes:
        raise UnknownProblem(
            f"This node knows no regime '{name[:80]}'.", advice=f"It knows {', '.join(services.laws.regimes)}."
        )
    return services.laws.regimes[name]


@contextmanager
def at_case(services: Services, name: str, by: By) -> Iterator[tuple[Transaction, SeenCase]]:
    """The case in a transaction; the running node is woken when it is over."""
    services.bring_up_to_date()
    with services.store.writing() as tx:
        yield tx, case_named(tx, services, by.sight(services), name)
    services.wake()


def check_leads(seen: SeenCase, what: str) -> None:
    """That this party leads the case.

    Raises:
        UsageProblem: another does.
    """
    if seen.state.case.by_ref != seen.own_ref:
        raise UsageProblem(
            f"{seen.code(seen.state.case.by_ref)} leads this case: {what} is for that party to say.",
            advice="`kenesh case request` asks for something.",
        )


def _in_room(seen: SeenCase, code: str) -> str:
    ref = party_id(party_code(code))
    if all(one.party_ref != ref or one.joining is Joining.LEFT for one in seen.state.parties):
        there = ", ".join(seen.code(one.party_ref) for one in seen.state.parties)
        raise UnknownProblem(f"{code} is not in the room of this case.", advice=f"In it are {there}.")
    return ref


def _say(services: Services, tx: Transaction, seen: SeenCase, value: Mapping[str, Any], by: By) -> str:
    check_coordinates(seen.state.case.kind, value, looked=by.looked)
    give_room(services, tx, seen.room_ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), case=seen.state.case.id)
    return str(value["id"])


def _restate(
    services: Services,
    tx: Transaction,
    seen: SeenCase,
    object_id: str,
    changes: Mapping[str, str],
    by: By,
    without: Sequence[str] = (),
) -> None:
    held = tx.versions.current_of([object_id])[object_id]
    value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
    again = statements.restated(value, services.clock.now(), without=without, **changes)
    give_room(services, tx, seen.room_ref, [again], by)


def give_room(services: Services, tx: Transaction, room: str, objects: Sequence[Mapping[str, Any]], by: By) -> None:
    """States the objects within the room, and releases them to it.

    Raises:
        RefusedProblem: a marking stands against it; then nothing was stated.
    """
    now = services.clock.now()
    # What is said in a circle that plays an exercise is of the exercise.
    said = [as_exercise(value) for value in objects] if plays(tx, room) else objects
    held = services.author.state(tx, said, now, by.who, room)
    order = Order([NamedAudience(body_audience(room), f"body:{room}")])
    for made in services.releasing.release(tx, held, order, now).statements:
        services.record(tx, ActKind.RELEASE_MADE, by.who, made.id, audience=made.audience_ref, objects=made.objects)
