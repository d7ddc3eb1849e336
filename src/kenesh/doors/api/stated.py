"""What a peer stated itself, given back to it: for a node that was restored, and has forgotten some of it."""

from __future__ import annotations

from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import UnknownProblem, UsageProblem
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services
from kenesh.federation.resuming import PATH, stated_by
from kenesh.parties.roles import Permission
from kenesh.taxii.envelope import envelope_bytes
from kenesh.taxii.media import MEDIA_TYPE

_MAX_SKIP: Final = 10_000_000


def routes(services: Services) -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @get(PATH, opt={"permission": Permission.STATED_READ}, sync_to_thread=True)
    def stated(request: Asked) -> Response[bytes]:
        """The asking node's own releases and withdrawals, as they came here since an instant."""
        party_ref = reader_of(request).party_ref
        if party_ref is None:
            raise UnknownProblem("What a node stated is given back to that node alone.")
        with services.store.reading() as tx:
            since = instant_of(request.query_params.get("since", ""))
            found = stated_by(tx, party_ref, since, _skip(request.query_params.get("skip", "0"))).value
        body = envelope_bytes(b",".join(found.objects), more=found.next > 0)
        return Response(body, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    return [stated]


def _skip(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 8 or int(text) > _MAX_SKIP:
        raise UsageProblem("`skip` is no number of objects.", advice="Begin with skip=0.")
    return int(text)
