"""Syncing with peers: sessions over a line, each page applied in one transaction with its cursor."""

from __future__ import annotations

from collections.abc import Callable, Set
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from kenesh.basis.chance import Clock
from kenesh.basis.instants import SECOND, Instant
from kenesh.basis.problem import DamagedProblem, Problem, UnreachableProblem, UntrustedProblem
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Line, Lines, Store, Transaction
from kenesh.federation.pushing import Pushing
from kenesh.federation.receiving import Applied, Origin, Receiving
from kenesh.federation.record_faults import Fault
from kenesh.federation.rekeying import tell_keys, told_of_keys
from kenesh.federation.session import Received, Session, Wanted
from kenesh.federation.witnessing import Found, Witnessing
from kenesh.parties.own import Own
from kenesh.release.audience import PEERS, PUBLIC, collection_id
from kenesh.stix.register import Channel

#: One process at a time syncs a peer, the next waits a while: gives whether the turn was got.
Turn = Callable[[str], AbstractContextManager[bool]]

#: What a session brings may open further collections; so often they are looked for again.
_MAX_ROUNDS = 4


@dataclass(slots=True)
class Report:
    """What a sync with one peer brought.

    Attributes:
        problem: why it ended early; '' where it did not.
        record: what does not hold of the records of nodes, as this peer showed them.
    """

    party: str
    received: int = 0
    quarantined: int = 0
    sent: int = 0
    seconds: float = 0.0
    problem: str = ""
    advice: str = ""
    reached: bool = False
    record: tuple[Fault, ...] = ()

    def wire(self) -> dict[str, object]:
        found: dict[str, object] = {
            "party": self.party,
            "received": self.received,
            "quarantined": self.quarantined,
            "seconds": round(self.seconds, 3),
        }
        if self.sent:
            found["sent"] = self.sent
        if self.record:
            found["record"] = [fault.wire() for fault in self.record]
        return found | ({"problem": f"{self.problem} {self.advice}".strip()} if self.problem else {})


class Syncing:
    """Reads what peers released."""

    def __init__(
        self,
        own: Own,
        store: Store,
        receiving: Receiving,
        pushing: Pushing,
        witnessing: Witnessing,
        lines: Lines,
        clock: Clock,
        turn: Turn,
    ) -> None:
        self._own = own
        self._store = store
        self._receiving = receiving
        self._pushing = pushing
        self._witnessing = witnessing
        self._lines = lines
        self._clock = clock
        self._turn = turn

    def sync(self, peer: Peer, *, push: bool = False) -> Report:
        """Reads everything new of one peer, applies what holds, and says what happened; a peer's failing is told.

        With `push`, what is released to the peer is then posted to it: for a node that nobody can reach.
        """
        report = Report(peer.code)
        began = self._clock.now()
        with self._turn(peer.code) as mine:
            if not mine:
                report.reached = True
                report.problem = "Another process of this node has been reading them for a minute."
                return report
            try:
                with self._lines.open(peer) as line:
                    self._read_as_known(peer, line, report)
                    report.sent = self._pushing.push(peer, line) if push else 0
                    self._witness(peer, line, report)
            except Problem as problem:
                report.problem, report.advice = problem.detail, problem.advice
            self._note(peer, report)
        report.seconds = (self._clock.now() - began) / SECOND
        return report

    def compare(self, peer: Peer) -> Found:
        """Asks a peer about its record alone.

        Raises:
            UnreachableProblem: it does not answer, or is being read. DamagedProblem: what it answers cannot be read.
        """
        with self._turn(peer.code) as mine:
            if not mine:
                raise UnreachableProblem(f"{peer.code} is being read by another process.", advice="Ask again.")
            with self._lines.open(peer) as line:
                return self._witnessing.exchange(peer, line)

    def _witness(self, peer: Peer, line: Line, report: Report) -> None:
        """Whatever comes of it, what was read is read."""
        with suppress(UnreachableProblem, DamagedProblem):
            report.record = self._witnessing.exchange(peer, line).faults

    def _read_as_known(self, peer: Peer, line: Line, report: Report) -> None:
        """A peer that knows a key before this node's present one is told of it, and asked again."""
        try:
            self._rounds(peer, line, report)
        except UntrustedProblem:
            if not self._own.former:
                raise
            with self._store.reading() as tx:
                told = told_of_keys(tx, self._own)
            if not tell_keys(line, told):
                raise
            self._rounds(peer, line, report)

    def _rounds(self, peer: Peer, line: Line, report: Report) -> None:
        with self._store.reading() as tx:
            keys_changed = self._receiving.keys_changed(tx, peer)
        if keys_changed:
            self._retry(peer, report, None)
        read = set[str]()
        for _ in range(_MAX_ROUNDS):
            statements, listed = self._read(peer, line, report, read)
            with self._store.reading() as tx:
                now_known = tx.peers.by_ref(peer.party_ref)
            if now_known is None:
                raise UntrustedProblem(f"The key of {peer.code} was revoked.", advice="Admit its new card.")
            if now_known.kid != peer.kid:
                peer = now_known
                read.clear()
                self._retry(peer, report, None)
            elif statements:
                self._retry(peer, report, listed)
            else:
                return

    def _retry(self, peer: Peer, report: Report, listed: Set[str] | None) -> None:
        """What waits is tried again, when a key or a release came that it may have waited for."""
        with self._store.writing() as tx:
            retried = self._receiving.retry(tx, peer, self._clock.now(), listed)
            report.received += retried.received
            report.quarantined = tx.quarantine.counts().get(peer.party_ref, (0, 0))[0]

    def _read(self, peer: Peer, line: Line, report: Report, read: set[str]) -> tuple[int, Set[str]]:
        """One session over what is not `read` yet; gives how many statements it brought, and the ids that they list."""
        with self._store.reading() as tx:
            wanted = [one for one in self._wanted(tx, peer) if one.collection_id not in read]
        statements, quarantined, listed = 0, 0, set[str]()
        if not wanted:
            return statements, listed
        session = Session(wanted)
        while (path := session.next_path()) is not None:
            page = session.receive(line.get(path))
            report.reached = True
            if page is not None:
                applied = self._apply(peer, page, report)
                statements += applied.statements
                quarantined += applied.quarantined
                listed |= applied.listed
        read |= session.read
        if quarantined:
            # What waits may wait for a release that was made after its collection had been read.
            read.clear()
        if session.problems:
            report.problem = "; ".join(session.problems)
        return statements, listed

    def _apply(self, peer: Peer, page: Received, report: Report) -> Applied:
        now = self._clock.now()
        origin = Origin(peer, page.wanted.audience_ref, page.wanted.channel)
        with self._store.writing() as tx:
            applied = self._receiving.apply(tx, origin, page.objects, now)
            tx.cursors.set(peer.party_ref, page.wanted.collection_id, page.added_after, now)
        report.received += applied.received
        report.quarantined += applied.quarantined
        return applied

    def _wanted(self, tx: Transaction, peer: Peer) -> list[Wanted]:
        """Every collection that may be there for this node: its inbox, its bodies and classes, peers, the public."""
        audiences = [self._own.ref, PEERS.ref, PUBLIC.ref]
        audiences += dict.fromkeys(s.term.audience_ref for s in tx.terms.of_party(self._own.ref))
        found = []
        for channel in (Channel.CONTROL, Channel.CONTENT):
            for ref in audiences:
                uuid = str(collection_id(peer.party_ref, ref, channel))
                found.append(Wanted(uuid, ref, channel, tx.cursors.get(peer.party_ref, uuid)))
        return found

    def _note(self, peer: Peer, report: Report) -> None:
        now: Instant | None = self._clock.now() if report.reached and not report.problem else None
        with self._store.writing() as tx:
            tx.peers.note_sync(peer.party_ref, at=now, error=report.problem, skew=self._lines.skew_of(peer))
