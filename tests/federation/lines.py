"""Lines between nodes in one process: everything but the socket is real, and each can be made to fail."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from typing import Any

import httpx2
import msgspec

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import SECOND
from kenesh.edges.peers.http import HttpLines
from kenesh.federation.peer import Peer
from kenesh.parties.own import Own

#: What answers requests: the application of a node, or a liar.
Answering = Callable[[httpx2.Request], httpx2.Response]
#: What goes wrong on a line: it gets the request and whoever would answer it.
Fault = Callable[[httpx2.Request, Answering], httpx2.Response]


class _Here(ThreadPoolExecutor):
    """Does what it is given at once, in the thread that gives it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is raised where the result is asked for
            done.set_exception(error)
        return done


class Loop:
    """The event loops on which the nodes' applications run: one in the thread that asks.

    Going from thread to thread with each request would take as long as all that the nodes do. Where a loop runs in that
    thread already - a node is asked while another answers, or a browser is driven - it is one in a thread of its own.
    """

    def __init__(self) -> None:
        self._here = asyncio.new_event_loop()
        self._here.set_default_executor(_Here())
        self._owner = threading.get_ident()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nodes", daemon=True)
        self._thread.start()

    def serve(self, app: Any, clock: Clock) -> Answering:
        """The application as something that answers; its Date is the node's own time."""
        transport = httpx2.ASGITransport(app)

        async def ask(request: httpx2.Request) -> httpx2.Response:
            answer = await transport.handle_async_request(request)
            body = await answer.aread()
            return httpx2.Response(answer.status_code, headers=answer.headers, content=body)

        def answering(request: httpx2.Request) -> httpx2.Response:
            request.read()
            answer = self._run(ask(request))
            answer.headers["date"] = formatdate(clock.now() / SECOND, usegmt=True)
            return answer

        return answering

    def _run(self, asked: Coroutine[Any, Any, httpx2.Response]) -> httpx2.Response:
        if threading.get_ident() == self._owner and not _runs_here():
            return self._here.run_until_complete(asked)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(60)

    def close(self) -> None:
        # All on its own thread: where a browser is driven in this one, another loop counts as running here.
        asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._here.close()


def _runs_here() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Wire(httpx2.BaseTransport):
    """Carries requests to whoever answers at an address, through the faults of the line."""

    def __init__(self, answering: Answering, faults: list[Fault]) -> None:
        self._answering = answering
        self._faults = faults

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = _through(self._faults, self._answering)(request)
        # What comes over a line is read part by part.
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(answer.content))


def _through(faults: list[Fault], answering: Answering) -> Answering:
    for fault in faults:
        answering = _with(fault, answering)
    return answering


def _with(fault: Fault, answering: Answering) -> Answering:
    return lambda request: fault(request, answering)


class InnerLines(HttpLines):
    """The lines of one node: `HttpLines` as it is, but for the socket."""

    def __init__(self, own: Own, clock: Clock, chance: Chance, ends: dict[str, Answering]) -> None:
        super().__init__(own, clock, chance)
        self._ends = ends
        self.faults: dict[str, list[Fault]] = {}

    def spoil(self, code: str, *faults: Fault) -> None:
        """From now on the line to that party has these faults."""
        self.faults.setdefault(code, []).extend(faults)

    def mend(self, code: str) -> None:
        """The line to that party is sound again."""
        self.faults.pop(code, None)

    def _client(self, peer: Peer, timeout: httpx2.Timeout) -> httpx2.Client:
        wire = _Wire(self._ends[peer.url], self.faults.get(peer.code, []))
        return httpx2.Client(base_url=peer.url, transport=wire, follow_redirects=False)


# Faults. Each is met only by requests whose path holds `on`, and, where `times` is said, only so often.


def on(path: str, fault: Fault, times: int = 1_000_000) -> Fault:
    """The fault, but only on requests whose path holds that text, and only so many times."""
    left = [times]

    def met(request: httpx2.Request, answering: Answering) -> httpx2.Response:
        if path not in str(request.url) or not left[0]:
            return answering(request)
        left[0] -= 1
        return fault(request, answering)

    return met


def cut(request: httpx2.Request, answering: Answering) -> httpx2.Response:
    """Nobody answers: the nodes are parted."""
    raise httpx2.ConnectError("parted", request=request)


def dropped(request: httpx2.Request, answering: Answering) -> httpx2.Response:
    """The other side hears the request, and the answer is lost."""
    answering(request)
    raise httpx2.ReadError("lost", request=request)


def truncated(request: httpx2.Request, answering: Answering) -> httpx2.Response:
    """The body ends in the middle."""
    answer = answering(request)
    return remade(answer, answer.content[: len(answer.content) // 2])


def tampered(old: bytes, new: bytes) -> Fault:
    """Somebody on the way writes something else."""

    def fault(request: httpx2.Request, answering: Answering) -> httpx2.Response:
        answer = answering(request)
        return remade(answer, answer.content.replace(old, new))

    return fault


def repeated(request: httpx2.Request, answering: Answering) -> httpx2.Response:
    """Every object stands twice on the page."""
    return _with_objects(answering(request), lambda objects: [one for one in objects for _ in range(2)])


def reordered(request: httpx2.Request, answering: Answering) -> httpx2.Response:
    """The objects of the page stand the other way round."""
    return _with_objects(answering(request), lambda objects: objects[::-1])


def without_header(name: str) -> Fault:
    """A header is missing."""

    def fault(request: httpx2.Request, answering: Answering) -> httpx2.Response:
        answer = answering(request)
        answer.headers.pop(name, None)
        return answer

    return fault


def answered(status: int, **headers: str) -> Fault:
    """The other side answers with a status and nothing else."""
    return lambda request, answering: httpx2.Response(status, headers=headers)


def remade(answer: httpx2.Response, body: bytes) -> httpx2.Response:
    """The answer with another body."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return httpx2.Response(answer.status_code, headers=headers, content=body)


def _with_objects(answer: httpx2.Response, change: Callable[[list[Any]], list[Any]]) -> httpx2.Response:
    envelope = msgspec.json.decode(answer.content, type=dict[str, msgspec.Raw])
    if "objects" not in envelope:
        return answer
    objects = msgspec.json.decode(envelope["objects"], type=list[msgspec.Raw])
    envelope["objects"] = msgspec.Raw(msgspec.json.encode(change(objects)))
    return remade(answer, msgspec.json.encode(envelope))
