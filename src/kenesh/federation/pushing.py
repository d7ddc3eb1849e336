"""Posting to a peer, for a node that nobody can reach: what its inbox here holds for it, signed as it is.

The peer checks it as it checks a page that it reads. Source: TAXII 2.1 §5.5.
"""

from __future__ import annotations

from typing import Final

from kenesh.basis.chance import Clock
from kenesh.basis.instants import Instant, instant_of, taxii_timestamp
from kenesh.basis.problem import UnreachableProblem, UntrustedProblem
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Line, Store, Transaction
from kenesh.federation.session import API_ROOT
from kenesh.holdings.feed import page, view_of
from kenesh.holdings.granting import Grants
from kenesh.holdings.pages import Page, PageQuery
from kenesh.parties.own import Own
from kenesh.release.audience import collection_id, party_audience
from kenesh.release.decision import Released
from kenesh.release.reader import peer_reader
from kenesh.stix.register import Channel
from kenesh.taxii.envelope import envelope_bytes
from kenesh.taxii.paging import MAX_PAGE

_START: Final = "1970-01-01T00:00:00.000000Z"


class Pushing:
    """Posts what is released to a peer, where the peer cannot come and read it."""

    def __init__(self, own: Own, store: Store, grants: Grants, clock: Clock) -> None:
        self._own = own
        self._store = store
        self._grants = grants
        self._clock = clock

    def push(self, peer: Peer, line: Line) -> int:
        """Posts everything new, statements before content; gives how many objects. What was taken is not sent again.

        Raises:
            UnreachableProblem, UntrustedProblem: the peer does not take it now, or does not know this node.
        """
        return sum(self._push(peer, line, channel) for channel in (Channel.CONTROL, Channel.CONTENT))

    def _push(self, peer: Peer, line: Line, channel: Channel) -> int:
        mark = f"pushed/{channel.value}"
        sent = 0
        while True:
            with self._store.reading() as tx:
                after = tx.cursors.get(peer.party_ref, mark) or _START
                found = self._page(tx, peer, channel, instant_of(after))
            sending = found.value
            if sending.last is None:
                return sent
            self._post(peer, line, envelope_bytes(sending.content))
            now = self._clock.now()
            with self._store.writing() as tx:
                tx.cursors.set(peer.party_ref, mark, taxii_timestamp(sending.last), now)
                collection = self._grants.collection(tx, party_audience(peer.party_ref), channel)
                tx.grants.record_read(collection.num, peer.party_ref, sending.last, now)
            sent += sending.count

    def _page(self, tx: Transaction, peer: Peer, channel: Channel, after: Instant) -> Released[Page[bytes]]:
        """What the peer itself would read there, through the same decision."""
        reader = peer_reader(peer.party_ref)
        own_id = str(collection_id(self._own.ref, peer.party_ref, channel))
        view = view_of(tx, reader, own_id, self._clock.now())
        if view is None:
            raise UntrustedProblem(f"{peer.code} has no inbox here.", advice="Admit it again: kenesh peer add.")
        query = PageQuery(after, MAX_PAGE, every_version=True)
        return page(tx, reader, view, query)

    def _post(self, peer: Peer, line: Line, body: bytes) -> None:
        inbox = collection_id(peer.party_ref, self._own.ref, Channel.CONTENT)
        answer = line.post(f"{API_ROOT}collections/{inbox}/objects/", body)
        if answer.status in (401, 403, 404):
            raise UntrustedProblem(f"{peer.code} does not take posts of this node (status {answer.status}).")
        if answer.status != 202:
            raise UnreachableProblem(f"{peer.code} did not take the post (status {answer.status}).")
