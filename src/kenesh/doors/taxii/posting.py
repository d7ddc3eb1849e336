"""A POST: a node's signed releases, through the same checks as a page; or what an account gives, which is an import.

The status resource says what could be read and what could not, and why. Of the rest it says the same, whether a version
was known, new, in conflict, or waits for what proves it (TAXII 2.1 §4.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from kenesh.basis.canonical import UNREADABLE
from kenesh.basis.instants import DAY, Instant, taxii_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownProblem
from kenesh.doors.services import Services, Transaction
from kenesh.federation.receiving import Origin
from kenesh.holdings.importing import ImportOutcome
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.files import id_in
from kenesh.stix.register import Channel
from kenesh.taxii.envelope import read_envelope
from kenesh.taxii.resources import StatusDetail, resource_bytes, status_of

_KEPT: Final = 2 * DAY
_MAX_MESSAGE: Final = 1_000
_MAX_NAME: Final = 300


class _Named(msgspec.Struct):
    id: str = ""
    modified: str = ""
    created: str = ""


def post_objects(services: Services, reader: Reader, body: bytes) -> bytes:
    """Takes in what is posted and gives the status resource.

    Raises:
        UnknownProblem: the poster is no admitted peer any more. Problem: the body is no envelope.
    """
    objects = read_envelope(body).objects
    take = _of_peer if reader.kind is ReaderKind.PEER else _of_account
    status = take(services, reader, objects)
    services.wake()
    return status


def _of_peer(services: Services, reader: Reader, objects: Sequence[bytes]) -> bytes:
    now = services.clock.now()
    with services.store.writing() as tx:
        peer = tx.peers.by_ref(reader.party_ref or "")
        if peer is None:
            raise UnknownProblem("There is no such collection.")
        origin = Origin(peer, services.own.ref, Channel.CONTENT)
        applied = services.receiving.apply(tx, origin, objects, now)
        if applied.statements:
            services.receiving.retry(tx, peer, now, applied.listed)
        services.record(tx, ActKind.RELEASE_RECEIVED, peer.code, peer.party_ref, objects=len(objects))
        return _status(services, tx, reader, objects, applied.unread, now)


def _of_account(services: Services, reader: Reader, objects: Sequence[bytes]) -> bytes:
    """A batch is one transaction; the last one also holds what is said of them all."""
    posted, now = services.posting.read(reader, objects), services.clock.now()
    *before, last = posted.batches
    outcome: ImportOutcome | None = None
    for batch in before:
        with services.store.writing() as tx:
            outcome = services.posting.take(tx, posted, batch, outcome, now)
    with services.store.writing() as tx:
        outcome = services.posting.take(tx, posted, last, outcome, now)
        services.posting.finish(tx, outcome)
        counts = {"accepted": outcome.accepted, "unchanged": outcome.unchanged, "refused": outcome.refused}
        services.record(tx, ActKind.OBJECTS_IMPORTED, reader.who, outcome.id, **counts)
        return _status(services, tx, reader, objects, posted.failures, now)


def _status(
    services: Services,
    tx: Transaction,
    reader: Reader,
    objects: Sequence[bytes],
    failures: Mapping[int, str],
    now: Instant,
) -> bytes:
    """The status resource, which its poster alone may read, for two days."""
    status_id = str(services.chance.uuid4())
    details = [_detail(octets, failures.get(place), now) for place, octets in enumerate(objects)]
    written = resource_bytes(
        status_of(
            status_id,
            now,
            successes=[one for one in details if one.message is None],
            failures=[one for one in details if one.message is not None],
        )
    )
    tx.statuses.forget(Instant(now - _KEPT))
    tx.statuses.add(status_id, status_owner(reader), written, now)
    return written


def status_owner(reader: Reader) -> str:
    """Whose a status is: a node's, or one account's and not its party's other accounts' (TAXII 2.1 App. B)."""
    return f"{reader.party_ref} {reader.who}"


def _detail(octets: bytes, why: str | None, now: Instant) -> StatusDetail:
    """What has neither `modified` nor `created` goes by the time of the request."""
    try:
        named = msgspec.json.decode(octets, type=_Named)
    except UNREADABLE:
        named = _Named(id=id_in(octets))
    version = named.modified or named.created or taxii_timestamp(now)
    message = None if why is None else visible(why, _MAX_MESSAGE)
    return StatusDetail(id=named.id[:_MAX_NAME] or "(no id)", version=version[:_MAX_NAME], message=message)
