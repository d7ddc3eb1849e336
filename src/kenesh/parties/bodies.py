"""Bodies and memberships on the wire, as their keeper states them.

A body's id is random and known to its members only. A membership is never signed by itself: the keeper's release that
carries it proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, ModifiedKey, instant_of, modified_key, stix_timestamp
from kenesh.stix.register import Channel, TypeDefinition, common_properties


class Role(StrEnum):
    """A party's role in a body. In the council, it is also the party's class."""

    MEMBER = "member"
    OBSERVER = "observer"
    PARTNER = "partner"
    CHAIR = "chair"
    ORGANISATION = "organisation"
    SECRETARIAT = "secretariat"


#: Who speaks in a body for a party; the others are heard.
SPEAKS: Final = frozenset((Role.MEMBER, Role.CHAIR))


@dataclass(frozen=True, slots=True)
class Seat:
    """A party's term in a body."""

    begins: Instant
    ends: Instant | None = None
    role: Role = Role.MEMBER

    def holds(self, at: Instant) -> bool:
        """Whether the party sits there then."""
        return self.begins <= at and (self.ends is None or at < self.ends)


#: What a body is for: a circle, or the one council of all parties.
CIRCLE, COUNCIL = "circle", "council"

BODY = TypeDefinition(
    name="kenesh-body",
    description="A circle with a purpose, a keeper and rules. `purpose` council marks the one body of all parties;"
    " `exercise` one that plays a drill, into which nothing real goes, and out of which nothing.",
    channel=Channel.CONTROL,
    properties={
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{1,63}$"},
        "title": {"type": "string", "minLength": 1, "maxLength": 300},
        "purpose": {"type": "string", "enum": [CIRCLE, COUNCIL]},
        "exercise": {"type": "boolean"},
    },
    required=("name", "title", "purpose"),
)

MEMBERSHIP = TypeDefinition(
    name="kenesh-membership",
    description="A party's term in a body, stated by the body's keeper.",
    channel=Channel.CONTROL,
    properties={
        "body_ref": {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"},
        "party_ref": {"$ref": "#/$defs/party"},
        "party": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{1,15}$"},
        "kid": {"type": "string", "minLength": 43, "maxLength": 43},
        "role": {"type": "string", "enum": [role.value for role in Role]},
        "from": {"$ref": "#/$defs/timestamp"},
        "until": {"$ref": "#/$defs/timestamp"},
        "legal_basis": {"type": "string", "maxLength": 1000},
        #: By which the state names this node of its agency (ADR 51): a detached JWS.
        "naming": {"type": "string", "maxLength": 2000},
    },
    required=("body_ref", "party_ref", "party", "kid", "role", "from"),
)


@dataclass(frozen=True, slots=True)
class Membership:
    """One version of a membership, as the rules of terms read it."""

    id: str
    modified: ModifiedKey
    body_ref: str
    party_ref: str
    kid: str
    role: Role
    begins: Instant
    ends: Instant | None


def body_object(
    uuid: UUID, *, name: str, title: str, purpose: str, keeper_ref: str, now: Instant, exercise: bool = False
) -> dict[str, Any]:
    """The body as its keeper states it."""
    value = common_properties(BODY.name, f"{BODY.name}--{uuid}", stix_timestamp(now), keeper_ref)
    said = {"name": name, "title": title, "purpose": purpose}
    return value | said | ({"exercise": True} if exercise else {})


def membership_object(
    uuid: UUID,
    *,
    body_ref: str,
    party: str,
    party_ref: str,
    kid: str,
    role: Role,
    keeper_ref: str,
    begins: Instant,
    now: Instant,
) -> dict[str, Any]:
    """A first version of a membership."""
    value = common_properties(MEMBERSHIP.name, f"{MEMBERSHIP.name}--{uuid}", stix_timestamp(now), keeper_ref)
    return value | {
        "body_ref": body_ref,
        "party_ref": party_ref,
        "party": party,
        "kid": kid,
        "role": role.value,
        "from": stix_timestamp(begins),
    }


def read_membership(value: Mapping[str, Any]) -> Membership:
    """The membership that a checked object states."""
    until = value.get("until")
    return Membership(
        id=str(value["id"]),
        modified=modified_key(str(value["modified"])),
        body_ref=str(value["body_ref"]),
        party_ref=str(value["party_ref"]),
        kid=str(value["kid"]),
        role=Role(value["role"]),
        begins=instant_of(str(value["from"])),
        ends=instant_of(str(until)) if until else None,
    )
