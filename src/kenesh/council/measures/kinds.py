"""The types by which measures are followed: a programme, a measure, and the verification of a report.

The body's keeper states the programme and its measures, each party its own reports (`kenesh-update`), another one
whether a report holds. How a measure stands is no field of any of them: it follows from all of them, and from the day.
Source: IATI 2.03 for indicators, baselines and targets; ADR 49 for the lights.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import PARTY, TIMESTAMP, closed, one_of, ref_to, text


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
_BODY_REF: Final = ref_to("kenesh-body")
_NUMBER: Final = {"type": "string", "pattern": NUMBER}
_DAY: Final = {"type": "string", "pattern": DAY}
_WORD: Final = {"type": "string", "pattern": WORD}
_DECISION_REF: Final = ref_to("kenesh-decision")
_PERCENT: Final = {"type": "integer", "minimum": 1, "maximum": 100}


def _several(most: int, item: Any, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "minItems": least, "maxItems": most, "items": item}


PROGRAMME = TypeDefinition(
    name="kenesh-programme",
    description="What the measures of a body are arranged by: chapters, periods of a strategy, and when a light turns.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "name": text(300),
        "source": text(500),
        "chapters": _several(MAX_CHAPTERS, closed(("id", "name"), id=_WORD, name=text(300))),
        "periods": _several(
            MAX_PERIODS,
            closed(("id", "name", "from", "until"), **{"id": _WORD, "from": _DAY, "until": _DAY}, name=text(300)),
        ),
        #: Green from so many per cent of the way that should be behind, amber from so many; a report counts as late
        #: for so many days, and then as missing.
        "lights": closed(
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
        "programme_ref": ref_to("kenesh-programme"),
        "number": {"type": "string", "pattern": MEASURE_NUMBER},
        "name": text(500),
        "chapter": _WORD,
        "period": _WORD,
        #: On what it rests: a decision's number, a paragraph of a declaration.
        "mandate": text(500),
        "accountable_ref": PARTY,
        "supporting_refs": _several(MAX_SUPPORTING, PARTY),
        "must": one_of(Must),
        "begins": _DAY,
        "due": _DAY,
        "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
        "indicators": _several(
            MAX_INDICATORS,
            closed(
                ("id", "name", "direction", "baseline", "target"),
                id=_WORD,
                name=text(300),
                unit=text(60),
                direction=one_of(Direction),
                baseline=_NUMBER,
                target=_NUMBER,
                #: What should have been reached by the end of a day before the last.
                targets=_several(MAX_TARGETS, closed(("on", "value"), on=_DAY, value=_NUMBER)),
            ),
        ),
        "milestones": _several(MAX_MILESTONES, closed(("id", "name", "due"), id=_WORD, name=text(300), due=_DAY)),
        "standing": one_of(Standing),
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
        "measure_ref": ref_to("kenesh-measure"),
        "update_ref": ref_to("kenesh-update"),
        "update_modified": TIMESTAMP,
        "verdict": one_of(Verdict),
        "ground": text(5_000),
    },
    required=("measure_ref", "update_ref", "update_modified", "verdict"),
)
KINDS: Final = (PROGRAMME, MEASURE, VERIFICATION)
