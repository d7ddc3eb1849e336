"""The server that is judged, whoever made it: an address, credentials, and what is found from there by discovery."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import pytest

TAXII: Final = "application/taxii+json;version=2.1"
DISCOVERY: Final = "/taxii2/"
UNKNOWN: Final = "11111111-1111-4111-8111-111111111111"
FIRST, LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"


@dataclass(frozen=True, slots=True)
class Who:
    """Credentials: a name and a password, or a token that goes as Bearer; neither is nobody's."""

    name: str = ""
    password: str = ""
    token: str = ""

    @property
    def auth(self) -> tuple[str, str] | None:
        return (self.name, self.password) if self.name else None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def mistaken(self) -> Who:
        """The same with a secret that does not hold."""
        return Who(self.name, self.password and "wrong", self.token and "wrong")


NOBODY: Final = Who()


class Subject:
    """One server. `other` is another user of it, where the judge was given one."""

    def __init__(
        self, url: str, who: Who, other: Who | None = None, verify: ssl.SSLContext | bool = True, title: str = ""
    ) -> None:
        self.base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        self.who, self.other_user, self.verify, self._title = who, other, verify, title
        self._client = httpx2.Client(base_url=self.base, verify=verify, timeout=30)

    def close(self) -> None:
        self._client.close()

    @property
    def other(self) -> Who:
        if self.other_user is None:
            pytest.skip("no second user was given")
        return self.other_user

    @property
    def is_https(self) -> bool:
        return self.base.startswith("https:")

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.base)
        return parts.hostname or "", parts.port or 443

    def send(
        self,
        method: str,
        path: str,
        who: Who | None = None,
        body: bytes | None = None,
        query: Mapping[str, str] | list[tuple[str, str]] | None = None,
        **headers: str | None,
    ) -> httpx2.Response:
        """A request; a header that is None is not sent."""
        who = self.who if who is None else who
        sent: dict[str, str | None] = {"Accept": TAXII, **({"Content-Type": TAXII} if body is not None else {})}
        sent |= who.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in sent.items() if value is not None}
        request = self._client.build_request(method, path, content=body, params=query or None, headers=kept)
        for name in (name for name, value in sent.items() if value is None):
            request.headers.pop(name, None)
        return self._client.send(request, auth=who.auth)

    def get(self, path: str, who: Who | None = None, **query: str) -> httpx2.Response:
        return self.send("GET", path, who, query=query)

    def post(self, body: bytes, who: Who | None = None, **headers: str | None) -> httpx2.Response:
        return self.send("POST", f"{self.home}objects/", who, body, **headers)

    # What discovery tells.

    @cached_property
    def discovery(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get(DISCOVERY).json()
        return found

    @cached_property
    def roots(self) -> list[str]:
        """The paths of the API roots; whatever host they name, this one is asked."""
        return [urlsplit(root).path for root in self.discovery.get("api_roots", [])]

    @cached_property
    def _places(self) -> list[tuple[str, dict[str, Any]]]:
        """Every collection with its API root."""
        found = []
        for root in self.roots:
            answer = self.get(f"{root}collections/")
            if answer.status_code == 200:
                found += [(root, one) for one in answer.json().get("collections", [])]
        return found

    @cached_property
    def collections(self) -> list[dict[str, Any]]:
        return [one for _, one in self._places]

    @cached_property
    def _home(self) -> tuple[str, dict[str, Any]]:
        for root, one in self._places:
            if one["can_read"] and one["can_write"] and self._title in one["title"]:
                return root, one
        pytest.skip("no collection here can be read and written" if self._places else "it lists no collections")

    @property
    def root(self) -> str:
        """The API root under which the tests write."""
        return self._home[0] if self._places else self.roots[0]

    @property
    def home_id(self) -> str:
        return str(self._home[1]["id"])

    @property
    def home(self) -> str:
        """The path of the collection that the tests write to."""
        return f"{self.root}collections/{self.home_id}/"

    def path_of(self, *, can_read: bool, can_write: bool) -> str:
        """A collection with these rights."""
        for root, one in self._places:
            if (one["can_read"], one["can_write"]) == (can_read, can_write):
                return f"{root}collections/{one['id']}/"
        pytest.skip(f"no collection here has can_read {can_read} and can_write {can_write}")

    # What is read in the tests' collection.

    def objects(self, **query: str) -> list[dict[str, Any]]:
        return self._listed("objects/", "objects", query)

    def manifest(self, **query: str) -> list[dict[str, Any]]:
        return self._listed("manifest/", "objects", query)

    def versions(self, stix_id: str, **query: str) -> list[str]:
        return self._listed(f"objects/{stix_id}/versions/", "versions", query)

    def _listed(self, end: str, key: str, query: dict[str, str]) -> list[Any]:
        answer = self.get(f"{self.home}{end}", **query)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json().get(key, [])
        return found

    def pages(self, end: str, by: str, **query: str) -> Iterator[httpx2.Response]:
        """Page after page, by `next` or by the date in the header; not for ever."""
        for _ in range(200):
            answer = self.get(f"{self.home}{end}", **query)
            assert answer.status_code == 200, answer.text
            yield answer
            if not answer.json().get("more"):
                return
            if by == "next":
                assert answer.json().get("next"), "there is more, and no way on"
                query["next"] = answer.json()["next"]
            elif LAST in answer.headers:
                query["added_after"] = answer.headers[LAST]
            else:
                assert not answer.json().get("objects"), "a page says what it spans"
        raise AssertionError("the walk never ends")


def subject_of_environment() -> Subject | None:
    """The server that CONFORMANCE_URL names; None where it names none."""
    said = {name: os.environ.get(f"CONFORMANCE_{name}", "") for name in _SAID}
    if not said["URL"]:
        return None
    other = Who(said["OTHER_USER"], said["OTHER_PASSWORD"], said["OTHER_TOKEN"])
    who = Who(said["USER"], said["PASSWORD"], said["TOKEN"])
    verify = ssl.create_default_context(cafile=said["CA"]) if said["CA"] else True
    return Subject(said["URL"], who, None if other == NOBODY else other, verify, said["COLLECTION"])


_SAID: Final = (
    "URL", "USER", "PASSWORD", "TOKEN", "OTHER_USER", "OTHER_PASSWORD", "OTHER_TOKEN", "CA", "COLLECTION",
)  # fmt: skip


def strictly(body: bytes) -> Any:
    """The JSON of a body, read as RFC 7493 wants it."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), "a key stands twice"
        return dict(pairs)

    def exact(digits: str) -> int:
        assert abs(int(digits)) < 2**53, "an integer beyond 2^53-1"
        return int(digits)

    return json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_int=exact)
