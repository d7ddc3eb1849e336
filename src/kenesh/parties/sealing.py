"""Octets sealed to one node's key, in the age format: nobody else opens them, and a changed octet is noticed.

age takes Ed25519 keys as SSH writes them, so that the fingerprint which two duty officers compared holds for sealed
files too, and a card needs no second key. Source: age-encryption.org/v1; OpenSSH PROTOCOL.key; RFC 8709.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode
from collections.abc import Sequence
from typing import Any, BinaryIO, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kenesh.basis.problem import DamagedProblem, FaultProblem, UntrustedProblem, UsageProblem
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


class Taker(Protocol):
    """Takes octets as they come."""

    def write(self, octets: bytes, /) -> int: ...

    def flush(self) -> None: ...


def new_identity() -> tuple[str, str]:
    """A new age key: the secret half, and the recipient to which what it opens is sealed."""
    import pyrage  # noqa: PLC0415  # as above

    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def seal_stream(plain: BinaryIO, sealed: BinaryIO, recipients: Sequence[str]) -> None:
    """Seals what is read, as it is read, for each of the recipients: age1... or ssh-ed25519 AAAA...

    Raises:
        UsageProblem: one of them is no recipient. FaultProblem: what is read could not be, or the file not written.
    """
    import pyrage  # noqa: PLC0415  # as above

    known = [_recipient(text) for text in recipients]
    try:
        pyrage.encrypt_io(plain, sealed, known)
    except pyrage.EncryptError:
        raise FaultProblem("It could not be sealed: what is read, or the disk, failed.") from None


def _recipient(text: str) -> Any:
    import pyrage  # noqa: PLC0415  # as above

    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        raise UsageProblem(
            "That is no recipient of sealed files.",
            advice="`kenesh backup-key FILE` makes a key and says its recipient, which begins with age1.",
        ) from None


def unseal_stream(sealed: BinaryIO, taker: Taker, identity: str) -> None:
    """Opens what is read, as it is read. What was written before an error is not to be trusted.

    Raises:
        UsageProblem: the identity is none. DamagedProblem: it is no sealed file, was changed, or does not end.
        UntrustedProblem: it is sealed for another key.
    """
    import pyrage  # noqa: PLC0415  # as above

    key = _identity(identity)
    if sealed.read(len(_BEGINS)) != _BEGINS:
        raise DamagedProblem("It is no sealed file.", advice="Name what `kenesh backup` wrote, octet for octet.")
    sealed.seek(0)
    try:
        pyrage.decrypt_io(sealed, taker, [key])
    except pyrage.DecryptError:
        raise UntrustedProblem(
            "It cannot be opened: it is sealed for another key.", advice="Give the key whose recipient it was made for."
        ) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise DamagedProblem(
            "It is damaged: it was changed, or its end is missing.", advice="Take another copy, or an older backup."
        ) from None


def _identity(text: str) -> Any:
    import pyrage  # noqa: PLC0415  # as above

    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        if len(lines) == 1:
            return pyrage.x25519.Identity.from_str(lines[0])
        return pyrage.ssh.Identity.from_buffer(text.encode())
    except (pyrage.IdentityError, ValueError):
        raise UsageProblem(
            "The file holds no key that opens sealed files.",
            advice="It is what `kenesh backup-key` wrote, or an SSH key without a password.",
        ) from None
