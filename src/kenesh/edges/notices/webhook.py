"""A notice as a webhook: one POST with a sentence and a link (`kenesh.federation.noticing.Channel`)."""

from __future__ import annotations

from typing import Final

import httpx2

from kenesh.basis.problem import UnreachableProblem
from kenesh.federation.noticing import Telling

_TIMEOUT_S: Final = httpx2.Timeout(10, connect=5)


class Webhook:
    """Posts notices to one address."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, notice: Telling) -> None:
        document = {"text": f"{notice.sentence} {notice.link}", "link": notice.link}
        try:
            # No proxy and no netrc from the environment: the node connects where it was told to, and nowhere else.
            with httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
                status = client.post(self._url, json=document).status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UnreachableProblem(f"The webhook does not answer ({type(error).__name__}).") from None
        if not 200 <= status < 300:
            raise UnreachableProblem(f"The webhook does not take the notice (status {status}).")
