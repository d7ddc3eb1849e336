"""Events for the tests, all made up: as little of one as a test needs, the rest as MISP usually writes it."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

from kenesh.edges.formats.misp.reading import pieces
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

TIME = 1_767_225_600
READER = ObjectReader()


def uuid(number: int) -> str:
    return str(UUID(int=number + (4 << 76) + (8 << 60)))


EVENT = uuid(0xE000)


def attribute(number: int, kind: str = "domain", value: str = "evil.example", **said: Any) -> dict[str, Any]:
    usual = {"uuid": uuid(number), "type": kind, "value": value, "category": "Network activity", "to_ids": True}
    return usual | {"timestamp": str(TIME), "distribution": "5", "comment": ""} | said


def an_object(number: int, name: str, *attributes: dict[str, Any], **said: Any) -> dict[str, Any]:
    usual = {"uuid": uuid(number), "name": name, "meta-category": "file", "timestamp": str(TIME), "distribution": "5"}
    return usual | {"comment": "", "Attribute": list(attributes)} | said


def event(*attributes: dict[str, Any], **said: Any) -> dict[str, Any]:
    usual = {"uuid": EVENT, "info": "A case", "date": "2026-01-01", "timestamp": str(TIME + 60), "published": True}
    usual |= {
        "publish_timestamp": str(TIME + 90),
        "distribution": "3",
        "Orgc": {"name": "CERT X", "uuid": uuid(0xC000)},
    }
    return {"Event": usual | {"Attribute": list(attributes)} | said}


def tags(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def read(value: Any) -> list[Piece | Refusal]:
    octets = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(pieces(io.BytesIO(octets)))


def versions(value: Any) -> dict[str, Version]:
    """The versions by id; nothing of it may be refused, by the format or by the reader of objects."""
    parts = read(value)
    assert [part for part in parts if isinstance(part, Refusal)] == []
    found = [READER.read(part.octets) for part in parts if isinstance(part, Piece) and not part.ends]
    return {version.id: version for version in found}


def endings(value: Any) -> dict[str, Version]:
    """The revocations of what is stated no more."""
    found = [READER.read(part.octets) for part in read(value) if isinstance(part, Piece) and part.ends]
    return {version.id: version for version in found}


def refusals(value: Any) -> list[Refusal]:
    return [part for part in read(value) if isinstance(part, Refusal)]


def remarks(value: Any) -> list[str]:
    return [text for part in read(value) if isinstance(part, Piece) for text in part.remarks]
