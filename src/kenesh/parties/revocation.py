"""A key is revoked by the recovery key, which lies in a safe and signs nothing else.

A revocation proves itself: it shows the recovery key, whose thumbprint stands on the card that was admitted by its
fingerprint. It beats whatever the revoked key says, a succession included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant, ModifiedKey, instant_of, modified_key, stix_timestamp
from kenesh.basis.problem import UntrustedProblem, UsageProblem
from kenesh.parties.card import unsigned
from kenesh.parties.keys import PublicKey, Signer
from kenesh.parties.party import party_id
from kenesh.stix.register import Channel, TypeDefinition, common_properties

REVOCATION = TypeDefinition(
    name="kenesh-key-revocation",
    description="The recovery key's word that a party's key is not to be believed from an instant on.",
    channel=Channel.CONTENT,
    properties={
        "party": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{1,15}$"},
        "kid": {"type": "string", "minLength": 43, "maxLength": 43},
        "since": {"$ref": "#/$defs/timestamp"},
        "replacement": {"type": "object", "required": ["kty", "crv", "x"]},
        "recovery_jwk": {"type": "object", "required": ["kty", "crv", "x"]},
        "signatures": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string", "maxLength": 2000}},
    },
    required=("party", "kid", "since", "recovery_jwk", "signatures"),
)

_SEED_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class Revocation:
    """What a revocation says, once its signature holds.

    Attributes:
        kid: the key that is revoked. since: the instant of compromise.
        replacement: the key that takes its place; None where none does.
        recovery_kid: the key that signed.
    """

    party: str
    kid: str
    since: Instant
    replacement: PublicKey | None
    recovery_kid: str
    modified: ModifiedKey

    @property
    def party_ref(self) -> str:
        return party_id(self.party)


def make_revocation(
    recovery: Signer, *, party: str, kid: str, since: Instant, replacement: PublicKey | None, now: Instant
) -> dict[str, Any]:
    """The signed revocation. One id for each key; said anew, it is a later version."""
    stix_id = f"{REVOCATION.name}--{named_uuid('key-revocation', f'{party}/{kid}')}"
    value = common_properties(REVOCATION.name, stix_id, stix_timestamp(now), party_id(party))
    value |= {"party": party, "kid": kid, "since": stix_timestamp(since), "recovery_jwk": recovery.public.jwk}
    if replacement is not None:
        value |= {"replacement": replacement.jwk}
    return value | {"signatures": [recovery.sign(value)]}


def signed_revocation(value: Mapping[str, Any]) -> Revocation:
    """The revocation, if the key that it shows as the recovery key signed it. Whether it is that party's, others say.

    Raises:
        UntrustedProblem: it was tampered with, or names another party's id.
    """
    if value.get("type") != REVOCATION.name or value.get("created_by_ref") != party_id(str(value.get("party"))):
        raise UntrustedProblem("This is no revocation by the party it names.")
    recovery = PublicKey.from_jwk(value["recovery_jwk"])
    recovery.verify(str(value["signatures"][0]), unsigned(value))
    return Revocation(
        party=str(value["party"]),
        kid=str(value["kid"]),
        since=instant_of(str(value["since"])),
        replacement=PublicKey.from_jwk(value["replacement"]) if "replacement" in value else None,
        recovery_kid=recovery.kid,
        modified=modified_key(str(value["modified"])),
    )


def recovery_seed(text: str) -> bytes:
    """The recovery key as `kenesh init` showed it: 64 hexadecimal digits, in groups or not.

    Raises:
        UsageProblem: it is none.
    """
    digits = "".join(text.split())
    if len(digits) != _SEED_DIGITS or not digits.isascii():
        raise UsageProblem("This is no recovery key.", advice="It is the 64 digits that `kenesh init` showed once.")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise UsageProblem(
            "This is no recovery key.", advice="It is the 64 digits that `kenesh init` showed once."
        ) from None
