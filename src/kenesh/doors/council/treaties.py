"""Treaties as a person of this node sees them, and the steps that this party states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UsageProblem
from kenesh.council.treaties.kinds import RATIFICATION, TREATY, Step
from kenesh.council.treaties.state import RECEIPTS, treaty_state
from kenesh.council.treaties.stated import step_of, treaty_of
from kenesh.council.treaties.values import Stated, Treaty, TreatyState
from kenesh.doors.alerting import bodies_seen, body_ref_of, unknown_body
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.said import one_named, values_said
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import Way
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code, party_id
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response import statements

_ADVICE: Final = "`kenesh treaty list` tells the ids."


@dataclass(frozen=True, slots=True)
class SeenTreaty:
    """A treaty as one reader sees it; parties by what people call them. `versions`, `steps`: from what it follows."""

    body_ref: str
    body: str
    state: TreatyState
    codes: Mapping[str, str]
    own_ref: str
    keeper: str
    versions: tuple[Treaty, ...]
    steps: tuple[Stated, ...]

    @property
    def id(self) -> str:
        return self.state.treaty.id

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)


@dataclass(frozen=True, slots=True)
class Saying:
    """A step as somebody states it. `of`: the party, where it is not one's own; `source`: who reports it."""

    step: Step
    on: str
    of: str = ""
    text: str = ""
    reference: str = ""
    source: str = ""
    as_of: str = ""


def treaties(services: Services, reader: Reader, body: str = "", at: Instant | None = None) -> list[SeenTreaty]:
    """The treaties that are followed in the bodies that the reader sees, or in one, as they stand at an instant.

    Raises:
        UnknownProblem: the body is absent, or withheld from the reader: the two look alike.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        named = {held.id: held.name for held, _ in bodies_seen(tx, services, reader).value}
        refs = [ref for ref, name in named.items() if body in ("", ref, name)]
        if body and not refs:
            raise unknown_body(body)
        now = services.clock.now() if at is None else at
        found = [one for ref in refs for one in _of_body(tx, services, reader, ref, now)]
    return sorted(found, key=lambda one: (one.body, one.state.treaty.name, one.id))


def treaties_shown(services: Services, reader: Reader) -> Released[tuple[SeenTreaty, ...]]:
    """All of them as they stand now, for a page."""
    services.bring_up_to_date()
    with services.reading() as tx:
        now = services.clock.now()

        def followed(ways: Sequence[Way]) -> tuple[SeenTreaty, ...]:
            refs = sorted({held.id for held, _ in ways})
            found = [one for ref in refs for one in _of_body(tx, services, reader, ref, now)]
            return tuple(sorted(found, key=lambda one: (one.body, one.state.treaty.name, one.id)))

        return bodies_seen(tx, services, reader).map(followed)


def one_treaty(services: Services, reader: Reader, name: str, at: Instant | None = None) -> SeenTreaty:
    """One of them, by its id or how that begins.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    return one_named(treaties(services, reader, at=at), name, lambda one: one.id, "treaty", _ADVICE)


def _of_body(tx: Transaction, services: Services, reader: Reader, ref: str, now: Instant) -> list[SeenTreaty]:
    body = tx.versions.current_of([ref])[ref]

    def said(target: str, kind: str, as_value: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
        return list(values_said(tx, services, reader, target, kind, as_value, body=ref))

    versions: dict[str, list[Any]] = {}
    for one in said(ref, TREATY.name, treaty_of):
        versions.setdefault(one.id, []).append(one)
    found = []
    for treaty, its in versions.items():
        steps = said(treaty, RATIFICATION.name, step_of)
        state = treaty_state(its, steps, body.writer, now)
        if state is not None:
            parties = {body.writer, state.treaty.depositary_ref, *(one.party_ref for one in state.parties)}
            parties |= {one.by_ref for one in steps}
            codes = {party: tx.parties.code_of(party) for party in parties}
            own = services.own.ref
            found.append(SeenTreaty(ref, body.name, state, codes, own, body.writer, tuple(its), tuple(steps)))
    return found


def state_treaty(services: Services, body: str, said: Mapping[str, Any], by: By) -> str:
    """States a treaty in a body that this party keeps, or anew under its first name; gives its id.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: another party keeps it, or the treaty cannot be.
    """
    with services.store.writing() as tx:
        ref, now = body_ref_of(tx, services, body), services.clock.now()
        if tx.versions.current_of([ref])[ref].writer != services.own.ref:
            raise UsageProblem("Another party keeps this body, and states its treaties.", advice="Ask its keeper.")
        begun = hand(services, by).begins(TREATY.name)
        held = [_value(tx, one.num) for one in tx.versions.linked_to(ref, [TREATY.name])]
        before = next((one for one in held if one["names"][:1] == list(said["names"])[:1]), None)
        kept = begun if before is None else {name: before[name] for name in begun} | _later(before, now)
        value = {**kept, "body_ref": ref, **said}
        treaty_of(value)
        give_room(services, tx, ref, [value], by)
        services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)
    services.wake()
    return str(value["id"])


def _later(before: Mapping[str, Any], now: Instant) -> dict[str, Any]:
    return {"modified": statements.restated(before, now)["modified"]}


def say(services: Services, name: str, saying: Saying, by: By) -> str:
    """States a step on the way into a treaty; gives its id. Said anew of the same party and step, it is corrected.

    Raises:
        UnknownProblem: no such treaty is followed here. UsageProblem: it is not this party's to state, or jumps a step.
    """
    seen = one_treaty(services, by.sight(services), name)
    about = party_id(party_code(saying.of)) if saying.of else services.own.ref
    depositary = seen.state.treaty.depositary_ref
    if saying.step in RECEIPTS and not saying.source and depositary != services.own.ref:
        raise UsageProblem(f"{seen.code(depositary)} is the depositary, and says what it received.")
    if about != services.own.ref and saying.step not in RECEIPTS and not saying.source:
        raise UsageProblem(
            "Each party states its own steps.", advice="What a source reports of another is said with --source."
        )
    said = {
        "on": saying.on,
        "text": saying.text,
        "reference": saying.reference,
        "source": saying.source,
        "as_of": saying.as_of,
    }
    value = hand(services, by).begins(RATIFICATION.name) | {
        "treaty_ref": seen.id,
        "about_ref": about,
        "step": saying.step.value,
        **{key: text for key, text in said.items() if text},
    }
    earlier = _newest(seen, about, saying, services.own.ref)
    with services.store.writing() as tx:
        if earlier:
            before = _value(tx, tx.versions.current_of([earlier])[earlier].num)
            value = {**value, "id": before["id"], "created": before["created"]}
            value |= _later(before, services.clock.now())
        _check_counts(seen, step_of(value))
        give_room(services, tx, seen.body_ref, [value], by)
        services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=seen.body_ref)
    services.wake()
    return str(value["id"])


def _check_counts(seen: SeenTreaty, step: Stated) -> None:
    """That the step would count, on every node.

    Raises:
        UsageProblem: it jumps another one, or its day has not come.
    """
    after = treaty_state(seen.versions, [*seen.steps, step], seen.keeper, step.modified_at)
    why = next((one.why for one in after.ignored if one.id == step.id), "") if after is not None else ""
    if why:
        raise UsageProblem(f"It would count for nothing: {why}.", advice="kenesh treaty show")


def _newest(seen: SeenTreaty, about: str, saying: Saying, own_ref: str) -> str:
    """The id of what this party stated of that step before; declarations, reservations and approvals are told apart."""
    if saying.step in (Step.DECLARATION, Step.RESERVATION, Step.APPROVAL):
        return ""
    for party in seen.state.parties:
        for one in party.steps:
            same = (one.said.by_ref, one.said.about_ref, one.said.step) == (own_ref, about, saying.step)
            if same and bool(one.said.source) is bool(saying.source):
                return one.said.id
    return ""


def _value(tx: Transaction, num: int) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([num])[num])
    return value
