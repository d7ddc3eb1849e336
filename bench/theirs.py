"""Another TAXII server, installed and started here as its makers say: objects written to it, and all read again."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from tests.conformance.peers import PEERS, opentaxii, serving, start

from bench.data import objects
from bench.reading import TAXII

_PATIENCE_S = 600

#: By POST it takes some hundred objects a second. Beyond the first thousands it is filled through its own tables.
_FILL = """
import datetime, json, sys
from opentaxii.cli import app
from opentaxii.persistence.sqldb import taxii2models as m
session = app.taxii_server.servers.taxii2.persistence.api.db.session
collection = session.query(m.Collection).filter(m.Collection.alias == "both").one()
began = datetime.datetime.now(datetime.timezone.utc)
rows = []
def flush():
    session.bulk_insert_mappings(m.STIXObject, rows)
    session.commit()
    rows.clear()
for number, line in enumerate(open(sys.argv[1])):
    o = json.loads(line)
    rows.append({
        "id": o["id"], "collection_id": collection.id, "type": o["type"], "spec_version": o["spec_version"],
        "date_added": began + datetime.timedelta(microseconds=number),
        "version": datetime.datetime.fromisoformat(o["modified"].replace("Z", "+00:00")),
        "serialized_data": {k: v for k, v in o.items() if k not in ("id", "type", "spec_version")},
    })
    if len(rows) == 10_000:
        flush()
flush()
"""


def measure_opentaxii(count: int, posted: int = 5_000) -> dict[str, Any]:
    """OpenTAXII 0.10.0b1 on SQLite: POST of 1,000-object envelopes, then pages of 1,000 until every object is read."""
    found = next(p for p in PEERS if p.name == "OpenTAXII 0.10.0b1")
    peer = replace(found, packages=(*found.packages, "gunicorn"), start=_with_gunicorn)
    posted = min(posted, count)
    made = list(objects(count, seed=3))
    with tempfile.TemporaryDirectory(prefix="kenesh-bench-") as name:
        folder = Path(name)
        with serving(peer, folder) as said:
            headers = {"Accept": TAXII, "Authorization": f"Bearer {said['CONFORMANCE_TOKEN']}"}
            with httpx2.Client(headers=headers, timeout=_PATIENCE_S, follow_redirects=True) as client:
                discovered = said["CONFORMANCE_URL"]
                root = httpx2.URL(discovered).join(client.get(discovered).json()["default"])
                listed = client.get(root.join("collections/")).json()["collections"]
                url = f"{root}collections/{listed[0]['id']}/"
                post_per_s = _posted(client, url, made[:posted])
                _fill(folder, made[posted:])
                pages_per_s = _read(client, url, count)
    return {"posted": posted, "post_per_s": round(post_per_s), "pages_per_s": round(pages_per_s)}


def _with_gunicorn(programs: Path, folder: Path, port: int) -> tuple[subprocess.Popen[bytes], Mapping[str, str]]:
    settings, said = opentaxii(programs, folder, port)
    served = ("opentaxii.http:app", "--workers", "2", "--timeout", "600", "--bind", f"127.0.0.1:{port}")
    return start(folder, programs / "gunicorn", *served, OPENTAXII_CONFIG=str(settings)), said


def _posted(client: httpx2.Client, url: str, made: list[dict[str, Any]]) -> float:
    began = time.perf_counter()
    for at in range(0, len(made), 1000):
        body = msgspec.json.encode({"objects": made[at : at + 1000]})
        client.post(f"{url}objects/", content=body, headers={"Content-Type": TAXII}).raise_for_status()
    return len(made) / (time.perf_counter() - began)


def _fill(folder: Path, made: list[dict[str, Any]]) -> None:
    file = folder / "rest.jsonl"
    file.write_bytes(b"\n".join(msgspec.json.encode(one) for one in made))
    command = [folder / "venv" / "bin" / "python", "-c", _FILL, file]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"OPENTAXII_CONFIG": str(folder / "opentaxii.yml")}
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _read(client: httpx2.Client, url: str, count: int) -> float:
    """By `next`, as it gives it itself; what came is looked at after the clock was stopped."""
    pages, after = [], ""
    began = time.perf_counter()
    while True:
        page = client.get(f"{url}objects/?limit=1000{after}").raise_for_status().content
        pages.append(page)
        end = page[-400:] + page[:400]
        if b'"more": true' not in end and b'"more":true' not in end:
            break
        after = f"&next={_next(page)}"
    elapsed = time.perf_counter() - began
    seen = {one["id"] for page in pages for one in msgspec.json.decode(page)["objects"]}
    assert len(seen) == count, f"{len(seen)} objects read, not {count}"
    return count / elapsed


class _Envelope(msgspec.Struct):
    next: str = ""


def _next(page: bytes) -> str:
    return msgspec.json.decode(page, type=_Envelope).next
