"""Proposals as a person of this node sees them: how each stands, by what was said to the whole body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import Problem
from kenesh.council.finding import BREAKS
from kenesh.council.kinds import DECISION, FINDING, POSITION, PROPOSAL
from kenesh.council.procedure import DECIDES, proposal_state
from kenesh.council.stated import Text, decision_of, finding_of, position_of, proposal_of, receipt_of, rules_of
from kenesh.council.values import Position, ProposalState, Room, Rules, Taken
from kenesh.doors.alerting import bodies_seen, unknown_body
from kenesh.doors.said import one_named, stated, values_said
from kenesh.doors.services import Services, Transaction
from kenesh.federation.naming import seats_of
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT
from kenesh.response.alerts import PROCEDURE, RULES

_ADVICE: Final = "`kenesh proposal list` tells the ids."


@dataclass(frozen=True, slots=True)
class SeenProposal:
    """A proposal as one reader sees it; parties by what people call them. `decides`: this party does, there."""

    body_ref: str
    body: str
    state: ProposalState
    texts: tuple[Text, ...]
    codes: Mapping[str, str]
    own_ref: str
    depositary: str
    decides: bool
    at: Instant

    @property
    def id(self) -> str:
        return self.state.proposal.id

    def code(self, ref: str) -> str:
        return self.codes.get(ref, ref)

    @property
    def own(self) -> Position | None:
        """This party's own position, where it took one."""
        return next((one.position for one in self.state.taken if one.position.by_ref == self.own_ref), None)

    @property
    def against(self) -> tuple[Taken, ...]:
        """The objections and amendments, in time or not; by party."""
        return tuple(one for one in self.state.taken if one.position.stance in BREAKS)

    @property
    def amendments(self) -> tuple[Taken, ...]:
        """The amendments that are proposed, in time or not; by party."""
        return tuple(one for one in self.state.taken if one.position.amendment)


def proposals(services: Services, reader: Reader, body: str = "") -> list[SeenProposal]:
    """The proposals of the bodies that the reader sees, or of one, the newest first.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    services.bring_up_to_date()
    with services.reading() as tx:
        named = {held.id: held.name for held, _ in bodies_seen(tx, services, reader).value}
        refs = [ref for ref, name in named.items() if body in ("", ref, name)]
        if body and not refs:
            raise unknown_body(body)
        found = [one for ref in refs for one in _of_body(tx, services, reader, ref)]
    return sorted(found, key=lambda one: (-one.state.proposal.opens_at, one.id))


def one_proposal(services: Services, reader: Reader, name: str) -> SeenProposal:
    """One of them, by its id or how that begins.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike. UsageProblem: it is one of two.
    """
    return one_named(proposals(services, reader), name, lambda one: one.id, "proposal", _ADVICE)


def numbers_of(tx: Transaction, services: Services, reader: Reader, ref: str) -> list[str]:
    """The numbers of a body's decisions."""
    found = values_said(tx, services, reader, ref, DECISION.name, decision_of, body=ref)
    return [one.number for one in found]


def rules_seen(tx: Transaction, services: Services, reader: Reader, ref: str) -> list[Rules]:
    """The procedures that the body's keeper stated to all of it; what cannot be read is none."""
    keeper = tx.versions.current_of([ref])[ref].writer
    found = []
    for held, value, _ in stated(tx, services, reader, ref, RULES.name):
        try:
            in_force = value["kind"] == PROCEDURE and instant_of(value["in_force_from"]) <= services.clock.now()
            rules = rules_of(value)
        except Problem:
            continue
        if held.writer == keeper and in_force:
            found.append(rules)
    return found


def rules_in_force(services: Services, reader: Reader, body: str) -> tuple[Rules | None, dict[str, str]]:
    """The procedures by which a body decides now, and the codes of the parties that they name.

    Raises:
        UnknownProblem: it is absent, or withheld from the reader: the two look alike.
    """
    with services.reading() as tx:
        seen = [held.id for held, _ in bodies_seen(tx, services, reader).value if body in (held.id, held.name)]
        if not seen:
            raise unknown_body(body)
        found = max(rules_seen(tx, services, reader, seen[0]), key=lambda one: one.version, default=None)
        named = () if found is None else found.counting.weights
        return found, {ref: tx.parties.code_of(ref) for ref, _ in named}


def _of_body(tx: Transaction, services: Services, reader: Reader, ref: str) -> Iterable[SeenProposal]:
    now, members = services.clock.now(), seats_of(tx, services.own, ref)
    body = tx.versions.current_of([ref])[ref]
    peers = tx.peers.all()
    heard = {peer.party_ref: peer.last_sync_at for peer in peers if peer.last_sync_at is not None}
    skews = [peer.skew for peer in peers if peer.last_sync_at is not None]
    room = Room(
        members=members,
        depositary=body.writer,
        rules=rules_seen(tx, services, reader, ref),
        heard=heard | {services.own.ref: now},
        off=int(median(skews)) if skews else 0,
        now=now,
    )

    def said(target: str, kind: str, as_value: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
        return list(values_said(tx, services, reader, target, kind, as_value, body=ref))

    versions: dict[str, list[Any]] = {}
    for one in said(ref, PROPOSAL.name, proposal_of):
        versions.setdefault(one.id, []).append(one)
    decisions = said(ref, DECISION.name, lambda value: (value["proposal_ref"], decision_of(value)))
    parties = {*members, body.writer}
    codes = {party: tx.parties.code_of(party) for party in parties}
    for proposal_ref, stated_versions in versions.items():
        positions = said(proposal_ref, POSITION.name, position_of)
        receipts = [one for one in said(proposal_ref, RECEIPT.name, receipt_of) if one is not None]
        own = [decision for about, decision in decisions if about == proposal_ref]
        findings = said(proposal_ref, FINDING.name, finding_of)
        state = proposal_state(stated_versions, positions, receipts, own, room, findings)
        yield SeenProposal(
            body_ref=ref,
            body=body.name,
            state=state,
            texts=_texts(tx, proposal_ref, state.proposal.text_sha256),
            codes=codes | {ref: tx.parties.code_of(ref) for ref in {state.proposal.by_ref} - parties},
            own_ref=services.own.ref,
            depositary=body.writer,
            decides=any(seat.role in DECIDES and seat.holds(now) for seat in members.get(services.own.ref, ())),
            at=now,
        )


def _texts(tx: Transaction, proposal_ref: str, text_sha256: str) -> tuple[Text, ...]:
    """The text that was frozen; a later version with another one is ignored, and its text is not shown."""
    versions = tx.versions.all_of(proposal_ref)
    for raw in tx.versions.raw([held.num for held in versions]).values():
        value = msgspec.json.decode(raw)
        if value["text_sha256"] == text_sha256:
            return tuple(msgspec.convert(one, Text) for one in value["texts"])
    return ()
