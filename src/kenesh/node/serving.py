"""Serving: one port for TAXII, API and desk; readers of peers beside it; the record closed every ten seconds."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, cast
from uuid import uuid4

import msgspec
import uvicorn

from kenesh.basis.printable import visible
from kenesh.basis.problem import SettingsProblem, UsageProblem
from kenesh.doors.acts import card
from kenesh.doors.api.metrics import App, Measures
from kenesh.doors.api.metrics import routes as metrics_routes
from kenesh.doors.desk.routes import routes as desk_routes
from kenesh.doors.house import build, refusal
from kenesh.doors.journal import Journal
from kenesh.doors.keeping import close_record, note_settings
from kenesh.doors.life import ServeOptions
from kenesh.ledger.log import INTERVAL
from kenesh.node.callers import Patience, callers
from kenesh.node.calls import Caller
from kenesh.node.checks import CheckMaker
from kenesh.node.clock import SystemClock
from kenesh.node.digests import Digests
from kenesh.node.drills import DrillPlayer
from kenesh.node.feeds import FeedReaders
from kenesh.node.guests import Guests, end_with_input
from kenesh.node.home import Home
from kenesh.node.notices import Notices, channels
from kenesh.node.peers import PeerReaders
from kenesh.node.settings import FILE, Settings, read_settings, write_settings
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node, open_node
from kenesh.parties.card import ADDRESS

#: So often it is looked whether somebody gave the node another key.
_LOOK_S: Final = 0.2
#: Of TLS 1.2 none that HTTP/2 forbids (TAXII 2.1 §8.2.2, RFC 7540 Appendix A); TLS 1.3 has no others.
_TLS_1_2_SUITES: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def serve(path: Path, options: ServeOptions) -> None:
    """Serves the node of a home until it is told to stop.

    Raises:
        UsageProblem: it would be open to the network without TLS, or its address is none.
        SettingsProblem: it is being served already, the port cannot be had, or the certificate is not usable.
    """
    _check_options(options)
    settings = read_settings(path)
    if options.while_open:
        end_with_input()
    with Home(path).turn("serve") as mine:
        if not mine:
            raise SettingsProblem(
                f"The node in {path} is being served already, at {settings.url}.", advice="Stop that one first."
            )
        listening = _listen(options)
        port = listening.getsockname()[1]
        guests = Guests(path, options, port, Journal(SystemClock(), options.log_json))
        try:
            _write_address(path, settings, options, port)
            guests.start()
            # Under a new key it is another node to its peers, and goes on at the same port.
            is_rekeyed = True
            while is_rekeyed:
                node = open_node(path)
                try:
                    is_rekeyed = _run(node, options, listening.dup())
                finally:
                    node.close()
        finally:
            guests.stop()
            listening.close()


def _check_options(options: ServeOptions) -> None:
    host, files = options.host, (options.tls_certificate, options.tls_key)
    try:
        address = ipaddress.ip_address(host)
        is_loopback, is_any = address.is_loopback, address.is_unspecified
    except ValueError:
        is_loopback, is_any = host == "localhost", False
    if not (is_loopback or all(files) or options.behind_proxy):
        raise UsageProblem(
            f"{visible(host, 200)} is open to the network, and there is no TLS.",
            advice="Give --tls-certificate and --tls-key, or say --behind-proxy where a proxy has them.",
        )
    if is_any and options.url is None:
        raise UsageProblem(f"Peers cannot call {host}.", advice="Say --url https://NAME:PORT, as they reach this node.")
    if options.url is not None and ADDRESS.fullmatch(options.url.rstrip("/")) is None:
        raise UsageProblem(
            f"'{visible(options.url, 200)}' is no address of a server.",
            advice="Write it as https://NAME:PORT.",
        )
    if any(files):
        _check_certificate(*files)


def _check_certificate(certificate: Path | None, key: Path | None) -> None:
    if certificate is None or key is None:
        raise UsageProblem("TLS needs both.", advice="Give --tls-certificate and --tls-key.")
    for file in (certificate, key):
        if not os.access(file, os.R_OK):
            raise UsageProblem(f"{file} is not there, or may not be read.", advice="Look at its name and its owner.")
    try:
        # Without a password of its own it would be asked for; a service has nobody to ask.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError):
        raise SettingsProblem(
            f"{certificate} and {key} are no certificate with its key.",
            advice="Both are PEM files; the key has no password, and is the certificate's own.",
        ) from None


def _listen(options: ServeOptions) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise _no_port(options, error) from None
    return listening


def _no_port(options: ServeOptions, error: OSError) -> SettingsProblem:
    if error.errno == errno.EADDRINUSE:
        advice = "Another program has it; choose another --port."
    elif error.errno == errno.EACCES:
        advice = "Ports below 1024 are the administrator's; choose another --port."
    else:
        advice = "Look at --host: it is one of this machine's own addresses."
    return SettingsProblem(
        f"Port {options.port} of {visible(options.host, 200)} cannot be had: {error.strerror}.", advice=advice
    )


def _write_address(path: Path, settings: Settings, options: ServeOptions, port: int) -> None:
    """The address under which peers find this node stands in its settings, and so on its card."""
    scheme = "https" if options.tls_certificate else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = (options.url or f"{scheme}://{host}:{port}").rstrip("/")
    if url != settings.url:
        write_settings(path, msgspec.structs.replace(settings, url=url))


def _run(node: Node, options: ServeOptions, listening: socket.socket) -> bool:
    """Whether it stopped because its key is another one now, and nobody told it to stop."""
    services = node.services
    _allow_files()
    note_settings(services, (node.home.path / FILE).read_bytes())
    card(services)
    journal = Journal(services.clock, options.log_json)
    readers, feeds = PeerReaders(node, journal), FeedReaders(node, journal)
    notices, digests = Notices(node, channels(node.settings), journal), Digests(node, journal)
    drills, caller, checks = DrillPlayer(node, journal), Caller(node, journal), CheckMaker(node, journal)
    stop = threading.Event()
    record = threading.Thread(target=_close_record, args=(node, stop, journal), name="record", daemon=True)
    measures = Measures() if options.metrics else None
    pages = [*desk_routes(services), *(metrics_routes(services, measures) if measures else ())]
    app = build(services, node.home.woken, uuid4, pages=pages, journal=journal)
    served = measures.around(cast(App, app)) if measures else app
    server = _Server(_configured(node, options, served), app.state.nudges.end)
    for sign in (signal.SIGINT, signal.SIGTERM):
        # The server hands a sign that it obeyed on to whoever had it before; being told to stop is no failing.
        signal.signal(sign, server.is_told)
    rekeyed = threading.Event()
    key = threading.Thread(target=_watch_key, args=(node, stop, rekeyed, server), name="key", daemon=True)
    journal.tell("serving", f"{services.own.code} serves at {services.own.url} (stop it with Ctrl-C)")
    readers.start()
    feeds.start()
    notices.start()
    caller.start()
    drills.start()
    checks.start()
    digests.start()
    record.start()
    key.start()
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()
        readers.stop()
        feeds.stop()
        notices.stop()
        caller.stop()
        drills.stop()
        checks.stop()
        digests.stop()
    if rekeyed.is_set() and not server.was_told:
        journal.tell("rekeyed", f"{services.own.code} goes on under its new key.")
        return True
    journal.tell("stopped", f"{services.own.code} has stopped.")
    return False


def _configured(node: Node, options: ServeOptions, served: object) -> uvicorn.Config:
    return uvicorn.Config(
        cast(Any, served),
        http=callers(_patience(node.settings), refusal),
        ws="none",
        # What a client does wrong is answered; in the log it would fill the disk.
        log_level=logging.ERROR,
        access_log=False,
        server_header=False,
        proxy_headers=options.behind_proxy,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        ssl_certfile=str(options.tls_certificate) if options.tls_certificate else None,
        ssl_keyfile=str(options.tls_key) if options.tls_key else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
        ssl_ciphers=_TLS_1_2_SUITES,
    )


def _allow_files() -> None:
    """As many open files as this user may have: connections take one each, and the store takes its own."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _patience(settings: Settings) -> Patience:
    return Patience(settings.request_head_s, settings.request_body_s, settings.max_connections)


class _Server(uvicorn.Server):
    """A server that ends the peers' event streams when it is told to stop, so that it need not wait for them."""

    def __init__(self, config: uvicorn.Config, on_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_exit = on_exit
        self.was_told = False

    def is_told(self, sig: int, frame: FrameType | None) -> None:
        """A sign before the server listens for signs itself, or after."""
        self.should_exit = self.was_told = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.was_told = True
        self._on_exit()
        super().handle_exit(sig, frame)

    def give_way(self) -> None:
        """It ends, and another begins at the same port."""
        self._on_exit()
        self.should_exit = True


def _watch_key(node: Node, stop: threading.Event, rekeyed: threading.Event, server: _Server) -> None:
    last = node.home.woken()
    while not stop.wait(_LOOK_S):
        sign = node.home.woken()
        if sign != last and read_settings(node.home.path).kid != node.settings.kid:
            rekeyed.set()
            server.give_way()
            return
        last = sign


def _close_record(node: Node, stop: threading.Event, journal: Journal) -> None:
    while not stop.wait(INTERVAL / 1_000_000):
        with going_on("Closing the record", journal):
            close_record(node.services)
