"""Whether the node lives and can serve, for whoever watches over it: two words, and nothing of what it holds."""

from __future__ import annotations

from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import SECOND
from kenesh.basis.problem import Problem
from kenesh.doors.services import Services
from kenesh.ledger.log import INTERVAL
from kenesh.parties.roles import PUBLIC

#: So many intervals may be open before the record counts as not being closed.
_LATE: Final = 6
_PUBLIC: Final = {"permission": PUBLIC}
_FRESH: Final = {"Cache-Control": "no-store"}


def record_age_s(services: Services) -> float:
    """How long ago the last leaf of the record ended, in seconds.

    Raises:
        StoreProblem, UnreachableProblem: the store does not answer.
    """
    with services.store.reading() as tx:
        epoch = tx.ledger.epochs()[-1]
        closed_until = epoch.starts(tx.ledger.frontier(epoch.number).size)
    return (services.clock.now() - closed_until) / SECOND


def missing(services: Services) -> str:
    """What is not as it must be: the store, or the record; '' where all is. (Migrations are checked at opening.)"""
    try:
        age_s = record_age_s(services)
    except Problem:
        return "store"
    return "record" if age_s > _LATE * INTERVAL / SECOND else ""


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Both endpoints."""

    @get("/healthz", opt=_PUBLIC, media_type="text/plain", sync_to_thread=False)
    def healthz() -> Response[str]:
        """Whether the process answers."""
        return Response("ok\n", media_type="text/plain", headers=_FRESH)

    @get("/readyz", opt=_PUBLIC, media_type="text/plain", sync_to_thread=True)
    def readyz() -> Response[str]:
        """Whether the store can be read and the record is being closed."""
        wanting = missing(services)
        text, status = (f"not ready: {wanting}\n", 503) if wanting else ("ok\n", 200)
        return Response(text, status_code=status, media_type="text/plain", headers=_FRESH)

    return [healthz, readyz]
