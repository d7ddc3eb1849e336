"""A case as a person of this node sees it: what was stated in its room and is open to him, and how it stands by that.

What he may not see is not there: neither shown nor counted, and no link to it is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownProblem, UsageProblem
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.federation.withdrawing import PRESENT
from kenesh.holdings.holding import Way, ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.bodies import BODY
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT
from kenesh.response.asking import Answer
from kenesh.response.cases import CaseState, Item, Joining, case_state
from kenesh.response.kinds import CASE, MEETS_IN, REPORT, REQUEST, TASK, UPDATE
from kenesh.response.stated import RELATIONSHIP, Case, Link, Stated, read
from kenesh.response.timeline import Entry, timeline
from kenesh.response.zones import capital_times

#: What is stated in a room and names the case that it belongs to.
_BELONGS: Final = (TASK.name, REQUEST.name, UPDATE.name, REPORT.name, RECEIPT.name, RELATIONSHIP)
#: The shortest part of an id by which something in a case may be called.
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Linked:
    """What a case is tied to, as far as the reader sees it."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as one reader sees it. `codes` are the parties by what people call them."""

    state: CaseState
    room_ref: str
    room: str
    own_ref: str
    codes: Mapping[str, str]
    linked: tuple[Linked, ...]
    others: tuple[Linked, ...]
    timeline: tuple[Entry, ...]
    at: Instant

    def code(self, party_ref: str) -> str:
        return self.codes.get(party_ref, party_ref)

    def local(self, at: Instant) -> str:
        """The time on the wall in each capital of the room."""
        return capital_times((self.code(one.party_ref) for one in self.state.parties), at)

    @property
    def is_led_here(self) -> bool:
        """Whether this party leads it."""
        return self.state.case.by_ref == self.own_ref

    @property
    def joining(self) -> Joining | None:
        """How this party stands to it; None where it is not in the room."""
        return next((one.joining for one in self.state.parties if one.party_ref == self.own_ref), None)

    def asked_of_us(self) -> tuple[Item, ...]:
        """What this party has still to answer."""
        return tuple(item for item in self.state.open_items() if item.asked.to_ref == self.own_ref)


def all_cases(services: Services, reader: Reader) -> Released[tuple[SeenCase, ...]]:
    """Every case that the reader sees, the newest first."""
    with services.reading() as tx:
        return cases_shown(tx, services, reader)


def one_case(services: Services, reader: Reader, name: str) -> Released[SeenCase]:
    """One case, by its name or id.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    with services.reading() as tx:
        return case_shown(tx, services, reader, name)


def case_shown(tx: Transaction, services: Services, reader: Reader, name: str) -> Released[SeenCase]:
    """The same, within a transaction."""
    return cases_shown(tx, services, reader, name).map(lambda found: _only(found, name))


def case_named(tx: Transaction, services: Services, reader: Reader, name: str) -> SeenCase:
    """The same, within the transaction of an act."""
    return case_shown(tx, services, reader, name).value


def cases_seen(tx: Transaction, services: Services, reader: Reader) -> tuple[SeenCase, ...]:
    """Every case that the reader sees, within the transaction of an act."""
    return cases_shown(tx, services, reader).value


def one_asked(services: Services, reader: Reader, name: str) -> Released[tuple[SeenCase, Item]]:
    """A task or request of a case, by its id or how that begins, and the case.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    with services.reading() as tx:
        return cases_shown(tx, services, reader).map(lambda found: _only_asked(found, name))


def asked_named(tx: Transaction, services: Services, reader: Reader, name: str) -> tuple[SeenCase, Item]:
    """The same, within the transaction of an act."""
    return _only_asked(cases_shown(tx, services, reader).value, name)


def _only_asked(cases: Sequence[SeenCase], name: str) -> tuple[SeenCase, Item]:
    """What is asked under that id, or under an id whose part after the type begins so."""
    found = [
        (seen, item)
        for seen in cases
        for item in seen.state.items
        if item.asked.id == name or (len(name) >= _SHORTEST and item.asked.id.partition("--")[2].startswith(name))
    ]
    if not found:
        raise UnknownProblem(f"Nothing is asked here under '{name[:80]}'.", advice="`kenesh case show` tells the ids.")
    if len(found) > 1:
        raise UsageProblem(f"'{name[:80]}' begins {len(found)} ids.", advice="Say more of it.")
    return found[0]


def _only(found: Sequence[SeenCase], name: str) -> SeenCase:
    if len(found) > 1:
        ids = " or ".join(one.state.case.id for one in found[:3])
        raise UsageProblem(f"Two cases are called '{name[:80]}'.", advice=f"Say {ids}.")
    if not found:
        raise UnknownProblem(f"There is no case '{name[:80]}' here.", advice="`kenesh case list` lists them.")
    return found[0]


def cases_shown(
    tx: Transaction, services: Services, reader: Reader, name: str | None = None
) -> Released[tuple[SeenCase, ...]]:
    """Every case that the reader sees, or those of that name or id, the newest first."""

    def shaped(ways: tuple[Way, ...]) -> tuple[SeenCase, ...]:
        found = [_seen(tx, services, reader, one) for one in _versions(ways)]
        return tuple(sorted((one for one in found if one is not None), key=_newest_first))

    held = [one for one in tx.versions.of_type(CASE.name) if name in (None, one.id, one.name)]
    return ways_seen_by(tx, reader, held, services.clock.now()).map(shaped)


def _newest_first(seen: SeenCase) -> tuple[int, str]:
    return -seen.state.case.opened_at, seen.state.case.id


def _versions(ways: Iterable[Way]) -> Iterable[HeldVersion]:
    return {held.num: held for held, _ in ways}.values()


def _seen(tx: Transaction, services: Services, reader: Reader, case: HeldVersion) -> SeenCase | None:
    """None where its room is not known here: then nobody can say what was stated in it."""
    now = services.clock.now()
    links = tx.versions.linked_to(case.id, [RELATIONSHIP])
    room = _room_of(tx, case, list(_versions(ways_seen_by(tx, reader, links, now).value)))
    if room is None:
        return None
    stated = list(_stated(tx, services, reader, case, room))
    if not any(isinstance(one, Case) for one in stated):
        return None
    shown = _linked(tx, reader, case, stated, now)
    objects = [one for one in stated if not isinstance(one, Link) or _is_shown(one, case.id, shown)]
    members = seats_of(tx, services.own, room)
    heard = {peer.party_ref: peer.last_sync_at for peer in tx.peers.all() if peer.last_sync_at is not None}
    state = case_state(
        case.id, objects, heard=heard | {services.own.ref: now}, members=members, laws=services.laws, now=now
    )
    body = tx.versions.current_of([room]).get(room)
    return SeenCase(
        state=state,
        room_ref=room,
        room=body.name if body is not None else room,
        own_ref=services.own.ref,
        codes={ref: tx.parties.code_of(ref) for ref in _parties(state, members)},
        linked=tuple(shown[ref] for ref in state.linked if ref in shown),
        others=tuple(shown[ref] for ref in state.others if ref in shown),
        timeline=timeline(state, [one for one in objects if isinstance(one, Answer)]),
        at=now,
    )


def _room_of(tx: Transaction, case: HeldVersion, links: Sequence[HeldVersion]) -> str | None:
    """Where the lead says that the parties meet; what others say of that counts for nothing."""
    raws = tx.versions.raw([held.num for held in links if held.writer == case.writer])
    values = [msgspec.json.decode(raw) for raw in raws.values()]
    rooms = {
        value["target_ref"]
        for value in values
        if (value["source_ref"], value["relationship_type"]) == (case.id, MEETS_IN)
        if value["target_ref"].startswith(f"{BODY.name}--")
    }
    return min(rooms, default=None)


def _stated(tx: Transaction, services: Services, reader: Reader, case: HeldVersion, room: str) -> Iterator[Stated]:
    """What was stated of the case in its room, and what ties others to its incident."""
    current = [case, *tx.versions.linked_to(case.id, _BELONGS)]
    incidents = _incidents(tx, current, case.id)
    current += [held for ref in sorted(incidents) for held in tx.versions.linked_to(ref, [RELATIONSHIP])]
    versions = {held.num: held for held in _every_version(tx, current)}
    counted = said_to_all(tx, services, room, ways_seen_by(tx, reader, list(versions.values()), services.clock.now()))
    for raw in tx.versions.raw(list(counted)).values():
        try:
            stated = read(msgspec.json.decode(raw))
        except Problem:
            # It names a time that does not exist: what cannot be read says nothing.
            continue
        if stated is not None:
            yield stated


def _incidents(tx: Transaction, versions: Sequence[HeldVersion], case_ref: str) -> set[str]:
    links = [held.num for held in versions if held.type == RELATIONSHIP]
    targets = {ref for refs in tx.versions.references(links).values() for ref in refs}
    return {ref for ref in targets if ref.startswith("incident--")} - {case_ref}


def _every_version(tx: Transaction, current: Sequence[HeldVersion]) -> Iterator[HeldVersion]:
    """Of what was stated anew every version: when it first came may count."""
    raws = tx.versions.raw([held.num for held in current])
    for held in current:
        value: Mapping[str, Any] = msgspec.json.decode(raws[held.num])
        if value.get("created") == value.get("modified"):
            yield held
        else:
            yield from tx.versions.all_of(held.id)


def said_to_all(tx: Transaction, services: Services, room: str, ways: Released[tuple[Way, ...]]) -> list[int]:
    """The versions that were given to the whole room, and not to some of it.

    What a newcomer got into its inbox since it counts as present was given to the room, too.
    """
    versions = {held.num: held for held, _ in ways.value}
    own = {held.object for held in versions.values() if held.writer == services.own.ref}
    collections = [c.num for c in tx.grants.collections() if c.audience.ref == room]
    given = {grant.version for num in collections for grant in tx.grants.in_collection(num, own)} if own else set()
    statements = tx.statements.get({hold.statement for _, hold in ways.value if hold.statement is not None})
    found: dict[int, None] = {}
    for held, hold in ways.value:
        through = hold.audience_ref == room and held.writer != services.own.ref
        if hold.audience_ref == services.own.ref and hold.statement in statements:
            through = statements[hold.statement].reason == PRESENT
        if through or held.num in given or held.type == RELATIONSHIP:
            found.setdefault(held.num)
    return list(found)


def _linked(
    tx: Transaction, reader: Reader, case: HeldVersion, stated: Sequence[Stated], now: Instant
) -> dict[str, Linked]:
    """What the links lead to, as far as the reader sees it."""
    ends = {ref for one in stated if isinstance(one, Link) for ref in (one.source_ref, one.target_ref)} - {case.id}
    held = _versions(ways_seen_by(tx, reader, list(tx.versions.current_of(ends).values()), now).value)
    return {one.id: Linked(one.id, one.type, one.name) for one in held}


def _is_shown(link: Link, case_ref: str, shown: Mapping[str, Linked]) -> bool:
    return all(ref == case_ref or ref in shown for ref in (link.source_ref, link.target_ref))


def _parties(state: CaseState, members: Iterable[str]) -> set[str]:
    asked = {ref for item in state.items for ref in (item.asked.by_ref, item.asked.to_ref)}
    return {state.case.by_ref, *members, *asked, *(one.party_ref for one in state.owed)}
