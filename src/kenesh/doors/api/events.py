"""Nudges: an empty event to a peer when something was granted that it may read. Nothing is said but that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from litestar import get
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from kenesh.basis.problem import TooManyProblem
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services
from kenesh.holdings.feed import views
from kenesh.parties.roles import Permission
from kenesh.release.reader import Reader

HEARTBEAT_S: Final = 15
_WATCH_S: Final = 0.05
_MAX_STREAMS: Final = 200


@dataclass(slots=True, eq=False)
class _Listening:
    reader: Reader
    seen: int
    nudge: asyncio.Event = field(default_factory=asyncio.Event)


class Nudges:
    """Who listens, and what each has been told of. Runs on the server's event loop."""

    def __init__(self, services: Services, woken: Callable[[], int]) -> None:
        self._services = services
        self._woken = woken
        self._listening: set[_Listening] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    def end(self) -> None:
        """Ends every stream: the node is told to stop. Called from wherever that is heard."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._ended = True
        for listening in self._listening:
            listening.nudge.set()

    async def watch(self) -> None:
        """Looks for the sign that somebody wrote something, and nudges whom it concerns."""
        self._loop = asyncio.get_running_loop()
        last = self._woken()
        while True:
            await asyncio.sleep(_WATCH_S)
            sign = self._woken()
            if sign != last and self._listening:
                for listening in list(self._listening):
                    await self._tell(listening)
            last = sign

    async def _tell(self, listening: _Listening) -> None:
        newest = await sync_to_thread(self._newest, listening.reader)
        if newest > listening.seen:
            listening.seen = newest
            listening.nudge.set()

    def _newest(self, reader: Reader) -> int:
        """The newest stamp of the collections that the reader has: it moves only where a grant was written for him."""
        with self._services.reading() as tx:
            found = views(tx, reader, self._services.clock.now())
        return max((view.collection.last_stamp for view in found), default=0)

    async def stream(self, reader: Reader) -> AsyncIterator[bytes]:
        """The event stream of one peer: a comment to begin with and as heartbeat, an empty event as a nudge."""
        listening = _Listening(reader, await sync_to_thread(self._newest, reader))
        self._listening.add(listening)
        try:
            yield b": kenesh\n\n"
            while not self._ended:
                try:
                    await asyncio.wait_for(listening.nudge.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": alive\n\n"
                    continue
                listening.nudge.clear()
                yield b"data:\n\n"
        finally:
            self._listening.discard(listening)

    @property
    def is_full(self) -> bool:
        return len(self._listening) >= _MAX_STREAMS


def routes(services: Services, nudges: Nudges) -> list[HTTPRouteHandler]:
    """The API's endpoints."""

    @get("/api/events", opt={"permission": Permission.EVENTS_FOLLOW})
    async def events(request: Asked) -> Stream:
        """One peer's event stream."""
        if nudges.is_full:
            raise TooManyProblem("Too many event streams are open.", advice="Read now and then instead.")
        return Stream(
            nudges.stream(reader_of(request)), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    return [events]
