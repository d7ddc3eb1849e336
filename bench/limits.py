"""The floors and the ceiling: what the databases do without our checks, and what server and store do without us."""

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


_SERVED = """
import sqlite3, sys, threading, uvicorn
from pathlib import Path
from litestar import Litestar, Request, Response, get
pages = [p.read_bytes() for p in sorted(Path(sys.argv[1]).glob("page-*.json"))]
mine = threading.local()
@get("/page/{number:int}", sync_to_thread=True)
def page(number: int) -> Response[bytes]:
    return Response(pages[number], media_type="application/taxii+json;version=2.1")
@get("/store/{after:int}", sync_to_thread=True)
def store(after: int) -> Response[bytes]:
    if not hasattr(mine, "connection"):
        mine.connection = sqlite3.connect(sys.argv[3])
    page = "SELECT raw FROM v WHERE collection = 1 AND added > ? ORDER BY added LIMIT 1000"
    query = f"SELECT CAST(group_concat(raw) AS BLOB) FROM ({page})"
    (raws,) = mine.connection.execute(query, (after,)).fetchone()
    octets = b'{"more":true,"objects":[' + raws + b"]}"
    return Response(octets, media_type="application/taxii+json;version=2.1")
app = Litestar([page, store], openapi_config=None, logging_config=None)
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""


@contextmanager
def bare_server(folder: Path, pages: list[bytes], port: int) -> Iterator[None]:
    """The same HTTP server without us.

    /store/AFTER gives the same objects from a table of their own, in the order in which they are asked for and put
    together by SQLite, the quickest way that we know: whoever asks, with nothing decided. /page/N has no store: its
    pages are ready in memory.
    """
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"page-{number:05d}.json").write_bytes(page)
    database = folder / "bare.db"
    _fill(database, pages)
    process = subprocess.Popen([sys.executable, "-c", _SERVED, str(folder), str(port), str(database)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _fill(database: Path, pages: list[bytes]) -> None:
    raws = (bytes(raw) for page in pages for raw in msgspec.json.decode(page, type=_Bundle).objects)
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    columns = "collection INTEGER, added INTEGER, raw BLOB, PRIMARY KEY (collection, added)"
    connection.execute(f"CREATE TABLE v ({columns}) WITHOUT ROWID")
    connection.executemany("INSERT INTO v (collection, added, raw) VALUES (1, ?, ?)", enumerate(raws, 1))
    connection.commit()
    connection.close()
