"""The record as peers may see it: heads, proofs that it only grew, and the heads of others that this node keeps.

Nothing here tells what was done: a head is a time and a hash. Source: RFC 9162 §2.1.4; ADR 21.
"""

from __future__ import annotations

from typing import Annotated, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from kenesh.doors.services import Services
from kenesh.federation.record_line import CONSISTENCY_PATH, HEADS_PATH, WITNESSED_PATH
from kenesh.federation.witnessing import heads_to_show
from kenesh.ledger.showing import consistency, last_head
from kenesh.ledger.witness import MAX_SHOWN, ShownHead, heads_document, path_document
from kenesh.parties.roles import Permission

_MAX: Final = 2**53 - 1
_Epoch = Annotated[int, Parameter(ge=1, le=2**31 - 1)]
_Size = Annotated[int, Parameter(ge=0, le=_MAX)]
_Json = Response[bytes]
_PROVE: Final = {"permission": Permission.RECORD_PROVE}


def routes(services: Services) -> list[HTTPRouteHandler]:
    """The record's endpoints; all are for admitted nodes alone."""

    @get(HEADS_PATH, opt=_PROVE, sync_to_thread=True)
    def heads() -> _Json:
        """This node's last signed head, and those of others that it passes on."""
        with services.store.reading() as tx:
            return _json(heads_document(heads_to_show(tx, services.own, last_head(tx.ledger))))

    @get(CONSISTENCY_PATH, opt=_PROVE, sync_to_thread=True)
    def consistent(epoch: _Epoch, old: _Size, new: _Size) -> _Json:
        """The proof that the first `old` leaves of this node's record are the beginning of the first `new`."""
        with services.store.reading() as tx:
            return _json(path_document(consistency(tx.ledger, epoch, old, new)))

    @get(WITNESSED_PATH, opt=_PROVE, sync_to_thread=True)
    def witnessed(
        party: Annotated[str, Parameter(max_length=100)],
        epoch: _Epoch,
        after: Annotated[int, Parameter(ge=-1, le=_MAX)] = -1,
    ) -> _Json:
        """The heads of a party's record that this node keeps and that hold, in the order of their sizes."""
        with services.store.reading() as tx:
            peer = tx.peers.by_ref(party)
            kept = tx.witnessed.of_epoch(party, peer.kid, epoch, after, MAX_SHOWN) if peer else []
            return _json(heads_document(ShownHead.of(one.party_ref, one.kid, one.signed) for one in kept))

    return [heads, consistent, witnessed]


def _json(body: bytes) -> _Json:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
