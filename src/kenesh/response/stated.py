"""What parties stated about a case, read from checked objects into frozen values: one for each version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kenesh.basis.instants import Instant, instant_of
from kenesh.release.recalls import RECEIPT
from kenesh.response.asking import Answer, Asked
from kenesh.response.kinds import CASE, REPORT, REQUEST, TASK, UPDATE, Status

#: How one object is tied to another, in STIX's own words.
RELATIONSHIP: Final = "relationship"

#: What a report says at its step, beside when; the order is that of the form.
FORM: Final = (
    "severity", "suspected_malicious", "cross_border_impact", "outlook", "root_cause", "mitigation", "description",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One version of a case, as its lead states it."""

    id: str
    modified_at: Instant
    by_ref: str
    name: str
    kind: str
    opened_at: Instant
    aware_at: Instant
    exercise: bool = False
    severity: str = ""
    sectors: frozenset[str] = frozenset()
    regimes: tuple[str, ...] = ()
    handled_at: Instant | None = None
    closed_at: Instant | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One version of what a party reports at a step of a regime. `answers_ref`: the report of another that it answers.

    Attributes:
        form: what the step asks for, as far as it is known.
    """

    id: str
    modified_at: Instant
    by_ref: str
    case_ref: str
    regime: str
    stage: str
    stated_at: Instant
    aware_at: Instant
    handled_at: Instant | None = None
    answers_ref: str = ""
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A receipt: that version of that object had come to that party then."""

    of_ref: str
    of_modified_at: Instant
    by_ref: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship between two objects."""

    id: str
    source_ref: str
    target_ref: str
    kind: str = field(default="related-to")


Stated = Case | Asked | Answer | Report | Received | Link


def read(value: Mapping[str, Any]) -> Stated | None:
    """What an object that passed its schema states; None where it says nothing of a case.

    Raises:
        UsageProblem: it names a day or time that does not exist, which no schema knows.
    """
    reader = _READERS.get(value["type"])
    return None if reader is None else reader(value)


def _case(value: Mapping[str, Any]) -> Case:
    return Case(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        name=value["name"],
        kind=value["kind"],
        opened_at=instant_of(value["created"]),
        aware_at=instant_of(value["aware_at"]),
        exercise=value["exercise"],
        severity=value.get("severity", ""),
        sectors=frozenset(value.get("sectors", ())),
        regimes=tuple(value.get("regimes", ())),
        handled_at=_instant(value, "handled_at"),
        closed_at=_instant(value, "closed_at"),
        text=value.get("description", ""),
    )


def _asked(value: Mapping[str, Any]) -> Asked:
    return Asked(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        to_ref=value["to_ref"],
        asked_at=instant_of(value["created"]),
        due_at=instant_of(value["due_at"]),
        cancelled_at=_instant(value, "cancelled_at"),
        name=value["name"],
        case_ref=value.get("case_ref", ""),
        kind=value.get("kind", ""),
        regime=value.get("regime", ""),
        stage=value.get("stage", ""),
        text=value.get("description", ""),
        inject=value.get("inject", ""),
    )


def _answer(value: Mapping[str, Any]) -> Answer:
    return Answer(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        target_ref=value["target_ref"],
        status=Status(value["status"]),
        stated_at=instant_of(value["created"]),
        text=value.get("description", ""),
        files=len(value.get("evidence", ())),
    )


def _report(value: Mapping[str, Any]) -> Report:
    return Report(
        id=value["id"],
        modified_at=instant_of(value["modified"]),
        by_ref=value["created_by_ref"],
        case_ref=value["case_ref"],
        regime=value["regime"],
        stage=value["stage"],
        stated_at=instant_of(value["created"]),
        aware_at=instant_of(value["aware_at"]),
        handled_at=_instant(value, "handled_at"),
        answers_ref=value.get("answers_ref", ""),
        form=tuple((name, value[name]) for name in FORM if name in value),
    )


def _received(value: Mapping[str, Any]) -> Received | None:
    if "of_modified" not in value:
        return None
    return Received(
        value["of_ref"], instant_of(value["of_modified"]), value["created_by_ref"], instant_of(value["created"])
    )


def _link(value: Mapping[str, Any]) -> Link:
    return Link(value["id"], value["source_ref"], value["target_ref"], value["relationship_type"])


def _instant(value: Mapping[str, Any], name: str) -> Instant | None:
    return instant_of(value[name]) if name in value else None


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Stated | None]]] = {
    CASE.name: _case,
    TASK.name: _asked,
    REQUEST.name: _asked,
    UPDATE.name: _answer,
    REPORT.name: _report,
    RECEIPT.name: _received,
    RELATIONSHIP: _link,
}
