"""Cards and revocations of keys, from whoever brings them: each proves itself, and what does not is passed over.

A node whose key was taken from it is refused everywhere, and a thief may hold its address: its recovery key's word must
come in by a door that asks nobody who he is.
"""

from __future__ import annotations

from typing import Final

from litestar import Response, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import DamagedProblem
from kenesh.doors.gate import Asked
from kenesh.doors.keys import take_statements
from kenesh.doors.services import Services
from kenesh.federation.rekeying import KEYS_PATH, MAX_TOLD
from kenesh.taxii.envelope import read_envelope

_MAX_OCTETS: Final = 256 * 1024


def routes(services: Services) -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @post(KEYS_PATH, opt={"permission": "public"}, status_code=202, request_max_body_size=_MAX_OCTETS)
    async def keys(request: Asked) -> Response[bytes]:
        """Takes in what proves itself; the answer is the same whether anything did."""
        body = await request.body()
        objects = read_envelope(body, max_octets=_MAX_OCTETS).objects
        if len(objects) > MAX_TOLD:
            raise DamagedProblem(f"More than {MAX_TOLD} statements are not taken at once.")
        await sync_to_thread(take_statements, services, objects)
        return Response(b"", status_code=202)

    return [keys]
