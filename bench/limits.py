"""The floors and the ceiling: what the databases do without our checks, and what the server does without a store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg

_BATCH = 1000
_COPY = "COPY v (id, modified, type, raw) FROM STDIN"


class _Read(msgspec.Struct):
    id: str
    type: str
    modified: str


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw]


_Row = tuple[str, str, str, bytes]


def _batches(octets: bytes) -> Iterator[list[_Row]]:
    raws = msgspec.json.decode(octets, type=_Bundle).objects
    decoder = msgspec.json.Decoder(_Read)
    for start in range(0, len(raws), _BATCH):
        read = [(decoder.decode(raw), raw) for raw in raws[start : start + _BATCH]]
        yield [(o.id, o.modified, o.type, bytes(raw)) for o, raw in read]


def floor(folder: Path, file: Path, count: int) -> float:
    """Objects a second: decoded with msgspec and inserted into SQLite in batches of 1,000, with no checks."""
    octets = file.read_bytes()
    began = time.perf_counter()
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE v (num INTEGER PRIMARY KEY, id TEXT, modified TEXT, type TEXT, raw BLOB)")
    connection.execute("CREATE UNIQUE INDEX v_id ON v (id, modified)")
    connection.execute("CREATE INDEX v_type ON v (type)")
    for rows in _batches(octets):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO v (id, modified, type, raw) VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    connection.close()
    elapsed = time.perf_counter() - began
    for left in folder.glob("floor.db*"):
        left.unlink()
    return count / elapsed


def floor_postgresql(url: str, file: Path, count: int) -> float:
    """The same with PostgreSQL's COPY: a table of its own, the same indices, a transaction for each 1,000."""
    octets = file.read_bytes()
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE v (num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text, modified text, type text,"
            " raw bytea)"
        )
        connection.execute('CREATE UNIQUE INDEX v_id ON v (id COLLATE "C", modified COLLATE "C")')
        connection.execute("CREATE INDEX v_type ON v (type)")
        for rows in _batches(octets):
            with connection.transaction(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
        elapsed = time.perf_counter() - began
        connection.execute("DROP TABLE v")
    return count / elapsed


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
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"page-{number:05d}.json").write_bytes(page)
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(folder), str(port)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()
