"""The types by which measures are followed: a programme, a measure, and the verification of a report.

The body's keeper states the programme and its measures, each party its own reports (`kenesh-update`), another one
whether a report holds. How a measure stands is no field of any of them: it follows from all of them, and from the day.
Source: IATI 2.03 for indicators, baselines and targets; ADR 49 for the lights.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kenesh.stix.register import Channel, TypeDefinition


class Direction(StrEnum):
    """Which way an indicator is to go; of a yes-no one the target is 1."""

    ASCENDING = "ascending"
    DESCENDING = "descending"
    YES_NO = "yes-no"


class Must(StrEnum):
    """Who must have done a measure before it counts as done."""

    ACCOUNTABLE = "accountable"
    ALL = "all"


class Standing(StrEnum):
    """What a decision made of a measure."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """What another party says of a report."""

    VERIFIED = "verified"
    DISPUTED = "disputed"


MAX_CHAPTERS, MAX_PERIODS, MAX_INDICATORS, MAX_MILESTONES, MAX_SUPPORTING, MAX_TARGETS = 40, 40, 12, 40, 60, 40
#: A number as IATI writes it, as text: digits, a dot, no exponent.
NUMBER: Final = r"^-?[0-9]{1,18}([.][0-9]{1,9})?$"
DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
WORD: Final = r"^[a-z0-9][a-z0-9-]{0,63}$"
#: The number of a measure, as people write it: 1.2.3, EC-04.
MEASURE_NUMBER: Final = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}
_PARTY: Final = {"$ref": "#/$defs/party"}
_BODY_REF: Final = {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"}
_NUMBER: Final = {"type": "string", "pattern": NUMBER}
_DAY: Final = {"type": "string", "pattern": DAY}
_WORD: Final = {"type": "string", "pattern": WORD}
_DECISION_REF: Final = {"type": "string", "pattern": "^kenesh-decision--[0-9a-f-]{36}$"}
_PERCENT: Final = {"type": "integer", "minimum": 1, "maximum": 100}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _one_of(kinds: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [kind.value for kind in kinds]}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _several(most: int, item: Any, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "minItems": least, "maxItems": most, "items": item}


PROGRAMME = TypeDefinition(
    name="kenesh-programme",
    description="What the measures of a body are arranged by: chapters, periods of a strategy, and when a light turns.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "name": _text(300),
        "source": _text(500),
        "chapters": _several(MAX_CHAPTERS, _object(("id", "name"), id=_WORD, name=_text(300))),
        "periods": _several(
            MAX_PERIODS,
            _object(("id", "name", "from", "until"), **{"id": _WORD, "from": _DAY, "until": _DAY}, name=_text(300)),
        ),
        #: Green from so many per cent of the way that should be behind, amber from so many; a report counts as late
        #: for so many days, and then as missing.
        "lights": _object(
            (), green=_PERCENT, amber=_PERCENT, late_days={"type": "integer", "minimum": 0, "maximum": 365}
        ),
        #: The days of each year on which reports are due, as --06-30.
        "reports_due": _several(12, {"type": "string", "pattern": "^--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}),
    },
    required=("body_ref", "name", "source", "chapters", "periods"),
)

MEASURE = TypeDefinition(
    name="kenesh-measure",
    description="What is to be done under a programme, by whom, until when; told by indicators or milestones.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "programme_ref": {"type": "string", "pattern": "^kenesh-programme--[0-9a-f-]{36}$"},
        "number": {"type": "string", "pattern": MEASURE_NUMBER},
        "name": _text(500),
        "chapter": _WORD,
        "period": _WORD,
        #: On what it rests: a decision's number, a paragraph of a declaration.
        "mandate": _text(500),
        "accountable_ref": _PARTY,
        "supporting_refs": _several(MAX_SUPPORTING, _PARTY),
        "must": _one_of(Must),
        "begins": _DAY,
        "due": _DAY,
        "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
        "indicators": _several(
            MAX_INDICATORS,
            _object(
                ("id", "name", "direction", "baseline", "target"),
                id=_WORD,
                name=_text(300),
                unit=_text(60),
                direction=_one_of(Direction),
                baseline=_NUMBER,
                target=_NUMBER,
                #: What should have been reached by the end of a day before the last.
                targets=_several(MAX_TARGETS, _object(("on", "value"), on=_DAY, value=_NUMBER)),
            ),
        ),
        "milestones": _several(MAX_MILESTONES, _object(("id", "name", "due"), id=_WORD, name=_text(300), due=_DAY)),
        "standing": _one_of(Standing),
        #: The decision by which this version changes who, until when or how much.
        "decision_ref": _DECISION_REF,
    },
    required=(
        *("body_ref", "programme_ref", "number", "name", "chapter", "period", "mandate", "accountable_ref"),
        *("must", "begins", "due"),
    ),
)

VERIFICATION = TypeDefinition(
    name="kenesh-verification",
    description="That a report on a measure holds, or does not, as a party other than the reporter states it.",
    channel=Channel.CONTENT,
    properties={
        "measure_ref": {"type": "string", "pattern": "^kenesh-measure--[0-9a-f-]{36}$"},
        "update_ref": {"type": "string", "pattern": "^kenesh-update--[0-9a-f-]{36}$"},
        "update_modified": _TIMESTAMP,
        "verdict": _one_of(Verdict),
        "ground": _text(5_000),
    },
    required=("measure_ref", "update_ref", "update_modified", "verdict"),
)
KINDS: Final = (PROGRAMME, MEASURE, VERIFICATION)
