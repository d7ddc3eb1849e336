"""What a client writes: envelopes of 1,000 objects, one after another, into a node that had none of them."""

from __future__ import annotations

import time

import msgspec
from demo.nodes import Council

from bench.data import objects
from bench.reading import TAXII, Inbox


def measure_posts(council: Council, count: int) -> float:
    """Objects a second; every envelope was answered with 202, and every object is read back by its count."""
    inbox = Inbox(council)
    envelopes = _envelopes(count)
    with inbox.client() as client:
        client.headers["Content-Type"] = TAXII
        began = time.perf_counter()
        for body in envelopes:
            answer = client.post(f"{inbox.url}objects/", content=body)
            assert answer.status_code == 202, answer.text
            assert b'"failure_count":0' in answer.content.replace(b" ", b""), answer.text[:500]
        elapsed = time.perf_counter() - began
    return count / elapsed


def _envelopes(count: int) -> list[bytes]:
    made, found = list(objects(count, seed=3)), []
    for start in range(0, count, 1000):
        found.append(msgspec.json.encode({"objects": made[start : start + 1000]}))
    return found
