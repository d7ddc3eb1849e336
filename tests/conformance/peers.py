"""Servers that others made, each installed into a virtual environment of its own and started as it is in earnest.

They are judged so that the tests are: what all of them fail may be the test's fault. Nothing of them is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx2
from tests.cli.served import environment, free_port

PATIENCE_S: Final = 60
JUDGE: Final = ("judge", "made-up-1")
SECOND: Final = ("second", "made-up-2")


@dataclass(frozen=True, slots=True)
class Peer:
    """A server of others': what is installed, and how it is started in a folder, on a port."""

    name: str
    packages: tuple[str, ...]
    start: Callable[[Path, Path, int], tuple[subprocess.Popen[bytes], Mapping[str, str]]]


def _run(*command: str | Path, **more: str) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment() | more)
    if done.returncode:
        raise AssertionError(f"{command[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def _medallion(programs: Path, folder: Path, port: int) -> tuple[subprocess.Popen[bytes], Mapping[str, str]]:
    root = f"http://127.0.0.1:{port}/council/"

    def collection(title: str, *, can_read: bool, can_write: bool) -> dict[str, object]:
        rights = {"can_read": can_read, "can_write": can_write}
        kept = {"media_types": ["application/stix+json;version=2.1"], "manifest": [], "objects": []}
        return {"id": str(uuid4()), "title": title, **rights, **kept}

    data = {
        "/discovery": {"title": "medallion", "default": root, "api_roots": [root]},
        "council": {
            "information": {
                "title": "A council",
                "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": 9_765_625,
            },
            "status": [],
            "collections": [
                collection("Both", can_read=True, can_write=True),
                collection("Read", can_read=True, can_write=False),
                collection("Write", can_read=False, can_write=True),
            ],
        },
    }
    (folder / "data.json").write_text(json.dumps(data))
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
    settings = {
        "backend": backend | {"filename": str(folder / "data.json")},
        "users": dict((JUDGE, SECOND)),
        "taxii": {"max_page_size": 1000},
    }
    (folder / "medallion.json").write_text(json.dumps(settings))
    process = start(folder, programs / "medallion", "--port", str(port), folder / "medallion.json")
    # Every user of it has the same rights: there is no second one to compare with.
    return process, {"USER": JUDGE[0], "PASSWORD": JUDGE[1]}


_OPENTAXII: Final = """\
domain: "127.0.0.1:{port}"
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {{db_connection: "sqlite:///{folder}/auth.db", create_tables: yes, secret: made-up, token_ttl_secs: 3600}}
taxii1:
taxii2:
  title: OpenTAXII
  public_discovery: true
  max_content_length: 9765625
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
"""


def opentaxii(programs: Path, folder: Path, port: int) -> tuple[Path, Mapping[str, str]]:
    """OpenTAXII set up in a folder with one collection: its settings, and by what it lets us in."""
    settings = folder / "opentaxii.yml"
    settings.write_text(_OPENTAXII.format(port=port, folder=folder))

    def told(program: str, *words: str) -> str:
        return _run(programs / program, *words, OPENTAXII_CONFIG=str(settings))

    told("opentaxii-add-api-root", "--title", "A council", "--default")
    ask = "from opentaxii.cli import app; print(app.taxii_server.servers.taxii2.persistence.api.get_api_roots()[0].id)"
    root = _run(programs / "python", "-c", ask, OPENTAXII_CONFIG=str(settings)).split()[-1]
    told("opentaxii-add-collection", "--rootid", root, "--title", "Both", "--alias", "both")
    tokens = [
        told("opentaxii-create-account", "-u", name, "-p", password, *more).split()[-1]
        for (name, password), more in ((JUDGE, ["--admin"]), (SECOND, []))
    ]
    return settings, {"TOKEN": tokens[0], "OTHER_TOKEN": tokens[1]}


def _opentaxii(programs: Path, folder: Path, port: int) -> tuple[subprocess.Popen[bytes], Mapping[str, str]]:
    settings, said = opentaxii(programs, folder, port)
    served = ("--app", "opentaxii.http:app", "run", "--port", str(port))
    return start(folder, programs / "flask", *served, OPENTAXII_CONFIG=str(settings)), said


def start(folder: Path, *command: str | Path, **more: str) -> subprocess.Popen[bytes]:
    """A program with its words and variables; what it says goes to the folder's log."""
    with (folder / "log").open("wb") as log:
        words = [str(word) for word in command]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment() | more)


#: medallion imports pkg_resources, which setuptools has let go of. OpenTAXII is asked with a token.
PEERS: Final = (
    Peer("medallion 3.0.0", ("medallion==3.0.0", "setuptools<81"), _medallion),
    Peer("OpenTAXII 0.9.3", ("opentaxii==0.9.3", "setuptools<81"), _opentaxii),
    Peer("OpenTAXII 0.10.0b1", ("opentaxii==0.10.0b1", "setuptools<81"), _opentaxii),
)


@contextmanager
def serving(peer: Peer, folder: Path) -> Iterator[dict[str, str]]:
    """The peer, installed and serving; gives the variables by which the tests find it."""
    uv, place = Path(sys.executable).parent / "uv", folder / "venv"
    _run(uv, "venv", "--quiet", "--python", sys.executable, place)
    _run(uv, "pip", "install", "--quiet", "--python", place / "bin" / "python", *peer.packages)
    port = free_port()
    process, said = peer.start(place / "bin", folder, port)
    try:
        _until_it_answers(process, f"http://127.0.0.1:{port}/taxii2/", folder / "log")
        url = {"URL": f"http://127.0.0.1:{port}/taxii2/"}
        yield {f"CONFORMANCE_{name}": value for name, value in (url | dict(said)).items()}
    finally:
        process.terminate()
        process.wait(10)


def _until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx2.get(url, timeout=5)
        except httpx2.TransportError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"it does not answer: {log.read_text()[-2000:]}")
