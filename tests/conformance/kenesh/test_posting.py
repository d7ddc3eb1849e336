"""POST: a node writes to its own inbox at a peer, and nobody writes anywhere else."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from tests.conformance.server import COLLECTIONS, POSTED, ROOT, TAXII, Server

JSON = {"Content-Type": TAXII}


def inbox_objects(server: Server) -> str:
    return f"{server.inbox}objects/"


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_a_node_posts_to_its_inbox_and_gets_a_status(server: Server) -> None:
    found = server.as_node("POST", inbox_objects(server), server.post, **JSON)
    assert (found.status_code, found.headers["content-type"]) == (202, TAXII)
    status = found.json()
    assert UUID(status["id"]).version == 4
    assert status["status"] in ("complete", "pending")
    counts = [status[name] for name in ("success_count", "failure_count", "pending_count")]
    assert sum(counts) == status["total_count"] == len(json.loads(server.post)["objects"])
    lists = [status.get(name, []) for name in ("successes", "failures", "pendings")]
    assert [len(listed) for listed in lists] == counts
    assert POSTED in {one["id"] for one in status["successes"]}
    assert all(one["version"] for one in status["successes"])


@pytest.mark.clause("TAXII 2.1 §4.3")
def test_a_status_is_read_by_its_poster_and_by_nobody_else(server: Server) -> None:
    posted = server.as_node("POST", inbox_objects(server), server.post, **JSON).json()
    path = f"{ROOT}status/{posted['id']}/"
    assert server.as_node("GET", path).json() == posted
    assert server.asks(path, server.other).status_code == 404
    assert server.asks(path).status_code == 401


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_the_same_objects_again_are_no_failure(server: Server) -> None:
    for _ in range(2):
        posted = server.as_node("POST", inbox_objects(server), server.post, **JSON)
        assert (posted.status_code, posted.json()["failure_count"]) == (202, 0)


@pytest.mark.clause("TAXII 2.1 §5.2.1")
def test_can_write_is_said_of_a_nodes_inbox_alone(server: Server) -> None:
    listed = server.as_node("GET", COLLECTIONS).json()["collections"]
    assert [one["title"] for one in listed if one["can_write"]] == ["Inbox of AZ: objects"]


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_nobody_writes_where_he_may_not(server: Server) -> None:
    public = f"{server.public}objects/"
    control = server.collection("Inbox of AZ: releases and withdrawals", server.account)
    theirs = server.collection("Inbox of TR: objects", server.other)
    assert server.as_node("POST", public, server.post, **JSON).status_code in (403, 404)
    assert server.as_node("POST", f"{control}objects/", server.post, **JSON).status_code in (403, 404)
    assert server.as_node("POST", f"{theirs}objects/", server.post, **JSON).status_code == 404
    with server.client() as client:
        assert client.post(inbox_objects(server), content=server.post, headers=JSON).status_code == 401
        assert client.post(public, content=server.post, headers=JSON).status_code in (401, 403, 404)


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "content_type",
    [TAXII, "application/taxii+json; version=2.1", "application/taxii+json", "application/taxii+json;charset=utf-8"],
)
def test_taxiis_content_type_is_never_unsupported(content_type: str, server: Server) -> None:
    found = server.as_node("POST", inbox_objects(server), server.post, **{"Content-Type": content_type})
    assert found.status_code == 202


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/stix+json;version=2.1", "text/plain", "application/taxii+json;version=2.0", ""],
)
def test_another_content_type_is_unsupported(content_type: str, server: Server) -> None:
    found = server.as_node("POST", inbox_objects(server), server.post, **{"Content-Type": content_type})
    assert (found.status_code, found.json()["http_status"]) == (415, "415")


@pytest.mark.clause("TAXII 2.1 §5.5")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"hello", 400),
        (b'{"objects": [', 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'"x"', 422),
        (b'{"objects": {}}', 422),
        (b'{"objects": [1, "x"]}', 422),
        (b'{"objects": [], "objects": []}', 422),
        (b'{"objects": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}", 422),
    ],
)
def test_a_body_that_is_no_envelope_is_refused(body: bytes, status: int, server: Server) -> None:
    found = server.as_node("POST", inbox_objects(server), body, **JSON)
    assert (found.status_code, found.headers["content-type"]) == (status, TAXII)
    assert found.json()["http_status"] == str(status)


@pytest.mark.clause("TAXII 2.1 §4.2.1")
def test_a_body_beyond_the_announced_length_is_too_large(server: Server) -> None:
    most = server.asks(ROOT, server.account).json()["max_content_length"]
    found = server.as_node("POST", inbox_objects(server), b" " * (most + 1), **JSON)
    assert (found.status_code, found.headers["content-type"]) == (413, TAXII)


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_an_object_that_cannot_be_taken_is_among_the_failures(server: Server) -> None:
    good = json.loads(server.post)["objects"]
    body = json.dumps({"objects": [*good, {"type": "malware", "id": "malware--no"}]}).encode()
    found = server.as_node("POST", inbox_objects(server), body, **JSON)
    assert (found.status_code, found.json()["success_count"]) == (202, len(good)), "the good ones are kept"
    assert [one["id"] for one in found.json()["failures"]] == ["malware--no"]
    assert found.json()["failures"][0]["message"]
