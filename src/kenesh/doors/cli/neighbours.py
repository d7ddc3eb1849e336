"""Several nodes on this machine, each a process of its own, for a drill that is tried out, and for the demonstration.

They share no file, and know each other only through their cards.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FIRST_PORT = 8701
#: This program, whatever lies in the folder in which it is called.
KENESH: Final = (sys.executable, "-P", "-m", "kenesh")


class StepFailed(Exception):
    """A step did not bring what it must."""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Neighbours:
    """The nodes of one run, each in its own home; `parties` are codes with names, `depositary` one of them."""

    def __init__(
        self, homes: Path, parties: Mapping[str, str], *, depositary: str = "", use_free_ports: bool = True
    ) -> None:
        self.homes = homes
        self.parties = parties
        self.depositary = depositary
        self.ports = dict(zip(parties, _ports(len(parties), use_free_ports), strict=True))
        self._served: dict[str, subprocess.Popen[bytes]] = {}

    def home(self, party: str) -> Path:
        return self.homes / party.lower()

    def run(
        self,
        party: str,
        *words: str,
        stdin: str = "",
        fails: bool = False,
        as_json: bool = True,
        timeout: float = 120,
    ) -> Answer:
        """One command at one node; it must succeed unless it is meant to fail."""
        command = [*KENESH, "--home", str(self.home(party)), *words, *(["--json"] if as_json else [])]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env=_environment())
        if (done.returncode != 0) is not fails:
            raise StepFailed(
                f"kenesh --home {self.home(party)} {' '.join(words)}: exit {done.returncode}\n{done.stderr}"
            )
        return Answer(done.returncode, done.stdout, done.stderr)

    def found(self) -> None:
        """Makes every node, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda p: self.run(p, "init", "--party", p, "--name", self.parties[p]), self.parties))

    def serve(self) -> None:
        """Starts every node as a process of its own and waits until each answers."""
        for party in self.parties:
            self._start(party)
        for party in self.parties:
            wait_for_port(party, self.ports[party], self.home(party) / "serve.log")

    def serve_one(self, party: str) -> None:
        """Starts one node."""
        self._start(party)
        wait_for_port(party, self.ports[party], self.home(party) / "serve.log")

    def _start(self, party: str) -> None:
        with (self.home(party) / "serve.log").open("w") as log:
            self._served[party] = subprocess.Popen(
                [*KENESH, "--home", str(self.home(party)), "serve", "--port", str(self.ports[party])],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=_environment(),
            )
        (self.home(party) / "serve.pid").write_text(str(self._served[party].pid))

    def introduce(self) -> None:
        """Every node admits every other: a card that was handed over, and the fingerprint that was read out."""
        cards = {p: self.run(p, "card").out for p in self.parties}
        spoken = {p: self.run(p, "fingerprint").document["fingerprint"] for p in self.parties}
        pairs = [(a, b) for a in self.parties for b in self.parties if a != b]

        def admit(pair: tuple[str, str]) -> None:
            here, there = pair
            depositary = ["--depositary"] if there == self.depositary else []
            words = ("peer", "add", "-", "--fingerprint", spoken[there], *depositary)
            self.run(here, *words, stdin=cards[there])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(admit, pairs))

    def stop(self) -> None:
        """Stops whatever of this run is still running."""
        stop_nodes(self.homes.glob("*/serve.pid"))
        for process in self._served.values():
            process.wait()

    def stop_one(self, party: str) -> None:
        """Stops one node."""
        stop_nodes([self.home(party) / "serve.pid"])
        self._served.pop(party).wait()


def _environment() -> dict[str, str]:
    # Without compiled files each of some two hundred commands would compile the whole program again.
    unwanted = ("KENESH_HOME", "PYTHONDONTWRITEBYTECODE")
    return {k: v for k, v in os.environ.items() if k not in unwanted} | {"NO_COLOR": "1"}


def _ports(count: int, free: bool) -> list[int]:
    wanted = list(range(FIRST_PORT, FIRST_PORT + count))
    return free_ports(count) if free or not all(map(_is_free, wanted)) else wanted


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody has at this moment."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for_port(party: str, port: int, log: Path | None) -> None:
    """Waits until somebody answers there.

    Raises:
        StepFailed: nobody does within half a minute.
    """
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise StepFailed(f"The node of {party} did not start:\n{log.read_text() if log else ''}")


def stop_nodes(pid_files: Iterable[Path]) -> int:
    """Stops nodes by their process ids; gives how many."""
    stopped = 0
    for pid_file in list(pid_files):
        pid = int(pid_file.read_text())
        try:
            if b"kenesh" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGTERM)
                _wait_for_end(pid)
                stopped += 1
        except (ProcessLookupError, FileNotFoundError):
            pass
        pid_file.unlink()
    return stopped


def _wait_for_end(pid: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            ended, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            ended = 0 if Path(f"/proc/{pid}").exists() else pid
        if ended:
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def forget(homes: Path) -> None:
    """Stops an earlier run and removes its homes."""
    if homes.exists():
        stop_nodes(homes.glob("*/serve.pid"))
        shutil.rmtree(homes)
