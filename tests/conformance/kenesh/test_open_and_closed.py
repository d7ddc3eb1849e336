"""Every route of TAXII that this node answers, walked: without a log-in only the public collection is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import httpx2
import pytest
from tests.conformance.server import FOR_THE_PUBLIC, MALWARE, TAXII, Server

from kenesh.doors.taxii.routes import routes

STATUS = "11111111-1111-4111-8111-111111111111"
#: What everybody may ask: what there is at all, and which collections he has.
INFORMATION = {("GET", "/taxii2"), ("GET", "/taxii2/kenesh"), ("GET", "/taxii2/kenesh/collections")}


def answered() -> Iterator[tuple[str, str]]:
    """Method and path of each route; nothing is asked of the node for that."""
    for handler in routes(cast(Any, None)):
        for path in handler.paths:
            yield from ((str(method), path.rstrip("/")) for method in handler.http_methods if method != "OPTIONS")


ROUTES = sorted(set(answered()) - INFORMATION)


def asked(server: Server, method: str, path: str, collection: str, stix_id: str) -> int:
    """What nobody is answered there."""
    place = collection.rstrip("/").rpartition("/")[2]
    filled = path.replace("{collection_id:str}", place).replace("{object_id:str}", stix_id)
    filled = filled.replace("{status_id:str}", STATUS) + "/"
    body = b'{"objects": []}' if method == "POST" else None
    headers = {"Accept": TAXII, "Content-Type": TAXII}
    url = f"{server.url}{filled}"
    return httpx2.request(method, url, content=body, headers=headers, verify=server.trusted).status_code


def test_the_routes_are_those_of_the_standard() -> None:
    assert len(ROUTES) == 8
    assert set(answered()) >= INFORMATION


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_of_another_collection_is_open(method: str, path: str, server: Server) -> None:
    assert asked(server, method, path, server.inbox, MALWARE) == 401


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "collection_id" in route[1]])
def test_the_public_collection_is_read_by_everybody_and_written_by_nobody(
    method: str, path: str, server: Server
) -> None:
    assert asked(server, method, path, server.public, FOR_THE_PUBLIC) == (200 if method == "GET" else 401)


@pytest.mark.parametrize(("method", "path"), sorted(INFORMATION))
def test_information_tells_nobody_of_more_than_is_public(method: str, path: str, server: Server) -> None:
    found = httpx2.request(method, f"{server.url}{path}/", headers={"Accept": TAXII}, verify=server.trusted)
    assert found.status_code == 200
    for one in found.json().get("collections", []):
        assert one["title"].startswith("public: ")
        assert (one["can_read"], one["can_write"]) == (True, False)
