"""The types by which parties act together: a case, what is asked in it, and what becomes of that.

One writer for each: the lead states the case and its tasks, whoever was asked states the updates. No object says what
else belongs to a case or who else is in it: that is said by relationships, each released on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from kenesh.parties.sectors import SECTORS
from kenesh.stix.register import Channel, TypeDefinition


class CaseKind(StrEnum):
    """What a case is of. The last four are of other circles, which coordinate alone: they hold no files of suspects."""

    CYBER_INCIDENT = "cyber-incident"
    CYBERCRIME = "cybercrime"
    TERRORISM = "terrorism"
    ORGANISED_CRIME = "organised-crime"
    DRUG_TRAFFICKING = "drug-trafficking"


class Severity(StrEnum):
    """National severity. Source: NIS Cooperation Group, taxonomy 04/2018: very large, large, minor, none."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    WHITE = "white"


class Status(StrEnum):
    """What whoever was asked says of it; of a request, accepted is acknowledged, and done is answered."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_PROGRESS = "in-progress"
    DONE = "done"


class RequestKind(StrEnum):
    """What one party asks of another. Source: Budapest Convention Art. 35(1); RFC 2350 §5 for a takedown."""

    INFORMATION = "information"
    PRESERVATION = "preservation"
    ASSISTANCE = "assistance"
    TAKEDOWN = "takedown"


class Outlook(StrEnum):
    """How it will be in six hours. Source: NIS Cooperation Group, taxonomy 04/2018."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"


class RootCause(StrEnum):
    """Why it happened. Source: NIS Cooperation Group, taxonomy 04/2018."""

    SYSTEM_FAILURES = "system-failures"
    NATURAL_PHENOMENA = "natural-phenomena"
    HUMAN_ERRORS = "human-errors"
    MALICIOUS_ACTIONS = "malicious-actions"
    THIRD_PARTY_FAILURES = "third-party-failures"


#: What a party says where it may not know yet.
JUDGED: Final = ("yes", "no", "suspected", "unknown")

#: By which relationship a case says where its parties meet: its room, a body.
MEETS_IN: Final = "meets-in"

#: Reference Security Incident Taxonomy, version 1003: the classes of its first column.
RSIT: Final = (
    "abusive-content", "malicious-code", "information-gathering", "intrusion-attempts", "intrusions", "availability",
    "information-content-security", "fraud", "vulnerable", "other", "test",
)  # fmt: skip

_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}
_PARTY: Final = {"$ref": "#/$defs/party"}
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 300}
_TEXT: Final = {"type": "string", "maxLength": 20_000}
_CASE_REF: Final = {"type": "string", "pattern": "^kenesh-case--[0-9a-f-]{36}$"}
#: A regime, or a step of one.
_WORD: Final = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}

#: What one party asks of another, whatever it is: of whom, until when, and that it is no longer asked.
_ASKED: Final = {
    "name": _NAME,
    "description": _TEXT,
    "case_ref": _CASE_REF,
    "to_ref": _PARTY,
    "due_at": _TIMESTAMP,
    "cancelled_at": _TIMESTAMP,
}


def _one_of(kinds: type[StrEnum] | tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(kind) for kind in kinds]}


CASE = TypeDefinition(
    name="kenesh-case",
    description="What several parties deal with together, as its lead states it.",
    channel=Channel.CONTENT,
    properties={
        "name": _NAME,
        "description": _TEXT,
        "kind": _one_of(CaseKind),
        "exercise": {"type": "boolean"},
        "rsit_class": _one_of(RSIT),
        "severity": _one_of(Severity),
        "sectors": {"type": "array", "minItems": 1, "maxItems": 20, "uniqueItems": True, "items": _one_of(SECTORS)},
        "cross_border_impact": _one_of(JUDGED),
        "regimes": {"type": "array", "minItems": 1, "maxItems": 10, "items": _WORD},
        "aware_at": _TIMESTAMP,
        "handled_at": _TIMESTAMP,
        "closed_at": _TIMESTAMP,
    },
    required=("name", "kind", "exercise", "aware_at"),
)

TASK = TypeDefinition(
    name="kenesh-task",
    description="What the lead of a case asks of one party, and until when.",
    channel=Channel.CONTENT,
    properties={**_ASKED, "inject": _WORD},
    required=("name", "case_ref", "to_ref", "due_at"),
)

REQUEST = TypeDefinition(
    name="kenesh-request",
    description="What one party asks of another, in a case or on its own.",
    channel=Channel.CONTENT,
    properties={**_ASKED, "kind": _one_of(RequestKind), "regime": _WORD, "stage": _WORD},
    required=("name", "kind", "to_ref", "due_at"),
)

UPDATE = TypeDefinition(
    name="kenesh-update",
    description="What becomes of what was asked, as whoever was asked states it.",
    channel=Channel.CONTENT,
    properties={
        "target_ref": {
            "type": "string",
            "pattern": "^kenesh-(task|request|case|alert|contact-check|sitting|measure)--[0-9a-f-]{36}$",
        },
        #: Of an update on an alert: which of what the level asks, in the words of the rules.
        "about": {"type": "string", "minLength": 1, "maxLength": 300},
        "case_ref": _CASE_REF,
        "status": _one_of(Status),
        "description": _TEXT,
        #: Of an update on a measure: what was reached of its indicators, and which milestones are done.
        "figures": {
            "type": "array",
            "minItems": 1,
            "maxItems": 12,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["indicator", "value"],
                "properties": {
                    "indicator": _WORD,
                    "value": {"type": "string", "pattern": r"^-?[0-9]{1,18}([.][0-9]{1,9})?$"},
                },
            },
        },
        "milestones": {"type": "array", "minItems": 1, "maxItems": 40, "uniqueItems": True, "items": _WORD},
        "evidence": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "sha256"],
                "properties": {
                    "name": _NAME,
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "octets": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
                },
            },
        },
    },
    required=("target_ref", "status"),
)

REPORT = TypeDefinition(
    name="kenesh-incident-report",
    description="What an affected party reports at a step of a regime, to those who deal with the case.",
    channel=Channel.CONTENT,
    properties={
        "case_ref": _CASE_REF,
        "regime": _WORD,
        "stage": _WORD,
        "answers_ref": {"type": "string", "pattern": "^kenesh-incident-report--[0-9a-f-]{36}$"},
        "aware_at": _TIMESTAMP,
        "handled_at": _TIMESTAMP,
        "suspected_malicious": _one_of(JUDGED),
        "cross_border_impact": _one_of(JUDGED),
        "severity": _one_of(Severity),
        "root_cause": _one_of(RootCause),
        "mitigation": _TEXT,
        "outlook": _one_of(Outlook),
        "description": _TEXT,
    },
    required=("case_ref", "regime", "stage", "aware_at"),
)

KINDS: Final = (CASE, TASK, REQUEST, UPDATE, REPORT)


def answered_ref(value: Mapping[str, Any]) -> str:
    """What a checked object answers: who wrote that waits for it, and says when it came; "" for nothing."""
    match value["type"]:
        case UPDATE.name:
            # What a level asks, nobody asked: it follows from the rules, and nobody waits.
            return "" if "about" in value else str(value["target_ref"])
        case REPORT.name:
            return str(value.get("answers_ref") or value["case_ref"])
        case _:
            return ""
