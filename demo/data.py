"""What the story is played with. All of it is made up: documentation addresses, `.example` names."""

from __future__ import annotations

import json
from typing import Any

CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"

DOMAIN = "evil.example"
URL = "http://files.bad.example/pay/Load.exe"
ADDRESS = "203.0.113.77"
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SPOKEN = "198.51.100.23"

AMBER_INDICATOR = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a01"
GREEN_INDICATOR = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a02"
RED_INDICATOR = "indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a03"
MALWARE = "malware--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a04"
INDICATES = "relationship--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a05"


def _common(stix_id: str, marking: str) -> dict[str, Any]:
    return {
        "type": stix_id.partition("--")[0],
        "spec_version": "2.1",
        "id": stix_id,
        "created": "2026-11-20T08:00:00.000Z",
        "modified": "2026-11-20T08:00:00.000Z",
        "object_marking_refs": [marking],
    }


def _indicator(stix_id: str, marking: str, name: str, pattern: str) -> dict[str, Any]:
    return _common(stix_id, marking) | {
        "name": name,
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2026-11-20T08:00:00Z",
        "indicator_types": ["malicious-activity"],
    }


def bundle() -> str:
    """A small campaign as KZ's analysts wrote it down; one object of it is broken on purpose."""
    objects = [
        _indicator(AMBER_INDICATOR, AMBER, "Control server of the mail campaign", f"[domain-name:value = '{DOMAIN}']"),
        _indicator(
            GREEN_INDICATOR,
            GREEN,
            "Where the loader is fetched",
            f"[url:value = '{URL}' OR ipv4-addr:value = '{ADDRESS}']",
        ),
        _indicator(RED_INDICATOR, RED, "Seen at a ministry", f"[file:hashes.'SHA-256' = '{HASH}']"),
        _common(MALWARE, GREEN) | {"name": "Loader of the mail campaign", "is_family": False},
        _common(INDICATES, GREEN)
        | {"relationship_type": "indicates", "source_ref": GREEN_INDICATOR, "target_ref": MALWARE},
        {"type": "indicator", "id": "indicator--not-an-id", "spec_version": "2.1"},
    ]
    return json.dumps({"type": "bundle", "id": "bundle--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", "objects": objects})


def log() -> str:
    """A resolver's log at AZ: three lines that are hits, and what only looks like one."""
    lines = [
        f"2026-11-24T21:14:03Z client 192.0.2.10 query {DOMAIN} A",
        f"2026-11-24T22:40:51Z client 192.0.2.11 query cdn.{DOMAIN} A",
        f"2026-11-24T23:02:17Z client 192.0.2.12 query not{DOMAIN} A",
        f"2026-11-24T23:05:09Z client 192.0.2.12 query {DOMAIN}.org A",
        "2026-11-24T23:11:44Z client 192.0.2.13 query EVİL.example A",
        f"2026-11-25T00:20:00Z client 192.0.2.14 connect {SPOKEN}:443",
        f"2026-11-25T00:21:00Z client 192.0.2.14 connect 1{SPOKEN}:443",
        "2026-11-25T00:30:00Z client 192.0.2.15 query good.example A",
    ]
    return "\n".join(lines) + "\n"
