"""The register of types: a capability defines its own, and the node hands them all to the reader of objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kenesh.basis.identifiers import KENESH_EXTENSION


class Channel(StrEnum):
    """In which of an audience's two collections a type travels (`content`, or its control twin)."""

    CONTENT = "content"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A type of the council's own: an SDO under Kenesh's extension definition.

    `properties` are JSON Schema (2020-12) property schemas of what it has besides STIX's common properties.
    """

    name: str
    description: str
    channel: Channel
    properties: Mapping[str, Any]
    required: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """The JSON Schema that is published and enforced."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.description,
            "type": "object",
            "properties": {
                "type": {"const": self.name},
                "spec_version": {"const": "2.1"},
                "id": {
                    "type": "string",
                    "pattern": f"^{self.name}--[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$",
                },
                "created": {"$ref": "#/$defs/timestamp"},
                "modified": {"$ref": "#/$defs/timestamp"},
                "created_by_ref": {"$ref": "#/$defs/party"},
                "revoked": {"type": "boolean"},
                "object_marking_refs": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "extensions": {
                    "type": "object",
                    "required": [KENESH_EXTENSION],
                    "properties": {KENESH_EXTENSION: {"const": {"extension_type": "new-sdo"}}},
                },
                **self.properties,
            },
            "required": [
                "type",
                "spec_version",
                "id",
                "created",
                "modified",
                "created_by_ref",
                "extensions",
                *self.required,
            ],
            "$defs": {
                "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
                "party": {"type": "string", "pattern": "^identity--[0-9a-f-]{36}$"},
            },
        }


def common_properties(type_name: str, stix_id: str, created: str, created_by_ref: str) -> dict[str, Any]:
    """The properties with which a first version of a type of the council's own begins."""
    return {
        "type": type_name,
        "spec_version": "2.1",
        "id": stix_id,
        "created": created,
        "modified": created,
        "created_by_ref": created_by_ref,
        "extensions": {KENESH_EXTENSION: {"extension_type": "new-sdo"}},
    }
