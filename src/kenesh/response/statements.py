"""What a party states about a case, as objects: made here, checked like a stranger's when they are taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.response.kinds import CASE, MEETS_IN, REPORT, REQUEST, TASK, UPDATE, CaseKind, RequestKind, Status
from kenesh.response.stated import RELATIONSHIP
from kenesh.stix.marking import Tlp
from kenesh.stix.register import common_properties

#: OASIS' incident core extension, under which other STIX tools read what happened.
INCIDENT_CORE: Final = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"

#: Between two versions of one object: a millisecond, which is what a STIX timestamp tells.
_TICK: Final = 1000


@dataclass(frozen=True, slots=True)
class Hand:
    """Who states it, when, under which marking, and the id that it gets."""

    uuid: UUID
    party_ref: str
    now: Instant
    tlp: Tlp

    def begins(self, kind: str) -> dict[str, Any]:
        """The properties that every object of that type begins with."""
        value = common_properties(kind, f"{kind}--{self.uuid}", stix_timestamp(self.now), self.party_ref)
        return value | {"object_marking_refs": [self.tlp.marking_ref]}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a lead says of a case when it opens it."""

    name: str
    kind: CaseKind
    aware_at: Instant
    severity: str = ""
    sectors: Sequence[str] = ()
    regimes: Sequence[str] = ()
    rsit_class: str = ""
    cross_border_impact: str = ""
    exercise: bool = False
    text: str = ""


def case_object(hand: Hand, opening: Opening) -> dict[str, Any]:
    """A case, as it is opened."""
    value = hand.begins(CASE.name) | {
        "name": opening.name,
        "kind": opening.kind.value,
        "exercise": opening.exercise,
        "aware_at": stix_timestamp(opening.aware_at),
    }
    return value | _said(
        severity=opening.severity,
        sectors=list(opening.sectors),
        regimes=list(opening.regimes),
        rsit_class=opening.rsit_class,
        cross_border_impact=opening.cross_border_impact,
        description=opening.text,
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a task asks, and until when. `inject`: the event of a drill that it is."""

    name: str
    due_at: Instant
    text: str = ""
    inject: str = ""


def task_object(hand: Hand, case_ref: str, to_ref: str, task: Assignment) -> dict[str, Any]:
    """What the lead asks of one party."""
    value = {"name": task.name, "case_ref": case_ref, "to_ref": to_ref, "due_at": stix_timestamp(task.due_at)}
    return hand.begins(TASK.name) | value | _said(description=task.text, inject=task.inject)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for; `regime` and `stage` where it is a report."""

    name: str
    kind: RequestKind
    due_at: Instant
    regime: str = ""
    stage: str = ""
    text: str = ""


def request_object(hand: Hand, case_ref: str, to_ref: str, wanted: Wanted) -> dict[str, Any]:
    """What one party asks of another, in a case, or with "" outside any."""
    value = {
        "name": wanted.name,
        "kind": wanted.kind.value,
        "to_ref": to_ref,
        "due_at": stix_timestamp(wanted.due_at),
    }
    more = _said(case_ref=case_ref, regime=wanted.regime, stage=wanted.stage, description=wanted.text)
    return hand.begins(REQUEST.name) | value | more


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that stays at home: its name, and what it is known by."""

    name: str
    sha256: str
    octets: int


@dataclass(frozen=True, slots=True)
class Word:
    """What a party says of what it was asked, or of its part in a case."""

    status: Status
    text: str = ""
    evidence: tuple[Evidence, ...] = ()


def update_object(hand: Hand, case_ref: str, target_ref: str, word: Word) -> dict[str, Any]:
    """What becomes of what was asked, or of a party's part in a case."""
    value = {"target_ref": target_ref, "status": word.status.value} | _said(case_ref=case_ref)
    files = [{"name": one.name, "sha256": one.sha256, "octets": one.octets} for one in word.evidence]
    return hand.begins(UPDATE.name) | value | _said(description=word.text, evidence=files)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a party reports at a step of a regime. `form`: what is known of what the step asks for."""

    regime: str
    stage: str
    aware_at: Instant
    handled_at: Instant | None = None
    answers_ref: str = ""
    form: Mapping[str, str] | None = None


def report_object(hand: Hand, case_ref: str, reported: Reported) -> dict[str, Any]:
    """A report at a step of a regime."""
    value = {
        "case_ref": case_ref,
        "regime": reported.regime,
        "stage": reported.stage,
        "aware_at": stix_timestamp(reported.aware_at),
    }
    handled = "" if reported.handled_at is None else stix_timestamp(reported.handled_at)
    more = _said(handled_at=handled, answers_ref=reported.answers_ref, **(reported.form or {}))
    return hand.begins(REPORT.name) | value | more


def incident_object(hand: Hand, opening: Opening) -> dict[str, Any]:
    """The incident that a case is about, for tools that know no cases. Source: STIX 2.1 §4.9 and its core extension."""
    value = hand.begins("incident") | {"name": opening.name} | _said(description=opening.text)
    core: dict[str, Any] = {"extension_type": "property-extension"}
    core |= {"determination": "suspected", "investigation_status": "open"}
    core |= _said(incident_types=[opening.rsit_class] if opening.rsit_class else [])
    return value | {"extensions": {INCIDENT_CORE: core}}


def link_object(hand: Hand, source_ref: str, target_ref: str, kind: str = "related-to") -> dict[str, Any]:
    """A relationship between a case and something else; it is STIX's own."""
    value = hand.begins(RELATIONSHIP) | {
        "relationship_type": kind,
        "source_ref": source_ref,
        "target_ref": target_ref,
    }
    del value["extensions"]
    return value


def room_link(hand: Hand, case_ref: str, body_ref: str) -> dict[str, Any]:
    """Says where the parties of a case meet."""
    return link_object(hand, case_ref, body_ref, MEETS_IN)


def restated(value: Mapping[str, Any], now: Instant, *, without: Sequence[str] = (), **changes: str) -> dict[str, Any]:
    """A later version of an own statement. Its `modified` is later than the one before, whatever the clock says."""
    later = max(now, instant_of(value["modified"]) + _TICK)
    kept = {name: said for name, said in value.items() if name not in without}
    return kept | changes | {"modified": stix_timestamp(later)}


def _said(**more: str | list[str] | list[dict[str, Any]]) -> dict[str, Any]:
    """What was said: nothing stands in an object that is empty."""
    return {name: value for name, value in more.items() if value}
