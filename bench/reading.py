"""What a client reads: pages one after another, single questions, and fifty clients at once."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from demo.nodes import Council, free_ports, wait_for_port

from bench.limits import bare_server

TAXII = "application/taxii+json;version=2.1"
_TIMES = 100
_CROWD = 50
_CROWD_S = 15


class Inbox:
    """AZ's inbox at KZ's node, as a client of AZ's reads it."""

    def __init__(self, council: Council) -> None:
        self._token = council.run("KZ", "token", "bench", "--party", "AZ").document["token"]
        base = f"http://127.0.0.1:{council.ports['KZ']}/taxii2/kenesh/collections/"
        with self.client() as client:
            listed = client.get(base).json()["collections"]
        found = (c["id"] for c in listed if c["title"].startswith("Inbox") and c["title"].endswith("objects"))
        self.url = f"{base}{next(found)}/"
        self.pid = int((council.home("KZ") / "serve.pid").read_text())

    def client(self) -> httpx2.Client:
        """One connection of its own."""
        return httpx2.Client(auth=("bench", self._token), headers={"Accept": TAXII}, timeout=120)


def drain(client: httpx2.Client, url: str, page: Callable[[httpx2.Response], None], limit: int = 1000) -> None:
    """Every page of a collection, one after another."""
    after = ""
    while True:
        answer = client.get(f"{url}objects/?limit={limit}{after}")
        answer.raise_for_status()
        page(answer)
        if b'"more":true' not in answer.content[:40].replace(b" ", b""):
            return
        after = f"&added_after={answer.headers['x-taxii-date-added-last']}"


def measure_pages(inbox: Inbox, folder: Path, count: int, runs: int) -> dict[str, float]:
    """One client, one connection, pages of 1,000, in turns: of the node, of a bare store, and ready in memory."""
    pages: list[bytes] = []
    seconds: dict[str, list[float]] = {"": [], "ceiling_": [], "memory_": []}
    (port,) = free_ports(1)
    with inbox.client() as client:
        drain(client, inbox.url, lambda answer: pages.append(answer.content))
        read = sum(page.count(b'"spec_version"') for page in pages)
        assert read == count, f"{read} objects read, not {count}"
        with bare_server(folder / "pages", pages, port):
            wait_for_port("bare", port, None)
            base = f"http://127.0.0.1:{port}"
            for _ in range(runs):
                began = time.perf_counter()
                drain(client, inbox.url, lambda answer: None)
                seconds[""].append(time.perf_counter() - began)
                for name, path, step in (("ceiling_", "store", 1000), ("memory_", "page", 1)):
                    began = time.perf_counter()
                    for number, page in enumerate(pages):
                        octets = len(client.get(f"{base}/{path}/{number * step}").content)
                        # A bare store names no page that follows.
                        assert abs(octets - len(page)) < 200, (path, number, octets, len(page))
                    seconds[name].append(time.perf_counter() - began)
    return {f"{name}per_s": count / statistics.median(found) for name, found in seconds.items()}


def measure_questions(inbox: Inbox) -> dict[str, float]:
    """Milliseconds, the 95th of 100, of single questions for 100 objects, asked in turns over one connection."""
    with inbox.client() as client:
        first = client.get(f"{inbox.url}objects/?limit=100")
        stix_id = first.json()["objects"][0]["id"]
        middle = _middle(client, inbox.url)
        asked = {
            "first page": "objects/?limit=100",
            "added_after in the middle": f"objects/?limit=100&added_after={middle}",
            "match[type]": "objects/?limit=100&match[type]=malware",
            "match[id]": f"objects/?match[id]={stix_id}",
            "manifest": "manifest/?limit=100",
            "object by id": f"objects/{stix_id}/",
            "empty poll": "objects/?limit=100&added_after=2100-01-01T00:00:00Z",
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(_TIMES):
            for name, question in asked.items():
                began = time.perf_counter()
                client.get(inbox.url + question).raise_for_status()
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: round(sorted(found)[int(_TIMES * 0.95) - 1], 2) for name, found in taken.items()}


def _middle(client: httpx2.Client, url: str) -> str:
    """The date on which half of the collection was added."""
    dates: list[str] = []
    drain(client, url, lambda answer: dates.append(answer.headers["x-taxii-date-added-last"]))
    return dates[len(dates) // 2]


def measure_crowd(inbox: Inbox) -> dict[str, float]:
    """Fifty clients that read pages of 1,000 for a while, each from the beginning again and again."""
    read, failed = [0] * _CROWD, []
    until = time.perf_counter() + _CROWD_S

    def busy(place: int) -> None:
        after = ""
        try:
            with inbox.client() as client:
                while time.perf_counter() < until:
                    answer = client.get(f"{inbox.url}objects/?limit=1000{after}").raise_for_status()
                    read[place] += answer.content.count(b'"spec_version"')
                    last = answer.headers["x-taxii-date-added-last"]
                    after = f"&added_after={last}" if b'"more":true' in answer.content[:40] else ""
        except httpx2.HTTPError as error:
            failed.append(error)

    threads = [threading.Thread(target=busy, args=(place,)) for place in range(_CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[0]
    return {"clients": _CROWD, "per_s": round(sum(read) / _CROWD_S), "serve_peak_mb": held_mb(inbox.pid, "VmHWM")}


def held_mb(pid: int, name: str = "VmRSS") -> int:
    """What a process holds, or its peak, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith(name)).split()[1]) // 1024


def measure_serve(council: Council) -> dict[str, Any]:
    """How long `serve` takes to answer, and what it holds then, with everything imported."""
    council.stop_one("KZ")
    began = time.perf_counter()
    council.serve_one("KZ")
    elapsed = time.perf_counter() - began
    return {"start_s": round(elapsed, 2), "rss_mb": held_mb(int((council.home("KZ") / "serve.pid").read_text()))}
