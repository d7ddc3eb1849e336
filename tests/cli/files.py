"""Files for the commands, all of it made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TLP = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def stix_id(kind: str, number: int) -> str:
    return f"{kind}--0b9d5a6e-6b0c-4d6e-9a53-{number:012x}"


def indicator(number: int, value: str = "evil.example", tlp: str | None = "amber", **more: Any) -> dict[str, Any]:
    found = _common("indicator", number, tlp)
    found |= {"name": f"Seen: {value}", "pattern": f"[domain-name:value = '{value}']", "pattern_type": "stix"}
    return found | {"valid_from": "2026-11-20T08:00:00Z", "indicator_types": ["malicious-activity"]} | more


def malware(number: int, tlp: str | None = "green", name: str = "Loader") -> dict[str, Any]:
    return _common("malware", number, tlp) | {"name": name, "is_family": False}


def relationship(number: int, source: str, target: str, tlp: str = "green") -> dict[str, Any]:
    found = _common("relationship", number, tlp)
    return found | {"relationship_type": "indicates", "source_ref": source, "target_ref": target}


def broken(number: int) -> dict[str, Any]:
    """An indicator that no node takes in: it lacks its pattern."""
    found = indicator(number)
    del found["pattern"]
    return found


def bundle(*objects: dict[str, Any]) -> bytes:
    return json.dumps({"type": "bundle", "id": stix_id("bundle", 0), "objects": objects}).encode()


def written(folder: Path, *objects: dict[str, Any], name: str = "campaign.json") -> str:
    """A file with a bundle of the objects."""
    path = folder / name
    path.write_bytes(bundle(*objects))
    return str(path)


def _common(kind: str, number: int, tlp: str | None) -> dict[str, Any]:
    found = {
        "type": kind,
        "spec_version": "2.1",
        "id": stix_id(kind, number),
        "created": "2026-11-20T08:00:00.000Z",
        "modified": "2026-11-20T08:00:00.000Z",
    }
    return found | ({"object_marking_refs": [TLP[tlp]]} if tlp else {})
