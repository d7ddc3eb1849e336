"""Auditing: the record held against itself and against what peers keep, and one entry of it proved to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kenesh.basis.problem import UnknownPartyProblem
from kenesh.doors.keeping import close_record
from kenesh.doors.services import Services
from kenesh.federation import record_faults
from kenesh.federation.record_faults import Fault
from kenesh.federation.witnessing import MAX_CONTRADICTING, MAX_KEPT
from kenesh.ledger.acts import RecordedAct
from kenesh.ledger.log import LogHead, SignedHead, head_bytes
from kenesh.ledger.proof_file import ProofFile, proof_file
from kenesh.ledger.showing import head_over, place_of, prove_entry
from kenesh.ledger.witness import Standing

_LOOKED_BACK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer's record against the heads that this node keeps of it.

    Attributes:
        shown: the head that it shows now; None where it shows none.
        kept: how many heads of it hold.
        contradicting: how many that it signed stand against them.
    """

    party: str
    shown: LogHead | None
    kept: int
    contradicting: int
    faults: tuple[Fault, ...]


def compare(services: Services, code: str) -> Compared:
    """Asks a peer for its head and for proof that it only added to those that this node keeps, its own or heard.

    Raises:
        UnknownPartyProblem: no node of that party is admitted here. UnreachableProblem: it does not answer.
        DamagedProblem: what it answers is none.
    """
    with services.store.reading() as tx:
        peer = tx.peers.by_code(code)
    if peer is None:
        raise UnknownPartyProblem(f"No node of {code[:40]} is admitted here.", advice="`kenesh peer list` lists them.")
    found = services.syncing.compare(peer)
    with services.store.reading() as tx:
        against = tx.witnessed.standing(peer.party_ref, peer.kid, Standing.CONTRADICTS, MAX_CONTRADICTING)
        last = tx.witnessed.last(peer.party_ref, peer.kid)
        kept = len(tx.witnessed.of_epoch(peer.party_ref, peer.kid, last.head.epoch, -1, MAX_KEPT)) if last else 0
    faults = found.faults
    if against and not any(fault.party == code for fault in faults):
        # What was found out before stays so, also where nothing new came to it.
        faults = (*faults, record_faults.not_of_this_history(code, against[-1].head))
    return Compared(code, found.shown, kept, len(against), faults)


def prove(services: Services, number: int) -> ProofFile:
    """The proof that an entry stands in this node's record.

    Raises:
        UnknownProblem: there is no such entry, it stands in no leaf yet, or what it says was erased.
    """
    close_record(services)
    own = services.own
    with services.store.reading() as tx:
        placed = place_of(tx.ledger, number)
        head = head_over(tx.ledger, placed, services.clock.now())
        if isinstance(head, LogHead):
            head = SignedHead(head, own.signer.sign_octets(head_bytes(head)))
        proof = prove_entry(tx.ledger, services.secret, number, placed, head.head.size)
    return proof_file(own.code, own.signer.public, head, proof)


def latest(services: Services, count: int) -> list[RecordedAct]:
    """The latest entries, the newest last."""
    with services.store.reading() as tx:
        # Numbers may have gaps, so that the last one is no smaller than how many there are.
        return list(tx.ledger.acts(max(-1, tx.ledger.count_acts() - count), _LOOKED_BACK))[-count:]
