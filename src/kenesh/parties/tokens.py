"""Node tokens: one request, from one node, to one node, for one minute.

A token names the receiving node's key, the method, the path with its query, and a nonce. It lives at most 60 s by its
issuer's clock; the receiver allows its own clock five minutes either way, and keeps nonces for eleven.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import MINUTE, SECOND, Instant
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer, verify_octets

LIFETIME: Final = 60 * SECOND
SKEW: Final = 5 * MINUTE
NONCE_KEPT: Final = 11 * MINUTE
_MAX_TOKEN: Final = 6_000
_TYP: Final = "kenesh+jwt"


class Claims(msgspec.Struct, frozen=True):
    """What a token says: `iss` the sending party's id, `aud` the receiving node's kid, `iat` and `exp` in seconds."""

    iss: str
    aud: str
    method: str
    path: str
    nonce: str
    iat: int
    exp: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart, not yet trusted."""

    claims: Claims
    payload: bytes
    signature: str


def make_token(signer: Signer, *, iss: str, aud: str, method: str, path: str, nonce: str, now: Instant) -> str:
    """The token for one request."""
    issued = now // SECOND
    payload = msgspec.json.encode(Claims(iss, aud, method, path, nonce, issued, issued + LIFETIME // SECOND))
    head, _, signature = signer.sign_octets(payload, typ=_TYP).partition("..")
    return f"{head}.{urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"


def parse_token(text: str) -> Token:
    """The token's parts; nothing is believed yet.

    Raises:
        UntrustedProblem: it is no token.
    """
    parts = text.split(".")
    if len(text) > _MAX_TOKEN or len(parts) != 3:
        raise UntrustedProblem("The token is not formed as it must be.")
    try:
        payload = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = msgspec.json.decode(payload, type=Claims)
    except (ValueError, *UNREADABLE):
        raise UntrustedProblem("The token is not formed as it must be.") from None
    return Token(claims, payload, f"{parts[0]}..{parts[2]}")


def check_token(token: Token, key: PublicKey, *, aud: Container[str], method: str, path: str, now: Instant) -> None:
    """Passes only for a token of that key, for this node, request and time; the nonce is the caller's to check.

    `aud`: the kids under which this node is known: who has not heard of its newest key yet still means it.

    Raises:
        UntrustedProblem: one of them does not hold; `params["skew_s"]` where it is the clock.
    """
    verify_octets(key, token.signature, token.payload, typ=_TYP)
    claims = token.claims
    if claims.aud not in aud:
        raise UntrustedProblem("The token is for another node.")
    if claims.method != method or claims.path != path:
        raise UntrustedProblem("The token is for another request.")
    if not 0 <= claims.exp - claims.iat <= LIFETIME // SECOND or not 16 <= len(claims.nonce) <= 64:
        raise UntrustedProblem("The token is not formed as it must be.")
    skew = claims.iat - now // SECOND
    # In microseconds: a token is good for 11 minutes and not a moment longer, as long as its nonce is kept.
    if claims.iat * SECOND - now > SKEW or now - claims.exp * SECOND > SKEW:
        raise UntrustedProblem(
            f"The clocks of the two nodes are {abs(skew)} s apart; five minutes are allowed.",
            advice="Set the clocks by NTP.",
            skew_s=skew,
        )
