"""Attributes of MISP a second: our translation, and misp-stix's of the same event in the same run."""

from __future__ import annotations

import io
import json
import time
import warnings
from typing import Any
from uuid import UUID

from kenesh.edges.formats.misp.reading import pieces
from kenesh.stix.files import Piece

_KINDS = ("domain", "url", "ip-dst", "sha256", "filename|md5")


def measure_misp(count: int = 2_000, more: int = 20) -> dict[str, Any]:
    """misp-stix translates `count` attributes, we `more` times as many; both write the octets of every object."""
    theirs = _theirs(_event(count))
    ours = _ours(_event(count * more))
    return {
        "misp_attributes": count * more,
        "misp_per_s": round(count * more / ours),
        "misp_stix_attributes": count,
        "misp_stix_per_s": round(count / theirs),
        "misp_times_misp_stix": round(more * theirs / ours, 1),
    }


def _ours(event: bytes) -> float:
    began = time.perf_counter()
    made = sum(1 for part in pieces(io.BytesIO(event)) if isinstance(part, Piece))
    elapsed = time.perf_counter() - began
    assert made > event.count(b'"to_ids"')
    return elapsed


def _theirs(event: bytes) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from misp_stix_converter import MISPtoSTIX21Parser

        value = json.loads(event)
        began = time.perf_counter()
        parser = MISPtoSTIX21Parser()
        parser.parse_misp_event(value)
        octets = parser.bundle.serialize()
        elapsed = time.perf_counter() - began
    assert octets.count('"type": "indicator"') == event.count(b'"to_ids": true')
    return elapsed


def _event(count: int) -> bytes:
    attributes = [
        {
            "uuid": str(UUID(int=number + (4 << 76) + (8 << 60))),
            "type": _KINDS[number % 5],
            "category": "Network activity",
            "to_ids": number % 4 != 0,
            "value": _value(number),
            "timestamp": str(1_767_225_600 + number % 10_000),
            "distribution": "5",
            "comment": "seen at the border" if number % 3 == 0 else "",
            "deleted": False,
        }
        for number in range(1, count + 1)
    ]
    organisation = {"name": "CERT X", "uuid": str(UUID(int=(4 << 76) + (8 << 60) + (1 << 100)))}
    event = {"uuid": str(UUID(int=(4 << 76) + (8 << 60))), "info": "A case", "date": "2026-01-01", "published": True}
    event |= {"timestamp": "1767235601", "publish_timestamp": "1767235602", "distribution": "3", "Orgc": organisation}
    event |= {"analysis": "2", "threat_level_id": "2", "Tag": [{"name": "tlp:amber"}], "Attribute": attributes}
    return json.dumps({"Event": event}).encode()


def _value(number: int) -> str:
    match number % 5:
        case 0:
            return f"h{number}.example"
        case 1:
            return f"http://h{number}.example/{number}"
        case 2:
            return f"198.51.{number // 250 % 250}.{number % 250}"
        case 3:
            return f"{number:064x}"
        case _:
            return f"file{number}.bin|{number:032x}"


if __name__ == "__main__":
    print(json.dumps(measure_misp(), indent=2))
