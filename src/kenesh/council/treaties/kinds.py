"""The types by which a treaty is followed: the treaty with its rule, and one step of one party.

Who has signed or is bound is no list in the treaty: each party states its own steps, the depositary what it received.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import PARTY, ref_to, text


class Step(StrEnum):
    """What a party, or the depositary for it, states. The `-receipt`s are the depositary's alone."""

    SIGNATURE = "signature"
    APPROVAL = "approval"
    NOTIFICATION = "notification"
    RECEIPT = "receipt"
    DECLARATION = "declaration"
    RESERVATION = "reservation"
    ENTRY = "entry-into-force"
    DENUNCIATION = "denunciation"
    DENUNCIATION_RECEIPT = "denunciation-receipt"


class Of(StrEnum):
    """Whose consent counts for the entry into force."""

    SIGNATORIES = "signatories"
    ANY = "any"


class Counts(StrEnum):
    """What a consent is: the receipt of a notification by the depositary, or the signature."""

    RECEIPT = "receipt"
    SIGNATURE = "signature"


class Begins(StrEnum):
    """On which day after the term: on the day itself, or on the first day of the month that follows it."""

    DAY = "day"
    MONTH = "month"


MAX_TEXT: Final = 20_000
LANGUAGE: Final = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
TERM: Final = "^[0-9]{1,4}[dm]$"
_LANG: Final = {"type": "string", "pattern": LANGUAGE}
_DATE: Final = {"type": "string", "pattern": r"^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"}
_TERM: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["after", "begins"],
    "properties": {
        "after": {"type": "string", "pattern": TERM},
        "begins": {"type": "string", "enum": [one.value for one in Begins]},
    },
}


TREATY = TypeDefinition(
    name="kenesh-treaty",
    description="A treaty as it is followed in a body: its names, authentic languages, depositary, and by which rule"
    " it enters into force. Who is bound by it each party says for itself.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": ref_to("kenesh-body"),
        "names": {
            "type": "array",
            "minItems": 1,
            "maxItems": 12,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["lang", "text"],
                "properties": {"lang": _LANG, "text": text(500)},
            },
        },
        "kind": {"type": "string", "enum": ["agreement", "charter", "convention", "memorandum", "protocol", "treaty"]},
        "authentic_languages": {"type": "array", "minItems": 1, "maxItems": 12, "uniqueItems": True, "items": _LANG},
        "depositary_ref": PARTY,
        "open_until": _DATE,
        "rule": {
            "type": "object",
            "additionalProperties": False,
            "required": ["count", "of", "counts", "first", "later", "accession", "zone", "source"],
            "properties": {
                "count": {"type": "integer", "minimum": 1, "maximum": 250},
                "of": {"type": "string", "enum": [one.value for one in Of]},
                "counts": {"type": "string", "enum": [one.value for one in Counts]},
                "first": _TERM,
                "later": _TERM,
                "denunciation": _TERM,
                "accession": {"type": "boolean"},
                "zone": {"type": "string", "pattern": "^[A-Za-z0-9_+/-]{1,60}$"},
                "source": text(1000),
            },
        },
    },
    required=("body_ref", "names", "kind", "authentic_languages", "depositary_ref", "rule"),
)

RATIFICATION = TypeDefinition(
    name="kenesh-ratification",
    description="One step of one party on the way into a treaty, or out of it: by that party for itself, by the"
    " depositary, or as reported by a source that is named.",
    channel=Channel.CONTENT,
    properties={
        "treaty_ref": ref_to("kenesh-treaty"),
        "about_ref": PARTY,
        "step": {"type": "string", "enum": [one.value for one in Step]},
        "on": _DATE,
        "reference": text(300),
        "text": text(MAX_TEXT),
        "source": text(1000),
        "as_of": _DATE,
    },
    required=("treaty_ref", "about_ref", "step", "on"),
)
KINDS_OF_TREATIES: Final = (TREATY, RATIFICATION)
