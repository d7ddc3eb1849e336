"""The types by which a party says how it stands: its situation report, and what it knows of a connection.

Nobody reports for another. Of a service that crosses a border each end says its own, and two ends may contradict: both
words stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kenesh.basis.instants import DAY, HOUR, Instant, instant_of, stix_timestamp
from kenesh.parties.sectors import SECTORS
from kenesh.response.kinds import Outlook, RootCause, Severity
from kenesh.response.statements import Hand
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel, TypeDefinition

#: For so long an outlook speaks. Source: NIS Cooperation Group, taxonomy 04/2018.
OUTLOOK_SPEAKS: Final = 6 * HOUR
#: For so long a report stands on the page; then its party has said nothing.
STANDS: Final = 30 * DAY
MAX_TEXT: Final = 2_000
MAX_NAME: Final = 120
MAX_ENDS: Final = 10


class Threat(StrEnum):
    """How grave the threat is. Source: NIS Cooperation Group, taxonomy 04/2018."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ConnectionKind(StrEnum):
    """What crosses the border."""

    CABLE = "cable"
    EXCHANGE_POINT = "exchange-point"
    TRUST_SERVICE = "trust-service"
    TEAM_CHANNEL = "team-channel"


class Works(StrEnum):
    """How it works, the gravest last; `unknown` where the party cannot tell."""

    WORKING = "working"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    DOWN = "down"


_BODY_REF: Final = {"type": "string", "pattern": "^kenesh-body--[0-9a-f-]{36}$"}
_TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}
_PARTY: Final = {"$ref": "#/$defs/party"}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": MAX_NAME}


def _one_of(kinds: Sequence[str] | type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(kind) for kind in kinds]}


SITREP = TypeDefinition(
    name="kenesh-sitrep",
    description="How one party stands, and its outlook for the next six hours, as it says to a body.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "outlook": _one_of(Outlook),
        "root_cause": _one_of(RootCause),
        "threat_severity": _one_of(Threat),
        "impact": {
            "type": "array",
            "minItems": 1,
            "maxItems": len(SECTORS),
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["sector", "severity"],
                "properties": {"sector": _one_of(SECTORS), "severity": _one_of(Severity)},
            },
        },
        "description": _TEXT,
    },
    required=("body_ref", "outlook"),
)

CONNECTION = TypeDefinition(
    name="kenesh-connection",
    description="A service that crosses a border, and how it works now, as one party says to a body.",
    channel=Channel.CONTENT,
    properties={
        "body_ref": _BODY_REF,
        "name": _NAME,
        "kind": _one_of(ConnectionKind),
        "end_refs": {"type": "array", "minItems": 1, "maxItems": MAX_ENDS, "uniqueItems": True, "items": _PARTY},
        "owner": _NAME,
        "state": _one_of(Works),
        "since": _TIMESTAMP,
        "contact": {"type": "string", "minLength": 1, "maxLength": 300},
        "description": _TEXT,
    },
    required=("body_ref", "name", "kind", "end_refs", "state", "since"),
)


@dataclass(frozen=True, slots=True)
class Sitrep:
    """One version of a situation report. `stated_at` is when its party reported; what is put right later is not newer.

    Attributes:
        impact: the sectors that are hit, each once, with how gravely.
        tlp: as what it counts here. revoked: it counts no more.
    """

    id: str
    modified_at: Instant
    by_ref: str
    stated_at: Instant
    outlook: str
    root_cause: str = ""
    threat: str = ""
    impact: tuple[tuple[str, str], ...] = ()
    text: str = ""
    tlp: Tlp = Tlp.AMBER_STRICT
    revoked: bool = False

    @property
    def severity(self) -> str:
        """How gravely the state is hit: as its gravest sector is."""
        return gravest(severity for _, severity in self.impact)


@dataclass(frozen=True, slots=True)
class Word:
    """One version of what a party says of a connection. Connections of one name in a body are one."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    kind: str
    end_refs: tuple[str, ...]
    state: str
    since: Instant
    owner: str = ""
    contact: str = ""
    text: str = ""
    tlp: Tlp = Tlp.AMBER_STRICT
    revoked: bool = False


def gravest(severities: Any) -> str:
    """The gravest of these; white where there is none."""
    order = [severity.value for severity in Severity]
    return min(severities, key=order.index, default=Severity.WHITE.value)


def sitrep_of(value: Mapping[str, Any], tlp: Tlp) -> Sitrep:
    """The report in a checked object. Of a sector that it names twice, the graver word counts.

    Raises:
        UsageProblem: it names a day or time that does not exist, which no schema knows.
    """
    named: dict[str, str] = {}
    for one in value.get("impact", ()):
        named[one["sector"]] = gravest((one["severity"], named.get(one["sector"], Severity.WHITE.value)))
    return Sitrep(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        stated_at=instant_of(value["created"]),
        outlook=value["outlook"],
        root_cause=value.get("root_cause", ""),
        threat=value.get("threat_severity", ""),
        impact=tuple(sorted(named.items())),
        text=value.get("description", ""),
        tlp=tlp,
        revoked=value.get("revoked", False),
    )


def word_of(value: Mapping[str, Any], tlp: Tlp) -> Word:
    """What a checked object says of a connection.

    Raises:
        UsageProblem: it names a day or time that does not exist, which no schema knows.
    """
    return Word(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        kind=value["kind"],
        end_refs=tuple(sorted(value["end_refs"])),
        state=value["state"],
        since=instant_of(value["since"]),
        owner=value.get("owner", ""),
        contact=value.get("contact", ""),
        text=value.get("description", ""),
        tlp=tlp,
        revoked=value.get("revoked", False),
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """What a party reports."""

    outlook: Outlook
    impact: Mapping[str, str] = field(default_factory=dict)
    root_cause: str = ""
    threat: str = ""
    text: str = ""


def sitrep_object(hand: Hand, body_ref: str, situation: Situation) -> dict[str, Any]:
    """A situation report."""
    value = {"body_ref": body_ref, "outlook": situation.outlook.value}
    impact = [{"sector": sector, "severity": severity} for sector, severity in sorted(situation.impact.items())]
    more = {"impact": impact, "root_cause": situation.root_cause, "threat_severity": situation.threat}
    more |= {"description": situation.text}
    return hand.begins(SITREP.name) | value | {name: said for name, said in more.items() if said}


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a party says of a connection."""

    name: str
    kind: ConnectionKind
    end_refs: tuple[str, ...]
    state: Works
    since: Instant
    owner: str = ""
    contact: str = ""
    text: str = ""

    def said(self) -> dict[str, Any]:
        """What an object says of it."""
        value = {"name": self.name, "kind": self.kind.value, "end_refs": list(self.end_refs)}
        value |= {"state": self.state.value, "since": stix_timestamp(self.since)}
        more = {"owner": self.owner, "contact": self.contact, "description": self.text}
        return value | {name: said for name, said in more.items() if said}
