"""Alert levels: a party asks a body for one, and each person sees how the body stands by what was said to all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors.casework import By, give_room, hand
from kenesh.doors.said import demands_in, said_in, stated
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audiences_named
from kenesh.federation.naming import seats_of
from kenesh.holdings.holding import Way, ways_seen_by
from kenesh.ledger.acts import ActKind
from kenesh.parties.bodies import BODY, Seat
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.response import statements
from kenesh.response.alerts import ALERT, ALERT_LEVELS, LEVELS, MAX_REASON, RULES
from kenesh.response.effects import Item, effects
from kenesh.response.ladder import Ladder, ladder_of, shipped
from kenesh.response.levels import DECIDES, LevelState, level_state, reached

#: A lowered demand says so for as long as any stands.
_LOWERED: Final = LEVELS[0]


@dataclass(frozen=True, slots=True)
class SeenLevel:
    """A body's level as a reader sees it.

    Attributes:
        version: of the body's rules; None where those that came with the node hold.
        heard: of those who decide, up to when each was heard here; None where it never was.
        asked: what the level asks of each, and how that stands. alerts: what is said of that, is said of one of these.
    """

    body_ref: str
    body: str
    state: LevelState
    ladder: Ladder
    version: int | None
    codes: Mapping[str, str]
    heard: Mapping[str, Instant | None]
    asked: tuple[Item, ...]
    alerts: tuple[str, ...]
    at: Instant


@dataclass(frozen=True, slots=True)
class Asking:
    """What a party asks of a body. `lasts` is in microseconds."""

    level: str
    reason: str
    lasts: int
    affected: bool = False
    political: bool = False


def ask_level(services: Services, body: str, asking: Asking, by: By) -> SeenLevel:
    """States this party's demand to the whole body, or states it anew.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: the level is none of its rules, no reason is said,
            or this party does not decide there.
    """
    services.bring_up_to_date()
    with services.store.writing() as tx:
        seen = level_seen(tx, services, by.sight(services), body_ref_of(tx, services, body))
        _check(seen, services.own.ref, asking)
        now = services.clock.now()
        said = {
            "level": asking.level,
            "reason": asking.reason,
            "expires_at": stix_timestamp(Instant(now + asking.lasts)),
            "affected": asking.affected,
            "political": asking.political,
        }
        before = _own(tx, services, seen.body_ref)
        value: dict[str, Any]
        if before is None:
            value = hand(services, by).begins(ALERT.name) | {"body_ref": seen.body_ref} | said
        else:
            value = statements.restated(before, now) | said
        give_room(services, tx, seen.body_ref, [value], by)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], body=seen.body_ref, level=asking.level)
        found = level_seen(tx, services, by.sight(services), seen.body_ref)
    services.wake()
    return found


def state_rules(services: Services, body: str, ladder: Ladder, by: By) -> int:
    """States the body's rules, which hold from now on; gives their version.

    Raises:
        UnknownProblem: this party is in no such body. UsageProblem: another party keeps it.
    """
    with services.store.writing() as tx:
        ref = body_ref_of(tx, services, body)
        if tx.versions.current_of([ref])[ref].writer != services.own.ref:
            raise UsageProblem("Another party keeps this body, and states its rules.", advice="Ask its keeper.")
        now = services.clock.now()
        version = 1 + max((value["version"] for value in _rules(tx, services, by.sight(services), ref)), default=0)
        said = {"kind": ALERT_LEVELS, "version": version, "in_force_from": stix_timestamp(now)}
        value = hand(services, by).begins(RULES.name) | {"body_ref": ref} | said | ladder.wire()
        give_room(services, tx, ref, [value], by)
        services.record(tx, ActKind.OBJECT_STATED, by.who, value["id"], body=ref, version=version)
    services.wake()
    return version


def first_at(
    tx: Transaction, services: Services, reader: Reader, ref: str, wanted: Iterable[tuple[str, Instant]]
) -> dict[tuple[str, Instant], Instant | None]:
    """For each level, and an instant, when the body first was at it from then on, as far as the reader sees."""
    ladders, demands = _ladders(_rules(tx, services, reader, ref)), list(demands_in(tx, services, reader, ref))
    members, now = seats_of(tx, services.own, ref), services.clock.now()
    return {(level, at): reached(demands, ladders, members, level, at, now) for level, at in wanted}


def _ladders(rules: Iterable[Mapping[str, Any]]) -> list[tuple[Instant, Ladder]]:
    return [(Instant(0), shipped()), *((instant_of(value["in_force_from"]), ladder_of(value)) for value in rules)]


def levels(services: Services, reader: Reader, body: str = "") -> list[SeenLevel]:
    """How the bodies stand that the reader sees, or one of them.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    with services.reading() as tx:
        bodies = list({held.num: held for held, _ in bodies_seen(tx, services, reader).value}.values())
        found = [held.id for held in bodies if body in ("", held.id, held.name)]
        if body and not found:
            raise unknown_body(body)
        return [level_seen(tx, services, reader, ref) for ref in found]


def bodies_seen(tx: Transaction, services: Services, reader: Reader) -> Released[tuple[Way, ...]]:
    """The bodies of which the reader may know, in each way in which he does."""
    return ways_seen_by(tx, reader, tx.versions.of_type(BODY.name), services.clock.now())


def body_ref_of(tx: Transaction, services: Services, body: str) -> str:
    """The id of a body that this party is in.

    Raises:
        UnknownProblem: it is in none of that name.
    """
    (named,) = audiences_named(tx, services.own, f"body:{body}", services.clock.now())
    return named.audience.ref


def unknown_body(body: str) -> UnknownProblem:
    """What is said of a body that is absent, or withheld."""
    return UnknownProblem(
        f"There is no body '{body[:80]}' here.", advice="`kenesh status` lists those this node is in."
    )


def _check(seen: SeenLevel, own_ref: str, asking: Asking) -> None:
    known = (_LOWERED, *(rung.id for rung in seen.ladder.level))
    if asking.level not in known:
        raise UsageProblem(f"'{asking.level[:40]}' is no level of {seen.body}.", advice=f"It has {', '.join(known)}.")
    if not asking.reason.strip() or len(asking.reason) > MAX_REASON:
        raise UsageProblem(
            f"A level is asked for with a reason, of {MAX_REASON} characters at most.", advice="--reason"
        )
    if own_ref not in seen.heard:
        raise UsageProblem(f"This party does not decide in {seen.body}.", advice="Its members and its chair do.")


def level_seen(tx: Transaction, services: Services, reader: Reader, ref: str) -> SeenLevel:
    """How that body stands, as the reader sees it."""
    now = services.clock.now()
    rules = _rules(tx, services, reader, ref)
    ladders = _ladders(rules)
    holding = [value for value in rules if instant_of(value["in_force_from"]) <= now]
    members = seats_of(tx, services.own, ref)
    demands = list(demands_in(tx, services, reader, ref))
    peers = {peer.party_ref: peer.last_sync_at for peer in tx.peers.all()} | {services.own.ref: now}
    parties = {*members, *(one.party_ref for one in demands)}
    heard = {party: peers.get(party) for party, seats in members.items() if _decides(seats, now)}
    others = {party: at for party, at in heard.items() if party != services.own.ref}
    state, said = level_state(demands, ladders, members, now), said_in(tx, services, reader, ref)
    return SeenLevel(
        body_ref=ref,
        body=tx.versions.current_of([ref])[ref].name,
        state=state,
        ladder=ladder_of(holding[-1]) if holding else shipped(),
        version=int(holding[-1]["version"]) if holding else None,
        codes={party: tx.parties.code_of(party) for party in parties},
        heard=heard,
        asked=effects(state, said.sitreps, said.replies, said.looks, members, others, now).items,
        alerts=tuple(one.id for one in sorted(demands, key=lambda one: (one.party_ref != services.own.ref, -one.at))),
        at=now,
    )


def _decides(seats: Iterable[Seat], now: Instant) -> bool:
    return any(seat.role in DECIDES and seat.holds(now) for seat in seats)


def _rules(tx: Transaction, services: Services, reader: Reader, ref: str) -> list[dict[str, Any]]:
    """The rules that the body's keeper stated to all of it, the one in force last; what cannot be read is none."""
    keeper = tx.versions.current_of([ref])[ref].writer
    found = []
    for held, value, _ in stated(tx, services, reader, ref, RULES.name):
        try:
            ladder_of(value)
            order = instant_of(value["in_force_from"]), value["version"], value["modified"], value["id"]
        except Problem:
            continue
        if held.writer == keeper and value["kind"] == ALERT_LEVELS:
            found.append((order, value))
    return [value for _, value in sorted(found, key=lambda one: one[0])]


def _own(tx: Transaction, services: Services, ref: str) -> dict[str, Any] | None:
    """This party's own demand, as it was said last."""
    held = [one for one in tx.versions.linked_to(ref, [ALERT.name]) if one.writer == services.own.ref]
    if not held:
        return None
    found: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held[-1].num])[held[-1].num])
    return found
