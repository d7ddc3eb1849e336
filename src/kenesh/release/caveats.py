"""Caveats of a release: under which conditions it is given, besides the marking.

What may be done with it (PAP), what for, for whom it is not, whether its source may be named, and until when. They
stand in the signed release; at ingest they become columns of the statement, which every grant and hold by it cites.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.stix.pap import Pap

MAX_NOT_FOR: Final = 100
_REF: Final = "^(identity|audience)--[0-9a-f-]{36}$"

#: For whom a release or a withdrawal is not: parties, and classes of the council.
NOT_FOR: Final[Mapping[str, Any]] = {
    "not_for_refs": {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_NOT_FOR,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": _REF},
    }
}
#: What a release may say besides its label.
CAVEATS: Final[Mapping[str, Any]] = {
    **NOT_FOR,
    "pap": {"type": "string", "enum": [pap.label for pap in Pap]},
    "purpose": {"type": "string", "minLength": 1, "maxLength": 2000},
    "source_hidden": {"type": "boolean"},
    "valid_until": {"type": "string", "maxLength": 60},
}


@dataclass(frozen=True, slots=True)
class Caveats:
    """The conditions of one release. `not_for` are ids of parties and of class audiences, in order, each once."""

    pap: Pap | None = None
    purpose: str = ""
    not_for: tuple[str, ...] = ()
    source_hidden: bool = False
    valid_until: Instant | None = None

    def wire(self) -> dict[str, Any]:
        """What a release says of them; nothing where there are none."""
        value = not_for_wire(self.not_for)
        if self.pap is not None:
            value["pap"] = self.pap.label
        if self.purpose:
            value["purpose"] = self.purpose
        if self.source_hidden:
            value["source_hidden"] = True
        if self.valid_until is not None:
            value["valid_until"] = stix_timestamp(self.valid_until)
        return value

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Caveats:
        """Those of a release that passed its schema.

        Raises:
            UsageProblem: its `valid_until` is no instant.
        """
        pap, until = value.get("pap"), value.get("valid_until")
        return cls(
            Pap[pap.removeprefix("PAP:")] if pap is not None else None,
            value.get("purpose", ""),
            tuple(sorted(value.get("not_for_refs", ()))),
            value.get("source_hidden", False),
            instant_of(until) if until is not None else None,
        )

    def carry(self, other: Caveats) -> bool:
        """Whether they say all that the others say, at least as strictly."""
        return (
            _at_least(self.pap, other.pap)
            and other.purpose in ("", self.purpose)
            and set(other.not_for) <= set(self.not_for)
            and self.source_hidden >= other.source_hidden
            and (other.valid_until is None or (self.valid_until is not None and self.valid_until <= other.valid_until))
        )

    def bar(self, refs: Collection[str]) -> bool:
        """Whether they say that it is not for who goes by one of these: a party's id, and those of its classes."""
        return not set(self.not_for).isdisjoint(refs)

    def told(self) -> Iterator[str]:
        """What whoever sees it must be told, a sentence each."""
        if self.pap is not None:
            yield f"Given under {self.pap.label}."
        if self.purpose:
            yield f"Given for this purpose alone: {self.purpose}"
        if self.source_hidden:
            yield "Its source is not to be named."
        if self.valid_until is not None:
            yield f"Given until {stix_timestamp(self.valid_until)}."

    def hold_at(self, now: Instant) -> bool:
        """Whether what was given so may still be read."""
        return self.valid_until is None or now <= self.valid_until


NO_CAVEATS: Final = Caveats()


def not_for_wire(not_for: Collection[str]) -> dict[str, Any]:
    """The property that names them; nothing where there are none."""
    return {"not_for_refs": sorted(not_for)} if not_for else {}


def chain_of(not_for: Collection[str]) -> str:
    """Which chain of a releaser's statements to one audience this one stands in; '' for the one that all read.

    What is not for a member stands in a chain of its own, of which that member sees no number and misses none.
    """
    return str(named_uuid("chain", *sorted(not_for))) if not_for else ""


def _at_least(pap: Pap | None, other: Pap | None) -> bool:
    return other is None or (pap is not None and pap >= other)
