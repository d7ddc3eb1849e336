"""The proof of one entry as a file: whoever gets it checks it without asking anybody.

It holds the entry with its salt, the two paths that lead from it to a head of the log, and the head with its signature.
What it does not hold is a reason to believe the key: whoever checks it compares the fingerprint.

Shape: `ProofFile`. Source: RFC 9162 §2.1.3.2, §8.1.4; RFC 8785.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from kenesh.basis.canonical import UNREADABLE, canonical_bytes
from kenesh.basis.problem import DamagedProblem, Problem, UntrustedProblem
from kenesh.ledger.log import SignedHead, head_bytes
from kenesh.ledger.proofs import ActProof
from kenesh.ledger.witness import MAX_PATH, ShownHead
from kenesh.parties.keys import PublicKey, verify_octets
from kenesh.parties.party import party_id

MAX_OCTETS: Final = 1_000_000
KIND: Final = "kenesh-record-proof"

_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Path = Annotated[list[_Hash], msgspec.Meta(max_length=MAX_PATH)]
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The act as it was hashed: exactly these members, in RFC 8785's form."""

    at: int
    details: dict[str, str | int]
    kind: str
    salt: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2}){16,64}$")]
    subject: str
    who: str


class ProofFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry, the way from it to a head, and the head.

    Attributes:
        party: the code of whose record it is. jwk: the key that signed the head.
        index, count, path, acts_root: where the entry stands among the acts of its interval, and the way to their root.
        interval, interval_salt, log_path: where the interval stands in the log, and the way to the root of the head.
    """

    type: Annotated[str, msgspec.Meta(pattern=f"^{KIND}$")] = KIND
    party: Annotated[str, msgspec.Meta(max_length=60)]
    jwk: dict[str, Any]
    head: ShownHead
    entry: Entry
    index: _Number
    count: _Number
    path: _Path
    acts_root: _Hash
    interval: _Number
    interval_salt: _Hash
    log_path: _Path


def proof_file(code: str, key: PublicKey, head: SignedHead, proof: ActProof) -> ProofFile:
    """The proof of an act under a signed head, to be written."""
    return ProofFile(
        party=code,
        jwk=dict(key.jwk),
        head=ShownHead.of(party_id(code), key.kid, head),
        entry=msgspec.json.decode(proof.entry, type=Entry),
        index=proof.index,
        count=proof.count,
        path=[value.hex() for value in proof.path],
        acts_root=proof.acts_root.hex(),
        interval=proof.interval,
        interval_salt=proof.salt.hex(),
        log_path=[value.hex() for value in proof.log_path],
    )


def read_proof(octets: bytes) -> ProofFile:
    """The proof that a file holds.

    Raises:
        DamagedProblem: it holds none.
    """
    if len(octets) > MAX_OCTETS:
        raise DamagedProblem(f"A proof has at most {MAX_OCTETS} octets.", advice="Is this the right file?")
    try:
        return msgspec.json.decode(octets, type=ProofFile)
    except UNREADABLE as error:
        raise DamagedProblem(
            f"The file holds no proof of an entry: {error}.", advice="It is what `kenesh audit prove` prints."
        ) from None


def check_proof(file: ProofFile) -> PublicKey:
    """Passes only where the entry leads to the head and the head is signed; gives the key that signed it.

    Raises:
        UntrustedProblem: something in it does not hold, and what.
    """
    key = PublicKey.from_jwk(file.jwk)
    signed = file.head.signed()
    if file.head.party != party_id(file.party) or file.head.kid != key.kid:
        raise UntrustedProblem("The head names another party, or another key, than the proof.")
    try:
        verify_octets(key, signed.signature, head_bytes(signed.head))
    except Problem:
        raise UntrustedProblem("The head is not signed by that key.") from None
    if not _proof(file).holds_under(signed.head):
        raise UntrustedProblem("The entry does not lead to the head: it, or the way to it, was changed.")
    return key


def _proof(file: ProofFile) -> ActProof:
    return ActProof(
        canonical_bytes(msgspec.to_builtins(file.entry)),
        file.index,
        file.count,
        tuple(bytes.fromhex(value) for value in file.path),
        bytes.fromhex(file.acts_root),
        bytes.fromhex(file.interval_salt),
        file.interval,
        tuple(bytes.fromhex(value) for value in file.log_path),
    )
