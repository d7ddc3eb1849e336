"""Recalls: what a withdrawal asks of those who have the object, and the receipt by which each of them answers.

A receipt is the recipient's own statement. Of a recall it says what became of the object on that node and how far it
had gone from there, and says plainly what it does not cover. Of what answers its own question it says that it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.stix.register import Channel, TypeDefinition, common_properties


class Ask(StrEnum):
    """What recipients are asked to do: to erase what they have, or to hold it as withdrawn, or as marked."""

    DELETE = "delete"
    MARK = "mark"
    REMARK = "remark"


class Outcome(StrEnum):
    """How a recipient answers. What is `received` waits for a person there."""

    APPLIED = "applied"
    REFUSED = "refused"
    RECEIVED = "received"


#: What a withdrawal has besides, where it is a recall.
ASKING: Final[Mapping[str, Any]] = {
    "asks": {"type": "string", "enum": [ask.value for ask in Ask]},
    "by": {"type": "string", "maxLength": 60},
}

_COUNT: Final = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}

RECEIPT = TypeDefinition(
    name="kenesh-receipt",
    description="The recipient's word: what became of a recall there, what it does not cover; or that an answer came.",
    channel=Channel.CONTROL,
    properties={
        "of_ref": {
            "type": "string",
            "pattern": "^kenesh-(withdrawal|update|incident-report|forward-request|proposal|position|finding|receipt"
            "|note-verbale)--[0-9a-f-]{36}$",
        },
        #: Of a position, a finding and a receipt of one: the proposal, so that who has not got it learns that there is.
        "proposal_ref": {"type": "string", "pattern": "^kenesh-proposal--[0-9a-f-]{36}$"},
        "of_modified": {"$ref": "#/$defs/timestamp"},
        "case_ref": {"type": "string", "pattern": "^kenesh-case--[0-9a-f-]{36}$"},
        "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
        "objects": _COUNT,
        "kept": _COUNT,
        "forwarded_to": _COUNT,
        "reason": {"type": "string", "maxLength": 2000},
        "not_covered": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 300}},
    },
    required=("of_ref", "outcome"),
)


@dataclass(frozen=True, slots=True)
class Recall:
    """What a withdrawal asks of its recipients, and until when they are to have answered."""

    ask: Ask
    by: Instant

    def wire(self) -> dict[str, str]:
        return {"asks": self.ask.value, "by": stix_timestamp(self.by)}

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Recall | None:
        """What a withdrawal that passed its schema asks; None where it asks nothing, or until no time.

        Raises:
            UsageProblem: its time is none.
        """
        return cls(Ask(value["asks"]), instant_of(value["by"])) if "asks" in value and "by" in value else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A recipient's answer.

    Attributes:
        of_ref: the withdrawal. objects: how many of its objects were here.
        kept: how many of them stay, since they came from elsewhere too.
        forwarded_to: to how many parties they had been passed on from here; these were asked in turn.
    """

    of_ref: str
    outcome: Outcome
    objects: int
    kept: int
    forwarded_to: int
    reason: str = ""
    not_covered: tuple[str, ...] = ()

    def wire(self) -> dict[str, Any]:
        """What the receipt says besides the common properties."""
        value: dict[str, Any] = {
            "of_ref": self.of_ref,
            "outcome": self.outcome.value,
            "objects": self.objects,
            "kept": self.kept,
            "forwarded_to": self.forwarded_to,
        }
        if self.reason:
            value["reason"] = self.reason
        if self.not_covered:
            value["not_covered"] = list(self.not_covered)
        return value

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Receipt:
        """The receipt in an object that passed its schema."""
        return cls(
            value["of_ref"],
            Outcome(value["outcome"]),
            value.get("objects", 0),
            value.get("kept", 0),
            value.get("forwarded_to", 0),
            value.get("reason", ""),
            tuple(value.get("not_covered", ())),
        )


def receipt_object(uuid: UUID, receipt: Receipt, *, party_ref: str, now: Instant) -> dict[str, Any]:
    """The first version of a receipt."""
    return common_properties(RECEIPT.name, f"{RECEIPT.name}--{uuid}", stix_timestamp(now), party_ref) | receipt.wire()


def arrival_receipt(uuid: UUID, of: Mapping[str, Any], *, party_ref: str, now: Instant) -> dict[str, Any]:
    """That this version has come: when it counts from. It names the case or proposal that the version belongs to.

    Of another's receipt it says that this receipt was there: who stated it cannot have made it up later.
    """
    value = common_properties(RECEIPT.name, f"{RECEIPT.name}--{uuid}", stix_timestamp(now), party_ref)
    value |= {"of_ref": of["id"], "of_modified": of["modified"], "outcome": Outcome.RECEIVED.value}
    # Of a receipt of a proposal, that proposal is what it belongs to.
    about = {"proposal_ref": of["of_ref"]} if of["type"] == RECEIPT.name else {}
    return value | about | {name: of[name] for name in ("case_ref", "proposal_ref") if name in of}
