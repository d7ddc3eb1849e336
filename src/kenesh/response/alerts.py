"""The types of alert levels: what level a party asks for in a body, and by which rules the body's level follows.

A level is nobody's to set: each party states its own demand, and the level in force is derived from all of them.
"""

from __future__ import annotations

from typing import Any, Final

from kenesh.stix.register import Channel, TypeDefinition

#: From nothing to the gravest; a body's rules say what each needs.
LEVELS: Final = ("routine", "watch", "alert", "joint-response", "council-crisis")
MAX_REASON: Final = 2_000
#: What the rules of a body may be about.
ALERT_LEVELS, PROCEDURE = "alert-levels", "procedure"

_BODY_REF: Final = {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"}
_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}
_SPAN: Final = {"type": "string", "pattern": "^[0-9]{1,4}[mhd]$"}
_COUNT: Final = {"type": "integer", "minimum": 0, "maximum": 100}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


ALERT = TypeDefinition(
    name="kenesh-alert",
    description="The alert level that one party asks for in a body, until when, and why.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "level": {"type": "string", "enum": list(LEVELS)},
        "reason": {"type": "string", "minLength": 1, "maxLength": MAX_REASON},
        "expires_at": _TIMESTAMP,
        "affected": {"type": "boolean"},
        "political": {"type": "boolean"},
    },
    required=("body_ref", "level", "reason", "expires_at", "affected", "political"),
)

RULES = TypeDefinition(
    name="kenesh-rules",
    description="Rules of a body, stated by its keeper on the body's decision: what each alert level needs, or by"
    " which procedures it decides.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "kind": {"type": "string", "enum": [ALERT_LEVELS, PROCEDURE]},
        "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "in_force_from": _TIMESTAMP,
        "title": {"type": "string", "minLength": 1, "maxLength": 500},
        "source": {"type": "string", "minLength": 1, "maxLength": 500},
        #: How long a silence lasts at least, whether consensus is found, and which majority adopts; where one does not
        #: stand, there is none. Of a vote: of what it is a majority, who has to take part, what each vote weighs.
        "procedure": _object(
            (),
            silence_at_least=_SPAN,
            consensus={"type": "boolean"},
            vote={"type": "string", "enum": ["simple", "two-thirds", "all"]},
            base={"type": "string", "enum": ["cast", "present", "all"]},
            quorum=_object(
                (),
                parties={"type": "integer", "minimum": 1, "maximum": 100},
                share={"type": "string", "pattern": "^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$"},
            ),
            weights={
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": _object(
                    ("party_ref", "weight"),
                    party_ref={"$ref": "#/$defs/party"},
                    weight={"type": "integer", "minimum": 0, "maximum": 1_000_000},
                ),
            },
        ),
        "level": {
            "type": "array",
            "minItems": 1,
            "maxItems": len(LEVELS) - 1,
            "items": _object(
                ("id", "needs", "lasts_at_most"),
                id={"type": "string", "enum": list(LEVELS[1:])},
                lasts_at_most=_SPAN,
                wakes={"type": "boolean"},
                needs={
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 10,
                    "items": _object((), states=_COUNT, affected=_COUNT, political=_COUNT, chair={"type": "boolean"}),
                },
                asks={
                    "type": "array",
                    "maxItems": 20,
                    "items": _object(
                        ("what",),
                        what={"type": "string", "minLength": 1, "maxLength": 300},
                        within=_SPAN,
                        every=_SPAN,
                        after=_SPAN,
                        by_sitrep={"type": "boolean"},
                        by_contacts={"type": "boolean"},
                    ),
                },
            ),
        },
    },
    required=("body_ref", "kind", "version", "in_force_from", "title", "source"),
)
