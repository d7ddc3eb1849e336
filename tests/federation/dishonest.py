"""Real nodes made to do what their own checks would not let them."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec
from tests.federation.lines import Answering
from tests.federation.nodes import Node

from kenesh.holdings.rows import Arrival, Source
from kenesh.parties.party import party_id
from kenesh.parties.tokens import make_token
from kenesh.release.audience import party_audience
from kenesh.release.decision import _MAKER, Released
from kenesh.stix.marking import Tlp


def release_unchecked(node: Node, value: dict[str, Any], to: str) -> None:
    """The node releases content of another party's as if it were its own."""
    version = node.services.reader.read(msgspec.json.encode(value))
    own = Source(node.ref, node.ref, Tlp.GREEN)
    with node.services.store.writing() as tx:
        node.services.author.take(tx, [Arrival(version, own, proved=True)], node.clock.now())
        (held,) = [h for h in tx.versions.all_of(version.id) if h.sha256 == version.sha256]
        items = Released((held,), _MAKER)
        node.services.issuer.release(tx, party_audience(party_id(to)), items, Tlp.GREEN, node.clock.now())


def answer_whatever_the_token(node: Node, reader: Node) -> Answering:
    """The node answers that reader, whichever of its keys the reader's tokens are for."""

    def answering(request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path.decode()
        token = make_token(
            reader.own.signer,
            iss=reader.ref,
            aud=node.own.kid,
            method=request.method,
            path=path,
            nonce=node.services.chance.octets(16).hex(),
            now=node.clock.now(),
        )
        request.headers["Authorization"] = f"Bearer {token}"
        return node.answering(request)

    return answering
