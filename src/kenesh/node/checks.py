"""Checks of contacts by the calendar while the node is served: each is made when its time has come."""

from __future__ import annotations

import threading
from typing import Final

from kenesh.doors.journal import Journal
from kenesh.doors.planning import ask_due
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 15
_WHO: Final = "node"


class CheckMaker:
    """Makes the checks that this party has planned; what came due while it was away, once."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()
        self._told: dict[str, str] = {}

    def start(self) -> None:
        """Begins to look what is due."""
        threading.Thread(target=self._run, name="checks", daemon=True).start()

    def stop(self) -> None:
        """Ends, when what is under way is done."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            with going_on("Checks", self._journal):
                self.look()

    def look(self) -> None:
        """Makes what is due now. What stays in the way of a plan is told once, and tried again."""
        came = ask_due(self._node.services, _WHO)
        for name in came.made:
            self._journal.tell("check", f"Asked, as planned, whether contacts answer: {name}.")
        problems = {plan: problem.sentence() for plan, problem in came.failed}
        for plan, why in problems.items():
            if self._told.get(plan) != why:
                self._journal.tell("check-failed", f"The planned check {plan}: {why}")
        self._told = problems
