"""Octets sealed to one node's key, in the age format: nobody else opens them, and a changed octet is noticed.

age takes Ed25519 keys as SSH writes them, so that the fingerprint which two duty officers compared holds for sealed
files too, and a card needs no second key. Source: age-encryption.org/v1; OpenSSH PROTOCOL.key; RFC 8709.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kenesh.basis.problem import DamagedProblem, UntrustedProblem
from kenesh.parties.keys import PublicKey, SigningKey

_KIND: Final = b"ssh-ed25519"
_BEGINS: Final = b"age-encryption.org/v1\n"


def seal(octets: bytes, key: PublicKey) -> bytes:
    """The octets, for the node with that key alone."""
    import pyrage  # noqa: PLC0415  # only who packs needs it

    raw = urlsafe_b64decode(key.x + "=")
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (_KIND, raw))
    recipient = pyrage.ssh.Recipient.from_str(f"{_KIND.decode()} {b64encode(blob).decode()}")
    sealed: bytes = pyrage.encrypt(octets, [recipient])
    return sealed


def unseal(sealed: bytes, key: SigningKey) -> bytes:
    """What was sealed for this key.

    Raises:
        DamagedProblem: it is no sealed file. UntrustedProblem: it is for another key, or was changed on its way.
    """
    import pyrage  # noqa: PLC0415  # as above

    if not sealed.startswith(_BEGINS):
        raise DamagedProblem("It is no sealed file.", advice="A pack is what `kenesh pack` wrote, octet for octet.")
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    try:
        opened: bytes = pyrage.decrypt(sealed, [pyrage.ssh.Identity.from_buffer(pem)])
    except pyrage.DecryptError:
        raise UntrustedProblem(
            "It cannot be opened: it is sealed for another node, or was changed on its way.",
            advice="Ask for it again; `kenesh fingerprint` says which key this node has.",
        ) from None
    return opened
