"""Made-up objects in the mix that was measured in real feeds: some 560 octets each, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
_MIX = {"indicator": 71, "relationship": 14, "sighting": 8, "malware": 5, "identity": 1, "attack-pattern": 1}
_WORDS = (
    "loader",
    "beacon",
    "stealer",
    "dropper",
    "campaign",
    "phishing",
    "control",
    "server",
    "tool",
    "actor",
    "mail",
    "ministry",
    "bank",
    "port",
)


def objects(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many objects, references among them pointing backwards."""
    chance = random.Random(seed)
    kinds = [kind for kind, share in _MIX.items() for _ in range(share)]
    indicators: list[str] = []
    malware: list[str] = []
    for number in range(count):
        kind = "indicator" if number == 0 else chance.choice(kinds)
        if kind == "relationship" and not malware:
            kind = "malware"
        made = _object(kind, number, chance, indicators, malware)
        if kind == "indicator":
            indicators.append(made["id"])
        if kind == "malware":
            malware.append(made["id"])
        yield made


def _object(kind: str, number: int, chance: random.Random, indicators: list[str], malware: list[str]) -> dict[str, Any]:
    second = (
        f"2026-{1 + number % 11:02d}-{1 + number % 27:02d}T{number % 24:02d}:{number % 60:02d}:00.{number % 1000:03d}Z"
    )
    common = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{UUID(int=chance.getrandbits(128), version=4)}",
        "created": second,
        "modified": second,
        "object_marking_refs": [AMBER],
    }
    text = " ".join(chance.choices(_WORDS, k=24))
    match kind:
        case "indicator":
            return common | {
                "name": text[:40],
                "description": text,
                "indicator_types": ["malicious-activity"],
                "pattern": _pattern(number, chance),
                "pattern_type": "stix",
                "valid_from": second,
            }
        case "relationship":
            source, target = chance.choice(indicators), chance.choice(malware)
            return common | {
                "relationship_type": "indicates",
                "source_ref": source,
                "target_ref": target,
                "description": text,
            }
        case "sighting":
            return common | {
                "sighting_of_ref": chance.choice(indicators),
                "count": 1 + number % 90,
                "description": text,
            }
        case "malware":
            return common | {"name": text[:40], "description": text, "is_family": False}
        case "identity":
            return common | {"name": text[:40], "description": text, "identity_class": "organization"}
        case _:
            return common | {"name": text[:40], "description": text}


def _pattern(number: int, chance: random.Random) -> str:
    match number % 4:
        case 0:
            return f"[domain-name:value = 'h{number}.{chance.choice(_WORDS)}.example']"
        case 1:
            return f"[file:hashes.'SHA-256' = '{chance.getrandbits(256):064x}']"
        case 2:
            return f"[url:value = 'http://h{number}.example/{chance.choice(_WORDS)}/{number}']"
        case _:
            return f"[ipv4-addr:value = '198.51.{number // 250 % 250}.{number % 250}']"


def write_bundle(file: Path, count: int, seed: int = 1, filling: str = "") -> None:
    """A bundle of so many objects; `filling` is written into each, to make it larger."""
    with file.open("wb") as stream:
        stream.write(b'{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[\n')
        for number, made in enumerate(objects(count, seed)):
            stream.write(
                b",\n" * bool(number) + msgspec.json.encode(made | ({"x_filling": filling} if filling else {}))
            )
        stream.write(b"\n]}\n")
