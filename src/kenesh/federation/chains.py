"""The chains of statements: each is recorded in its releaser's, and a chain that does not fit is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UntrustedProblem
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival, Source, Statement
from kenesh.release.caveats import Caveats, chain_of
from kenesh.release.conditions import NO_LABEL
from kenesh.release.statements import Place, ReleaseStatement, WithdrawalStatement
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version


def record_statement(
    tx: Transaction,
    ingest: Ingest,
    version: Version,
    statement: ReleaseStatement | WithdrawalStatement,
    peer: Peer,
    chain: Chain,
    now: Instant,
) -> int:
    """Takes the statement in as the peer's own and puts it into its chain; a chain that does not fit is an alarm.

    Raises:
        UntrustedProblem: its id was first stated by another.
    """
    _check_chain(tx, statement, peer, chain, now)
    # A manifest tells its audience and every other object in it: it stays with those to whom it was addressed.
    source = Source(peer.party_ref, statement.place.audience_ref, Tlp.AMBER_STRICT)
    taken = ingest.take(tx, [Arrival(version, source, proved=True)], now)
    if not taken.accepted:
        raise UntrustedProblem("Its id was first stated by another.")
    chain.note(statement.place)
    row = statement_row(statement, version, taken.accepted[0].num, peer.party_ref, now)
    return tx.statements.add(row, caveats_said(statement))


def statement_row(
    statement: ReleaseStatement | WithdrawalStatement, version: Version, num: int, party_ref: str, now: Instant
) -> dict[str, Any]:
    """The row of a statement that was taken in as version `num`."""
    row: dict[str, Any] = {
        "id": statement.id,
        "type": version.type,
        "version": num,
        "party": party_ref,
        "audience_ref": statement.place.audience_ref,
        "number": statement.place.number,
        "sha256": version.sha256,
        "reason": statement.reason,
        "at": now,
    }
    match statement:
        case ReleaseStatement(label=label, follow=follow, entries=entries):
            row |= {"label": int(label), "follow": int(follow), "objects": len(entries)}
        case WithdrawalStatement(withdraws=withdraws):
            row |= {"label": NO_LABEL, "follow": 0, "objects": len(withdraws)}
    return row


def caveats_said(statement: ReleaseStatement | WithdrawalStatement) -> Caveats:
    """A release's caveats; of a withdrawal, for whom it is not."""
    if isinstance(statement, ReleaseStatement):
        return statement.caveats
    return Caveats(not_for=statement.place.not_for)


@dataclass(slots=True)
class Chain:
    """The chain of a peer's statements to one audience, of which this party may be a member.

    Its numbers are read once for a page, and only where one comes late.
    """

    own_ref: str = ""
    numbers: set[tuple[str, int]] | None = None

    def was_closed_since(self, tx: Transaction, last: Statement) -> bool:
        """Whether this party's term in the audience began after the statement: what was said before is not its own."""
        terms = tx.terms.of_audiences([last.audience_ref])
        return any(s.term.party_ref == self.own_ref and s.stamp is not None and s.stamp > last.at for s in terms)

    def has(self, tx: Transaction, peer: Peer, place: Place) -> bool:
        """Whether this node has a statement under that number."""
        if self.numbers is None:
            there = tx.statements.of_party(peer.party_ref, place.audience_ref)
            self.numbers = {(chain_of(s.caveats.not_for), s.number) for s in there}
        return (place.chain, place.number) in self.numbers

    def note(self, place: Place) -> None:
        if self.numbers is not None:
            self.numbers.add((place.chain, place.number))


def _check_chain(
    tx: Transaction, statement: ReleaseStatement | WithdrawalStatement, peer: Peer, chain: Chain, now: Instant
) -> None:
    """Two statements under one number, or a hash that does not fit, mean a second truth; a gap means an omission."""
    place = statement.place
    last = tx.statements.last(peer.party_ref, place.audience_ref, place.chain)
    if last is None:
        return
    if place.number == last.number + 1 and place.previous != last.sha256:
        text = f"Statement {place.number} of {peer.code} does not follow the {last.number} that this node has."
    elif place.number > last.number + 1:
        if chain.was_closed_since(tx, last):
            return
        text = f"Statements {last.number + 1} to {place.number - 1} of {peer.code} to one audience did not come."
    elif chain.has(tx, peer, place):
        text = f"{peer.code} stated two different things under number {place.number}."
    else:
        return
    tx.alarms.raise_alarm("chain-broken", peer.code, text + " Compare with another member, and ask them.", now)
