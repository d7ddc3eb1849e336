"""Nodes that are served: by a thread of this process where only the answers count, else by `kenesh serve` itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
import uvicorn
from tests.cli.officer import Officer

from kenesh.basis.chance import Clock
from kenesh.doors.house import build
from kenesh.node.settings import read_settings
from kenesh.node.wiring import open_node

PATIENCE_S = 30
KENESH = Path(sys.executable).parent / "kenesh"


def eventually(claim: Callable[[], bool], says: str, within_s: float = PATIENCE_S) -> None:
    """A claim that becomes true after a while."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if claim():
            return
        time.sleep(0.05)
    raise AssertionError(f"{says}, within {within_s} s")


@contextmanager
def answering(officer: Officer, clock: Clock | None = None) -> Iterator[Officer]:
    """The officer's node answers on a port of its own; it reads no peers by itself."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        officer.at(f"http://127.0.0.1:{listening.getsockname()[1]}")
        node = open_node(officer.home, clock)
        app = build(node.services, node.home.woken, uuid4)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield officer
        finally:
            app.state.nudges.end()
            server.should_exit = True
            thread.join(PATIENCE_S)
            node.close()


@dataclass(frozen=True, slots=True)
class Serving:
    """A `kenesh serve` that runs as a process of its own."""

    officer: Officer
    process: subprocess.Popen[str]
    log: Path
    started_in_s: float

    @property
    def url(self) -> str:
        return read_settings(self.officer.home).url

    def told(self) -> str:
        return self.log.read_text()

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Tells it to stop; its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE_S)

    def rss_mib(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)


def start(officer: Officer, *words: str, port: int = 0, program: Path = KENESH) -> Serving:
    """Starts `kenesh serve` and waits until it says that it serves.

    Raises:
        AssertionError: it does not.
    """
    log = officer.home.with_suffix(".log")
    command = [str(program), "--home", str(officer.home), "serve", "--port", str(port), *words]
    began = time.monotonic()
    with log.open("a") as stream:
        told_before = log.stat().st_size
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, text=True, env=environment()
        )
    try:
        eventually(lambda: "serves at" in log.read_text()[told_before:] or process.poll() is not None, "it starts")
        assert process.poll() is None, log.read_text()
    except AssertionError:
        _end(process)
        raise
    return Serving(officer, process, log, time.monotonic() - began)


def environment() -> dict[str, str]:
    """That of this process, without what would make a command another one."""
    # Compiled files are kept: each process would else compile the whole program again.
    unwanted = ("KENESH_HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    return {k: v for k, v in os.environ.items() if k not in unwanted} | {"NO_COLOR": "1"}


@contextmanager
def serving(officer: Officer, *words: str, port: int = 0, program: Path = KENESH) -> Iterator[Serving]:
    """A `kenesh serve` for the time of a test."""
    started = start(officer, *words, port=port, program=program)
    try:
        yield started
    finally:
        _end(started.process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
    process.wait()


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
