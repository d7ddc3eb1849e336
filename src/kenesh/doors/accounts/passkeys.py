"""Passkeys: keys that a device keeps and shows only at this node's own address (extra `passkeys`).

The device checks who holds it (fingerprint, face or PIN), so that a passkey stands for password and code together.
A challenge is signed by the node and good once, within five minutes: nothing is kept for who never answers.
Source: Web Authentication Level 3 §7.1, §7.2.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import MINUTE, Instant
from kenesh.basis.printable import visible
from kenesh.doors.accounts import sessions
from kenesh.doors.accounts.sessions import Present
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Passkey

GOOD_FOR: Final = 5 * MINUTE
MAX_OCTETS: Final = 16_384
MOST: Final = 20
_RANDOM: Final = 24
_MAC: Final = 32


def are_here(services: Services) -> bool:
    """Whether the extra is installed, and browsers give passkeys to an address like this node's."""
    url = urlsplit(services.own.url or "")
    return find_spec("webauthn") is not None and (url.scheme == "https" or url.hostname == "localhost")


class _Device(msgspec.Struct):
    clientDataJSON: str = ""  # noqa: N815  # the standard's name


class _Shown(msgspec.Struct):
    rawId: str = ""  # noqa: N815  # the standard's name
    response: _Device = msgspec.field(default_factory=_Device)


class _ClientData(msgspec.Struct):
    challenge: str = ""


def to_register(services: Services, present: Present) -> str:
    """What the browser is asked, as JSON, to make a passkey."""
    import webauthn
    from webauthn.helpers import structs

    account = present.account
    with services.store.reading() as tx:
        known = [structs.PublicKeyCredentialDescriptor(p.credential) for p in tx.passkeys.of_account(account.num)]
    options = webauthn.generate_registration_options(
        rp_id=_host(services),
        rp_name=services.own.name,
        user_id=account.pseudonym.encode(),
        user_name=account.name or "",
        challenge=_challenge(services, account.pseudonym),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options)


def to_enter(services: Services) -> str:
    """What the browser is asked, as JSON, to show a passkey: of whom it is, the device says."""
    import webauthn
    from webauthn.helpers import structs

    verification = structs.UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=_host(services), challenge=_challenge(services, ""), user_verification=verification
    )
    return webauthn.options_to_json(options)


def register(services: Services, present: Present, answer: str, name: str) -> bool:
    """Keeps the passkey that the device made; False where the answer does not hold."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    account = present.account
    challenge = _taken(services, account.pseudonym, answer)
    if challenge is None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(services),
            expected_origin=services.own.url or "",
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    with services.store.writing() as tx:
        if tx.passkeys.find(made.credential_id) or len(tx.passkeys.of_account(account.num)) >= MOST:
            return False
        label, now = visible(name.strip(), 60) or "passkey", services.clock.now()
        tx.passkeys.add(
            Passkey(made.credential_id, account.num, made.credential_public_key, made.sign_count, label, now)
        )
        services.record(tx, ActKind.ACCOUNT_CHANGED, account.pseudonym, account.pseudonym, passkey="added")
    return True


def enter(services: Services, answer: str) -> str | None:
    """The secret of a session of whom the passkey is; None where the answer does not hold."""
    challenge, shown = _taken(services, "", answer), _decoded(answer)
    if challenge is None or shown is None:
        return None
    with services.store.reading() as tx:
        known = tx.passkeys.find(_octets(shown.rawId))
    if known is None or not _holds(services, answer, challenge, known):
        return None
    with services.store.writing() as tx:
        return _begun(services, tx, known)


def _begun(services: Services, tx: Transaction, known: Passkey) -> str | None:
    account = tx.accounts.by_num(known.account)
    if account is None or not account.is_open:
        return None
    return sessions.begin(services, tx, account, "passkey")


def _holds(services: Services, answer: str, challenge: bytes, known: Passkey) -> bool:
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(services),
            expected_origin=services.own.url or "",
            credential_public_key=known.key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    with services.store.writing() as tx:
        tx.passkeys.use(known.credential, verified.new_sign_count, services.clock.now())
    return True


def _host(services: Services) -> str:
    return urlsplit(services.own.url or "").hostname or ""


def _challenge(services: Services, purpose: str) -> bytes:
    said = services.clock.now().to_bytes(8, "big") + services.chance.octets(_RANDOM)
    return said + _mac(services, purpose, said)


def _mac(services: Services, purpose: str, said: bytes) -> bytes:
    return hmac.digest(services.secret, b"kenesh passkey 1\0" + purpose.encode() + b"\0" + said, "sha256")


def _taken(services: Services, purpose: str, answer: str) -> bytes | None:
    """The challenge that is answered, if this node asked it for that purpose, lately, and it was not answered yet."""
    shown = _decoded(answer)
    if shown is None:
        return None
    try:
        challenge = _octets(msgspec.json.decode(_octets(shown.response.clientDataJSON), type=_ClientData).challenge)
    except UNREADABLE:
        return None
    said, mac = challenge[:-_MAC], challenge[-_MAC:]
    if len(said) != 8 + _RANDOM or not hmac.compare_digest(mac, _mac(services, purpose, said)):
        return None
    asked_at, now = Instant(int.from_bytes(said[:8], "big")), services.clock.now()
    if not 0 <= now - asked_at < GOOD_FOR:
        return None
    nonce = urlsafe_b64encode(said[8:]).decode()
    return challenge if services.nonces.take("passkey", nonce, Instant(now + GOOD_FOR), now) else None


def _decoded(answer: str) -> _Shown | None:
    try:
        return msgspec.json.decode(answer[:MAX_OCTETS], type=_Shown)
    except UNREADABLE:
        return None


def _octets(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
