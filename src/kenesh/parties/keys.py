"""Ed25519 keys, their fingerprints, and detached signatures.

A signature is a detached JWS (RFC 7515 Appendix F; `alg` Ed25519, RFC 9864) over RFC 8785 bytes. Its `kid` is the key's
RFC 7638 SHA-256 thumbprint, which is also the fingerprint that two duty officers read to each other.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.printable import visible
from kenesh.basis.problem import UntrustedProblem, UsageProblem

#: RFC 9864's name alone. Its elder, EdDSA, says not which curve, and one thing has one spelling here.
_ALGORITHMS: Final = ["Ed25519"]


class _Registry(jws.JWSRegistry):
    """Bounds that a release of ten thousand entries fits in."""

    max_payload_length = 32 * 2**20


_REGISTRY: Final = _Registry(algorithms=_ALGORITHMS)
_MAX_JWS: Final = 2_000
_KEY_TEXT: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def _unpadded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _is_key_text(text: str) -> bool:
    """Whether it is the one spelling of 32 octets: another would give the same key another fingerprint."""
    return _KEY_TEXT.fullmatch(text) is not None and _unpadded(urlsafe_b64decode(text + "=")) == text


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A node's key as its card shows it: `x` is the base64url of the 32 octets (RFC 8037)."""

    x: str

    @classmethod
    def from_jwk(cls, jwk: object) -> PublicKey:
        """The key of a JWK.

        Raises:
            UntrustedProblem: it is no Ed25519 key.
        """
        if not isinstance(jwk, Mapping):
            raise UntrustedProblem("The key is no JWK.")
        x = jwk.get("x")
        if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str) or not _is_key_text(x):
            raise UntrustedProblem("The key is no Ed25519 key.")
        return cls(x)

    @property
    def jwk(self) -> dict[str, str | list[str]]:
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x}

    @property
    def kid(self) -> str:
        """The RFC 7638 thumbprint, base64url without padding."""
        return _thumbprint(self)

    def verify(self, signature: str, value: Mapping[str, Any]) -> None:
        """Passes only where the signature is this key's over the canonical form of the value.

        Raises:
            UntrustedProblem: the signature does not hold.
        """
        verify_octets(self, signature, canonical_bytes(value))


@lru_cache(maxsize=1024)
def _thumbprint(key: PublicKey) -> str:
    # Asked with every request.
    return OKPKey.import_key(key.jwk).thumbprint()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key. It never shows itself."""

    seed: bytes = field(repr=False)

    def _key(self) -> OKPKey:
        # The public half is computed by the library from the seed.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        x = _unpadded(private.public_key().public_bytes_raw())
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "d": _unpadded(self.seed)})

    @property
    def public(self) -> PublicKey:
        return PublicKey(str(self._key().as_dict(private=False)["x"]))

    def signer(self) -> Signer:
        """The key made ready once, for many signatures."""
        return Signer(self._key(), self.public)


class Signer:
    """Signs canonical bytes with one key."""

    def __init__(self, key: OKPKey, public: PublicKey) -> None:
        self._key = key
        self.public = public
        self.kid = public.kid

    def sign(self, value: Mapping[str, Any]) -> str:
        """The detached JWS over the RFC 8785 bytes of the value."""
        return self.sign_octets(canonical_bytes(value))

    def sign_octets(self, octets: bytes, **header: str) -> str:
        """The detached JWS over the octets: header..signature."""
        protected = {"alg": "Ed25519", "kid": self.kid, **header}
        whole = jws.serialize_compact(protected, octets, self._key, registry=_REGISTRY)
        head, _, signature = whole.split(".")
        return f"{head}..{signature}"


def verify_octets(key: PublicKey, signature: str, octets: bytes, *, typ: str | None = None) -> None:
    """Passes only where the detached JWS is this key's over the octets, and of that `typ` (RFC 8725 §3.11).

    Raises:
        UntrustedProblem: the signature does not hold, names another key, or was made for something else.
    """
    head, dots, tail = signature.partition("..")
    if len(signature) > _MAX_JWS or not dots:
        raise UntrustedProblem("The signature is no detached JWS.")
    try:
        whole = jws.deserialize_compact(
            f"{head}.{_unpadded(octets)}.{tail}", OKPKey.import_key(key.jwk), registry=_REGISTRY
        )
    except (JoseError, ValueError):
        raise UntrustedProblem("The signature does not hold.") from None
    if whole.headers().get("kid") != key.kid:
        raise UntrustedProblem("The signature names another key.")
    if whole.headers().get("typ") != typ:
        raise UntrustedProblem("The signature was made for something else.")


def kid_of(signature: str) -> str:
    """The key that a detached JWS names in its header; whether it is by that key is not said.

    Raises:
        UntrustedProblem: it names none.
    """
    head = signature[:_MAX_JWS].partition(".")[0]
    try:
        return str(msgspec.json.decode(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UntrustedProblem("The signature is no detached JWS.") from None


def spoken(kid: str) -> str:
    """The fingerprint for the telephone: the thumbprint in hexadecimal, in groups of four."""
    digits = urlsafe_b64decode(kid + "=").hex()
    return "-".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def heard(text: str) -> str:
    """The kid that a fingerprint names, written as `spoken` gives it or as base64url.

    Raises:
        UsageProblem: it is no fingerprint.
    """
    digits = re.sub(r"[\s:-]", "", text)
    if re.fullmatch(r"[0-9A-Fa-f]{64}", digits, re.ASCII):
        return _unpadded(bytes.fromhex(digits))
    if _is_key_text(text.strip()):
        return text.strip()
    raise UsageProblem(
        f"'{visible(text, 80)}' is no fingerprint.",
        advice="It is the last line of `kenesh fingerprint` on the other node.",
    )
