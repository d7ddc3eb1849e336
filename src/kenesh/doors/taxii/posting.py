"""A POST from a node that nobody can reach: the same objects and signatures, through the same checks as a page."""

from __future__ import annotations

from typing import Final

import msgspec

from kenesh.basis.instants import DAY, Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.doors.services import Services
from kenesh.federation.receiving import Origin
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.stix.register import Channel
from kenesh.taxii.envelope import read_envelope
from kenesh.taxii.resources import StatusDetail, resource_bytes, status_of

_KEPT: Final = 2 * DAY


class _Named(msgspec.Struct):
    id: str = ""
    modified: str = ""
    created: str = ""


def post_objects(services: Services, reader: Reader, body: bytes) -> bytes:
    """Applies what a peer posts and gives the status resource.

    A failure is what cannot be read as it stands. Of the rest it says the same, whether a version was known, new, or
    waits for what proves it.

    Raises:
        UnknownProblem: the poster is no admitted peer any more. Problem: the body is no envelope.
    """
    envelope = read_envelope(body)
    now = services.clock.now()
    status_id = str(services.chance.uuid4())
    with services.store.writing() as tx:
        peer = tx.peers.by_ref(reader.party_ref or "")
        if peer is None:
            raise UnknownProblem("There is no such collection.")
        origin = Origin(peer, services.own.ref, Channel.CONTENT)
        applied = services.receiving.apply(tx, origin, envelope.objects, now)
        if applied.statements:
            services.receiving.retry(tx, peer, now, applied.listed)
        details = [_detail(octets, applied.unread.get(place)) for place, octets in enumerate(envelope.objects)]
        successes = [one for one in details if one.message is None]
        failures = [one for one in details if one.message is not None]
        resource = status_of(status_id, now, successes=successes, failures=failures)
        written = resource_bytes(resource)
        tx.statuses.forget(Instant(now - _KEPT))
        tx.statuses.add(status_id, peer.party_ref, written, now)
        services.record(tx, ActKind.RELEASE_RECEIVED, peer.code, peer.party_ref, objects=len(envelope.objects))
    services.wake()
    return written


def _detail(octets: bytes, why: str | None) -> StatusDetail:
    try:
        named = msgspec.json.decode(octets, type=_Named)
    except msgspec.MsgspecError:
        named = _Named()
    version = named.modified or named.created or "(none)"
    return StatusDetail(id=named.id or "(no id)", version=version, message=why)
