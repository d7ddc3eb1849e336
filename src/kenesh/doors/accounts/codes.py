"""Codes of an authenticator (RFC 6238), good once; and recovery codes, for when it is lost.

An authenticator's secret is sealed at rest with a key made from the home's own secret: the store alone gives no code.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kenesh.basis.instants import SECOND, Instant
from kenesh.doors.services import Services, Transaction
from kenesh.parties.accounts import Account

STEP: Final = 30 * SECOND
DIGITS: Final = 6
#: A clock that goes half a minute wrong is forgiven (RFC 6238 §5.2).
_WINDOW: Final = (0, -1, 1)
_SECRET_OCTETS: Final = 20
_NONCE_OCTETS: Final = 12
RECOVERY_CODES: Final = 10


def new_secret(services: Services) -> str:
    """The shared secret of a new authenticator, as RFC 4226 §4 asks: 160 bits; in Base32."""
    return b32encode(services.chance.octets(_SECRET_OCTETS)).decode()


def address_of(secret: str, account: Account, issuer: str) -> str:
    """What authenticators scan."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account.name or "", issuer_name=issuer)


def picture_of(address: str) -> str:
    """A QR code as a data: URI, drawn here: nobody else learns of the secret."""
    import segno

    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))


def seal(services: Services, account: Account, secret: str) -> bytes:
    """The secret, for this account alone."""
    nonce = services.chance.octets(_NONCE_OCTETS)
    return nonce + _cipher(services).encrypt(nonce, secret.encode(), account.pseudonym.encode())


def unseal(services: Services, account: Account, sealed: bytes) -> str | None:
    """The secret; None where the octets were sealed elsewhere, or for another account."""
    try:
        nonce, rest = sealed[:_NONCE_OCTETS], sealed[_NONCE_OCTETS:]
        return _cipher(services).decrypt(nonce, rest, account.pseudonym.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def _cipher(services: Services) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"kenesh authenticator 1").derive(services.secret))


def step_of(secret: str, code: str, now: Instant) -> int | None:
    """The step whose code it is; None where it is none of now."""
    import pyotp

    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    generator, step = pyotp.TOTP(secret), now // STEP
    held = [step + by for by in _WINDOW if hmac.compare_digest(generator.generate_otp(step + by), code)]
    return held[0] if held else None


def take_code(services: Services, tx: Transaction, account: Account, text: str) -> bool:
    """Whether the code is the authenticator's now, or one of the recovery codes; it holds no second time."""
    code = text.replace(" ", "").replace("-", "")
    if len(code) != DIGITS:
        return tx.passkeys.take_code(account.num, _digest(code))
    secret = unseal(services, account, account.totp) if account.totp else None
    step = step_of(secret, code, services.clock.now()) if secret else None
    return step is not None and tx.accounts.take_step(account.num, step)


def new_recovery_codes(services: Services, tx: Transaction, account: Account) -> list[str]:
    """Ten codes of 80 bits in the place of those before; the store keeps their hashes."""
    made = [b32encode(services.chance.octets(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    tx.passkeys.set_codes(account.num, [_digest(code) for code in made])
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in made]


def _digest(code: str) -> bytes:
    return sha256(code.lower().encode("utf-8", "replace")).digest()
