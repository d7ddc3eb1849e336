"""Judged by clients that others wrote, over HTTPS: taxii2-client, and python-stix2's source and sink on top of it.

And by one that asks as OpenCTI does: a page's date is read in milliseconds and sent along with the page's `next`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from requests.exceptions import HTTPError
from tests.conformance.posted import malware
from tests.conformance.server import (
    ADDRESS,
    CHANGED,
    CHANGES,
    FOR_THE_PUBLIC,
    HELD,
    MALWARE,
    MANY,
    TAXII,
    Account,
    Server,
)

with warnings.catch_warnings():
    # It still imports what the standard library warns of.
    warnings.simplefilter("ignore")
    import stix2
    from taxii2client.v21 import ApiRoot, Collection, Status, as_pages
    from taxii2client.v21 import Server as Client


@pytest.fixture(autouse=True)
def trusting(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """They trust the server's certificate, as an operator would tell them to."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.certificate.file))


@pytest.fixture
def client(server: Server) -> Client:
    return Client(
        f"{server.url}/taxii2/",
        user=server.account.name,
        password=server.account.token,
        verify=str(server.certificate.file),
    )


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
    wrong = Client(
        f"{server.url}/taxii2/", user=server.account.name, password="wrong", verify=str(server.certificate.file)
    )
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


# python-stix2 on top of it.


@pytest.fixture
def source(inbox: Collection) -> Any:
    return stix2.TAXIICollectionSource(inbox, items_per_page=7)


@pytest.mark.clause("TAXII 2.1 §5.6")
def test_python_stix2_gets_an_object_and_all_its_versions(source: Any) -> None:
    assert source.get(MALWARE)["name"] == "Loader"
    assert source.get(HELD) is None
    found = source.all_versions(CHANGED)
    assert len(found) == len({str(one["modified"]) for one in found}) == len(CHANGES)


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_python_stix2_pages_through_a_query(source: Any) -> None:
    found = source.query([stix2.Filter("type", "=", "indicator")])
    assert len(found) == MANY + 1
    assert [one["id"] for one in source.query([stix2.Filter("id", "=", ADDRESS)])] == [ADDRESS]


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_python_stix2_writes_and_reads_back(server: Server) -> None:
    client = Client(f"{server.url}/taxii2/", user=server.judge.name, password=server.judge.token)
    (inbox,) = [one for one in client.default.collections if one.can_write]
    value = stix2.parse(malware("Written by another library"))
    stix2.TAXIICollectionSink(inbox).add(value)
    assert stix2.TAXIICollectionSource(inbox).get(value["id"]) == value


# As OpenCTI asks.


def as_opencti(server: Server, path: str, limit: int, added_after: str) -> list[list[str]]:
    """Page by page the ids: the date of the header, cut to milliseconds, and the page's `next`, both together."""
    query, pages = {"added_after": added_after, "limit": str(limit)}, []
    with server.client(server.account, **{"Accept": "application/taxii+json"}) as client:
        for _ in range(100):
            answer = client.get(f"{path}objects/", params=query)
            assert (answer.status_code, answer.headers["content-type"]) == (200, TAXII)
            body = answer.json()
            pages.append([one["id"] for one in body.get("objects", [])])
            last = answer.headers.get("x-taxii-date-added-last")
            if last is not None:
                read = datetime.fromisoformat(last)
                query["added_after"] = read.strftime("%Y-%m-%dT%H:%M:%S.") + f"{read.microsecond // 1000:03}Z"
            if not body.get("more"):
                return pages
            query["next"] = body["next"]
    raise AssertionError("the walk never ends")


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_one_that_asks_as_opencti_does_gets_everything_once(limit: int, server: Server) -> None:
    pages = as_opencti(server, server.inbox, limit, "2020-01-01T00:00:00.000Z")
    found = [stix_id for page in pages for stix_id in page]
    assert len(found) == len(set(found)) == MANY + 4
    assert max(len(page) for page in pages) <= limit


@pytest.mark.clause("TAXII 2.1 §3.2")
def test_one_that_asks_as_opencti_does_reads_no_date_of_an_empty_page(server: Server) -> None:
    assert as_opencti(server, server.inbox, 100, "2100-01-01T00:00:00.000Z") == [[]]


# Without a log-in.


@pytest.mark.clause("TAXII 2.1 §5.4")
def test_a_client_without_a_log_in_reads_the_public_collection_and_no_other(server: Server) -> None:
    client = Client(f"{server.url}/taxii2/")
    (public,) = [one for one in client.default.collections if one.title == "public: objects"]
    assert [one["id"] for one in public.get_objects()["objects"]] == [FOR_THE_PUBLIC]
    assert {one.title.split(":")[0] for one in client.default.collections} == {"public"}
