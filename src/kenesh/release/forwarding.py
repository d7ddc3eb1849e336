"""Asking the author to pass something on, and how that stands: what a recipient may not do, its author may.

The request goes to the author alone, and so does the name of whom it is for. The answer is the author's own release, or
his refusal; either way he says so in a receipt. Source: FIRST TLP 2.0: who wants to share more widely asks the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.release.recalls import Outcome
from kenesh.stix.register import Channel, TypeDefinition, common_properties

MAX_REASON: Final = 2_000

FORWARD_REQUEST = TypeDefinition(
    name="kenesh-forward-request",
    description="A recipient asks the author of an object to give it to somebody else too.",
    channel=Channel.CONTROL,
    properties={
        "author_ref": {"$ref": "#/$defs/party"},
        "object_ref": {"type": "string", "maxLength": 300},
        "audience_ref": {"type": "string", "pattern": "^(identity|kenesh-body|audience)--[0-9a-f-]{36}$"},
        "reason": {"type": "string", "minLength": 1, "maxLength": MAX_REASON},
    },
    required=("author_ref", "object_ref", "audience_ref", "reason"),
)


class Standing(StrEnum):
    """How a request stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Said:
    """A receipt of a request: by whom, when, and what it says."""

    by_ref: str
    modified_at: Instant
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """What one party asks of the author of an object."""

    id: str
    by_ref: str
    author_ref: str
    object_ref: str
    audience_ref: str
    reason: str
    asked_at: Instant

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> ForwardRequest:
        """The request in an object that passed its schema."""
        return cls(
            value["id"],
            value["created_by_ref"],
            value["author_ref"],
            value["object_ref"],
            value["audience_ref"],
            value["reason"],
            instant_of(value["created"]),
        )

    def standing(self, said: Iterable[Said]) -> tuple[Standing, str]:
        """How it stands, and the author's reason: his word alone counts, and what he gave he gave.

        Until he has granted it he may think again; of two refusals the later is told.
        """
        answers = [one for one in said if one.by_ref == self.author_ref]
        if any(one.outcome is Outcome.APPLIED for one in answers):
            return Standing.GRANTED, ""
        refusals = [one for one in answers if one.outcome is Outcome.REFUSED]
        if not refusals:
            return Standing.ASKED, ""
        return Standing.REFUSED, max(refusals, key=lambda one: (one.modified_at, one.reason)).reason


def request_object(
    uuid: UUID, author_ref: str, object_ref: str, audience_ref: str, reason: str, *, party_ref: str, now: Instant
) -> dict[str, Any]:
    """The one version of a request."""
    name = f"{FORWARD_REQUEST.name}--{uuid}"
    return common_properties(FORWARD_REQUEST.name, name, stix_timestamp(now), party_ref) | {
        "author_ref": author_ref,
        "object_ref": object_ref,
        "audience_ref": audience_ref,
        "reason": reason,
    }
