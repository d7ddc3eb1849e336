"""Serving: one port for TAXII, API and desk; readers of peers beside it; the record closed every ten seconds."""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from uuid import uuid4

import msgspec
import uvicorn

from kenesh.basis.problem import Problem, SettingsProblem, UsageProblem
from kenesh.doors.acts import card
from kenesh.doors.house import build
from kenesh.doors.keeping import close_record
from kenesh.doors.services import ServeOptions
from kenesh.ledger.log import INTERVAL
from kenesh.node.peers import PeerReaders
from kenesh.node.settings import read_settings, write_settings
from kenesh.node.wiring import Node, open_node


def serve(path: Path, options: ServeOptions) -> None:
    """Serves the node of a home until it is told to stop.

    Raises:
        UsageProblem: it would be open to the network without TLS. SettingsProblem: the port cannot be had.
    """
    _check_options(options)
    listening = _listen(options)
    try:
        _write_address(path, options, listening.getsockname()[1])
        node = open_node(path)
        try:
            with node.home.turn("serve") as mine:
                if not mine:
                    raise SettingsProblem(f"The node in {path} is being served already.", advice="Stop that one first.")
                _run(node, options, listening)
        finally:
            node.close()
    finally:
        listening.close()


def _check_options(options: ServeOptions) -> None:
    try:
        is_loopback = ipaddress.ip_address(options.host).is_loopback
    except ValueError:
        is_loopback = options.host == "localhost"
    has_tls = options.tls_certificate is not None and options.tls_key is not None
    if not (is_loopback or has_tls or options.behind_proxy):
        raise UsageProblem(
            f"{options.host} is open to the network, and there is no TLS.",
            advice="Give --tls-certificate and --tls-key, or say --behind-proxy where a proxy has them.",
        )
    for file in (options.tls_certificate, options.tls_key):
        if file is not None and not file.is_file():
            raise UsageProblem(f"There is no file {file}.")


def _listen(options: ServeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise SettingsProblem(
            f"Port {options.port} of {options.host} cannot be had: {error.strerror}.",
            advice="Another program has it, perhaps this node already; choose another --port.",
        ) from None
    return listening


def _write_address(path: Path, options: ServeOptions, port: int) -> None:
    """The address under which peers find this node stands in its settings, and so on its card."""
    settings = read_settings(path)
    scheme = "https" if options.tls_certificate else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = (options.url or f"{scheme}://{host}:{port}").rstrip("/")
    if url != settings.url:
        write_settings(path, msgspec.structs.replace(settings, url=url))


def _run(node: Node, options: ServeOptions, listening: socket.socket) -> None:
    services = node.services
    card(services)
    readers = PeerReaders(node)
    stop = threading.Event()
    record = threading.Thread(target=_close_record, args=(node, stop), name="record", daemon=True)
    app = build(services, node.home.woken, uuid4)
    config = uvicorn.Config(
        app,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=options.behind_proxy,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        ssl_certfile=str(options.tls_certificate) if options.tls_certificate else None,
        ssl_keyfile=str(options.tls_key) if options.tls_key else None,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
    )
    server = _Server(config, app.state.nudges.end)
    print(f"{services.own.code} serves at {services.own.url} (stop it with Ctrl-C)", file=sys.stderr, flush=True)
    readers.start()
    record.start()
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()
        readers.stop()


class _Server(uvicorn.Server):
    """A server that ends the peers' event streams when it is told to stop, so that it need not wait for them."""

    def __init__(self, config: uvicorn.Config, on_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_exit = on_exit

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._on_exit()
        super().handle_exit(sig, frame)


def _close_record(node: Node, stop: threading.Event) -> None:
    while not stop.wait(INTERVAL / 1_000_000):
        try:
            close_record(node.services)
        except Problem as problem:
            print(f"The record could not be closed: {problem.sentence()}", file=sys.stderr, flush=True)
