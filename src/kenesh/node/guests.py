"""Serving the homes that are hosted in a node's home: each by a process of its own, at a port of its own.

One that fails stops no other, and is started again. All end with the node that hosts them, also where that is killed:
they are served for as long as their standard input is open, and it holds the other end.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kenesh.basis.problem import SettingsProblem
from kenesh.doors.cli.neighbours import KENESH
from kenesh.doors.journal import Journal
from kenesh.doors.life import ServeOptions
from kenesh.node.home import Home
from kenesh.node.hosting import hosted_homes
from kenesh.node.settings import Settings, read_settings, write_settings
from kenesh.node.standing import going_on

_LOOK_S: Final = 0.2
#: So long one that ended is waited for before it is started again; it begins anew once it has run for a minute.
_RETRY_S: Final = (1, 1, 2, 5, 10, 30, 60)
_STEADY_S: Final = 60
_PATIENCE_S: Final = 10
#: So many ports after the host's own are tried.
_PORTS: Final = 100
#: Two that begin at once would find the same one free.
_CHOOSING: Final = threading.Lock()


def end_with_input() -> None:
    """Tells this process to stop once its standard input ends: whoever started it is there no more."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="input", daemon=True).start()


class Guests:
    """Serves every home that is hosted in this one, those too that are made while it does."""

    def __init__(self, path: Path, options: ServeOptions, port: int, journal: Journal) -> None:
        self._home = Home(path)
        self._options = options
        self._port = port
        self._journal = journal
        self._stop = threading.Event()
        self._guests: dict[Path, _Guest] = {}
        self._looking = threading.Thread(target=self._look, name="guests", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._looking.start()

    def stop(self) -> None:
        """Ends all of them, and waits until they have."""
        self._stop.set()
        if self._looking.ident is not None:
            self._looking.join()
        for guest in self._guests.values():
            guest.stop()
        for guest in self._guests.values():
            guest.wait()

    def _look(self) -> None:
        last = -1
        while not self._stop.is_set():
            sign = self._home.woken()
            if sign != last:
                last = sign
                with going_on("The homes that are hosted here", self._journal):
                    self._begin_new()
            self._stop.wait(_LOOK_S)

    def _begin_new(self) -> None:
        for path in hosted_homes(self._home.path):
            if path not in self._guests:
                self._guests[path] = _Guest(path, self._options, self._port, self._journal)
                self._guests[path].start()


class _Guest:
    """One hosted home, and the process that serves it."""

    def __init__(self, path: Path, options: ServeOptions, port: int, journal: Journal) -> None:
        self._path = path
        self._options = options
        self._host_port = port
        self._journal = journal
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._serve, name=f"guest-{path.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._process is not None:
            self._process.terminate()

    def wait(self) -> None:
        self._thread.join(_PATIENCE_S)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()

    def _serve(self) -> None:
        failures = 0
        while not self._stop.is_set():
            began = time.monotonic()
            with going_on(f"What is hosted in {self._path}", self._journal):
                self._serve_once()
            failures = 0 if time.monotonic() - began > _STEADY_S else min(failures + 1, len(_RETRY_S) - 1)
            self._stop.wait(_RETRY_S[failures])

    def _serve_once(self) -> None:
        with Home(self._path).turn("serve") as is_free:
            # Somebody may serve it by itself, with an environment of its own.
            if not is_free:
                return
            settings = with_port(self._path, self._options.host, self._host_port)
        words = [*KENESH, "--home", str(self._path), *serve_words(self._options, settings)]
        # A sign from the keyboard is the host's to obey, who tells them.
        process = subprocess.Popen(words, stdin=subprocess.PIPE, process_group=0)
        self._process = process
        if self._stop.is_set():
            process.terminate()
        code = process.wait()
        assert process.stdin is not None
        process.stdin.close()
        if not self._stop.is_set():
            text = f"{settings.party}, which is hosted here, has stopped (exit code {code}). It is started again."
            self._journal.tell("hosted-stopped", text, party=settings.party, code=code)


def with_port(path: Path, address: str, host_port: int) -> Settings:
    """The settings of a hosted home, once it has a port: the first after the host's that nobody has.

    It keeps that one, since it stands on its card.

    Raises:
        SettingsProblem: all are taken.
    """
    with _CHOOSING:
        return _with_port(path, address, host_port)


def _with_port(path: Path, address: str, host_port: int) -> Settings:
    settings = read_settings(path)
    if settings.hosted_port:
        return settings
    others = {read_settings(other).hosted_port for other in hosted_homes(path.parent.parent)}
    ports = range(host_port + 1, min(host_port + 1 + _PORTS, 65_536))
    port = next((one for one in ports if one not in others and _is_free(address, one)), None)
    if port is None:
        raise SettingsProblem(
            f"No port after {host_port} is free for {settings.party}.", advice=f"Write hosted_port in {path}."
        )
    settings = msgspec.structs.replace(settings, hosted_port=port)
    write_settings(path, settings)
    return settings


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def serve_words(options: ServeOptions, settings: Settings) -> list[str]:
    """How a hosted home is served: as its host is, under the same name and certificate, at its own port."""
    words = ["serve", "--while-open", "--host", options.host, "--port", str(settings.hosted_port)]
    if url := settings.hosted_url or _beside(options.url, settings.hosted_port):
        words += ["--url", url]
    if options.behind_proxy:
        words.append("--behind-proxy")
    if options.tls_certificate and options.tls_key:
        words += ["--tls-certificate", str(options.tls_certificate), "--tls-key", str(options.tls_key)]
    if options.log_json:
        words.append("--log-json")
    if options.metrics:
        words.append("--metrics")
    return words


def _beside(url: str | None, port: int) -> str:
    """The same server at another port; '' where no address was said."""
    if url is None:
        return ""
    parts = urlsplit(url)
    name = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    return f"{parts.scheme}://{name}:{port}"
