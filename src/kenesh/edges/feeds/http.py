"""HTTP lines to feeds' servers (`kenesh.federation.feeds.FeedLines`): no redirects, bounded answers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol
from urllib.parse import urljoin

import httpx2

from kenesh.basis.problem import SettingsProblem, UnreachableProblem
from kenesh.edges.answers import ENCODINGS, body_of
from kenesh.federation.ports import Answer, Feed, Scheme
from kenesh.taxii.media import MEDIA_TYPE

_TIMEOUT_S: Final = httpx2.Timeout(60, connect=10)


class Credentials(Protocol):
    """What this node shows to other servers."""

    def credential(self, name: str) -> str:
        """Raises SettingsProblem where none is kept."""


class HttpFeedLines:
    """Opens lines to feeds. `credentials` has the password or token of each."""

    def __init__(self, credentials: Credentials, ca_file: str | None = None) -> None:
        self._credentials = credentials
        self._ca_file = ca_file

    @contextmanager
    def open(self, feed: Feed, secret: str | None = None) -> Iterator[HttpFeedLine]:
        """A line to the feed's server, with what is kept for it, or with this password or token.

        Raises:
            SettingsProblem: its certificate or its password cannot be read.
        """
        headers = {"Accept": MEDIA_TYPE, "Accept-Encoding": ENCODINGS, "User-Agent": "kenesh"}
        auth = None
        if feed.scheme in (Scheme.BASIC, Scheme.TOKEN) and secret is None:
            secret = self._credentials.credential(feed.name)
        if feed.scheme is Scheme.BASIC:
            auth = (feed.user, secret or "")
        if feed.scheme is Scheme.TOKEN:
            headers["Authorization"] = f"Bearer {secret}"
        # No proxy and no netrc from the environment: the node connects where it was told to, and nowhere else.
        with httpx2.Client(
            headers=headers,
            auth=auth,
            timeout=_TIMEOUT_S,
            follow_redirects=False,
            trust_env=False,
            verify=self._trusted(feed),
        ) as client:
            yield HttpFeedLine(feed, client)

    def _trusted(self, feed: Feed) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._ca_file)
        if feed.scheme is Scheme.CERTIFICATE:
            try:
                # A password would be asked for at the terminal, and a service has nobody to ask.
                context.load_cert_chain(feed.certificate, feed.key, password="")
            except (OSError, ValueError):
                raise SettingsProblem(
                    f"{feed.certificate} and {feed.key} are no certificate with its key.",
                    advice="Both are PEM files that this user may read; the key has no password.",
                ) from None
        return context


class HttpFeedLine:
    """One line, for as long as it is open."""

    def __init__(self, feed: Feed, client: httpx2.Client) -> None:
        self._feed = feed
        self._client = client

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, body: bytes) -> Answer:
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Answer:
        return self._ask("DELETE", path, None)

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {} if body is None else {"Content-Type": MEDIA_TYPE}
        url = urljoin(self._feed.url, path)
        try:
            with self._client.stream(method, url, headers=headers, content=body) as answer:
                return Answer(answer.status_code, dict(answer.headers), body_of(answer, self._feed.name))
        except httpx2.HTTPError as error:
            what = "does not answer" if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) else "broke off"
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                what = "shows a certificate that is not trusted here"
            raise UnreachableProblem(
                f"{self._feed.name} at {self._feed.url} {what}.", advice="Look at the address, and whether it is up."
            ) from None
