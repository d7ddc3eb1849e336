"""The HTTP line to an OpenID provider (`kenesh.doors.provider.ProviderLine`): no redirects, bounded answers."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx2

from kenesh.basis.problem import UnreachableProblem, UntrustedProblem
from kenesh.edges.answers import ENCODINGS, body_of

_TIMEOUT_S: Final = httpx2.Timeout(15, connect=5)


class HttpProviderLine:
    """Asks the provider. `ca_file` holds the authorities that its TLS is checked against; None for the usual ones."""

    def __init__(self, ca_file: str | None = None) -> None:
        self._ca_file = ca_file

    def get(self, url: str) -> bytes:
        """Raises UnreachableProblem, UntrustedProblem."""
        return self._asked("GET", url, {}, {})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        """Raises UnreachableProblem, UntrustedProblem."""
        return self._asked("POST", url, form, headers)

    def _asked(self, method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        _check_address(url)
        said = {"Accept": "application/json", "Accept-Encoding": ENCODINGS, "User-Agent": "kenesh", **headers}
        trusted = ssl.create_default_context(cafile=self._ca_file)
        # No proxy and no netrc from the environment: the node connects where it was told to, and nowhere else.
        with httpx2.Client(headers=said, timeout=_TIMEOUT_S, trust_env=False, verify=trusted) as client:
            try:
                with client.stream(method, url, data=dict(form) or None, follow_redirects=False) as answer:
                    body, status = body_of(answer, "The provider"), answer.status_code
            except (httpx2.HTTPError, httpx2.InvalidURL):
                raise UnreachableProblem("The provider does not answer.", advice="Log in another way.") from None
        if status != 200:
            raise UntrustedProblem(f"The provider answers with {status}.", advice="Log in anew, or tell who runs it.")
        return body


def _check_address(url: str) -> None:
    """What is secret goes over TLS, or stays on this machine."""
    try:
        parts = urlsplit(url)
        is_here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = False
    if urlsplit(url[:2_000]).scheme != "https" and not is_here:
        raise UntrustedProblem("The provider is not asked without TLS.", advice="Look at provider_issuer.")
