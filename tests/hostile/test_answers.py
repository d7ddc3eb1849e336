"""What a hostile server answers a node that asks it: bombs, floods and drips end in a refusal, with bounded memory."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest
from tests.federation.fakes import FakeChance, FakeClock
from tests.unit.parties import signers

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnreachableProblem
from kenesh.edges import answers
from kenesh.edges.feeds.http import HttpFeedLines
from kenesh.edges.peers.http import HttpLines
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Answer, Feed
from kenesh.node.home import Home
from kenesh.parties.own import Own
from kenesh.parties.party import party_id

Script = Callable[[socket.socket], None]
CLOCK = FakeClock()
LINES = HttpLines(Own("AZ", "AZ", signers.AZ, "r", None), CLOCK, FakeChance(CLOCK, "x"))


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """A server that says to each client what the script says, whatever it asks; its address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line, suppress(OSError):
                    line.recv(65_536)
                    script(line)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def peer(url: str) -> Peer:
    kid = signers.KG.kid
    never = Instant(0)
    return Peer(party_id("KG"), "KG", "KG", url, signers.KG.public, kid, 1, never, False, never, None, "", 0)


def of_peer(url: str) -> Answer:
    with LINES.open(peer(url)) as line:
        return line.get("/")


def of_feed(url: str) -> Answer:
    with HttpFeedLines(Home.__new__(Home)).open(Feed("f", url)) as line:
        return line.get("")


both = pytest.mark.parametrize("ask", [of_peer, of_feed], ids=["a peer", "a feed"])


def sends(head: str, *parts: bytes, times: int = 1) -> Script:
    def script(line: socket.socket) -> None:
        line.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n\r\n".encode())
        for _ in range(times):
            for part in parts:
                line.sendall(part)

    return script


@cache
def bomb() -> bytes:
    """Four times what is taken, in a four-hundredth of it."""
    packing = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    zeros = bytes(2**24)
    return b"".join([*(packing.compress(zeros) for _ in range(16)), packing.flush()])


@both
def test_an_answer_may_be_gzip(ask: Callable[[str], Answer]) -> None:
    with scripted(sends("Content-Encoding: gzip", gzip.compress(b'{"objects":[]}'))) as url:
        assert ask(url).body == b'{"objects":[]}'
    with scripted(sends("Content-Encoding: identity", b"{}")) as url:
        assert ask(url).body == b"{}"


HOSTILE: dict[str, tuple[Script, str]] = {
    "a bomb": (lambda line: sends("Content-Encoding: gzip", bomb())(line), "sends more than"),
    "a bomb in a bomb": (
        lambda line: sends("Content-Encoding: gzip, gzip", gzip.compress(bomb(), 1))(line),
        "in a way that was not asked for",
    ),
    "an encoding that was not asked for": (sends("Content-Encoding: br", b"\0"), "in a way that was not asked for"),
    "gzip that is none": (sends("Content-Encoding: gzip", b"{}"), "says that its answer is gzip, and it is none"),
    "half a gzip": (sends("Content-Encoding: gzip", gzip.compress(bytes(range(256)))[:-20]), "broke off"),
    "a body without end": (sends("", b"x" * 2**20, times=10_000), "sends more than"),
    "chunks without end": (
        sends("Transfer-Encoding: chunked", b"100000\r\n" + b"x" * 2**20 + b"\r\n", times=10_000),
        "sends more than",
    ),
    "headers without end": (sends("X: " + "y" * 2_000_000), "broke off"),
    "less than it says": (sends("Content-Length: 500", b"x"), "broke off"),
    "no HTTP": (lambda line: line.sendall(b"\0\1\2garbage\r\n\r\n"), "broke off"),
    "nothing": (lambda line: None, "broke off"),
}


@both
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_refused_within_bounds(name: str, ask: Callable[[str], Answer]) -> None:
    script, said = HOSTILE[name]
    tracemalloc.start()
    try:
        with scripted(script) as url, pytest.raises(UnreachableProblem) as refused:
            ask(url)
        assert tracemalloc.get_traced_memory()[1] < 4 * answers.MAX_ANSWER_OCTETS
    finally:
        tracemalloc.stop()
    assert said in refused.value.detail


@both
def test_a_body_that_drips_is_given_up(ask: Callable[[str], Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_ANSWER_S", 0)
    with scripted(sends("", b"x", times=10_000)) as url, pytest.raises(UnreachableProblem, match="for one answer"):
        ask(url)


@pytest.mark.parametrize(
    "date", ["never", "Mon, 01 Jan 0001 00:00:00 -0000", "Fri, 99 Foo 99999 99:99:99", "\xff", ","]
)
def test_a_date_that_is_none_is_no_fault_of_the_answers(date: str) -> None:
    with scripted(sends(f"Date: {date}", b"{}")) as url:
        assert of_peer(url).body == b"{}"


def test_an_event_stream_is_heard_whatever_its_lines_are() -> None:
    head = "Content-Type: text/event-stream"
    noise = b": " + b"x" * 2**20
    with scripted(sends(head, *[noise] * 200, b"\ndata:\n\nda", b"ta: 1\n\n")) as url:
        tracemalloc.start()
        try:
            with LINES.events(peer(url)) as nudges:
                heard = list(nudges)
            assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        finally:
            tracemalloc.stop()
    assert len(heard) in (1, 2), "the two that were sent may come as one"


def test_what_a_peer_answers_is_text_of_any_kind() -> None:
    with scripted(sends("X-TAXII-Date-Added-Last: \xff\xfe", b'{"title":"\xff"}')) as url:
        assert of_peer(url).body == b'{"title":"\xff"}'
