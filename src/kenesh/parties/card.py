"""A node's card: party, name, address and key, signed by the key it shows.

A card proves nothing by itself: a peer admits it when its fingerprint was checked out of band.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import DAY, Instant, instant_of, stix_timestamp
from kenesh.basis.problem import UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer
from kenesh.parties.party import party_id
from kenesh.stix.register import Channel, TypeDefinition, common_properties

VALIDITY: Final = 365 * DAY
#: A server's address: scheme, host and port alone.
ADDRESS: Final = re.compile(r"https?://[^\s/?#]+(?::\d+)?", re.ASCII)
_PARTY_REF: Final = re.compile(r"identity--[0-9a-f-]{36}", re.ASCII)

CARD = TypeDefinition(
    name="kenesh-card",
    description="A party's node: its name, address and key, signed by that key.",
    channel=Channel.CONTENT,
    properties={
        "party": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{1,15}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "url": {"type": "string", "maxLength": 500, "pattern": "^https?://"},
        "jwk": {"type": "object", "required": ["kty", "crv", "x"]},
        "recovery_kid": {"type": "string", "minLength": 43, "maxLength": 43},
        "serial": {"type": "integer", "minimum": 1},
        "succeeds": {"type": "string", "minLength": 43, "maxLength": 43},
        "hosted_by_ref": {"type": "string", "pattern": "^identity--[0-9a-f-]{36}$"},
        "valid_until": {"$ref": "#/$defs/timestamp"},
        "signatures": {"type": "array", "minItems": 1, "maxItems": 4, "items": {"type": "string", "maxLength": 2000}},
    },
    required=("party", "name", "url", "jwk", "recovery_kid", "serial", "valid_until", "signatures"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, once its own signature holds.

    Attributes:
        succeeds: the kid of the key that this one takes the place of, and that signed the card too; '' where none is.
        hosted_by_ref: the party on whose machine the node runs, and who can read what it can; '' where it is its own.
    """

    party: str
    name: str
    url: str
    key: PublicKey
    recovery_kid: str
    serial: int
    valid_until: Instant
    succeeds: str = ""
    hosted_by_ref: str = ""

    @property
    def party_ref(self) -> str:
        return party_id(self.party)


def make_card(
    signer: Signer,
    *,
    party: str,
    name: str,
    url: str,
    recovery_kid: str,
    serial: int,
    now: Instant,
    former: Signer | None = None,
    hosted_by_ref: str = "",
) -> dict[str, Any]:
    """The signed card. One id for each party; a later serial is a later version.

    With `former`, the key of the signer takes the place of that one, which signs too. `hosted_by_ref` as on the card.
    """
    stix_id = f"{CARD.name}--{named_uuid('card', party)}"
    value = common_properties(CARD.name, stix_id, stix_timestamp(now), party_id(party))
    value |= {
        "party": party,
        "name": name,
        "url": url,
        "jwk": signer.public.jwk,
        "recovery_kid": recovery_kid,
        "serial": serial,
        "valid_until": stix_timestamp(now + VALIDITY),
    }
    if hosted_by_ref:
        value["hosted_by_ref"] = hosted_by_ref
    if former is None:
        return value | {"signatures": [signer.sign(value)]}
    value |= {"succeeds": former.kid}
    return value | {"signatures": [signer.sign(value), former.sign(value)]}


def read_card(value: Mapping[str, Any], now: Instant) -> Card:
    """The card, if it is whole, signed by the key it shows, and not expired.

    Raises:
        UntrustedProblem: it was tampered with, names another party's id, or is expired.
    """
    card = signed_card(value)
    if card.valid_until <= now:
        raise UntrustedProblem(f"The card of {card.party} is expired.", advice="Ask for a new one.")
    return card


def signed_card(value: Mapping[str, Any]) -> Card:
    """The card, expired or not, if it is whole and signed by the key it shows.

    Raises:
        UntrustedProblem: it was tampered with, names another party's id, or no party that could be its host.
    """
    if value.get("type") != CARD.name or value.get("created_by_ref") != party_id(str(value.get("party"))):
        raise UntrustedProblem("This is no card of the party it names.")
    key = PublicKey.from_jwk(value["jwk"])
    try:
        key.verify(str(value["signatures"][0]), unsigned(value))
    except UntrustedProblem:
        raise UntrustedProblem(
            "The card was changed after it was signed.", advice="Ask for the card again, as `kenesh card` prints it."
        ) from None
    card = Card(
        party=str(value["party"]),
        name=str(value["name"]),
        url=str(value["url"]).rstrip("/"),
        key=key,
        recovery_kid=str(value["recovery_kid"]),
        serial=int(value["serial"]),
        valid_until=instant_of(str(value["valid_until"])),
        succeeds=str(value.get("succeeds", "")),
        hosted_by_ref=str(value.get("hosted_by_ref", "")),
    )
    if "hosted_by_ref" in value and (
        _PARTY_REF.fullmatch(card.hosted_by_ref) is None or card.hosted_by_ref == card.party_ref
    ):
        raise UntrustedProblem("The card names no other party by whom the node is hosted.")
    if ADDRESS.fullmatch(card.url) is None:
        raise UntrustedProblem("The card's URL is no address of a server (scheme, host and port alone).")
    return card


def is_succession(value: Mapping[str, Any], former: PublicKey) -> bool:
    """Whether the former key signed the card that takes its place."""
    signatures = value["signatures"]
    if value.get("succeeds") != former.kid or len(signatures) < 2:
        return False
    try:
        former.verify(str(signatures[1]), unsigned(value))
    except UntrustedProblem:
        return False
    return True


def unsigned(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a signature of the object is over: the object without its signatures."""
    return {name: item for name, item in value.items() if name != "signatures"}
