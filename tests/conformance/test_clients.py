"""Judged by a client that others wrote: taxii2-client, over HTTP."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from requests.exceptions import HTTPError
from tests.conformance.server import ADDRESS, CHANGED, CHANGES, MALWARE, MANY, Account, Server

with warnings.catch_warnings():
    # It still imports what the standard library warns of.
    warnings.simplefilter("ignore")
    from taxii2client.v21 import ApiRoot, Collection, Status, as_pages
    from taxii2client.v21 import Server as Client


@pytest.fixture
def client(server: Server) -> Client:
    return Client(f"{server.url}/taxii2/", user=server.account.name, password=server.account.token)


@pytest.fixture
def inbox(client: Client) -> Collection:
    (found,) = [c for c in client.default.collections if c.title == "Inbox of AZ: objects"]
    return found


def drained(read: Callable[..., Any], **asked: Any) -> list[dict[str, Any]]:
    """What it reads page by page; not for ever, where it asks for the same page again and again."""
    pages = islice(as_pages(read, per_request=7, **asked), 20)
    return [one for page in pages for one in page.get("objects", [])]


@pytest.mark.clause("TAXII 2.1 §4.1")
def test_it_finds_the_server_and_its_api_root(client: Client, server: Server) -> None:
    root: ApiRoot = client.default
    assert (client.title, root.title) == ("Kenesh, node of KZ", "KZ-CERT")
    assert root.url == f"{server.url}/taxii2/kenesh/"
    assert root.versions == ["application/taxii+json;version=2.1"]


@pytest.mark.clause("TAXII 2.1 §5.1")
def test_it_lists_the_collections(client: Client) -> None:
    assert {c.title for c in client.default.collections} >= {"Inbox of AZ: objects", "public: objects"}
    assert all(c.can_read for c in client.default.collections)
    assert [c.title for c in client.default.collections if c.can_write] == ["Inbox of AZ: objects"]


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_it_drains_a_collection(inbox: Collection, server: Server) -> None:
    found = drained(inbox.get_objects, version="all")
    assert {(one["id"], one.get("modified", "")) for one in found} == set(server.given)
    assert len(found) == len(server.given)


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_it_filters(inbox: Collection) -> None:
    assert [one["id"] for one in inbox.get_objects(type="malware")["objects"]] == [MALWARE]
    assert [one["id"] for one in inbox.get_objects(id=[ADDRESS])["objects"]] == [ADDRESS]
    assert len(drained(inbox.get_objects, type="indicator")) == MANY + 1
    assert len(drained(inbox.get_objects, added_after="2020-01-01T00:00:00.000000Z")) == MANY + 4
    assert inbox.get_objects(added_after="2100-01-01T00:00:00.000000Z") == {}


@pytest.mark.clause("TAXII 2.1 §5.6")
def test_it_reads_one_object_and_its_versions(inbox: Collection) -> None:
    assert [one["modified"] for one in inbox.get_object(CHANGED)["objects"]] == [CHANGES[2]]
    assert inbox.object_versions(CHANGED) == {"versions": list(CHANGES)}


@pytest.mark.clause("TAXII 2.1 §5.3")
def test_it_reads_the_manifest(inbox: Collection) -> None:
    records = inbox.get_manifest()["objects"]
    assert len(records) == MANY + 4
    assert all(set(record) >= {"id", "date_added", "version"} for record in records)


@pytest.mark.clause("TAXII 2.1 §5.3")
def test_it_drains_a_manifest(inbox: Collection) -> None:
    assert len(drained(inbox.get_manifest)) == MANY + 4


@pytest.mark.clause("TAXII 2.1 §1.6.9")
def test_it_is_told_that_it_may_not(server: Server) -> None:
    wrong = Client(f"{server.url}/taxii2/", user=server.account.name, password="wrong")
    with pytest.raises(HTTPError) as raised:
        _ = wrong.default.collections
    assert raised.value.response.status_code == 401


@pytest.mark.clause("TAXII 2.1 §4.3")
def test_it_is_told_that_a_status_is_not_there(server: Server) -> None:
    account: Account = server.account
    url = f"{server.url}/taxii2/kenesh/status/11111111-1111-4111-8111-111111111111/"
    with pytest.raises(HTTPError) as raised:
        Status(url, user=account.name, password=account.token)
    assert raised.value.response.status_code == 404
