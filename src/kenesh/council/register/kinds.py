"""The types of the register: a source, and a statement that stands in it.

Whoever confirms a row states it, in the name of its party. How a statement stands is no field of it: it follows from
what others show of it, each link released on its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kenesh.council.agenda.kinds import KINDS
from kenesh.council.agenda.register import MAX_EXCERPT
from kenesh.stix.quoting import CONDITION, SOURCE_TYPE, STATEMENT_TYPE
from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import text

QUALIFIERS: Final = ("exactly", "about", "up-to", "more-than", "less-than", "at-least", "between")
MAX_NAME: Final = 300
MAX_BASIS: Final = 600
MAX_CONDITION: Final = 700
MAX_URL: Final = 2_000
MAX_MECHANISMS: Final = 20
MAX_FIGURES: Final = 20
_DATE: Final = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_ONE_TIME: Final = f"(by {_DATE}|{_DATE}(/({_DATE})?)?)"
#: A time as ISO 8601 writes it: 2027, 2027-03, a span 2022/2027, a term `by 2027-12-31`; several of them with "; ".
WHEN: Final = f"^{_ONE_TIME}(; {_ONE_TIME}){{0,2}}$"


class Effect(StrEnum):
    """What evidence shows of a statement."""

    DECIDED = "decided"
    HELD = "held"
    DONE = "done"
    NOT_DONE = "not-done"


#: The relationship from the evidence to the statement says what it shows. The day is its `start_time`.
SHOWS: Final = {f"shows-{effect}": effect for effect in Effect}
#: What may be evidence. Of statements an event alone is: what somebody supports, hopes or promises shows nothing.
EVIDENCE: Final = frozenset(("kenesh-decision", "kenesh-sitting", "report", SOURCE_TYPE, STATEMENT_TYPE))
#: Kinds of statement of which something can become.
PENDING: Final = frozenset(("proposal", "commitment", "support", "call", "event"))
EVENT: Final = "event"


def _day() -> dict[str, Any]:
    return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


_SOURCE_REF: Final = {"type": "string", "pattern": f"^{SOURCE_TYPE}--[0-9a-f-]{{36}}$"}
_CONDITION: Final = {CONDITION: text(MAX_CONDITION)}
SOURCE = TypeDefinition(
    name=SOURCE_TYPE,
    description="A page or document that was read, and the condition under which it may be reproduced.",
    channel=Channel.CONTENT,
    properties={
        "name": text(MAX_NAME),
        "publisher": text(MAX_NAME),
        **_CONDITION,
        "dated_on": _day(),
        "url": text(MAX_URL),
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "succeeds_ref": _SOURCE_REF,
    },
    required=("name", "publisher", CONDITION, "sha256"),
)
#: The columns that a person may correct.
CORRECTED: Final = (
    *("speaker", "speaker_resolved", "speaker_basis", "kind", "mechanisms", "when", "when_basis", "said_on"),
    "figures",
)
STATEMENT = TypeDefinition(
    name=STATEMENT_TYPE,
    description="What a page says that somebody said: confirmed by a person, with a short excerpt and its condition.",
    channel=Channel.CONTENT,
    properties={
        "source_ref": _SOURCE_REF,
        "publisher": text(MAX_NAME),
        **_CONDITION,
        "line": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "speaker": text(MAX_NAME),
        "speaker_resolved": text(MAX_NAME),
        "speaker_basis": text(MAX_BASIS),
        "kind": {"type": "string", "enum": list(KINDS)},
        "excerpt": text(MAX_EXCERPT),
        "mechanisms": {"type": "array", "minItems": 1, "maxItems": MAX_MECHANISMS, "items": text(MAX_NAME)},
        "when": {"type": "string", "pattern": WHEN, "maxLength": 100},
        "when_basis": text(MAX_BASIS),
        "said_on": _day(),
        "figures": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_FIGURES,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["qualifier", "value", "unit"],
                "properties": {
                    "qualifier": {"type": "string", "enum": list(QUALIFIERS)},
                    "value": {"type": "number"},
                    "unit": text(100),
                    "period": text(100),
                },
            },
        },
        #: Which of its columns a person said otherwise than the page was read.
        "corrected": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "enum": list(CORRECTED)},
        },
    },
    required=("source_ref", "publisher", CONDITION, "line", "speaker", "kind", "excerpt"),
)
KINDS_OF_REGISTER: Final = (SOURCE, STATEMENT)
