"""The server under test, seen from outside: an address, credentials, and what was released to whom."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import answering, serving
from tests.conformance.certificate import Certificate, made_in

from kenesh.node.clock import SystemClock
from kenesh.node.home import Home
from kenesh.node.settings import read_settings
from kenesh.parties.party import party_id
from kenesh.parties.tokens import make_token

TAXII = "application/taxii+json;version=2.1"
ROOT = "/taxii2/kenesh/"
COLLECTIONS = f"{ROOT}collections/"

#: One object in three versions, a cyber-observable without `modified`, and a marking-definition of somebody's own.
CHANGED = files.stix_id("indicator", 100)
CHANGES = ("2026-11-20T08:00:00.000Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00.5Z")
ADDRESS = files.stix_id("ipv4-addr", 200)
STATEMENT = files.stix_id("marking-definition", 300)
MALWARE = files.stix_id("malware", 400)
FOR_THE_PUBLIC = files.stix_id("malware", 500)
FOR_ANOTHER = files.stix_id("malware", 600)
HELD = files.stix_id("malware", 700)
POSTED = files.stix_id("malware", 800)
MANY = 30


@dataclass(frozen=True)
class Account:
    """A client's name and token."""

    name: str
    token: str


@dataclass(frozen=True)
class Server:
    """A TAXII server at an address. Three parties have accounts on it; one of them also has a node."""

    url: str
    certificate: Certificate
    account: Account
    other: Account
    #: Of a third party, to which nothing is released: with it the clauses are judged.
    judge: Account
    node: Officer
    kid: str
    #: What was released to the account's party, as it was imported, by (id, version).
    given: Mapping[tuple[str, str], bytes] = field(repr=False)
    #: An envelope that the party's node may post.
    post: bytes = field(repr=False)

    @property
    def trusted(self) -> ssl.SSLContext:
        """For a client that trusts its certificate."""
        return self.certificate.trusted()

    def client(self, account: Account | None = None, **headers: str) -> httpx2.Client:
        """A client with these credentials, or with none."""
        auth = (account.name, account.token) if account else None
        return httpx2.Client(
            base_url=self.url, auth=auth, headers={"Accept": TAXII} | headers, timeout=30, verify=self.trusted
        )

    def asks(self, path: str, account: Account | None = None, **query: str) -> httpx2.Response:
        with self.client(account) as client:
            return client.get(path, params=query or None)

    def as_node(self, method: str, path: str, body: bytes | None = None, **headers: str) -> httpx2.Response:
        """A request of the party's node, with a token of its own."""
        settings = read_settings(self.node.home)
        token = make_token(
            Home(self.node.home).signing_key(settings.kid).signer(),
            iss=party_id(settings.party),
            aud=self.kid,
            method=method,
            path=path,
            nonce=uuid4().hex,
            now=SystemClock().now(),
        )
        sent = {"Accept": TAXII, "Authorization": f"Bearer {token}"} | headers
        return httpx2.request(method, f"{self.url}{path}", content=body, headers=sent, verify=self.trusted, timeout=30)

    def collection(self, title: str, account: Account | None = None) -> str:
        """The path of the collection with that title."""
        listed = self.asks(COLLECTIONS, account).json()["collections"]
        (found,) = [one["id"] for one in listed if one["title"] == title]
        return f"{COLLECTIONS}{found}/"

    @property
    def inbox(self) -> str:
        return self.collection("Inbox of AZ: objects", self.account)

    @property
    def public(self) -> str:
        return self.collection("public: objects")


def _changed(modified: str) -> dict[str, Any]:
    return files.indicator(100, "changed.example", "green", modified=modified)


def _address() -> dict[str, Any]:
    return {
        "type": "ipv4-addr",
        "spec_version": "2.1",
        "id": ADDRESS,
        "value": "203.0.113.5",
        "object_marking_refs": [files.TLP["green"], STATEMENT],
    }


def _statement() -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": STATEMENT,
        "created": "2026-11-20T08:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "Copyright of the author."},
    }


def _given() -> list[list[dict[str, Any]]]:
    """What is released to AZ, release by release."""
    many = [files.indicator(n, f"n{n}.example", "green", name=f"№{n} “seen” İı") for n in range(MANY)]
    releases = [[_changed(modified)] for modified in CHANGES]
    return [many, *releases[:2], [_statement(), _address()], [files.malware(400)], *releases[2:]]


def _fill(kz: Officer, folder: Path) -> Mapping[tuple[str, str], bytes]:
    given: dict[tuple[str, str], bytes] = {}
    for number, objects in enumerate(_given()):
        file = files.written(folder, *objects, name=f"{number}.json")
        import_id = kz.document("import", file)["import"]
        kz.document("release", import_id, "--to", "AZ", "--tlp", "green")
        for value in objects:
            given[value["id"], value.get("modified", "")] = json.dumps(value).encode()
    rest = [files.malware(500, "clear"), files.malware(600, "green"), files.malware(700, "green")]
    kz.document("import", files.written(folder, *rest, name="rest.json"))
    kz.document("release", FOR_THE_PUBLIC, "--to", "public")
    kz.document("release", FOR_ANOTHER, "--to", "TR")
    return given


def _answer(az: Officer, kz: Officer, folder: Path) -> bytes:
    """A release of AZ's to KZ with what it lists, as AZ's node would post it."""
    az.meets(kz)
    az.document("import", files.written(folder, files.malware(800, "green"), name="az.json"))
    az.document("release", POSTED, "--to", "KZ")
    token = az.document("token", "reader", "--party", "KZ")["token"]
    objects: list[Any] = []
    with answering(az), httpx2.Client(base_url=az.document("card")["url"], auth=("reader", token)) as client:
        titles = {one["title"]: one["id"] for one in client.get(COLLECTIONS).json()["collections"]}
        for what in ("releases and withdrawals", "objects"):
            objects += client.get(f"{COLLECTIONS}{titles[f'Inbox of KZ: {what}']}/objects/").json()["objects"]
    return json.dumps({"objects": objects}).encode()


@contextmanager
def kenesh_node(folder: Path) -> Iterator[Server]:
    """A Kenesh node, started as it is in earnest."""
    (folder / "templates").mkdir()
    council = Council(folder / "templates", folder)
    kz = council.officer("KZ")
    az, tr = (council.officer(party).at(NOBODY_THERE) for party in ("AZ", "TR"))
    certificate = made_in(folder)
    files_of_tls = ("--tls-certificate", str(certificate.file), "--tls-key", str(certificate.key_file))
    with serving(kz, *files_of_tls) as served:
        for peer in (az, tr):
            kz.meets(peer)
        given = _fill(kz, folder)
        account, other, judge = (
            Account(name, kz.document("token", name, "--party", party)["token"])
            for name, party in (("opencti", "AZ"), ("misp", "TR"), ("judge", "UZ"))
        )
        kid, post = kz.document("fingerprint")["kid"], _answer(az, kz, folder)
        yield Server(served.url, certificate, account, other, judge, az, kid, given, post)
