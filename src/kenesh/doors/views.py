"""What people look at: an object with its history. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kenesh.basis.instants import Instant, taxii_timestamp
from kenesh.basis.problem import UnknownProblem
from kenesh.doors.forwarding import audience_text
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audience_name, reached_by
from kenesh.federation.explaining import statements_known
from kenesh.federation.hosts import hosts_known
from kenesh.federation.suspects import suspected
from kenesh.holdings.holding import Way, ways_seen_by
from kenesh.holdings.rows import Collection, Grant, HeldVersion, Hold, Statement
from kenesh.release.audience import AudienceKind
from kenesh.release.caveats import Caveats
from kenesh.release.decision import Released
from kenesh.release.reader import Reader


@dataclass(frozen=True, slots=True)
class Recipient:
    """A party to whom the object was granted: under which release, since when, and when its node fetched it.

    Or a constituent, by its name: what its clients fetch is noted nowhere.
    """

    party: str
    release: str
    granted_at: Instant
    fetched_at: Instant | None
    is_constituent: bool = False

    def wire(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "release": self.release,
            "granted_at": taxii_timestamp(self.granted_at),
            "fetched_at": taxii_timestamp(self.fetched_at) if self.fetched_at is not None else None,
            "receipt": None,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """One object as a person sees it. `hosts`: of the parties that are named, who hosts those that are hosted."""

    current: HeldVersion
    content: Mapping[str, Any]
    tlp: str
    versions: tuple[HeldVersion, ...]
    came_from: tuple[tuple[str, Instant], ...]
    releases: tuple[Statement, ...]
    ended: tuple[tuple[str, Instant, str], ...]
    recipients: tuple[Recipient, ...]
    sightings: tuple[Mapping[str, Any], ...]
    conflicts: tuple[tuple[str, str], ...]
    caveats: tuple[tuple[str, str], ...] = ()
    suspect_since: Instant | None = None
    author: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)

    def signed(self, code: str) -> str:
        """By whom a party's statements are signed, where that is its host; '' where it does so itself."""
        return f"signed by {self.hosts[code]} for {code}" if code in self.hosts else ""

    def wire(self) -> dict[str, Any]:
        return {
            "object": self.current.id,
            "versions": [
                {"modified": v.modified, "sha256": v.sha256.hex(), "added_at": taxii_timestamp(v.added_at)}
                for v in self.versions
            ],
            "tlp": self.tlp,
            "releases": [statement.id for statement in self.releases],
            "recipients": [recipient.wire() for recipient in self.recipients],
            "sightings": list(self.sightings),
            "came_from": [{"party": code, "since": taxii_timestamp(at)} for code, at in self.came_from],
            "caveats": [{"party": code, "says": said} for code, said in self.caveats],
            "ended": [{"audience": a, "at": taxii_timestamp(at), "why": why} for a, at, why in self.ended],
            "conflicts": [{"party": code, "why": why} for code, why in self.conflicts],
            "content": self.content,
            **({"hosts": dict(self.hosts)} if self.hosts else {}),
        } | ({"suspect_since": taxii_timestamp(self.suspect_since)} if self.suspect_since is not None else {})


def show(services: Services, reader: Reader, object_id: str) -> Released[Shown]:
    """One object with its versions, marking, releases, recipients and sightings.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    with services.store.reading() as tx:
        seen = _current(tx, reader, object_id, services.clock.now())
        sightings = _sightings(tx, reader, object_id, services.clock.now())
        return seen.map(lambda ways: _shown(tx, services, reader, ways, sightings.value))


def original(services: Services, reader: Reader, object_id: str) -> Released[bytes | None]:
    """The octets from which an object was translated, as they came; None where it came as it stands.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    with services.store.reading() as tx:
        seen = _current(tx, reader, object_id, services.clock.now())
        return seen.map(lambda ways: tx.versions.original(ways[0][0].num))


def _current(tx: Transaction, reader: Reader, object_id: str, now: Instant) -> Released[tuple[Way, ...]]:
    """The ways in which the reader sees the object's versions, those of the newest that he sees first."""
    seen = ways_seen_by(tx, reader, tx.versions.all_of(object_id), now)
    if not seen.value:
        raise UnknownProblem(f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects.")
    return seen.map(lambda ways: tuple(sorted(ways, key=lambda way: (way[0].key, way[0].num), reverse=True)))


def _shown(
    tx: Transaction,
    services: Services,
    reader: Reader,
    ways: Sequence[Way],
    sightings: tuple[Mapping[str, Any], ...],
) -> Shown:
    current, first = ways[0]
    collections = {c.num: c for c in tx.grants.collections()}
    granted, ended = tx.grants.of_objects([current.object]), tx.grants.past_of_objects([current.object])
    nums = {one.statement for one in (*granted, *(past.grant for past in ended))}
    known = statements_known(tx, reader, nums, services.clock.now())
    grants = [grant for grant in granted if grant.statement in known]
    statements = {grant.statement: known[grant.statement] for grant in grants}
    past = [past for past in ended if past.grant.statement in known]
    came_from = tuple((tx.parties.code_of(hold.party_ref), hold.since) for held, hold in ways if held is current)
    recipients = tuple(_recipients(tx, services, grants, collections, statements, services.clock.now()))
    author = tx.parties.code_of(current.writer)
    told = {author, *(code for code, _ in came_from), *(one.party for one in recipients if not one.is_constituent)}
    return Shown(
        current=current,
        content=msgspec.json.decode(tx.versions.raw([current.num])[current.num]),
        tlp=current.marking_under(first.label).label,
        versions=tuple({held.num: held for held, _ in reversed(ways)}.values()),
        came_from=came_from,
        releases=tuple(statements.values()),
        ended=tuple((audience_name(tx, collections[p.grant.collection].audience), p.ended_at, p.why) for p in past),
        recipients=recipients,
        sightings=sightings,
        conflicts=tuple((tx.parties.code_of(c.source), c.why) for c in tx.versions.conflicts(current.id, 100)),
        caveats=_caveats(tx, [hold for held, hold in ways if held is current]),
        author=author,
        hosts={code: host for code, host in hosts_known(tx, services.own).items() if code in told},
        suspect_since=suspected(tx, current.writer, [hold for held, hold in ways if held is current]),
    )


def _caveats(tx: Transaction, holds: Sequence[Hold]) -> tuple[tuple[str, str], ...]:
    """Under which conditions it is held, each with who gave it so, once."""
    said = ((tx.parties.code_of(hold.party_ref), text) for hold in holds for text in caveats_told(tx, hold.caveats))
    return tuple(dict.fromkeys(said))


def caveats_told(tx: Transaction, caveats: Caveats) -> Iterator[str]:
    """What a person is told of them, a sentence each; it names for whom it is not, which no export does."""
    yield from caveats.told()
    if caveats.not_for:
        yield f"It is not to reach {', '.join(sorted(audience_text(tx, ref) for ref in caveats.not_for))}."


def _recipients(
    tx: Transaction,
    services: Services,
    grants: list[Grant],
    collections: dict[int, Collection],
    statements: dict[int, Statement],
    now: Instant,
) -> list[Recipient]:
    """From grants, terms and the peers' cursors."""
    found = []
    for grant in (g for g in grants if g.is_released):
        collection = collections[grant.collection]
        reads = tx.grants.reads(grant.collection)
        by_name = collection.audience.kind is AudienceKind.GROUP
        for party in _reached(tx, services, collection, grant, now):
            if party == services.own.ref:
                continue
            fetched = next((at for who, stamp, at in reads if who == party and stamp >= grant.stamp), None)
            code = party if by_name else tx.parties.code_of(party)
            found.append(Recipient(code, statements[grant.statement].id, grant.stamp, fetched, by_name))
    return sorted(found, key=lambda r: (r.party, r.granted_at))


def _reached(tx: Transaction, services: Services, collection: Collection, grant: Grant, now: Instant) -> list[str]:
    match collection.audience.kind:
        case AudienceKind.GROUP:
            return reached_by(tx, services.own, collection.audience, now)
        case AudienceKind.PARTY:
            return [collection.audience.ref]
        case AudienceKind.BODY | AudienceKind.CLASS:
            admitted = tx.parties.admitted()
            return [
                s.term.party_ref
                for s in tx.terms.of_audiences([collection.audience.ref])
                if s.stamp is not None
                and s.stamp < grant.stamp
                and s.term.is_in_force(now)
                and s.term.kid in admitted.get(s.term.party_ref, ())
            ]
        case _:
            return sorted(tx.parties.admitted())


def _sightings(
    tx: Transaction, reader: Reader, object_id: str, now: Instant
) -> Released[tuple[Mapping[str, Any], ...]]:
    """The sightings of an object that the reader sees, each once."""
    seen = ways_seen_by(tx, reader, tx.versions.linked_to(object_id, ["sighting"]), now)
    return seen.map(lambda ways: tuple(_sighting_rows(tx, {held.num: held for held, _ in ways}, object_id)))


def _sighting_rows(tx: Transaction, seen: Mapping[int, HeldVersion], object_id: str) -> Iterator[Mapping[str, Any]]:
    for raw in tx.versions.raw(list(seen)).values():
        value = msgspec.json.decode(raw)
        if value.get("sighting_of_ref") == object_id:
            by = tx.parties.code_of(value.get("created_by_ref", ""))
            yield {"by": by} | {k: value[k] for k in ("id", "count", "first_seen", "last_seen") if k in value}
