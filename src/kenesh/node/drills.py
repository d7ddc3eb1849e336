"""Playing drills while the node is served: each event is told when its time has come."""

from __future__ import annotations

import threading
from typing import Final

from kenesh.doors.drilling import play_due
from kenesh.doors.journal import Journal
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 5
_WHO: Final = "node"


class DrillPlayer:
    """Tells the events of the drills that this party runs; what came due while it was away, late."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()

    def start(self) -> None:
        """Begins to look what is due."""
        threading.Thread(target=self._run, name="drills", daemon=True).start()

    def stop(self) -> None:
        """Ends, when what is under way is done."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            with going_on("Drills", self._journal):
                for event in play_due(self._node.services, _WHO):
                    self._journal.tell("drill", f"Told in a drill: {event}.")
