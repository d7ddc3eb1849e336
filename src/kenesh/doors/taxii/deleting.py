"""A DELETE: who posted an object takes it out of the collection again; its release, if any, is withdrawn there.

The node keeps what it holds, and the record keeps the act. All that is asked for goes, or nothing does.
Source: TAXII 2.1 §5.7.
"""

from __future__ import annotations

from dataclasses import replace

from kenesh.basis.instants import Instant
from kenesh.basis.problem import ForbiddenProblem, UnknownProblem
from kenesh.doors.gate import Asked
from kenesh.doors.services import Services, Transaction
from kenesh.doors.taxii.reading import asked_by, filters_of, query_of, reading_view
from kenesh.doors.taxii.titles import collection_is_writable
from kenesh.holdings.feed import manifest
from kenesh.holdings.rows import Grant, View
from kenesh.ledger.acts import ActKind
from kenesh.release.reader import Reader
from kenesh.taxii.filters import DELETE_FIELDS, EVERY_VERSION, Filters
from kenesh.taxii.paging import Walk


def delete_object(services: Services, request: Asked, collection_id: str, object_id: str) -> None:
    """Takes an object, or those versions of it that `match` names, out of a collection.

    Raises:
        UnauthorisedProblem, UnknownProblem: as of a collection; or there is no such object in it for this reader.
        ForbiddenProblem: the collection is not written to by him, or somebody else gave what is there.
    """
    with services.reading() as tx:
        reader = asked_by(request)
        filters = filters_of(request, DELETE_FIELDS, unless_said=EVERY_VERSION).of_object(object_id)
        view = reading_view(services, tx, reader, collection_id)
    if not collection_is_writable(reader, view):
        raise ForbiddenProblem("This collection is not written to from outside.")
    with services.store.writing() as tx:
        grants = _asked_for(services, tx, reader, view, filters)
        if not services.posting.may_take_out(tx, reader, grants):
            raise ForbiddenProblem(
                "Only who posted an object takes it out again.", advice="Ask whoever gave it to withdraw it."
            )
        services.withdrawing.take_out(tx, grants, "taken out by who posted it", services.clock.now())
        services.record(tx, ActKind.OBJECT_DELETED, reader.who, object_id, collection=collection_id, of=len(grants))
    services.wake()


def _asked_for(services: Services, tx: Transaction, reader: Reader, view: View, filters: Filters) -> list[Grant]:
    """The grants that the reader sees and asks for.

    Raises:
        UnknownProblem: there are none.
    """
    walk = Walk(view.collection.id, "", filters)
    query = query_of(filters, walk, services.secret)
    stamps: set[Instant] = set()
    while True:
        page = manifest(tx, reader, view, query).value
        stamps |= {named.stamp for named in page.content}
        if page.last is None or not page.more:
            break
        query = replace(query, after=page.last)
    if not stamps:
        raise UnknownProblem("There is no such object in this collection.")
    objects = {known.num for known in tx.versions.known(filters.ids).values()}
    return [grant for grant in tx.grants.in_collection(view.collection.num, objects) if grant.stamp in stamps]
