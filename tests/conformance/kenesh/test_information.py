"""Discovery, API roots, collections: what a client finds out before it reads."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import httpx2
import pytest
from tests.conformance.server import COLLECTIONS, ROOT, TAXII, Server

DISCOVERY = "/taxii2/"


@pytest.mark.clause("TAXII 2.1 §4.1")
def test_discovery_names_an_api_root(server: Server) -> None:
    found = server.asks(DISCOVERY)
    assert found.status_code == 200
    resource = found.json()
    assert isinstance(resource["title"], str)
    assert resource["title"]
    assert resource["api_roots"], "no list is empty"
    assert resource["default"] in resource["api_roots"]


@pytest.mark.clause("TAXII 2.1 §4.1.1")
def test_api_roots_are_https_or_begin_with_one_slash_and_have_no_query(server: Server) -> None:
    for root in server.asks(DISCOVERY).json()["api_roots"]:
        assert root.startswith("https://") or (root.startswith("/") and not root.startswith(("//", "/.")))
        assert root.endswith("/")
        assert "?" not in root


@pytest.mark.clause("TAXII 2.1 §4.2")
def test_an_api_root_says_its_versions_and_how_much_it_takes(server: Server) -> None:
    for root in server.asks(DISCOVERY).json()["api_roots"]:
        resource = server.asks(root).json()
        assert resource["title"]
        assert TAXII in resource["versions"]
        assert isinstance(resource["max_content_length"], int)
        assert resource["max_content_length"] > 0


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize("path", [DISCOVERY, ROOT, COLLECTIONS, f"{ROOT}nothing/", f"{COLLECTIONS}nothing/"])
def test_every_answer_is_of_taxiis_media_type(path: str, server: Server) -> None:
    assert server.asks(path, server.account).headers["content-type"] == TAXII


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize("path", [DISCOVERY, ROOT, COLLECTIONS])
def test_a_path_without_its_last_slash_is_the_same(path: str, server: Server) -> None:
    assert server.asks(path.rstrip("/"), server.account).content == server.asks(path, server.account).content


@pytest.mark.clause("TAXII 2.1 §4.2")
@pytest.mark.parametrize("path", ["/taxii2/nothing/", "/taxii2/nothing/collections/", "/taxii2/kenesh/nothing/"])
def test_what_is_no_api_root_is_not_found(path: str, server: Server) -> None:
    assert server.asks(path, server.account).status_code == 404


@pytest.mark.clause("TAXII 2.1 §3.6.1")
def test_an_error_is_an_error_resource_whose_status_is_a_string(server: Server) -> None:
    for path, account in ((f"{COLLECTIONS}nothing/", server.account), ("/taxii2/nothing/", None)):
        found = server.asks(path, account)
        resource = found.json()
        assert resource["title"]
        assert resource["http_status"] == str(found.status_code)


@pytest.mark.clause("TAXII 2.1 §3.6.1")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_answered_is_an_error_resource_too(method: str, server: Server) -> None:
    with server.client(server.account) as client:
        found = client.request(method, DISCOVERY)
    assert (found.status_code, found.headers["content-type"]) == (405, TAXII)
    assert found.json()["http_status"] == "405"


@pytest.mark.clause("TAXII 2.1 §8.2.1")
def test_a_request_without_a_user_agent_is_answered(server: Server) -> None:
    with server.client(server.account) as client:
        del client.headers["user-agent"]
        assert client.get(DISCOVERY).status_code == 200


# Collections.


@pytest.mark.clause("TAXII 2.1 §5.1")
def test_a_client_finds_its_partys_inbox_and_what_is_public(server: Server) -> None:
    titles = {one["title"] for one in server.asks(COLLECTIONS, server.account).json()["collections"]}
    assert {"Inbox of AZ: objects", "public: objects"} <= titles
    assert not any("TR" in title for title in titles)


@pytest.mark.clause("TAXII 2.1 §5.2.1")
def test_a_collection_has_what_it_must_have(server: Server) -> None:
    collections = server.asks(COLLECTIONS, server.account).json()["collections"]
    for one in collections:
        # TAXII wants a UUIDv4. Ours are computed from party and audience, so that peers know them (ADR 3): v5.
        assert UUID(one["id"]).variant == RFC_4122
        assert one["title"]
        assert one["can_read"] is True
        assert one["can_write"] is (one["title"] == "Inbox of AZ: objects"), "an account writes to its party's inbox"
    assert len({one["id"] for one in collections}) == len(collections)


@pytest.mark.clause("TAXII 2.1 §5.2.1")
def test_a_collection_says_which_media_types_it_holds(server: Server) -> None:
    for one in server.asks(COLLECTIONS, server.account).json()["collections"]:
        assert one["media_types"] == ["application/stix+json;version=2.1"]


@pytest.mark.clause("TAXII 2.1 §3.3")
def test_collections_stand_in_the_same_order_each_time(server: Server) -> None:
    assert server.asks(COLLECTIONS, server.account).content == server.asks(COLLECTIONS, server.account).content


@pytest.mark.clause("TAXII 2.1 §5.2")
def test_a_collection_alone_is_as_it_stands_in_the_list(server: Server) -> None:
    for one in server.asks(COLLECTIONS, server.account).json()["collections"]:
        assert server.asks(f"{COLLECTIONS}{one['id']}/", server.account).json() == one


@pytest.mark.clause("TAXII 2.1 §5.1")
def test_whoever_does_not_log_in_finds_what_is_public(server: Server) -> None:
    titles = [one["title"] for one in server.asks(COLLECTIONS).json()["collections"]]
    assert titles
    assert all(title.startswith("public: ") for title in titles)


@pytest.mark.clause("TAXII 2.1 Appendix B")
@pytest.mark.parametrize("end", ["", "objects/", "manifest/", "objects/malware--0/", "objects/malware--0/versions/"])
def test_anothers_collection_looks_like_none(end: str, server: Server) -> None:
    theirs = server.collection("Inbox of TR: objects", server.other)
    none = f"{COLLECTIONS}11111111-1111-4111-8111-111111111111/"
    assert _answer(server.asks(theirs + end, server.account)) == _answer(server.asks(none + end, server.account))
    assert server.asks(theirs + end, server.account).status_code == 404


def _answer(found: httpx2.Response) -> tuple[int, bytes]:
    return found.status_code, found.content
