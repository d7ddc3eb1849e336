"""Authors' proofs: checked where they come in, and handed on where an object is passed on."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.merkle import Tree
from kenesh.basis.problem import Problem
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.holdings.rows import HeldVersion, Hold, KnownObject
from kenesh.parties.keys import kid_of
from kenesh.release.manifest import Entry, Proof, check_proof, proof_of, tree_of

_TOOK_PLACE: Final = "the author's own version took its place"


def proves(proof: Proof, author: Peer | None, stix_id: str, modified: str | None, sha256: bytes) -> bool:
    """Whether the proof shows that the author stated that content. Without the author's key, nothing is shown."""
    key = None if author is None else author.key_named(proof.kid)
    if key is None:
        return False
    try:
        check_proof(proof, key, stix_id, modified, sha256)
    except Problem:
        return False
    return True


class ProofShelf:
    """Finds the author's proof of what is passed on. Each release is taken apart once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._opened: dict[int, tuple[dict[str, Any], list[Entry], Tree]] = {}

    def proof_for(self, held: HeldVersion, holds: list[Hold]) -> Proof | None:
        """The author's proof of a version, from one of the releases under which it came; None where none has it."""
        for hold in holds:
            if hold.statement is None or hold.position is None:
                continue
            value, entries, tree = self._open(hold.statement)
            entry = entries[hold.position]
            if value["created_by_ref"] == held.writer:
                signature = value["root_signature"]
                return proof_of(tree, entries, hold.position, signature, kid_of(signature))
            if entry.proof is not None:
                return entry.proof
        return None

    def signer_of(self, hold: Hold, writer: str) -> str:
        """The kid under which the writer himself stands for what came so; '' where nothing signed by him came."""
        if hold.statement is None or hold.position is None:
            return ""
        value, entries, _ = self._open(hold.statement)
        proof = entries[hold.position].proof
        if value["created_by_ref"] == writer:
            return kid_of(str(value["root_signature"]))
        return proof.kid if proof is not None else ""

    def entry(self, statement: int, position: int) -> Entry:
        """One entry of a release that is held."""
        return self._open(statement)[1][position]

    def _open(self, statement: int) -> tuple[dict[str, Any], list[Entry], Tree]:
        if statement not in self._opened:
            version = self._tx.statements.get([statement])[statement].version
            value = msgspec.json.decode(self._tx.versions.raw([version])[version])
            entries = [Entry.read(wire) for wire in value["entries"]]
            self._opened[statement] = (value, entries, tree_of(entries))
        return self._opened[statement]


def prove_again(tx: Transaction, party_ref: str, now: Instant) -> None:
    """What others gave of that party's counts as its own, where the key that is admitted now proves it.

    From then on only what is proved counts of such an object, as if its author had spoken first.
    """
    proved = _proved_now(tx, party_ref)
    tx.versions.set_accepted(proved, accepted=True, proved=True, why=None)
    known = tx.versions.known({held.id for held in tx.versions.held(proved)})
    for obj in known.values():
        if obj.writer == party_ref:
            _leave_the_proved(tx, obj, now)
    tx.versions.recompute_current([obj.num for obj in known.values()])


def _leave_the_proved(tx: Transaction, obj: KnownObject, now: Instant) -> None:
    weaker = {v.num for v in obj.versions if v.accepted and not v.proved}
    tx.versions.set_accepted(weaker, accepted=False, proved=False, why=_TOOK_PLACE)
    grants = [grant for grant in tx.grants.of_objects([obj.num]) if grant.version in weaker]
    if grants:
        tx.grants.end(grants, now, _TOOK_PLACE)
    counting = [v for v in obj.versions if v.accepted and v.proved]
    tlp, revoked = max([obj.said_tlp, *(v.tlp for v in counting)]), any(v.revoked for v in counting)
    row = {"num": obj.num, "proved": 1, "tlp": int(tlp), "revoked": int(revoked), "current": obj.current}
    tx.versions.update_objects([row])


def _proved_now(tx: Transaction, party_ref: str) -> list[int]:
    """Versions of that party that were taken without proof and are proved by the key that is admitted now."""
    peer = tx.peers.by_ref(party_ref)
    shelf = ProofShelf(tx)
    proved = []
    for version, statement, position in tx.holds.unproved_with_position(party_ref):
        entry = shelf.entry(statement, position)
        if peer and entry.proof and proves(entry.proof, peer, entry.id, entry.modified, entry.sha256):
            proved.append(version)
    return proved
