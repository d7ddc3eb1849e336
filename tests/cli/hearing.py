"""Who is told of notices and calls in a test: a web server and a mail server that keep what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from demo.nodes import free_ports


class Heard(list[bytes]):
    """What came, and with which status it is answered."""

    status = 204


@contextmanager
def webhook() -> Iterator[tuple[str, Heard]]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/hook", heard
    finally:
        listening.shutdown()
        listening.server_close()


@contextmanager
def mail_server() -> Iterator[tuple[str, Heard]]:
    heard = Heard()

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
            heard.append(envelope.content)
            return "250 taken"

    (port,) = free_ports(1)
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"127.0.0.1:{port}", heard
    finally:
        controller.stop()
