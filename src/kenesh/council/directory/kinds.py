"""The type in which a party states to others what a public source claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kenesh.council.directory.values import KNOWN_HERE, SORTS, AnyClaim, Capacity, Kind, Topic, claim_of, sort_of
from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import one_of, text

_CODE: Final = {"type": "string", "pattern": "^[A-Z][A-Z0-9-]{1,15}$"}
_DAY: Final = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}


CLAIM: Final = TypeDefinition(
    name="kenesh-claim",
    description="What a source claims, as of a day: a party's capacity in a body, what is said of a body, what a party"
    " is called, or what a host says of its participation. It opens nothing; a term in a body is a membership.",
    channel=Channel.CONTENT,
    properties={
        "says": {"type": "string", "enum": list(SORTS)},
        "source": text(300),
        "as_of": _DAY,
        "since": _DAY,
        "until": _DAY,
        "legal_basis": text(1000),
        "unverified": {"type": "boolean"},
        "body": text(300),
        "party": _CODE,
        "capacity": one_of(Capacity),
        "share": text(1000),
        "format": text(1000),
        "areas": {"type": "array", "minItems": 1, "maxItems": 20, "items": text(300)},
        "invited_on": _DAY,
        "accepted_on": _DAY,
        "topic": one_of(Topic),
        "text": text(300),
        "name": text(300),
        "kind": one_of(Kind),
        "host": _CODE,
        "disclaimer": text(1000),
    },
    required=("says", "source", "as_of"),
)
_SAID: Final = frozenset(CLAIM.properties) - {"says"}


def claim_wire(claim: AnyClaim) -> dict[str, Any]:
    """What a `kenesh-claim` says of it, without what each object begins with."""
    said: dict[str, Any] = msgspec.to_builtins(claim)
    kept = {name: value for name, value in said.items() if name not in KNOWN_HERE and value not in ("", [], False)}
    return {"says": sort_of(claim)} | kept


def read_claim(value: Mapping[str, Any], stated_by: str) -> AnyClaim:
    """The claim that a checked object states, as the party of that code does.

    Raises:
        UsageProblem: it is none.
    """
    said = {name: value[name] for name in _SAID if name in value}
    return msgspec.structs.replace(claim_of(str(value["says"]), said), stated_by=stated_by, id=value["id"])
