"""HTTP lines to peers (`kenesh.federation.ports.Lines`): a token on each request, no redirects, bounded answers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import SECOND
from kenesh.basis.problem import UnreachableProblem
from kenesh.edges.answers import ENCODINGS, body_of
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Answer
from kenesh.parties.own import Own
from kenesh.parties.tokens import make_token
from kenesh.taxii.media import MEDIA_TYPE

EVENTS_PATH: Final = "/api/events"
_DATA: Final = b"data:"
_TIMEOUT_S: Final = httpx2.Timeout(30, connect=5)
#: A stream without so much as a heartbeat for so long is dead.
_STREAM_TIMEOUT_S: Final = httpx2.Timeout(45, connect=5)


class HttpLines:
    """Opens lines to peers."""

    def __init__(self, own: Own, clock: Clock, chance: Chance, ca_file: str | None = None) -> None:
        self._own = own
        self._clock = clock
        self._chance = chance
        self._trusted = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._skews: dict[str, int] = {}

    @contextmanager
    def open(self, peer: Peer) -> Iterator[HttpLine]:
        with self._client(peer, _TIMEOUT_S) as client:
            yield HttpLine(self, peer, client)

    def skew_of(self, peer: Peer) -> int:
        return self._skews.get(peer.party_ref, 0)

    def note_date(self, peer: Peer, date: str | None) -> None:
        """Keeps how far the peer's clock is from ours; the header has whole seconds."""
        if date:
            try:
                theirs = int(parsedate_to_datetime(date).timestamp()) * SECOND
            except (ValueError, TypeError, OverflowError):
                return
            self._skews[peer.party_ref] = theirs - self._clock.now() // SECOND * SECOND

    def token(self, peer: Peer, method: str, path: str) -> str:
        """The token for one request to that peer."""
        nonce = self._chance.octets(16).hex()
        return make_token(
            self._own.signer,
            iss=self._own.ref,
            aud=peer.kid,
            method=method,
            path=path,
            nonce=nonce,
            now=self._clock.now(),
        )

    def _client(self, peer: Peer, timeout: httpx2.Timeout) -> httpx2.Client:
        # No proxy and no netrc from the environment: the node connects to its configured peers only.
        return httpx2.Client(
            base_url=peer.url, timeout=timeout, follow_redirects=False, trust_env=False, verify=self._trusted
        )

    @contextmanager
    def events(self, peer: Peer) -> Iterator[Iterator[None]]:
        """The peer's event stream: something each time it says that there is something.

        Raises:
            UnreachableProblem: the stream cannot be opened, or broke.
        """
        headers = {
            "Authorization": f"Bearer {self.token(peer, 'GET', EVENTS_PATH)}",
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
        }
        try:
            with (
                self._client(peer, _STREAM_TIMEOUT_S) as client,
                client.stream("GET", EVENTS_PATH, headers=headers) as answer,
            ):
                if answer.status_code != 200:
                    raise UnreachableProblem(f"{peer.code} gives no event stream (status {answer.status_code}).")
                yield _nudges(answer)
        except httpx2.HTTPError as error:
            raise _unreachable(peer, error) from None


def _nudges(answer: httpx2.Response) -> Iterator[None]:
    """A line says all that is heard of it with its beginning; the rest of it is not kept, however long it is."""
    begun = b""
    for part in answer.iter_raw():
        *lines, begun = (begun + part).split(b"\n")
        begun = begun[: len(_DATA)]
        if any(line.startswith(_DATA) for line in lines):
            yield None


class HttpLine:
    """One line, for as long as it is open."""

    def __init__(self, lines: HttpLines, peer: Peer, client: httpx2.Client) -> None:
        self._lines = lines
        self._peer = peer
        self._client = client

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, body: bytes) -> Answer:
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {
            "Authorization": f"Bearer {self._lines.token(self._peer, method, path)}",
            "Accept": MEDIA_TYPE,
            "Accept-Encoding": ENCODINGS,
        }
        if body is not None:
            headers["Content-Type"] = MEDIA_TYPE
        try:
            with self._client.stream(method, path, headers=headers, content=body) as answer:
                self._lines.note_date(self._peer, answer.headers.get("date"))
                return Answer(answer.status_code, dict(answer.headers), body_of(answer, self._peer.code))
        except httpx2.HTTPError as error:
            raise _unreachable(self._peer, error) from None


def _unreachable(peer: Peer, error: httpx2.HTTPError) -> UnreachableProblem:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        why = str(error).partition("verify failed: ")[2].partition(" (_ssl")[0] or "it does not hold"
        return UnreachableProblem(
            f"{peer.code} at {peer.url} shows a certificate that is not trusted here: {why}.",
            advice="Ask them whether it is theirs; its authority can be named as ca_file in kenesh.toml.",
        )
    what = "does not answer" if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) else "broke off"
    return UnreachableProblem(
        f"{peer.code} at {peer.url} {what}.", advice="Is their node running, and the address on their card right?"
    )
