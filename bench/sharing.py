"""From one node to another: a whole import over the line with every check, and how soon a value is known there."""

from __future__ import annotations

import statistics
import time

from demo.nodes import Council

from bench.importing import release_until_known
from kenesh.node.wiring import open_node


def measure_sync(council: Council, count: int) -> float:
    """Objects a second from KZ's store to AZ's, with every check at both ends; AZ reads by command."""
    council.stop_one("AZ")
    imported = council.run("KZ", "imports").document[0]["import"]
    released = council.run("KZ", "release", imported, "--to", "AZ", timeout=3600).document
    assert released["objects"] == count, released
    began = time.perf_counter()
    report = council.run("AZ", "sync", "KZ", timeout=7200).document["peers"][0]
    elapsed = time.perf_counter() - began
    assert report["received"] >= count and not report["quarantined"], report
    council.serve_one("AZ")
    return count / elapsed


def measure_reactions(council: Council, times: int = 15) -> dict[str, dict[str, float]]:
    """Seconds from `release` at KZ until `lookup` at AZ knows the value: by the acts themselves, and as people type.

    The first are the acts that the commands call, on the same homes; the second begin with typing `release`, and hold
    the start of two commands, Python's included.
    """
    kz, az = open_node(council.home("KZ")), open_node(council.home("AZ"))
    acted = [release_until_known(kz, az, f"act{number}.example") for number in range(times)]
    kz.close()
    az.close()
    typed = [_typed(council, f"typed{number}.example") for number in range(times)]
    return {"release_to_lookup_s": _spread(acted), "typed_release_to_typed_lookup_s": _spread(typed)}


def _typed(council: Council, value: str) -> float:
    stated = council.run("KZ", "state", value, "--tlp", "amber").document[0]["id"]
    began = time.perf_counter()
    council.run("KZ", "release", stated, "--to", "AZ")
    while not council.run("AZ", "lookup", value).document[0]["hits"]:
        assert time.perf_counter() - began < 60
    return time.perf_counter() - began


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 3), "worst": round(max(seconds), 3), "of": len(seconds)}
