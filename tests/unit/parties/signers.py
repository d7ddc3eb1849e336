"""Keys that the tests of parties and releases share. Their seeds are no secret."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from kenesh.parties.keys import Signer, SigningKey

AZ: Final[Signer] = SigningKey(b"a" * 32).signer()
KG: Final[Signer] = SigningKey(b"k" * 32).signer()
TR: Final[Signer] = SigningKey(b"t" * 32).signer()


def unpadded(octets: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    """The octets of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(signature: str) -> dict[str, Any]:
    """The protected header of a detached JWS."""
    return dict(msgspec.json.decode(padded(signature.partition(".")[0])))


def with_header(signature: str, header: object) -> str:
    """The signature under another header, which it does not cover."""
    return f"{unpadded(msgspec.json.encode(header))}..{signature.rpartition('.')[2]}"


def signed_as(octets: bytes, header: dict[str, Any], seed: bytes = b"a" * 32, algorithm: str = "Ed25519") -> str:
    """What a signer makes who follows another header than Kenesh's, with a key of its own."""
    public = SigningKey(seed).public
    if algorithm.startswith("HS"):
        # The old trick: the public key, which everybody has, taken for the secret of an HMAC.
        key: OctKey | OKPKey = OctKey.import_key(padded(public.x))
    else:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public.x, "d": unpadded(seed)})
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    whole = jws.serialize_compact({"alg": algorithm} | header, octets, key, registry=registry)
    head, _, tail = whole.split(".")
    return f"{head}..{tail}"
