"""The node as it stands on one page: who is connected, what came and went, which bodies it is in. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.doors.services import Services, Transaction
from kenesh.federation.audiences import audience_name
from kenesh.federation.hosts import hosts_known
from kenesh.federation.naming import waiting_for
from kenesh.federation.peer import Peer
from kenesh.holdings.alarms import Alarm
from kenesh.holdings.rows import ImportRecord, Statement
from kenesh.parties.bodies import SPEAKS
from kenesh.parties.own import Own
from kenesh.release.audience import Audience


@dataclass(frozen=True, slots=True)
class BodyState:
    """A body that this node knows: its members now. `named`: agencies that its keeper, this node, has yet to admit."""

    id: str
    name: str
    keeper: str
    members: tuple[tuple[str, str], ...]
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """What stands on one page about the node."""

    peers: tuple[Peer, ...]
    bodies: tuple[BodyState, ...]
    counts: Mapping[str, int]
    quarantine: Mapping[str, tuple[int, int]]
    imports: tuple[ImportRecord, ...]
    statements: tuple[tuple[Statement, str, str], ...]
    alarms: tuple[Alarm, ...]
    conflicts: int
    hosts: Mapping[str, str]


def status(services: Services) -> Status:
    """Who is connected, what came, what went, and what needs a look."""
    now = services.clock.now()
    with services.store.reading() as tx:
        quarantine = {tx.parties.code_of(ref): counts for ref, counts in tx.quarantine.counts().items()}
        collections = {c.audience.ref: c.audience for c in tx.grants.collections()}
        statements = []
        for statement in tx.statements.recent(20):
            name = _audience_name(tx, services, collections.get(statement.audience_ref))
            statements.append((statement, tx.parties.code_of(statement.party_ref), name))
        return Status(
            peers=tuple(peer.as_of(services.clock.now()) for peer in tx.peers.all()),
            bodies=tuple(_bodies(tx, services.own, now)),
            counts=tx.versions.count(),
            quarantine=quarantine,
            imports=tuple(tx.imports.recent(5)),
            statements=tuple(statements),
            alarms=tuple(tx.alarms.unseen(20)),
            conflicts=len(tx.versions.conflicts(None, 1000)),
            hosts=hosts_known(tx, services.own),
        )


def audience_names(services: Services, statements: Iterable[Statement]) -> dict[str, str]:
    """To whom each of these releases and withdrawals went, by its id, as people call it."""
    with services.store.reading() as tx:
        collections = {c.audience.ref: c.audience for c in tx.grants.collections()}
        return {s.id: _audience_name(tx, services, collections.get(s.audience_ref)) for s in statements}


def _audience_name(tx: Transaction, services: Services, audience: Audience | None) -> str:
    return audience_name(tx, audience) if audience else services.own.code


def _bodies(tx: Transaction, own: Own, now: Instant) -> list[BodyState]:
    found = []
    for body in tx.versions.of_type("kenesh-body"):
        terms = [s.term for s in tx.terms.of_audiences([body.id]) if s.term.is_in_force(now)]
        members = sorted({(tx.parties.code_of(t.party_ref), t.role.value) for t in terms})
        named = waiting_for(tx, own, body, [code for code, role in members if role in SPEAKS])
        found.append(BodyState(body.id, body.name, tx.parties.code_of(body.writer), tuple(members), tuple(named)))
    return found
