"""A party whose server says what it likes. It signs with its own real key, and its card was admitted like any other."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx2
import msgspec
from tests.federation.fakes import FakeChance
from tests.federation.nodes import Node, Nodes

from kenesh.basis.canonical import content_hash
from kenesh.basis.instants import Instant, taxii_timestamp
from kenesh.federation.session import API_ROOT
from kenesh.parties.card import make_card
from kenesh.parties.keys import SigningKey
from kenesh.parties.own import Own
from kenesh.release.audience import collection_id
from kenesh.release.manifest import Entry, Proof, proof_of, tree_of
from kenesh.release.statements import Place, Withdrawn, make_release, make_withdrawal
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.taxii.media import MEDIA_TYPE

Object = dict[str, Any]


def octets(value: Object) -> bytes:
    return msgspec.json.encode(value)


def entry_of(value: Object, proof: Proof | None = None, salt: bytes = b"saltsaltsaltsalt") -> Entry:
    """What a manifest says of an object."""
    return Entry(value["id"], value.get("modified"), content_hash(value), salt, proof)


class Liar:
    """Lays what it likes into its collections, or posts it."""

    def __init__(self, nodes: Nodes, code: str) -> None:
        self.code = code
        self.signer = SigningKey(sha256(f"key of {code}".encode()).digest()).signer()
        self.own = Own(code, f"CERT of {code}", self.signer, self.signer.kid, f"http://{code.lower()}.test")
        self._clock = nodes.clock
        self._chance = FakeChance(nodes.clock, code)
        self._laid: dict[str, list[tuple[Instant, bytes]]] = {}
        self._chains: dict[str, tuple[int, bytes | None]] = {}
        self._stamp = 0
        nodes.ends[str(self.own.url)] = self.answer

    @property
    def ref(self) -> str:
        return self.own.ref

    def card(self, serial: int = 1, **lies: Any) -> Object:
        """Its card, or one that says what it likes; signed by its own key."""
        said = {"party": self.code, "name": self.own.name, "url": str(self.own.url)} | lies
        now = self._clock.now()
        return make_card(self.signer, recovery_kid=self.signer.kid, serial=serial, now=Instant(now + serial), **said)

    def is_admitted_by(self, *nodes: Node) -> None:
        for node in nodes:
            node.meets_card(self.card(), self.signer.kid)

    def release(
        self,
        to: str,
        *listed: Object | Entry,
        label: Tlp = Tlp.GREEN,
        place: Place | None = None,
        stix_id: str = "",
        **lies: Any,
    ) -> Object:
        """A release as it should be, but for the lies, and signed over them."""
        entries = [one if isinstance(one, Entry) else entry_of(one) for one in listed]
        value = make_release(
            self.signer,
            self._chance.uuid4(),
            party_ref=self.ref,
            place=place or self._place(to),
            label=label,
            entries=entries,
            follow=False,
            reason="",
            now=self._clock.now(),
        )
        return self._signed(value, to, {"id": stix_id or value["id"]} | lies)

    def withdrawal(self, to: str, *withdraws: Withdrawn, **lies: Any) -> Object:
        value = make_withdrawal(
            self.signer,
            self._chance.uuid4(),
            party_ref=self.ref,
            place=self._place(to),
            withdraws=withdraws,
            reason="",
            now=self._clock.now(),
        )
        return self._signed(value, to, lies)

    def _place(self, to: str) -> Place:
        number, previous = self._chains.get(to, (0, None))
        return Place(to, number + 1, previous)

    def _signed(self, value: Object, to: str, lies: Object) -> Object:
        lied = {k: v for k, v in (value | lies).items() if k != "signatures"}
        lied["signatures"] = [self.signer.sign(lied)]
        self._chains[to] = (value["number"], content_hash(lied))
        return lied

    @staticmethod
    def hash_of(value: Object) -> bytes:
        return content_hash(value)

    def lays(self, audience_ref: str, *values: Object | bytes, channel: Channel = Channel.CONTENT) -> None:
        """Puts objects into its collection for an audience, behind what lies there."""
        laid = self._laid.setdefault(str(collection_id(self.ref, audience_ref, channel)), [])
        for value in values:
            self._stamp += 1
            laid.append(
                (Instant(self._clock.now() + self._stamp), value if isinstance(value, bytes) else octets(value))
            )

    def gives(self, node: Node, *values: Object, **release: Any) -> Object:
        """A release to the node's party that is as it should be, with the objects that it lists; and the node reads."""
        made = self.release(node.ref, *values, **release)
        self.lays(node.ref, made, channel=Channel.CONTROL)
        self.lays(node.ref, *values)
        node.syncs(self.code)
        return made

    def posts(self, node: Node, *values: Object | bytes) -> httpx2.Response:
        """Posts to its inbox at the node."""
        lines = node.lines.__class__(self.own, self._clock, self._chance, {})
        path = f"{API_ROOT}collections/{collection_id(node.ref, self.ref, Channel.CONTENT)}/objects/"
        body = b'{"objects":[' + b",".join(v if isinstance(v, bytes) else octets(v) for v in values) + b"]}"
        token = lines.token(self._as_peer(node), "POST", path)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
        return node.answering(httpx2.Request("POST", f"{node.own.url}{path}", headers=headers, content=body))

    def _as_peer(self, node: Node) -> Any:
        with node.services.store.reading() as tx:
            (known,) = [peer for peer in tx.peers.all() if peer.code == self.code]
        return replace(known, kid=node.own.kid)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """TAXII, as far as a reader asks for it."""
        path = request.url.path
        if path == f"{API_ROOT}collections/":
            listed = [{"id": one, "title": one, "can_read": True, "can_write": False} for one in self._laid]
            return httpx2.Response(200, json={"collections": listed} if listed else {})
        after = request.url.params.get("added_after", "")
        laid = self._laid.get(path.split("/")[-3], [])
        return self.page([(stamp, one) for stamp, one in laid if taxii_timestamp(stamp) > after][:1000])

    @staticmethod
    def page(laid: Sequence[tuple[Instant, bytes]]) -> httpx2.Response:
        if not laid:
            return httpx2.Response(200, content=b"{}")
        headers = {"X-TAXII-Date-Added-Last": taxii_timestamp(laid[-1][0])}
        body = b'{"objects":[' + b",".join(one for _, one in laid) + b"]}"
        return httpx2.Response(200, headers=headers, content=body)


def proof_from(release: Object, stix_id: str) -> Proof:
    """The author's proof of one object, as anybody who got the release can hand it on."""
    entries = [Entry.read(wire) for wire in release["entries"]]
    (index,) = [i for i, entry in enumerate(entries) if entry.id == stix_id]
    head = release["root_signature"].partition(".")[0]
    kid = msgspec.json.decode(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return proof_of(tree_of(entries), entries, index, release["root_signature"], kid)
