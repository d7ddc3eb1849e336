"""Sending notices while the node is served: soon after something came, and again where a channel did not take it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from kenesh.doors.journal import Journal
from kenesh.edges.notices.webhook import Webhook
from kenesh.federation.noticing import Channel, news, note_told
from kenesh.ledger.acts import ActKind
from kenesh.node.mailing import mail
from kenesh.node.settings import Settings
from kenesh.node.standing import going_on
from kenesh.node.wiring import Node

_LOOK_S: Final = 2.0
#: A channel that fails is tried again after so long, each time later.
_RETRY_S: Final = (5, 15, 60, 300)


def channels(settings: Settings) -> list[Channel]:
    """The channels that the settings name."""
    found: list[Channel] = []
    if settings.notice_webhook:
        found.append(Webhook(settings.notice_webhook))
    if settings.notice_mail_to and (sending := mail(settings)) is not None:
        found.append(sending)
    return found


class Notices:
    """Keeps every channel told, each by a thread of its own: one that hangs holds up no other."""

    def __init__(self, node: Node, found: Sequence[Channel], journal: Journal) -> None:
        self._node = node
        self._channels = found
        self._journal = journal
        self._stop = threading.Event()

    def start(self) -> None:
        """Begins to look for what came."""
        for channel in self._channels:
            threading.Thread(target=self._run, args=(channel,), name=f"notices-{channel.name}", daemon=True).start()

    def stop(self) -> None:
        """Ends."""
        self._stop.set()

    def _run(self, channel: Channel) -> None:
        failures, wait = 0, 0.0
        while not self._stop.wait(wait):
            with going_on("Notices", self._journal) as trial:
                self._tell(channel)
            wait = float(_RETRY_S[min(failures, len(_RETRY_S) - 1)]) if trial.failed else _LOOK_S
            failures = failures + 1 if trial.failed else 0

    def _tell(self, channel: Channel) -> None:
        services = self._node.services
        with services.store.reading() as tx:
            found = news(tx, services.own, services.grants, channel)
        for notice in found.notices:
            channel.send(notice)
        if not found.moved:
            return
        with services.store.writing() as tx:
            note_told(tx, channel, found.upto)
            for notice in found.notices:
                details = {"channel": channel.name, "tlp": notice.marking.label}
                services.record(tx, ActKind.NOTICE_SENT, "node", notice.party, **details)
