"""Reading from peers while the node is served: one thread a peer, at once when it says that there is something."""

from __future__ import annotations

import threading
from typing import Final

from kenesh.basis.problem import Problem
from kenesh.doors.journal import Journal
from kenesh.federation.peer import Peer
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 0.1
_RETRY_S: Final = (1, 2, 5, 10)


class PeerReaders:
    """Keeps a reader for each admitted peer."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()
        self._readers: dict[str, PeerReader] = {}

    def start(self) -> None:
        """Begins to read, and to look for peers that are admitted later."""
        threading.Thread(target=self._look, name="peers", daemon=True).start()

    def stop(self) -> None:
        """Tells every reader to end."""
        self._stop.set()
        for reader in self._readers.values():
            reader.stop()

    def _look(self) -> None:
        last = -1
        while not self._stop.is_set():
            sign = self._node.home.woken()
            if sign != last:
                last = sign
                self._begin_new()
            self._stop.wait(_LOOK_S)

    def _begin_new(self) -> None:
        peers: list[Peer] = []
        with going_on("The list of peers", self._journal), self._node.services.store.reading() as tx:
            peers = tx.peers.all()
        for peer in peers:
            known = self._readers.get(peer.code)
            if known is None or (known.peer.kid, known.peer.url) != (peer.kid, peer.url):
                if known is not None:
                    known.stop()
                self._readers[peer.code] = PeerReader(self._node, peer, self._journal)
                self._readers[peer.code].start()


class PeerReader:
    """Holds one event stream open at a peer; reads when it is nudged, when the stream opens, and now and then."""

    def __init__(self, node: Node, peer: Peer, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self.peer = peer
        self._stop = threading.Event()
        self._nudged = threading.Event()
        self._failures = 0

    def start(self) -> None:
        """Begins."""
        threading.Thread(target=self._listen, name=f"events-{self.peer.code}", daemon=True).start()
        threading.Thread(target=self._read, name=f"read-{self.peer.code}", daemon=True).start()

    def stop(self) -> None:
        """Ends, when what is under way is done."""
        self._stop.set()
        self._nudged.set()

    def _listen(self) -> None:
        while not self._stop.is_set():
            with going_on(f"Events of {self.peer.code}", self._journal):
                self._hear()
            self._stop.wait(_RETRY_S[min(self._failures, len(_RETRY_S) - 1)])

    def _hear(self) -> None:
        try:
            with self._node.lines.events(self.peer) as nudges:
                self._failures = 0
                # What came while the stream was not open is read now.
                self._nudged.set()
                for _ in nudges:
                    self._nudged.set()
                    if self._stop.is_set():
                        return
        except Problem:
            # Its reader tells of a peer that cannot be reached; here it is only waited for.
            self._failures += 1

    def _read(self) -> None:
        while not self._stop.is_set():
            self._nudged.wait(self._node.settings.poll_s)
            self._nudged.clear()
            if not self._stop.is_set():
                self._sync()

    def _sync(self) -> None:
        with going_on(self.peer.code, self._journal):
            if self._node.services.syncing.sync(self.peer).received:
                self._node.home.wake()
