"""Heads without end, garbage, methods and versions of all kinds: each is answered, and the next client is served."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile.wire import Door, read_all

from kenesh.node.callers import MAX_HEAD_OCTETS

FLOODS = {
    "many headers": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n", b"X-Flood: " + b"y" * 100 + b"\r\n"),
    "one header without end": (b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nX-Flood: ", b"y" * 10_000),
    "an address without end": (b"GET /taxii2/", b"y" * 10_000),
    "a query without end": (b"GET /taxii2/?", b"match[id]=y&" * 1_000),
    "trailers without end": (
        b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X-Flood: " + b"y" * 100 + b"\r\n",
    ),
    "a trailer without end": (
        b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Flood: ",
        b"y" * 10_000,
    ),
    "a chunk's extension without end": (
        b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;x=",
        b"y" * 10_000,
    ),
    "blank lines without end": (b"", b"\r\n" * 5_000),
    "one word without end": (b"", b"A" * 10_000),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_cut_off(name: str, door: Door) -> None:
    begin, more = FLOODS[name]
    before = door.peak_mib()
    with door.connected() as line:
        sent = 0
        try:
            line.sendall(begin)
            while sent < 200 * MAX_HEAD_OCTETS:
                line.sendall(more)
                sent += len(more)
        except OSError:
            pass
        read_all(line)
    assert sent < 200 * MAX_HEAD_OCTETS, "it was cut off"
    assert door.peak_mib() - before < 16
    assert door.is_alive()


@pytest.mark.clause("TAXII 2.1 §3.6.1")
@pytest.mark.parametrize(
    ("status", "octets"),
    [
        (431, b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * MAX_HEAD_OCTETS + b"\r\n\r\n"),
        (431, b"GET /taxii2/" + b"y" * MAX_HEAD_OCTETS + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (431, b"GET /taxii2/kenesh/collections/?" + b"a=b&" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        (400, b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n"),
        (400, b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nNo header at all\r\n\r\n"),
        (400, b"GET /taxii2/ HTTP/9.9\r\nHost: x\r\n\r\n"),
        (400, b"BREW /taxii2/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        (400, b"GET /taxii2/\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n"),
        (404, b"GET /taxii2/%c3%28/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        (404, b"GET /taxii2/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        (405, b"PUT /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        (405, b"TRACE /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    ],
)
def test_what_cannot_be_served_is_an_error_resource(status: int, octets: bytes, door: Door) -> None:
    assert door.sends(octets).is_error_of_taxii(status)


@pytest.mark.parametrize(
    ("status", "octets"),
    [
        (200, b"GET /taxii2/ HTTP/1.0\r\n\r\n"),
        (405, b"HEAD /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        (204, b"OPTIONS /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    ],
)
def test_other_versions_and_methods_are_answered(status: int, octets: bytes, door: Door) -> None:
    assert door.sends(octets).status == status


@pytest.mark.parametrize("octets", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500, b"\0\1\2\r\n\r\n"])
def test_what_is_no_http_is_told_so(octets: bytes, door: Door) -> None:
    assert door.sends(octets).status == 400


def test_garbage_after_a_request_ends_the_connection_once_that_is_answered(door: Door) -> None:
    answer = door.sends(b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n\r\n\0\1GARBAGE\r\n\r\n")
    assert (answer.status, answer.octets.count(b"HTTP/1.1 ")) == (200, 1)


def test_many_requests_at_once_are_answered_one_after_another(door: Door) -> None:
    one = b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = door.sends(one * 50 + door.head())
    assert answer.octets.count(b"HTTP/1.1 200 OK") == 51


lines = st.lists(
    st.sampled_from(
        [
            *(b"GET ", b"POST ", b"/taxii2/", b"/desk", b"*", b"?", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\n", b"\r"),
            *(b"Host: x\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n", b"0\r\n"),
            *(b"Connection: close\r\n", b"Connection: upgrade\r\nUpgrade: websocket\r\n", b"Expect: 100-continue\r\n"),
            *(
                b"Authorization: Basic \xff\r\n",
                b"Accept: \xff;q=\r\n",
                b"Cookie: kenesh_session=\xff\r\n",
                b"\0",
                b":",
            ),
            *(b"Content-Type: application/taxii+json\r\n", b"\r\n\r\n", b"/%", b"%ff", b"[", b"PRI * HTTP/2.0\r\n\r\n"),
        ]
    )
    | st.binary(max_size=8),
    max_size=12,
).map(b"".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(octets=st.binary(max_size=60) | lines)
def test_whatever_octets_come_no_fault_is_answered_and_the_server_lives_on(octets: bytes, door: Door) -> None:
    with door.connected() as line:
        line.sendall(octets + b"\r\n\r\n")
        line.shutdown(1)
        answered = read_all(line)
    assert b"HTTP/1.1 5" not in answered
    assert door.is_alive()
