"""What a client may cost before, while and after it asks: octets, seconds, and one place among the connections.

uvicorn bounds neither how long a request takes to come, nor how long its head is, nor how long an answer takes to be
taken. Each connection here has one clock for what it must send and one for what it must take, and what it sends that is
no body is bounded (RFC 9112 §9.5, RFC 9110 §15.5.9, RFC 6585 §5). Who must wait longest gives way where all places are
taken, so that many who say nothing keep nobody out.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

#: The longest token has 6,000 octets, and MISP's and TAXII's queries are shorter.
MAX_HEAD_OCTETS: Final = 64 * 1024
#: So much that was answered may wait for its takers in memory, all of them together: 32 of the largest pages.
MAX_UNTAKEN_OCTETS: Final = 256 * 1024 * 1024

#: So much of a request is looked at to know what it asks for, where it cannot be read.
_BEGIN_OCTETS: Final = 256

#: The octets and the media type of the refusal of a path, with this status.
Refusal = Callable[[str, int], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long clients are waited for, and how many at once.

    Attributes:
        head_s: seconds from the first octet of a request, or from connecting, to the end of its headers.
        body_s: seconds for the rest of it; and for what is answered to be taken.
        most: connections that are open at once.
    """

    head_s: int = 20
    body_s: int = 300
    most: int = 500


class Stage(Enum):
    """What of a request is waited for."""

    NOTHING = 0
    HEAD = 1
    BODY = 2


class Caller(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *args: Any, patience: Patience, refusal: Refusal, **more: Any) -> None:
        super().__init__(*args, **more)
        self.url = b""
        self._patience, self._refusal = patience, refusal
        self._stage, self._since = Stage.NOTHING, self.loop.time()
        self._sending: TimerHandle | None = None
        self._taking: TimerHandle | None = None
        self._head_octets = self._idle_octets = 0
        self._fault = HTTPStatus.BAD_REQUEST
        self._begin = b""
        self._is_refused = False

    # What is sent.

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # it is a Transport
        self._await(Stage.HEAD)
        if len(self.connections) > self._patience.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._sending is None and self._is_answered:
            # Blank lines begin no request, and end the wait for one.
            self._await(Stage.HEAD)
        self._idle_octets += len(data)
        self._begin = self._begin or data[:_BEGIN_OCTETS]
        super().data_received(data)
        if self._idle_octets > MAX_HEAD_OCTETS:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_octets = 0
        if self._stage is not Stage.HEAD:
            self._await(Stage.HEAD)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer after a body in chunks: both count."""
        super().on_header(name, value)
        self._count(len(name) + len(value))

    def on_headers_complete(self) -> None:
        self._idle_octets = 0
        super().on_headers_complete()
        self._await(Stage.BODY)

    def on_body(self, body: bytes) -> None:
        self._idle_octets = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._idle_octets = 0
        super().on_message_complete()
        self._begin = b""
        self._await(Stage.NOTHING)

    def _count(self, octets: int) -> None:
        self._head_octets += octets
        if self._head_octets > MAX_HEAD_OCTETS:
            self._fault = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("the head is too long")

    def _await(self, stage: Stage) -> None:
        _cancel(self._sending)
        self._sending, self._stage, self._since = None, stage, self.loop.time()
        if stage is not Stage.NOTHING:
            within_s = self._patience.head_s if stage is Stage.HEAD else self._patience.body_s
            self._sending = self.loop.call_later(within_s, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    # What is taken.

    def pause_writing(self) -> None:
        super().pause_writing()
        self._must_take()
        untaken = [caller for caller in self._others() if caller.untaken]
        if sum(caller.untaken for caller in untaken) > MAX_UNTAKEN_OCTETS:
            min(untaken, key=_longest_waiting).transport.abort()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._taking is not None and not self.transport.is_closing():
            self._taking.cancel()
            self._taking = None

    @property
    def untaken(self) -> int:
        """The octets that were answered and not taken."""
        return self.transport.get_write_buffer_size()

    def timeout_keep_alive_handler(self) -> None:
        self._close()

    def _must_take(self) -> None:
        if self._taking is None:
            self._taking = self.loop.call_later(self._patience.body_s, self.transport.abort)

    def _close(self) -> None:
        """Closes once all is taken, and at the latest when it must have been."""
        if self.untaken:
            self._must_take()
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._sending)
        super().connection_lost(exc)
        _cancel(self._taking)

    # Who gives way, and who is refused.

    @property
    def _is_answered(self) -> bool:
        """Whether nothing that was asked here waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

    def _others(self) -> list[Caller]:
        return [caller for caller in self.connections if isinstance(caller, Caller)]

    def _make_room(self) -> None:
        # The newest is always among them.
        waiting = [caller for caller in self._others() if caller._is_answered and not caller._is_refused]
        first = min(waiting, key=_longest_waiting)
        if first is self:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            first._is_refused = True
            first.transport.abort()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._fault)

    def _refuse(self, status: HTTPStatus) -> None:
        """Says why, where no answer is under way, and hears no more; what was asked before is answered yet."""
        self._is_refused = True
        if not self._is_answered:
            if self._stage is not Stage.BODY:
                self.cycle.keep_alive = False
                return
            if self.cycle.response_started:
                self.transport.abort()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        body, media_type = self._refusal(self._path(), status)
        head = f"content-type: {media_type}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self._close()

    def _path(self) -> str:
        """What is asked for, also where the parser did not come so far."""
        words = self._begin.split(b" ", 2)
        return (self.url or (words[1] if len(words) > 1 else b"")).decode("latin-1")


def _longest_waiting(caller: Caller) -> float:
    return caller._since


def _cancel(timer: TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def callers(patience: Patience, refusal: Refusal) -> Any:
    """What makes the protocol of each connection, as uvicorn asks for it."""
    return partial(Caller, patience=patience, refusal=refusal)
