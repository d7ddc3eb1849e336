"""make bench: import, sync, TAXII pages and release-to-look-up, as shares of the floor and the ceiling."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from demo.nodes import Council, free_ports, wait_for_port

from bench.data import bundle
from bench.limits import floor, prebuilt_server
from bench.misp import measure_misp
from kenesh.doors import acts
from kenesh.node.wiring import open_node
from kenesh.stix.marking import Tlp
from kenesh.watch.watching import look_up

_TAXII = "application/taxii+json;version=2.1"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    found = measure(asked.objects, asked.runs)
    print(json.dumps(found, indent=2))
    return 0


def measure(count: int, runs: int) -> dict[str, Any]:
    """Every number, medians of so many runs."""
    octets = bundle(count)
    floors, imports, syncs, reads, ceilings = [], [], [], [], []
    acted: list[float] = []
    typed: list[float] = []
    start_s, rss = 0.0, 0
    for run in range(runs):
        with tempfile.TemporaryDirectory(prefix="kenesh-bench-") as name:
            folder = Path(name)
            file = folder / "bundle.json"
            file.write_bytes(octets)
            floors.append(floor(folder, octets))
            council = Council(folder / "homes", use_free_ports=True, parties={"KZ": "KZ-CERT", "AZ": "CERT-AZ"})
            try:
                council.found()
                imports.append(_rate(count, lambda: council.run("KZ", "import", str(file))))  # noqa: B023
                council.serve()
                council.introduce()
                syncs.append(_sync(council, count))
                ceiling, read = _pages(council, folder, count)
                ceilings.append(ceiling)
                reads.append(read)
                if run == 0:
                    acted, typed = _reactions(council)
                    start_s, rss = _serve_cost(council)
            finally:
                council.stop()
        _say(
            f"run {run + 1} of {runs}: floor {floors[-1]:,.0f}/s, import {imports[-1]:,.0f}/s, sync {syncs[-1]:,.0f}/s"
        )
    low, high = statistics.median(floors), statistics.median(ceilings)
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "objects": count,
        "runs": runs,
        "floor_per_s": round(low),
        "import_per_s": round(statistics.median(imports)),
        "import_share_of_floor": round(statistics.median(imports) / low, 3),
        "sync_per_s": round(statistics.median(syncs)),
        "sync_share_of_floor": round(statistics.median(syncs) / low, 3),
        "ceiling_per_s": round(high),
        "taxii_read_per_s": round(statistics.median(reads)),
        "taxii_share_of_ceiling": round(statistics.median(reads) / high, 3),
        "release_to_lookup_s": _spread(acted),
        "typed_release_to_typed_lookup_s": _spread(typed),
        "serve_start_s": round(start_s, 2),
        "serve_rss_mb": rss,
        **measure_misp(),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 3), "worst": round(max(seconds), 3), "of": len(seconds)}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _rate(count: int, act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return count / (time.perf_counter() - began)


def _sync(council: Council, count: int) -> float:
    """Objects a second from KZ's store to AZ's, with every check at both ends; AZ reads by command."""
    council.stop_one("AZ")
    imported = council.run("KZ", "imports").document[0]["import"]
    released = council.run("KZ", "release", imported, "--to", "AZ").document
    assert released["objects"] == count, released
    began = time.perf_counter()
    report = council.run("AZ", "sync", "KZ", timeout=3600).document["peers"][0]
    elapsed = time.perf_counter() - began
    assert report["received"] >= count and not report["quarantined"], report
    return count / elapsed


def _pages(council: Council, folder: Path, count: int) -> tuple[float, float]:
    """One client, one connection, pages of 1,000 one after another: from a prebuilt server, and from KZ's node."""
    token = council.run("KZ", "token", "bench", "--party", "AZ").document["token"]
    base = f"http://127.0.0.1:{council.ports['KZ']}/taxii2/kenesh/collections/"
    with httpx2.Client(auth=("bench", token), headers={"Accept": _TAXII}, timeout=120) as client:
        listed = client.get(base).json()["collections"]
        inbox = next(c["id"] for c in listed if c["title"].startswith("Inbox") and c["title"].endswith("objects"))
        pages: list[bytes] = []
        began = time.perf_counter()
        after = ""
        while True:
            answer = client.get(f"{base}{inbox}/objects/?limit=1000{after}")
            answer.raise_for_status()
            pages.append(answer.content)
            if b'"more":true' not in answer.content[:40]:
                break
            after = f"&added_after={answer.headers['x-taxii-date-added-last']}"
        elapsed = time.perf_counter() - began
        read = sum(page.count(b'"spec_version"') for page in pages)
        assert read == count, f"{read} objects read, not {count}"
        (port,) = free_ports(1)
        with prebuilt_server(folder, pages, port):
            wait_for_port("prebuilt", port, None)
            began = time.perf_counter()
            for number in range(len(pages)):
                assert client.get(f"http://127.0.0.1:{port}/page/{number}").content == pages[number]
            ceiling = count / (time.perf_counter() - began)
    return ceiling, count / elapsed


def _reactions(council: Council, times: int = 15) -> tuple[list[float], list[float]]:
    """Seconds from `release` at KZ until `lookup` at AZ knows the value: by the acts themselves, and as people type.

    Both nodes are served by processes of their own. The first are the acts that the commands call, on the same homes;
    the second begin with typing `release`, and hold the start of two commands, Python's included.
    """
    council.serve_one("AZ")
    acted, typed = [], []
    kz, az = open_node(council.home("KZ")), open_node(council.home("AZ"))
    person = az.services.person("console")

    def is_known(value: str) -> bool:
        with az.services.store.reading() as tx:
            return bool(look_up(tx, person, [value])[0].known.value)

    for number in range(times):
        (held,) = acts.state_values(kz.services, [f"act{number}.example"], Tlp.AMBER, "", "console")
        began = time.perf_counter()
        acts.release(kz.services, acts.Wish(words=[held.id], to="AZ"), "console")
        while not is_known(f"act{number}.example"):
            assert time.perf_counter() - began < 30
            time.sleep(0.005)
        acted.append(time.perf_counter() - began)
    for number in range(times):
        value = f"typed{number}.example"
        stated = council.run("KZ", "state", value, "--tlp", "amber").document[0]["id"]
        began = time.perf_counter()
        council.run("KZ", "release", stated, "--to", "AZ")
        while not council.run("AZ", "lookup", value).document[0]["hits"]:
            assert time.perf_counter() - began < 30
        typed.append(time.perf_counter() - began)
    kz.close()
    az.close()
    return acted, typed


def _serve_cost(council: Council) -> tuple[float, int]:
    """How long `serve` takes to answer, and what it holds, with everything imported."""
    council.stop_one("KZ")
    began = time.perf_counter()
    council.serve_one("KZ")
    started = time.perf_counter() - began
    pid = int((council.home("KZ") / "serve.pid").read_text())
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    return started, kilobytes // 1024


if __name__ == "__main__":
    sys.exit(main())
