"""Who asks, and for which media type: log-in, negotiation."""

from __future__ import annotations

import base64

import httpx2
import pytest
from tests.conformance.server import COLLECTIONS, MALWARE, ROOT, TAXII, Account, Server

STATUS = f"{ROOT}status/11111111-1111-4111-8111-111111111111/"


# Media types.


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        'application/taxii+json;version="2.1"',
        "APPLICATION/TAXII+JSON;VERSION=2.1",
        "application/taxii+json",
        "application/taxii+json;version=2.1,application/stix+json;version=2.1",
        "text/html, application/taxii+json;q=0.5",
        "application/*",
        "*/*",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
    ],
)
def test_what_can_be_answered_is_never_unacceptable(accept: str, server: Server) -> None:
    with server.client(server.account, Accept=accept) as client:
        found = client.get(COLLECTIONS)
    assert (found.status_code, found.headers["content-type"]) == (200, TAXII)


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "text/html",
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=9.9",
        "application/taxii+json;version=2.1;q=0",
        "*/*;q=0",
    ],
)
def test_another_media_type_alone_is_not_acceptable(accept: str, server: Server) -> None:
    with server.client(server.account, Accept=accept) as client:
        found = client.get(COLLECTIONS)
    assert (found.status_code, found.headers["content-type"]) == (406, TAXII)
    assert found.json()["http_status"] == "406"


# Log-in.


def _tries(server: Server) -> dict[str, str]:
    def basic(text: str) -> str:
        return f"Basic {base64.b64encode(text.encode()).decode()}"

    known, other = server.account, server.other
    return {
        "a wrong token": basic(f"{known.name}:{known.token[:-1]}x"),
        "another's token": basic(f"{known.name}:{other.token}"),
        "no token": basic(f"{known.name}:"),
        "no name": basic(f":{known.token}"),
        "an unknown name": basic(f"nobody:{known.token}"),
        "the name in capitals": basic(f"{known.name.upper()}:{known.token}"),
        "no Base64": "Basic !!!",
        "no UTF-8": f"Basic {base64.b64encode(bytes([0xFF])).decode()}",
        "nothing": "Basic",
        "a token that is none": "Bearer abc.def.ghi",
        "the API token as Bearer": f"Bearer {known.token}",
        "an unknown scheme": "Digest username=opencti",
    }


@pytest.mark.clause("TAXII 2.1 §1.6.9")
@pytest.mark.parametrize(
    "name",
    [
        "a wrong token",
        "another's token",
        "no token",
        "no name",
        "an unknown name",
        "the name in capitals",
        "no Base64",
        "no UTF-8",
        "nothing",
        "a token that is none",
        "the API token as Bearer",
        "an unknown scheme",
    ],
)
def test_credentials_that_do_not_hold_are_challenged(name: str, server: Server) -> None:
    with server.client(Authorization=_tries(server)[name]) as client:
        found = client.get(COLLECTIONS)
    assert (found.status_code, found.headers["content-type"]) == (401, TAXII)
    assert found.headers["www-authenticate"].startswith("Basic ")
    assert found.json()["http_status"] == "401"


@pytest.mark.clause("TAXII 2.1 §5")
def test_a_failed_log_in_is_answered_alike_at_every_endpoint(server: Server) -> None:
    wrong = Account(server.account.name, "wrong")
    inbox = server.inbox
    paths = ["", "objects/", "manifest/", f"objects/{MALWARE}/", f"objects/{MALWARE}/versions/"]
    answers = {server.asks(f"{inbox}{path}", wrong).status_code for path in paths}
    answers |= {server.asks(path, wrong).status_code for path in (COLLECTIONS, STATUS)}
    with server.client(wrong) as client:
        answers.add(client.post(f"{inbox}objects/", content=b"{}", headers={"Content-Type": TAXII}).status_code)
    assert answers == {401}


@pytest.mark.clause("TAXII 2.1 §5")
@pytest.mark.parametrize("path", ["", "objects/", "manifest/", f"objects/{MALWARE}/", f"objects/{MALWARE}/versions/"])
def test_what_is_not_public_asks_who_is_there(path: str, server: Server) -> None:
    found = server.asks(f"{server.inbox}{path}")
    assert found.status_code == 401
    assert "www-authenticate" in found.headers


@pytest.mark.clause("TAXII 2.1 §5.4")
def test_what_is_public_needs_no_log_in(server: Server) -> None:
    found = server.asks(f"{server.public}objects/")
    assert [one["type"] for one in found.json()["objects"]] == ["malware"]


@pytest.mark.clause("TAXII 2.1 §4.3")
def test_a_status_asks_who_is_there(server: Server) -> None:
    assert (server.asks(STATUS).status_code, server.asks(STATUS, server.account).status_code) == (401, 404)


def test_a_nodes_token_is_good_for_one_request(server: Server) -> None:
    first = server.as_node("GET", COLLECTIONS)
    assert first.status_code == 200
    again = httpx2.get(f"{server.url}{COLLECTIONS}", headers=first.request.headers, verify=server.trusted)
    assert (again.status_code, again.json()["description"]) == (401, "The token was used before.")


def test_a_nodes_token_is_good_for_its_path_alone(server: Server) -> None:
    token = server.as_node("GET", ROOT).request.headers["authorization"]
    # The root asks nobody who he is: the token was not used.
    found = httpx2.get(f"{server.url}{COLLECTIONS}", headers={"Authorization": token}, verify=server.trusted)
    assert found.status_code == 401
