"""Audiences: to whom a release goes. A release has exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final
from uuid import UUID

from kenesh.basis.identifiers import named_uuid
from kenesh.parties.bodies import Role
from kenesh.stix.register import Channel


class AudienceKind(IntEnum):
    """What sort of circle an audience is; the numbers stand in the store."""

    PERSON = 0
    PARTY = 1
    BODY = 2
    CLASS = 3
    GROUP = 4
    PUBLIC = 5
    PEERS = 6


@dataclass(frozen=True, slots=True)
class Audience:
    """One audience. `ref` is a party's identity id, a body's id, or audience-- and a UUIDv5."""

    kind: AudienceKind
    ref: str


def _named(*parts: str) -> str:
    return f"audience--{named_uuid('audience', *parts)}"


PUBLIC: Final = Audience(AudienceKind.PUBLIC, _named("public"))
PEERS: Final = Audience(AudienceKind.PEERS, _named("peers"))
CLASSES: Final[dict[Role, str]] = {role: _named("class", role.value) for role in Role}
_FIXED: Final = {PUBLIC.ref: PUBLIC.kind, PEERS.ref: PEERS.kind} | dict.fromkeys(CLASSES.values(), AudienceKind.CLASS)


def party_audience(party_ref: str) -> Audience:
    """One party: what is released to it lies in its inbox."""
    return Audience(AudienceKind.PARTY, party_ref)


def body_audience(body_ref: str) -> Audience:
    """The parties with a term in the body."""
    return Audience(AudienceKind.BODY, body_ref)


def class_audience(role: Role) -> Audience:
    """The parties with such a term in the council."""
    return Audience(AudienceKind.CLASS, CLASSES[role])


@lru_cache(maxsize=4096)
def person_audience(party_ref: str, person: str) -> Audience:
    """One named person of a party."""
    return Audience(AudienceKind.PERSON, _named("person", party_ref, person))


@lru_cache(maxsize=4096)
def group_audience(party_ref: str, name: str) -> Audience:
    """A group of a party's own constituents, group:NAME or sector:NAME."""
    return Audience(AudienceKind.GROUP, _named("constituents", party_ref, name))


def audience_named(ref: str) -> Audience | None:
    """The audience that a wire reference names, where its kind can be told from the reference alone.

    A group of constituents cannot: what it is called is its party's own matter.
    """
    if ref.startswith("identity--"):
        return Audience(AudienceKind.PARTY, ref)
    if ref.startswith("kenesh-body--"):
        return Audience(AudienceKind.BODY, ref)
    return Audience(_FIXED[ref], ref) if ref in _FIXED else None


def collection_id(node_party_ref: str, audience_ref: str, channel: Channel) -> UUID:
    """The TAXII collection of an audience at a party's node: UUIDv5(party id, audience id / channel)."""
    return named_uuid("collection", node_party_ref, audience_ref, channel.value)
