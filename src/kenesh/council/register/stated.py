"""Sources, statements and evidence as objects: what this party states, and what checked objects say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from kenesh.basis.instants import Instant, instant_of
from kenesh.council.register.columns import Columns
from kenesh.council.register.kinds import CORRECTED, SHOWS, Effect
from kenesh.stix.quoting import CONDITION

_MIDNIGHT = "T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Source:
    """A page or document as a party states it."""

    id: str
    by_ref: str
    name: str
    publisher: str
    condition: str
    sha256: str
    dated_on: str = ""
    url: str = ""
    succeeds_ref: str = ""

    def wire(self) -> dict[str, Any]:
        said = {
            "name": self.name,
            "publisher": self.publisher,
            CONDITION: self.condition,
            "dated_on": self.dated_on,
            "url": self.url,
            "sha256": self.sha256,
            "succeeds_ref": self.succeeds_ref,
        }
        return {name: text for name, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class Statement:
    """A confirmed row as its party states it."""

    id: str
    by_ref: str
    modified_at: Instant
    source_ref: str
    publisher: str
    condition: str
    columns: Columns
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """That an object shows something of a statement, as one party says. `on`: the day; None where it says none."""

    id: str
    by_ref: str
    evidence_ref: str
    statement_ref: str
    effect: Effect
    on: date | None


def statement_wire(source: Source, columns: Columns, said: Sequence[str]) -> dict[str, Any]:
    """What a statement says: the condition of its source stands in it."""
    corrected = [name for name in CORRECTED if name in said]
    about = {"source_ref": source.id, "publisher": source.publisher, CONDITION: source.condition}
    return about | columns.wire() | ({"corrected": corrected} if corrected else {})


def statement_of(value: Mapping[str, Any]) -> Statement:
    """The statement of a checked object.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    return Statement(
        id=value["id"],
        by_ref=value["created_by_ref"],
        modified_at=instant_of(value["modified"]),
        source_ref=value["source_ref"],
        publisher=value["publisher"],
        condition=value[CONDITION],
        columns=msgspec.convert(value, Columns),
        corrected=tuple(value.get("corrected", ())),
    )


def source_of(value: Mapping[str, Any]) -> Source:
    """The source of a checked object."""
    names = ("name", "publisher", CONDITION, "sha256", "dated_on", "url", "succeeds_ref")
    return Source(value["id"], value["created_by_ref"], *(str(value.get(name, "")) for name in names))


def link_wire(evidence_ref: str, statement_ref: str, effect: Effect, on: date | None) -> dict[str, str]:
    """What a relationship from evidence to a statement says; its type is the effect. Source: STIX 2.1 §5.1."""
    day = {} if on is None else {"start_time": f"{on.isoformat()}{_MIDNIGHT}"}
    kind = next(kind for kind, shown in SHOWS.items() if shown is effect)
    return {"relationship_type": kind, "source_ref": evidence_ref, "target_ref": statement_ref, **day}


def link_of(value: Mapping[str, Any]) -> Link | None:
    """What a relationship shows; None where it is of another type. Of STIX's own types much is forgiven when read.

    Raises:
        UsageProblem: it names a time that does not exist.
    """
    said = (value.get(name) for name in ("created_by_ref", "source_ref", "target_ref", "relationship_type"))
    by_ref, evidence_ref, statement_ref, kind = (text if isinstance(text, str) else "" for text in said)
    if kind not in SHOWS or not (by_ref and evidence_ref and statement_ref):
        return None
    return Link(value["id"], by_ref, evidence_ref, statement_ref, SHOWS[kind], _day_of(value.get("start_time")))


def _day_of(timestamp: object) -> date | None:
    if timestamp is None:
        return None
    instant_of(str(timestamp))
    return date.fromisoformat(str(timestamp)[:10])
