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
        "valid_until": {"$ref": "#/$defs/timestamp"},
        "signatures": {"type": "array", "minItems": 1, "maxItems": 4, "items": {"type": "string", "maxLength": 2000}},
    },
    required=("party", "name", "url", "jwk", "recovery_kid", "serial", "valid_until", "signatures"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, once its own signature holds."""

    party: str
    name: str
    url: str
    key: PublicKey
    serial: int
    valid_until: Instant

    @property
    def party_ref(self) -> str:
        return party_id(self.party)


def make_card(
    signer: Signer, *, party: str, name: str, url: str, recovery_kid: str, serial: int, now: Instant
) -> dict[str, Any]:
    """The signed card. One id for each party; a later serial is a later version."""
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
    return value | {"signatures": [signer.sign(value)]}


def read_card(value: Mapping[str, Any], now: Instant) -> Card:
    """The card, if it is whole, signed by the key it shows, and not expired.

    Raises:
        UntrustedProblem: it was tampered with, names another party's id, or is expired.
    """
    if value.get("type") != CARD.name or value.get("created_by_ref") != party_id(str(value.get("party"))):
        raise UntrustedProblem("This is no card of the party it names.")
    key = PublicKey.from_jwk(value["jwk"])
    unsigned = {name: item for name, item in value.items() if name != "signatures"}
    try:
        key.verify(str(value["signatures"][0]), unsigned)
    except UntrustedProblem:
        raise UntrustedProblem(
            "The card was changed after it was signed.", advice="Ask for the card again, as `kenesh card` prints it."
        ) from None
    card = Card(
        party=str(value["party"]),
        name=str(value["name"]),
        url=str(value["url"]).rstrip("/"),
        key=key,
        serial=int(value["serial"]),
        valid_until=instant_of(str(value["valid_until"])),
    )
    if card.valid_until <= now:
        raise UntrustedProblem(f"The card of {card.party} is expired.", advice="Ask for a new one.")
    if ADDRESS.fullmatch(card.url) is None:
        raise UntrustedProblem("The card's URL is no address of a server (scheme, host and port alone).")
    return card
