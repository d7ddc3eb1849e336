"""A client that writes its octets itself: what it sends is what it was told to send, sense or nonsense."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.officer import Officer
from tests.cli.served import Serving

TAXII = "application/taxii+json;version=2.1"
#: An answer holds none of these: what is inside a node is nobody's outside.
INSIDE = (b"Traceback", b"/src/", b".py", b"kenesh.", b"sqlite", b"SELECT", b"site-packages", b"Error(")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, and whether the connection was closed then."""

    octets: bytes

    @property
    def status(self) -> int:
        return int(self.octets.split(b" ", 2)[1]) if self.octets else 0

    @property
    def headers(self) -> dict[str, str]:
        lines = self.octets.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def document(self) -> Any:
        return json.loads(self.octets.partition(b"\r\n\r\n")[2])

    def is_error_of_taxii(self, status: int) -> bool:
        """An error resource and nothing else (TAXII 2.1 §3.6.1), which tells nothing of the inside."""
        assert self.status == status, self.octets[:400]
        assert self.headers["content-type"] == TAXII
        assert self.document["http_status"] == str(status)
        assert self.document["title"]
        assert set(self.document) <= {"title", "description", "error_code", "http_status"}
        return not any(word in self.octets for word in INSIDE)


@dataclass(frozen=True, slots=True)
class Door:
    """A served node, one account's collection on it, and what that account shows."""

    served: Serving
    officer: Officer
    authorization: str
    collection: str
    #: The like of another party, which this account does not see.
    withheld: str

    @property
    def port(self) -> int:
        return int(self.served.url.rpartition(":")[2])

    @contextmanager
    def connected(self, patience_s: float = 30) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience_s) as line:
            yield line

    def sends(self, octets: bytes) -> Answered:
        """Sends it and reads until the server closes, which every request here asks for, or which is its fault."""
        with self.connected() as line:
            try:
                line.sendall(octets)
            except OSError:
                pass  # It was refused before all was sent; what was answered may still be read.
            return Answered(read_all(line))

    def head(self, method: str = "GET", path: str = "/taxii2/", *lines: str) -> bytes:
        said = [f"{method} {path} HTTP/1.1", "Host: kz.example", f"Authorization: {self.authorization}"]
        return "\r\n".join([*said, "Connection: close", *lines, "", ""]).encode("latin-1")

    def post_head(self, *lines: str) -> bytes:
        return self.head("POST", f"{self.collection}objects/", f"Content-Type: {TAXII}", *lines)

    def posts(self, body: bytes, *lines: str) -> Answered:
        return self.sends(self.post_head(f"Content-Length: {len(body)}", *lines) + body)

    def is_alive(self) -> bool:
        """Whether an honest client is answered."""
        return self.sends(self.head()).status == 200

    def peak_mib(self) -> float:
        """The most memory that the server ever had."""
        status = Path(f"/proc/{self.served.process.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024


def read_all(line: socket.socket) -> bytes:
    """Until the other side closes, or breaks off.

    Raises:
        TimeoutError: it does neither.
    """
    parts = []
    try:
        while part := line.recv(65_536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def basic(name: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()
