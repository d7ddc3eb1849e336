"""Who waits to write goes before who has just written, among processes too."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from kenesh.edges.store.database import Database

_WRITER = """
import sys
from kenesh.edges.store.database import Database, open_engine
database = Database(open_engine(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
with database.writing() as tx:
    tx.notes.set("who", "waited")
"""


def test_a_process_that_waits_is_let_in_before_a_writer_that_begins_anew(sqlite_store: Database) -> None:
    url = sqlite_store.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout and other.stdout.readline() == "ready\n"
        with sqlite_store.writing() as tx:
            other.stdin.write("\n")
            other.stdin.flush()
            _until_somebody_waits(Path(f"{sqlite_store.engine.url.database}-gate"))
            tx.notes.set("who", "first batch")
        with sqlite_store.writing() as tx:
            assert tx.notes.get("who") == "waited"


def _until_somebody_waits(gate: Path) -> None:
    with gate.open() as stream:
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(stream, fcntl.LOCK_UN)
