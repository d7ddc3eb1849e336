"""Letting a restored node speak again: every peer is asked before anything is signed or served."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnknownPartyProblem, UnreachableProblem, UsageProblem
from kenesh.doors.life import RESTORED
from kenesh.doors.services import Services
from kenesh.federation.peer import Peer
from kenesh.ledger.acts import ActKind


@dataclass(frozen=True, slots=True)
class Resumed:
    """Who was asked, who was not, and what was read back."""

    asked: tuple[str, ...]
    without: tuple[str, ...]
    releases: int
    withdrawals: int


def resume(services: Services, without: Set[str], who: str) -> Resumed:
    """Reads back what this node stated since its backup, begins anew, and reads its peers before it is asked anything.

    So what others withdrew since the backup ends here too, before it could be served. It can be repeated.

    Raises:
        UnknownPartyProblem: a peer is left out that is none. UnreachableProblem: a peer does not say.
        UsageProblem: the clock is behind the backup.
    """
    now = services.clock.now()
    with services.store.reading() as tx:
        made_at, peers = Instant(int(tx.notes.get(RESTORED) or 0)), tx.peers.all()
    if now <= made_at:
        raise UsageProblem("The backup is of a later time than this.", advice="Set the clock of this machine by NTP.")
    if strange := without - {peer.code for peer in peers}:
        raise UnknownPartyProblem(f"No node of {min(strange)[:20]} is admitted here.", advice="Look at --without.")
    found: list[bytes] = []
    for peer in (peer for peer in peers if peer.code not in without):
        try:
            found += services.resuming.ask(peer, made_at)
        except Problem as problem:
            raise _quiet(peer, problem.detail) from None
    asked = tuple(peer.code for peer in peers if peer.code not in without)
    with services.store.writing() as tx:
        read = services.resuming.take(tx, found, now)
        services.resuming.begin_anew(tx, now)
        counts = {"releases": read.releases, "withdrawals": read.withdrawals, "backup": int(made_at)}
        left = ",".join(sorted(without))
        services.record(tx, ActKind.NODE_RESTORED, who, services.own.ref, without=left, **counts)
    _read_peers(services, [peer for peer in peers if peer.code not in without])
    with services.store.writing() as tx:
        tx.notes.set(RESTORED, "")
    return Resumed(asked, tuple(sorted(without)), read.releases, read.withdrawals)


def _read_peers(services: Services, peers: Sequence[Peer]) -> None:
    for peer in peers:
        report = services.syncing.sync(peer)
        if report.problem:
            raise _quiet(peer, report.problem)


def _quiet(peer: Peer, why: str) -> UnreachableProblem:
    return UnreachableProblem(
        f"{why} This node stays quiet.",
        advice=f"Wait for them and repeat; or say --without {peer.code}, and tell them.",
    )
