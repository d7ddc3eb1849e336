"""Acting on a peer's statements: they are recorded in their chain, and withdrawals are applied."""

from __future__ import annotations

from collections.abc import Callable

from kenesh.basis.instants import Instant, modified_key
from kenesh.basis.problem import Problem, UntrustedProblem
from kenesh.federation.ports import Peer, Transaction
from kenesh.federation.withdrawing import Withdrawing
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival, HeldVersion, Hold, KnownObject, Source
from kenesh.release.conditions import NO_LABEL
from kenesh.release.statements import ReleaseStatement, WithdrawalStatement, Withdrawn
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version


def record_statement(
    tx: Transaction,
    ingest: Ingest,
    version: Version,
    statement: ReleaseStatement | WithdrawalStatement,
    peer: Peer,
    now: Instant,
) -> int:
    """Takes the statement in as the peer's own and puts it into its chain; a chain that does not fit is an alarm.

    Raises:
        UntrustedProblem: its id was first stated by another.
    """
    _check_chain(tx, statement, peer, now)
    source = Source(peer.party_ref, statement.place.audience_ref, Tlp.CLEAR)
    taken = ingest.take(tx, [Arrival(version, source, proved=True)], now)
    if not taken.accepted:
        raise UntrustedProblem("Its id was first stated by another.")
    row = {
        "id": statement.id,
        "type": version.type,
        "version": taken.accepted[0].num,
        "party": peer.party_ref,
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
    return tx.statements.add(row)


def _check_chain(tx: Transaction, statement: ReleaseStatement | WithdrawalStatement, peer: Peer, now: Instant) -> None:
    """Two statements under one number, or a hash that does not fit, mean a second truth; a gap means an omission."""
    place = statement.place
    last = tx.statements.last(peer.party_ref, place.audience_ref)
    if last is None:
        return
    if place.number == last.number + 1 and place.previous != last.sha256:
        text = f"Statement {place.number} of {peer.code} does not follow the {last.number} that this node has."
    elif place.number > last.number + 1:
        text = f"Statements {last.number + 1} to {place.number - 1} of {peer.code} to one audience did not come."
    elif place.number == last.number:
        text = f"{peer.code} stated two different things under number {place.number}."
    else:
        return
    tx.alarms.raise_alarm("chain-broken", peer.code, text + " Compare with another member, and ask them.", now)


Tighten = Callable[[Transaction, int, Tlp, Instant], None]


class Withdrawals:
    """Applies what peers withdraw or mark more strictly."""

    def __init__(self, withdrawing: Withdrawing, tighten: Tighten) -> None:
        self._withdrawing = withdrawing
        self._tighten = tighten

    def apply(self, tx: Transaction, peer: Peer, statement: WithdrawalStatement, now: Instant) -> None:
        """Ends the holds that the withdrawal covers; an author's word ends every way in which the object came."""
        known = tx.versions.known({item.id for item in statement.withdraws})
        for item in statement.withdraws:
            self._cancel(tx, peer, item)
            obj = known.get(item.id)
            if obj is not None:
                self._apply(tx, peer, obj, item, now)

    def _cancel(self, tx: Transaction, peer: Peer, item: Withdrawn) -> None:
        """Content that has not come yet is not awaited any more."""
        if item.label is None:
            releases = tx.statements.of_party(peer.party_ref, None)
            nums = [s.num for s in releases if item.release_ref in (None, s.id)]
            tx.statements.cancel_awaited(nums, item.id)

    def _apply(self, tx: Transaction, peer: Peer, obj: KnownObject, item: Withdrawn, now: Instant) -> None:
        by_author = self._is_authors(tx, peer, obj, item)
        if item.label is not None:
            if by_author:
                self._tighten(tx, obj.num, item.label, now)
            return
        covered = [held for held in tx.versions.all_of(obj.id) if _covers(item, held)]
        holds = tx.holds.in_force([held.num for held in covered])
        ended = [h for of_version in holds.values() for h in of_version if self._ends(tx, h, peer, item, by_author)]
        tx.holds.end([hold.num for hold in ended], now)
        tx.versions.recompute_current([obj.num])
        left = tx.holds.in_force([held.num for held in covered])
        gone = [held for held in covered if held.num in holds and held.num not in left]
        self._withdrawing.pass_on(tx, gone, item, now)

    def _is_authors(self, tx: Transaction, peer: Peer, obj: KnownObject, item: Withdrawn) -> bool:
        """Whether the author says so: the peer is the proved writer, or the entry bears the writer's own signature."""
        if obj.writer == peer.party_ref:
            return obj.proved
        writer = tx.peers.by_ref(obj.writer)
        if writer is None or item.author_signature is None:
            return False
        try:
            writer.key.verify(item.author_signature, item.author_statement())
        except Problem:
            return False
        return True

    def _ends(self, tx: Transaction, hold: Hold, peer: Peer, item: Withdrawn, by_author: bool) -> bool:
        if hold.statement is None:
            # What was imported here from a file is this node's own to keep or let go.
            return False
        if item.release_ref is not None:
            release = tx.statements.find(item.release_ref)
            return release is not None and hold.statement == release.num
        return by_author or hold.party_ref == peer.party_ref


def _covers(item: Withdrawn, held: HeldVersion) -> bool:
    return item.up_to is None or held.key <= modified_key(item.up_to)
