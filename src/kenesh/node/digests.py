"""The daily mail to constituents while the node is served: from the hour of the day on, until all of it has gone."""

from __future__ import annotations

import threading
from typing import Final

from kenesh.doors.digesting import send_due
from kenesh.doors.journal import Journal
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 30.0
#: What a mail server did not take is tried again after so long, each time later.
_RETRY_S: Final = (60.0, 300.0, 900.0)


class Digests:
    """Sends what is due, by a thread of its own; nothing where the node sends no mail."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()

    def start(self) -> None:
        """Begins to look whose digest is due."""
        if self._node.services.post is not None:
            threading.Thread(target=self._run, name="digests", daemon=True).start()

    def stop(self) -> None:
        """Ends."""
        self._stop.set()

    def _run(self) -> None:
        failures, wait = 0, 0.0
        while not self._stop.wait(wait):
            with going_on("Digests", self._journal) as trial:
                outcome = send_due(self._node.services, self._node.settings.digest_hour)
                for one, problem in outcome.failed:
                    # By its number: the journal is kept where its name cannot be erased.
                    self._journal.tell("digests", f"The digest of {one.pseudonym}: {problem.sentence()}")
                trial.failed = bool(outcome.failed)
            wait = _RETRY_S[min(failures, len(_RETRY_S) - 1)] if trial.failed else _LOOK_S
            failures = failures + 1 if trial.failed else 0
