"""SMS gateways and push services, by an address of Apprise's: one library that knows them. It is the extra `push`."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from kenesh.basis.problem import SettingsProblem, UnreachableProblem
from kenesh.federation.noticing import Telling


class Push:
    """Sends notices to one address, as ntfys://ntfy.example/duty. The address may hold a secret, and is never told."""

    name = "push"

    def __init__(self, address: str) -> None:
        """Raises SettingsProblem where what sends it is not installed, or knows no such address."""
        if find_spec("apprise") is None:
            raise SettingsProblem("What sends SMS and push is not installed.", advice="pip install 'kenesh[push]'")
        from apprise import Apprise

        # Its own log names the address.
        logging.getLogger("apprise").disabled = True
        self._sender = Apprise()
        if not self._sender.add(address):
            scheme = address.partition(":")[0][:20]
            raise SettingsProblem(
                f"A way of a person in calls.toml, which begins with {scheme}:, is none.",
                advice="Write it as mail:ADDRESS, https://…, or an address that Apprise knows.",
            )

    def send(self, notice: Telling) -> None:
        """Raises UnreachableProblem where it is not taken."""
        if not self._sender.notify(title=notice.sentence.partition(". ")[0], body=f"{notice.sentence} {notice.link}"):
            raise UnreachableProblem("The push service does not take the notice.")
