"""The paths of the feed. A client sends its key in Authorization, as MISP does for feeds with headers."""

from __future__ import annotations

from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.misp.feed import FORM, Feed
from kenesh.doors.misp.hashes import ValueHashes
from kenesh.doors.services import Services
from kenesh.parties.roles import Permission

PATH: Final = "/misp"
_JSON: Final = "application/json"


def routes(services: Services) -> list[HTTPRouteHandler]:
    """manifest.json, hashes.csv and the events, of what the client that asks was given."""
    known = ValueHashes(services.forms[FORM].values)

    def feed_of(request: Asked) -> Feed:
        services.bring_up_to_date()
        return Feed(services, reader_of(request), known)

    @get(f"{PATH}/manifest.json", sync_to_thread=True, opt={"permission": Permission.MISP_READ})
    def manifest(request: Asked) -> Response[bytes]:
        """Every event of which this client sees something."""
        return Response(feed_of(request).manifest(), media_type=_JSON)

    @get(f"{PATH}/hashes.csv", sync_to_thread=True, opt={"permission": Permission.MISP_READ})
    def hashes(request: Asked) -> Stream:
        """The hash of each value with its event."""
        return Stream(feed_of(request).hashes(), media_type="text/csv")

    @get(f"{PATH}/{{name:str}}", sync_to_thread=True, opt={"permission": Permission.MISP_READ})
    def event(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """One event, UUID.json."""
        return Response(feed_of(request).event(name.removesuffix(".json")), media_type=_JSON)

    return [manifest, hashes, event]
