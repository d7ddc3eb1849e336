"""make bench: every claim of speed, as a share of a floor, a ceiling or a peer that was measured in the same run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from demo.nodes import KENESH, Council

from bench.data import write_bundle
from bench.importing import measure_import, measure_interrupted, measure_others_meanwhile, measure_postgresql
from bench.limits import floor
from bench.misp import measure_misp
from bench.posting import measure_posts
from bench.reading import Inbox, measure_crowd, measure_pages, measure_questions, measure_serve
from bench.sharing import measure_reactions, measure_sync
from bench.theirs import measure_opentaxii

#: What the page of the documentation is made of.
FOUND = Path(__file__).parent / "found.json"
_MOST_MEANWHILE = 200_000

T = TypeVar("T")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--objects", type=int, nargs="*", default=[100_000], metavar="N", help="sizes; none, one, many")
    parser.add_argument("--runs", type=int, default=3, help="medians of so many; of a million objects, one run")
    parser.add_argument("--large", type=int, default=0, metavar="N", help="kill the import of N objects of 1 KB, go on")
    parser.add_argument("--keep", action="store_true", help="what was measured goes into the page of the documentation")
    asked = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    found: dict[str, Any] = {"machine": machine, "misp": measure_misp()}
    if asked.large:
        found["interrupted"] = measure_interrupted(asked.large)
    found["sizes"] = [measure(count, asked.runs if count < 1_000_000 else 1) for count in asked.objects]
    print(_written(found))
    if asked.keep:
        _keep(found)
    return 0


def _written(found: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def _keep(found: dict[str, Any]) -> None:
    """Each size in place of what was kept of it before, on the same machine."""
    before = json.loads(FOUND.read_text()) if FOUND.exists() else {}
    if before.get("machine") == found["machine"]:
        sizes = {size["objects"]: size for size in (*before["sizes"], *found["sizes"])}
        found = before | found | {"sizes": [sizes[count] for count in sorted(sizes)]}
    FOUND.write_text(_written(found) + "\n")


def measure(count: int, runs: int) -> dict[str, Any]:
    """Every number of one size."""
    with tempfile.TemporaryDirectory(prefix="kenesh-bench-") as name:
        folder = Path(name)
        file = folder / "bundle.json"
        write_bundle(file, count)
        floors, imports = [], []
        for run in range(runs):
            floors.append(_told(count, "floor", lambda: floor(folder, file, count)))
            imports.append(_told(count, "import", lambda: measure_import(_home(folder, f"import{run}"), file, count)))  # noqa: B023
        low = statistics.median(floors)
        rate = statistics.median([found["per_s"] for found in imports])
        found: dict[str, Any] = {
            "objects": count,
            "runs": runs,
            "file_mb": round(file.stat().st_size / 2**20, 1),
            "floor_per_s": round(low),
            "import_per_s": round(rate),
            "import_share": round(rate / low, 3),
            "import_peak_mb": max(one["peak_mb"] for one in imports),
            "last_100k_to_first": imports[-1]["last_100k_to_first"],
        }
        if theirs := _told(count, "PostgreSQL", lambda: measure_postgresql(folder, file, count)):
            found["postgresql_floor_per_s"] = round(theirs["floor_per_s"])
            found["postgresql_import_per_s"] = round(theirs["per_s"])
            found["postgresql_share"] = round(theirs["per_s"] / theirs["floor_per_s"], 3)
        found |= _two_nodes(folder, file, count, low)
        found |= _posts(folder, count, low)
        found["opentaxii"] = theirs = _told(count, "OpenTAXII", lambda: measure_opentaxii(count))
        found["pages_times_opentaxii"] = round(found["pages_per_s"] / theirs["pages_per_s"], 1)
        return found


def _two_nodes(folder: Path, file: Path, count: int, low: float) -> dict[str, Any]:
    council = Council(folder / "homes", use_free_ports=True, parties={"KZ": "KZ-CERT", "AZ": "CERT-AZ"})
    try:
        council.found()
        council.run("KZ", "import", str(file), timeout=3600)
        council.serve()
        council.introduce()
        sync = _told(count, "sync", lambda: measure_sync(council, count))
        serve = _told(count, "serve", lambda: measure_serve(council))
        inbox = Inbox(council)
        pages = _told(count, "pages", lambda: measure_pages(inbox, folder, count, 3))
        return {
            "sync_per_s": round(sync),
            "sync_share": round(sync / low, 3),
            "serve": serve,
            "pages_per_s": round(pages["per_s"]),
            "ceiling_per_s": round(pages["ceiling_per_s"]),
            "pages_share": round(pages["per_s"] / pages["ceiling_per_s"], 3),
            "memory_per_s": round(pages["memory_per_s"]),
            "pages_of_memory": round(pages["per_s"] / pages["memory_per_s"], 3),
            "questions_p95_ms": _told(count, "questions", lambda: measure_questions(inbox)),
            "crowd": _told(count, "crowd", lambda: measure_crowd(inbox)),
            "reactions": _told(count, "reactions", lambda: measure_reactions(council)),
            "meanwhile": _told(
                count,
                "meanwhile",
                lambda: measure_others_meanwhile(council, folder, min(max(count, 50_000), _MOST_MEANWHILE)),
            ),
        }
    finally:
        council.stop()


def _posts(folder: Path, count: int, low: float) -> dict[str, Any]:
    council = Council(folder / "posts", use_free_ports=True, parties={"KZ": "KZ-CERT"})
    try:
        council.found()
        council.serve()
        rate = _told(count, "posts", lambda: measure_posts(council, count))
        return {"post_per_s": round(rate), "post_share": round(rate / low, 3)}
    finally:
        council.stop()


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    words = ("init", "--party", "KZ", "--name", "KZ-CERT")
    subprocess.run([*KENESH, "--home", home, *words], check=True, capture_output=True)
    return home


def _told(count: int, name: str, act: Callable[[], T]) -> T:
    """Somebody who waits an hour sees what was found so far."""
    found = act()
    shown = f"{found:,.0f}" if isinstance(found, float) else json.dumps(found)
    print(f"{count:,} objects, {name}: {shown}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
