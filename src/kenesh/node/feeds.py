"""Draining feeds while the node is served: each when its time has come, one after another."""

from __future__ import annotations

import threading
from typing import Final

from kenesh.doors.feeding import drain, push
from kenesh.doors.journal import Journal
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 5
_WHO: Final = "node"


class FeedReaders:
    """Keeps the feeds drained and filled. One that hangs keeps no peer waiting: peers have readers of their own."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()

    def start(self) -> None:
        """Begins to look which feed is due."""
        threading.Thread(target=self._run, name="feeds", daemon=True).start()

    def stop(self) -> None:
        """Ends, when what is under way is done."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            with going_on("Feeds", self._journal):
                self._drain_due()

    def _drain_due(self) -> None:
        services = self._node.services
        with services.store.reading() as tx:
            due = [feed for feed in tx.feeds.all() if feed.is_due(services.clock.now())]
        for feed in due:
            if self._stop.is_set():
                return
            reports = [drain(services, feed, _WHO), *([push(services, feed, _WHO)] if feed.carries else [])]
            for report in reports:
                if report.problem is not None:
                    self._journal.tell("feeds", f"Feed {feed.name}: {report.problem.sentence()}")
