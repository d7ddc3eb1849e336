"""Those who send or read a little at a time, or nothing: each has its time, and keeps nobody from being served."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress

import psutil
from tests.cli.served import eventually
from tests.hostile.conftest import MOST
from tests.hostile.wire import Answered, Door, read_all

#: What comes at once, the octet that then comes again and again, and what is told; None: no more than an end.
SLOW = {
    "the method": (b"GE", b"", 408),
    "the address": (b"GET /taxii2/", b"y", 408),
    "the headers": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"y", 408),
    "nothing at all": (b"", b"", 408),
    "half a head and no more": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n", b"", 408),
    "blank lines": (b"", b"\r\n", 408),
    "a second request": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n\r\nGET /taxii2/ HTTP/1.1\r\nX-Slow: ", b"y", None),
    "a body that nobody asked for": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", b"y", None),
    "the octets of no chunk": (b"GET /taxii2/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"y", None),
    "a body": (b"{post}", b" ", 408),
    "a body that does not come": (b"{post}", b"", 408),
    "a body that waits for leave": (b"{post, with leave}", b"", None),
}


def test_whoever_drips_is_cut_off_in_time_and_told_so(door: Door) -> None:
    heads = {
        b"{post}": door.post_head("Content-Length: 500") + b'{"objects":[{"type":"malware",',
        b"{post, with leave}": door.post_head("Content-Length: 500", "Expect: 100-continue"),
    }
    stop = threading.Event()
    with ExitStack() as stack:
        lines = {name: stack.enter_context(door.connected()) for name in SLOW}
        for name, line in lines.items():
            line.sendall(heads.get(SLOW[name][0], SLOW[name][0]))

        def drip() -> None:
            while not stop.wait(0.1):
                for name, line in lines.items():
                    with suppress(OSError):
                        line.sendall(SLOW[name][1])

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            # Each reading ends, or the test fails.
            answers = {name: Answered(read_all(line)) for name, line in lines.items()}
        finally:
            stop.set()
            thread.join()
    assert {n: a.status for n, a in answers.items() if SLOW[n][2]} == {n: s for n, (*_, s) in SLOW.items() if s}
    assert all(answers[name].is_error_of_taxii(408) for name in ("the address", "the headers", "a body"))
    assert answers["a body that waits for leave"].octets.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 ")
    assert door.is_alive()


def _open_lines(door: Door) -> int:
    found = psutil.Process(door.served.process.pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED for one in found)


def test_an_honest_client_is_served_beside_three_hundred_slow_ones(door: Door) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(door.connected()) for _ in range(300)]
        for place, line in enumerate(slow):
            line.sendall(b"GET /taxii2/ HTTP/1.1\r\nX: " if place % 2 else door.post_head("Content-Length: 9"))
        for line in slow:
            line.sendall(b"y")
        assert all(door.is_alive() for _ in range(20))
        for line in slow:
            assert Answered(read_all(line)).is_error_of_taxii(408)
    assert door.is_alive()


def test_where_all_places_are_taken_who_waited_longest_gives_way(door: Door) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(door.connected()) for _ in range(MOST + 50)]
        assert all(door.is_alive() for _ in range(20))
        eventually(lambda: _open_lines(door) <= MOST, "there are no more than places")
        assert read_all(silent[0]) == b"", "it was not told that its time is over, but had to go"
    assert door.is_alive()


def test_who_asks_and_never_reads_is_cut_off_and_holds_a_bounded_part_of_memory(door: Door) -> None:
    page = _public_page(door)
    with ExitStack() as stack:
        lines = []
        for _ in range(60):
            line = socket.socket()
            stack.enter_context(line)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", door.port))
            line.sendall(b"GET " + page + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            lines.append(line)
        assert door.is_alive()
        eventually(lambda: _open_lines(door) == 0, "all were cut off")
    assert door.peak_mib() < 700
    answer = door.sends(door.head("GET", page.decode()))
    assert len(answer.document["objects"]) == 70, "who reads gets all of it"


def _public_page(door: Door) -> bytes:
    listed = door.sends(b"GET /taxii2/kenesh/collections/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").document
    (public,) = [one["id"] for one in listed["collections"] if one["title"] == "public: objects"]
    return f"/taxii2/kenesh/collections/{public}/objects/".encode()
