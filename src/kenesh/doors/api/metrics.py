"""Figures of one node in Prometheus' text form, for who has a token made for them (extra `metrics`).

No label names a party, body, object, account or address: what is counted is the node's own work.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import SECOND
from kenesh.basis.problem import SettingsProblem
from kenesh.doors.api.health import record_age_s
from kenesh.doors.life import BACKED_UP_AT
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission

_DOORS: Final = ("taxii2", "api", "desk", "misp")
_SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 2, 10)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Measures:
    """What is counted of one node.

    Raises:
        SettingsProblem: the extra is not installed.
    """

    def __init__(self) -> None:
        try:
            import prometheus_client as prometheus
        except ModuleNotFoundError:
            raise SettingsProblem(
                "The extra `metrics` is not installed.", advice="pip install kenesh[metrics]"
            ) from None
        self._prometheus = prometheus
        self.registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=self.registry)
        self._requests = prometheus.Counter(
            "kenesh_requests",
            "Requests answered, by door and class of status.",
            ("door", "status"),
            registry=self.registry,
        )
        self._seconds = prometheus.Histogram(
            "kenesh_request_seconds",
            "Time to the head of an answer.",
            ("door",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._gauges = {
            name: prometheus.Gauge(f"kenesh_{name}", text, registry=self.registry)
            for name, text in (
                ("record_age_seconds", "Since the last leaf of the record of acts."),
                ("backup_age_seconds", "Since the newest backup; -1 where there is none."),
                ("peers", "Admitted nodes."),
                ("peers_failing", "Admitted nodes that could not be read the last time."),
                ("quarantined", "Objects that wait in quarantine."),
            )
        }

    def around(self, app: App) -> App:
        """The application, with its answers counted."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began, door = time.perf_counter(), _door(scope["path"])

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._requests.labels(door, f"{message['status'] // 100}xx").inc()
                    self._seconds.labels(door).observe(time.perf_counter() - began)
                await send(message)

            await app(scope, receive, sending)

        return counted

    def text(self, services: Services) -> bytes:
        """Everything as it is now."""
        self._gauges["record_age_seconds"].set(record_age_s(services))
        with services.store.reading() as tx:
            peers, quarantined = tx.peers.all(), tx.quarantine.counts()
            backed_up_at = int(tx.notes.get(BACKED_UP_AT) or 0)
        age = (services.clock.now() - backed_up_at) / SECOND if backed_up_at else -1
        self._gauges["backup_age_seconds"].set(age)
        self._gauges["peers"].set(len(peers))
        self._gauges["peers_failing"].set(sum(bool(peer.last_error) for peer in peers))
        self._gauges["quarantined"].set(sum(count for count, _ in quarantined.values()))
        found: bytes = self._prometheus.generate_latest(self.registry)
        return found


def _door(path: str) -> str:
    first = path.removeprefix("/").partition("/")[0]
    return first if first in _DOORS else "other"


def routes(services: Services, measures: Measures) -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @get("/metrics", opt={"permission": Permission.FIGURES_READ}, sync_to_thread=True)
    def metrics() -> Response[bytes]:
        """The figures, for a token made with `kenesh token NAME --metrics`."""
        headers = {"Cache-Control": "no-store"}
        return Response(measures.text(services), media_type="text/plain; version=0.0.4; charset=utf-8", headers=headers)

    return [metrics]
