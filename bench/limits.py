"""The floor and the ceiling: what the machine does without our checks, and what the server does without our store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

_BATCH = 1000


class _Read(msgspec.Struct):
    id: str
    type: str
    modified: str


def floor(folder: Path, bundle: bytes) -> float:
    """Objects a second: decoded with msgspec and inserted into SQLite in batches of 1,000, with no checks."""
    began = time.perf_counter()
    raws = msgspec.json.decode(bundle, type=_Bundle).objects
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE v (num INTEGER PRIMARY KEY, id TEXT, modified TEXT, type TEXT, raw BLOB)")
    connection.execute("CREATE UNIQUE INDEX v_id ON v (id, modified)")
    connection.execute("CREATE INDEX v_type ON v (type)")
    decoder = msgspec.json.Decoder(_Read)
    for start in range(0, len(raws), _BATCH):
        part = raws[start : start + _BATCH]
        read = [(decoder.decode(raw), raw) for raw in part]
        rows = [(o.id, o.modified, o.type, bytes(raw)) for o, raw in read]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO v (id, modified, type, raw) VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    connection.close()
    return len(raws) / (time.perf_counter() - began)


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw]


_SERVER = """
import sys, uvicorn
from pathlib import Path
from litestar import Litestar, Request, Response, get
pages = [p.read_bytes() for p in sorted(Path(sys.argv[1]).glob("page-*.json"))]
@get("/page/{number:int}", sync_to_thread=True)
def page(number: int) -> Response[bytes]:
    return Response(pages[number], media_type="application/taxii+json;version=2.1")
uvicorn.run(Litestar([page], openapi_config=None, logging_config=None), port=int(sys.argv[2]), log_level="warning")
"""


@contextmanager
def prebuilt_server(folder: Path, pages: list[bytes], port: int) -> Iterator[None]:
    """The same HTTP server, giving the same pages, made beforehand."""
    for number, page in enumerate(pages):
        (folder / f"page-{number:05d}.json").write_bytes(page)
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(folder), str(port)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()
