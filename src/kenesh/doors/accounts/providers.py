"""Logging in with an OpenID Connect provider: whom it names, an administrator has linked to an account.

No account is ever made by it. What has to outlast the way to the provider and back stands sealed in a cookie of the
browser, so that whoever begins and never returns costs nothing here.
Source: OpenID Connect Core 1.0 §3.1; RFC 7636 (PKCE); RFC 9207 (the issuer in the answer); RFC 9700.
"""

from __future__ import annotations

import hmac
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.basis.problem import UntrustedProblem
from kenesh.doors.accounts import sessions
from kenesh.doors.provider import Provider
from kenesh.doors.services import Services
from kenesh.release.manifest import text_of

T = TypeVar("T")

BACK: Final = "/desk/provider/back"
GOOD_FOR: Final = 10 * MINUTE
_SKEW: Final = MINUTE
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "Ed25519", "EdDSA"]
_NONCE_OCTETS: Final = 12


class _Begun(msgspec.Struct, frozen=True):
    """What this node remembers of a log-in that it sent to the provider."""

    state: str
    nonce: str
    verifier: str
    at: int


class _Discovered(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str | list[str]
    exp: int
    iat: int
    nonce: str = ""
    azp: str = ""


def begin(services: Services, provider: Provider) -> tuple[str, str]:
    """(the provider's address to send the browser to, the sealed cookie).

    Raises:
        UntrustedProblem: the provider does not say of itself what it must. UnreachableProblem: it does not answer.
    """
    found = _discovered(provider)
    state, nonce, verifier = (text_of(services.chance.octets(32)) for _ in range(3))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": _redirect(services),
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(found.authorization_endpoint).query else "?"
    cookie = _sealed(services, _Begun(state, nonce, verifier, services.clock.now()))
    return found.authorization_endpoint + joint + urlencode(asked), cookie


def finish(services: Services, provider: Provider, cookie: str, said: dict[str, str]) -> str | None:
    """The secret of a session of whom the provider names, if an account is linked to it; None where none is.

    Raises:
        UntrustedProblem: what came back is not what was asked for. UnreachableProblem: the provider does not answer.
    """
    begun = _taken(services, cookie, said.get("state", ""))
    if said.get("iss", provider.issuer) != provider.issuer or not said.get("code"):
        raise UntrustedProblem("The provider's answer is none to what was asked.", advice="Log in anew.")
    found = _discovered(provider)
    token = _exchanged(services, provider, found, said["code"], begun.verifier)
    claims = _checked(provider, token, provider.line.get(found.jwks_uri), begun.nonce, services.clock.now())
    with services.store.writing() as tx:
        account = tx.accounts.by_subject(claims.iss, claims.sub)
        if account is None or not account.is_open:
            return None
        return sessions.begin(services, tx, account, "provider")


def _redirect(services: Services) -> str:
    return f"{services.own.url}{BACK}"


def _discovered(provider: Provider) -> _Discovered:
    """What the provider says of itself (OpenID Connect Discovery 1.0 §4)."""
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _read(provider.line.get(url), _Discovered)
    if found.issuer != provider.issuer:
        raise UntrustedProblem("The provider says that it is another.", advice="Look at provider_issuer.")
    return found


def _exchanged(services: Services, provider: Provider, found: _Discovered, code: str, verifier: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect(services),
        "client_id": provider.client_id,
        "code_verifier": verifier,
    }
    headers = {}
    if provider.secret:
        # RFC 6749 §2.3.1: both are form-encoded first.
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    return _read(provider.line.post(found.token_endpoint, form, headers), _Tokens).id_token


def _checked(provider: Provider, token: str, keys: bytes, nonce: str, now: Instant) -> _Claims:
    """The claims of an ID token that holds for this client, this log-in and now (OpenID Connect Core §3.1.3.7)."""
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        known = KeySet.import_key_set(msgspec.json.decode(keys))
        payload = jws.deserialize_compact(token, known, algorithms=_ALGORITHMS).payload
    except (JoseError, *UNREADABLE, KeyError, TypeError, AttributeError):
        raise UntrustedProblem("The provider's signature does not hold.", advice="Log in anew.") from None
    claims = _read(payload, _Claims)
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    holds = (
        claims.iss == provider.issuer,
        provider.client_id in audience,
        claims.azp == provider.client_id if len(audience) > 1 else claims.azp in ("", provider.client_id),
        hmac.compare_digest(claims.nonce, nonce),
        now - _SKEW < claims.exp * SECOND,
        claims.iat * SECOND < now + _SKEW,
        0 < len(claims.sub) <= 255,
    )
    if not all(holds):
        raise UntrustedProblem("The provider speaks of another log-in than this.", advice="Log in anew.")
    return claims


def _read(octets: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(octets, type=kind)
    except UNREADABLE:
        raise UntrustedProblem("The provider does not answer as it must.", advice="Tell whoever runs it.") from None


def _cipher(services: Services) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"kenesh provider 1").derive(services.secret))


def _sealed(services: Services, begun: _Begun) -> str:
    nonce = services.chance.octets(_NONCE_OCTETS)
    return urlsafe_b64encode(nonce + _cipher(services).encrypt(nonce, msgspec.json.encode(begun), None)).decode()


def _taken(services: Services, cookie: str, state: str) -> _Begun:
    """What was begun in this browser, lately, and was not finished yet."""
    now = services.clock.now()
    try:
        sealed = urlsafe_b64decode(cookie[:2_000].encode("utf-8", "replace"))
        opened = _cipher(services).decrypt(sealed[:_NONCE_OCTETS], sealed[_NONCE_OCTETS:], None)
        begun = msgspec.json.decode(opened, type=_Begun)
    except (InvalidTag, ValueError, *UNREADABLE):
        raise UntrustedProblem("No log-in was begun in this browser.", advice="Log in anew.") from None
    same = hmac.compare_digest(begun.state.encode(), state.encode("utf-8", "replace"))
    if not same or not 0 <= now - begun.at < GOOD_FOR:
        raise UntrustedProblem("That log-in was begun elsewhere, or too long ago.", advice="Log in anew.")
    if not services.nonces.take("provider", begun.state, Instant(now + GOOD_FOR), now):
        raise UntrustedProblem("That log-in is finished already.", advice="Log in anew.")
    return begun
