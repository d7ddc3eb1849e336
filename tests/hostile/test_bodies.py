"""What a hostile client posts, and what it is answered: the right error resource, bounded memory, nothing taken in."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from tests.cli import files
from tests.cli.served import eventually
from tests.hostile.wire import Door

from kenesh.taxii.envelope import MAX_ENVELOPE_OCTETS

DEEP = b'{"a":' * 70 + b"1" + b"}" * 70


@pytest.mark.clause("TAXII 2.1 §3.6.1")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(422, b'{"objects":[' + DEEP + b"]}", id="an object 70 deep"),
        pytest.param(422, b'{"objects":[' + b'{"a":' * 100_000 + b"]}", id="an object 100,000 deep"),
        pytest.param(422, b'{"x":' + DEEP + b',"objects":[]}', id="depth beside the objects"),
        pytest.param(422, b"[" * 1_000_000, id="a million brackets"),
        pytest.param(422, b'{"x":1e999,"objects":[]}', id="a number beyond all bounds"),
        pytest.param(422, b'{"x":' + b"9" * 1_000_000 + b"}", id="an integer of a million digits"),
        pytest.param(422, b'{"objects":[],"objects":[{}]}', id="objects twice"),
        pytest.param(422, b'{"more":true,"more":false,"objects":[]}', id="a key twice"),
        pytest.param(422, b'{"x":"\xff","objects":[]}', id="no UTF-8"),
        pytest.param(422, b'{"\\ud800":1,"objects":[]}', id="half a surrogate pair as a key"),
        pytest.param(422, b'{"next":"' + b"x" * 5_000_000 + b'"}', id="a text of megabytes"),
        pytest.param(400, b'{"objects":[{"type":"x"},', id="half an envelope, in full length"),
        pytest.param(400, b"\0" * 1_000, id="zeros"),
        pytest.param(413, b'{"objects":[' + b",".join([b"{}"] * 1_000_000) + b"]}", id="a million objects"),
        pytest.param(413, b'{"objects":[' + b",".join([b"{}"] * 5_000_000) + b"]}", id="five million objects"),
        pytest.param(413, b'{"x":"' + b"x" * MAX_ENVELOPE_OCTETS + b'"}', id="more octets than are read"),
    ],
)
def test_a_hostile_body_is_answered_with_an_error_resource(status: int, body: bytes, door: Door) -> None:
    assert door.posts(body).is_error_of_taxii(status)
    assert door.is_alive()


HOSTILE = {
    "a number beyond all bounds": b"1e999",
    "an integer of a hundred thousand digits": b"9" * 100_000,
    "a key twice": b'{"a":1,"a":2}',
    "no UTF-8": b'"\xff"',
    "half a surrogate pair": b'"\\ud800"',
    "the other half": b'"\\\\ud800 \\udc00"',
    "no number": b"1e400",
    "NUL": b'"\\u0000"',
}


@pytest.mark.clause("TAXII 2.1 §4.3")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_object_fails_alone_and_its_neighbours_are_taken_in(name: str, door: Door) -> None:
    number = 5_000 + 2 * list(HOSTILE).index(name)
    before, after = (json.dumps(files.malware(number + n, "green")).encode() for n in range(2))
    hostile = json.dumps(files.malware(9_000, "green")).encode()[:-1] + b',"x_hostile":' + HOSTILE[name] + b"}"
    answer = door.posts(b'{"objects":[' + b",".join((before, hostile, after)) + b"]}")
    assert answer.status == 202, answer.octets[:400]
    counts = answer.document["success_count"], answer.document["failure_count"]
    assert (counts, answer.document["failures"][0]["id"]) == ((2, 1), files.stix_id("malware", 9_000))
    assert answer.document["failures"][0]["message"]


@pytest.mark.parametrize("octets", [b"\xff", b"\\ud800", b"x" * 100_000, b"\\u0000", b"\\u202e"])
def test_an_object_is_named_in_its_status_as_far_as_it_can_be(octets: bytes, door: Door) -> None:
    for name in (b"id", b"modified", b"type"):
        answer = door.posts(b'{"objects":[{"' + name + b'":"' + octets + b'"}]}')
        assert answer.status == 202, answer.octets[:400]
        (failure,) = answer.document["failures"]
        assert failure["id"]
        assert len(failure["id"]) <= 300
        assert failure["message"].isprintable()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip", "x"])
def test_a_compressed_body_is_not_opened(encoding: str, door: Door) -> None:
    bomb = gzip.compress(gzip.compress(b"{" + b" " * 10_000_000 + b"}"))
    before = door.peak_mib()
    assert door.posts(bomb, f"Content-Encoding: {encoding}").is_error_of_taxii(415)
    assert door.peak_mib() - before < 8


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(door: Door) -> None:
    assert door.sends(door.post_head(f"Content-Length: {10**9}")).is_error_of_taxii(413)


def test_a_body_without_a_length_is_cut_off_at_the_limit(door: Door) -> None:
    before = door.peak_mib()
    chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
    with door.connected() as line:
        line.sendall(door.post_head("Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 500:
                line.sendall(chunk)
                sent += 1
        except OSError:
            pass
    assert 16 <= sent < 100, "it reads no further"
    assert door.peak_mib() - before < 128
    assert door.is_alive()


@pytest.mark.parametrize(
    ("status", "head"),
    [
        (401, "Authorization: Basic eDp5"),
        (401, "Authorization: Basic \xff\xfe"),
        (401, "Authorization: Bearer \xff.\xfe.\xfd"),
        (401, "Authorization: Bearer " + "." * 8_000),
    ],
)
def test_nothing_is_read_of_whoever_may_not_write(status: int, head: str, door: Door) -> None:
    path = f"{door.collection}objects/"
    said = ["Host: x", head, "Content-Type: application/taxii+json", "Content-Length: 1000000", "Connection: close"]
    octets = "\r\n".join([f"POST {path} HTTP/1.1", *said, "", ""]).encode("latin-1")
    assert door.sends(octets).is_error_of_taxii(status), "before a single octet of the body came"


def test_a_collection_that_is_not_there_and_one_that_is_withheld_refuse_a_body_alike(door: Door) -> None:
    answers = set()
    unknown = "00000000-0000-5000-8000-000000000000"
    paths = [f"/taxii2/kenesh/collections/{name}/" for name in (unknown, "nothing", "%00", "%ed%a0%80")]
    for path in (door.withheld, *paths):
        octets = door.head("POST", f"{path}objects/", "Content-Type: application/taxii+json", "Content-Length: 9")
        answer = door.sends(octets)
        assert answer.is_error_of_taxii(404)
        answers.add((answer.octets.partition(b"\r\n\r\n")[2], *sorted(answer.headers)))
    assert len(answers) == 1


def test_half_an_envelope_is_not_taken_in_and_the_server_lives_on(door: Door) -> None:
    objects = [json.dumps(files.malware(20_000 + n, "green")).encode() for n in range(1_000)]
    whole = b'{"objects":[' + b",".join(objects) + b"]}"
    cut = whole.index(objects[500])
    with door.connected() as line:
        line.sendall(door.post_head(f"Content-Length: {len(whole)}") + whole[:cut])
        time.sleep(0.2)
    assert door.is_alive()
    kept = door.officer.says("show", files.stix_id("malware", 20_000))
    assert kept.code != 0, "of half an envelope nothing is kept"
    assert door.posts(whole).document["success_count"] == 1_000, "and all of it, once it comes whole"
    eventually(lambda: door.officer.says("show", files.stix_id("malware", 20_999)).code == 0, "all is held")


def test_a_length_that_is_wrong_makes_no_second_request(door: Door) -> None:
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    body = b'{"objects":[]}' + smuggled
    answer = door.sends(door.post_head("Content-Length: 14") + body)
    assert (answer.status, answer.octets.count(b"HTTP/1.1")) == (202, 1), "the connection was to be closed"
    for head in ("Content-Length: 14\r\nContent-Length: 15", "Content-Length: 14\r\nTransfer-Encoding: chunked"):
        assert door.sends(door.post_head(head) + body).is_error_of_taxii(400)
