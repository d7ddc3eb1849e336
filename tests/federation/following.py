"""A client that pages a collection by `added_after`, as any TAXII client does: what it passes it never sees again."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.federation.nodes import Node

from kenesh.federation.session import API_ROOT
from kenesh.release.audience import Audience, collection_id
from kenesh.stix.register import Channel


class Follower:
    """Follows one collection of a node with a peer's token, the newest versions alone."""

    def __init__(self, reader: Node, there: Node, audience: Audience, channel: Channel = Channel.CONTENT) -> None:
        self._reader = reader
        self._there = there
        self._path = f"{API_ROOT}collections/{collection_id(there.ref, audience.ref, channel)}/objects/"
        self._cursor = ""

    def reads(self, *, anew: bool = False, every_version: bool = False) -> list[str]:
        """The ids that are new since it last read; `anew`: all that there are."""
        cursor, found = "" if anew else self._cursor, []
        while True:
            after = f"&added_after={cursor}" if cursor else ""
            versions = "&match[version]=all" if every_version else ""
            answer = self._reader.gets(f"{self._path}?limit=2{after}{versions}", self._there)
            if answer.status_code == 404:
                return found
            page: dict[str, Any] = msgspec.json.decode(answer.content)
            found += [one["id"] for one in page.get("objects", [])]
            cursor = answer.headers.get("x-taxii-date-added-last", cursor)
            if not page.get("more"):
                self._cursor = max(self._cursor, cursor)
                return found
