"""The manifest of a release: salted entries under a Merkle root that the author signs apart from the audience.

Whoever passes an object on hands over its leaf, path and that signature: proof of the author that names no audience and
no other object. Source: RFC 9162 §2.1 for the tree; a leaf is SHA-256(0x00 | salt | RFC 8785 of [id, modified, hash]).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.merkle import Tree, is_included, leaf_hash
from kenesh.basis.problem import DamagedProblem, UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer

MAX_ENTRIES: Final = 10_000
SALT_OCTETS: Final = 16
_MAX_PATH: Final = 40

ENTRY_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "maxLength": 300},
        "modified": {"type": "string", "maxLength": 60},
        "sha256": {"type": "string", "minLength": 43, "maxLength": 43},
        "salt": {"type": "string", "minLength": 22, "maxLength": 22},
        "proof": {
            "type": "object",
            "properties": {
                "salt": {"type": "string", "minLength": 22, "maxLength": 22},
                "index": {"type": "integer", "minimum": 0},
                "count": {"type": "integer", "minimum": 1, "maximum": MAX_ENTRIES},
                "root": {"type": "string", "minLength": 43, "maxLength": 43},
                "path": {"type": "array", "maxItems": _MAX_PATH, "items": {"type": "string", "maxLength": 43}},
                "signature": {"type": "string", "maxLength": 2000},
                "kid": {"type": "string", "minLength": 43, "maxLength": 43},
            },
            "required": ["salt", "index", "count", "root", "path", "signature", "kid"],
            "additionalProperties": False,
        },
    },
    "required": ["id", "sha256", "salt"],
    "additionalProperties": False,
}


def text_of(octets: bytes) -> str:
    """Base64url without padding: how hashes and salts stand on the wire."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def octets_of(text: str) -> bytes:
    """The octets that `text_of` wrote.

    Raises:
        DamagedProblem: it is no base64url, or not its only spelling.
    """
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        octets = b""
    if text_of(octets) != text:
        raise DamagedProblem(f"'{text[:50]}' is no base64url.")
    return octets


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof of the author, as an object is passed on: the leaf's salt and place, its path, and the signed root."""

    salt: bytes
    index: int
    count: int
    root: bytes
    path: tuple[bytes, ...]
    signature: str
    kid: str

    def wire(self) -> dict[str, Any]:
        return {
            "salt": text_of(self.salt),
            "index": self.index,
            "count": self.count,
            "root": text_of(self.root),
            "path": [text_of(p) for p in self.path],
            "signature": self.signature,
            "kid": self.kid,
        }

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Proof:
        """The proof that a checked entry carries."""
        return cls(
            salt=octets_of(wire["salt"]),
            index=wire["index"],
            count=wire["count"],
            root=octets_of(wire["root"]),
            path=tuple(octets_of(p) for p in wire["path"]),
            signature=wire["signature"],
            kid=wire["kid"],
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One version in a manifest. `modified` is the timestamp as the object writes it; None where it has none."""

    id: str
    modified: str | None
    sha256: bytes
    salt: bytes
    proof: Proof | None = None

    def leaf(self) -> bytes:
        return leaf_of(self.id, self.modified, self.sha256, self.salt)

    def wire(self) -> dict[str, Any]:
        found: dict[str, Any] = {"id": self.id, "sha256": text_of(self.sha256), "salt": text_of(self.salt)}
        if self.modified is not None:
            found["modified"] = self.modified
        if self.proof is not None:
            found["proof"] = self.proof.wire()
        return found

    @classmethod
    def read(cls, wire: Mapping[str, Any]) -> Entry:
        """The entry that a checked release carries."""
        proof = wire.get("proof")
        return cls(
            id=wire["id"],
            modified=wire.get("modified"),
            sha256=octets_of(wire["sha256"]),
            salt=octets_of(wire["salt"]),
            proof=Proof.read(proof) if proof else None,
        )


def leaf_of(stix_id: str, modified: str | None, sha256: bytes, salt: bytes) -> bytes:
    """SHA-256(0x00 | salt of 16 octets | RFC 8785 of [id, modified or null, content hash])."""
    return leaf_hash(salt + canonical_bytes([stix_id, modified, text_of(sha256)]))


def tree_of(entries: Sequence[Entry]) -> Tree:
    """The tree over the entries in their order."""
    return Tree([entry.leaf() for entry in entries])


def _root_statement(root: bytes, count: int) -> dict[str, Any]:
    return {"root": text_of(root), "count": count}


def sign_root(signer: Signer, tree: Tree) -> str:
    """The author's signature over {root, count} alone: it names no audience."""
    return signer.sign(_root_statement(tree.root, tree.size))


def check_root(key: PublicKey, root: bytes, count: int, signature: str) -> None:
    """Passes only where the key signed that root of that many entries.

    Raises:
        UntrustedProblem: it did not.
    """
    key.verify(signature, _root_statement(root, count))


def proof_of(tree: Tree, entries: Sequence[Entry], index: int, signature: str, kid: str) -> Proof:
    """What the receiver of a release hands on to prove the author of one entry."""
    return Proof(entries[index].salt, index, tree.size, tree.root, tuple(tree.path(index)), signature, kid)


def check_proof(proof: Proof, key: PublicKey, stix_id: str, modified: str | None, sha256: bytes) -> None:
    """Passes only where the key's owner stated that very content in some release.

    Raises:
        UntrustedProblem: the path or the signature does not hold, or another key is named.
    """
    if proof.kid != key.kid:
        raise UntrustedProblem("The proof names another key.")
    leaf = leaf_of(stix_id, modified, sha256, proof.salt)
    if not is_included(leaf, proof.index, proof.count, proof.path, proof.root):
        raise UntrustedProblem("The proof does not lead to the root that was signed.")
    check_root(key, proof.root, proof.count, proof.signature)
