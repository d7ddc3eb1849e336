"""Calling people while the node is served: soon after something waits, and again as time passes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kenesh.basis.instants import SECOND, Instant
from kenesh.doors.calling import due_calls, tell
from kenesh.doors.journal import Journal
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node
from kenesh.response.calls import Concern, Person

_LOOK_S: Final = 2.0
#: What becomes near or late does so by itself: so often it is looked, where nobody wrote anything.
_AGAIN: Final = 30 * SECOND
#: Whom no way reached is tried again after so long, each time later.
_RETRY: Final = tuple(seconds * SECOND for seconds in (15, 60, 300, 900))
_WHO: Final = "node"


class Caller:
    """Calls who is due to be called. A way that hangs holds up its own person alone."""

    def __init__(self, node: Node, journal: Journal) -> None:
        self._node = node
        self._journal = journal
        self._stop = threading.Event()
        self._busy: set[str] = set()
        self._failures: dict[str, tuple[int, Instant]] = {}
        self._people = ThreadPoolExecutor(max_workers=8, thread_name_prefix="calls")

    def start(self) -> None:
        """Begins to look whom to call; where the plan names nobody, there is nothing to do."""
        if self._node.services.plan.person:
            threading.Thread(target=self._run, name="calls", daemon=True).start()

    def stop(self) -> None:
        """Ends. A call that is under way is not waited for: it is made again after the next start."""
        self._stop.set()
        self._people.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        services, sign, looked = self._node.services, -1, Instant(0)
        while not self._stop.wait(_LOOK_S):
            woken, now = self._node.home.woken(), services.clock.now()
            if woken == sign and now - looked < _AGAIN:
                continue
            sign, looked = woken, now
            with going_on("Calls", self._journal):
                self._look(now)

    def _look(self, now: Instant) -> None:
        services = self._node.services
        for person, concerns in due_calls(services, services.plan, services.person(_WHO)):
            _, not_before = self._failures.get(person.name, (0, Instant(0)))
            if person.name not in self._busy and now >= not_before and not self._stop.is_set():
                self._busy.add(person.name)
                self._people.submit(self._call, person, concerns)

    def _call(self, person: Person, concerns: tuple[Concern, ...]) -> None:
        services = self._node.services
        try:
            with going_on("Calls", self._journal) as trial:
                failed = tell(services, person, concerns)
                for way, why in failed.items():
                    self._journal.tell("call-failed", f"{person.name} was not reached by {way}: {why}")
                trial.failed = len(failed) == len(person.by)
            times, _ = self._failures.pop(person.name, (0, Instant(0)))
            if trial.failed:
                wait = _RETRY[min(times, len(_RETRY) - 1)]
                self._failures[person.name] = times + 1, Instant(services.clock.now() + wait)
        finally:
            self._busy.discard(person.name)
