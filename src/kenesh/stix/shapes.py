"""The pieces that schemas of the council's own types are made of, each written once."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

TIMESTAMP: Final = {"$ref": "#/$defs/timestamp"}
PARTY: Final = {"$ref": "#/$defs/party"}


def text(longest: int) -> dict[str, Any]:
    """A text that is not empty, of so many characters at the most."""
    return {"type": "string", "minLength": 1, "maxLength": longest}


def one_of(kinds: type[StrEnum]) -> dict[str, Any]:
    """One of the words of an enumeration."""
    return {"type": "string", "enum": [kind.value for kind in kinds]}


def closed(required: Iterable[str], **properties: Any) -> dict[str, Any]:
    """An object that has these properties and no other."""
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def ref_to(stix_type: str) -> dict[str, Any]:
    """The id of an object of that type."""
    return {"type": "string", "pattern": f"^{stix_type}--[0-9a-f-]{{36}}$"}
