"""misp-stix in a process of its own: what it imports changes how Python imports. Events in, bundles out."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from typing import Any


def bundles(events: Sequence[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """The objects, by id, that misp-stix makes of each event."""
    asked = json.dumps(list(events)).encode()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__], input=asked, capture_output=True, timeout=120, check=True
    )
    return [{item["id"]: item for item in bundle["objects"]} for bundle in json.loads(done.stdout)]


def _main() -> None:
    warnings.simplefilter("ignore")
    from misp_stix_converter import MISPtoSTIX21Parser

    made = []
    for event in json.load(sys.stdin):
        parser = MISPtoSTIX21Parser()
        parser.parse_misp_event(event)
        made.append(json.loads(parser.bundle.serialize()))
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    _main()
