"""Reading a collection: who asks, for what, and the page that was released to him, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

from kenesh.basis.instants import Instant
from kenesh.basis.problem import NotAcceptableProblem, UnauthorisedProblem, UnknownProblem
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.feed import manifest, view_of
from kenesh.holdings.pages import Page, PageQuery
from kenesh.holdings.rows import View
from kenesh.release.decision import Released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.taxii.filters import LAST_VERSION, Filters, VersionFilter, parse_filters
from kenesh.taxii.media import MEDIA_TYPE, accepts
from kenesh.taxii.paging import Walk, headers, next_token, page_limit, start_of

T = TypeVar("T")


def asked_by(request: Asked) -> Reader:
    """Who asks, once the request is one that TAXII answers.

    Raises:
        NotAcceptableProblem: another media type is asked for.
    """
    if not accepts(request.headers.get("accept")):
        raise NotAcceptableProblem(f"{MEDIA_TYPE} is served here.", advice="Say so in Accept.")
    return reader_of(request)


def filters_of(request: Asked, fields: frozenset[str], unless_said: VersionFilter = LAST_VERSION) -> Filters:
    """What the request asks for."""
    query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return parse_filters(query, fields, unless_said)


def reading_view(services: Services, tx: Transaction, reader: Reader, collection_id: str) -> View:
    """The collection, if this reader has it; absent and withheld look alike (TAXII 2.1 Appendix B).

    Raises:
        UnauthorisedProblem: nobody asks, and it is not the public's. UnknownProblem: it is absent or withheld.
    """
    view = view_of(tx, reader, collection_id, services.clock.now())
    if view is None:
        if reader.kind is ReaderKind.NOBODY:
            raise UnauthorisedProblem("Say who you are to read this.")
        raise UnknownProblem("There is no such collection.")
    return view


def query_of(filters: Filters, walk: Walk, secret: bytes) -> PageQuery:
    """The filters as the store is asked."""
    after, limit = start_of(walk, secret) or Instant(0), page_limit(filters.limit)
    if not filters.takes_what_is_served():
        return PageQuery(after, limit, last=False)
    wanted = filters.versions
    return PageQuery(
        after=after,
        limit=limit,
        every_version=wanted.all,
        first=wanted.first,
        last=wanted.last,
        keys=wanted.exact,
        ids=filters.ids,
        types=filters.types,
    )


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A page, and what leads on from it."""

    page: Released[Page[T]]
    walk: Walk
    secret: bytes

    @property
    def next(self) -> str | None:
        """The token that continues after this page; None where nothing follows."""
        found = self.page.value
        return next_token(self.walk, found.last, self.secret) if found.more and found.last is not None else None

    @property
    def headers(self) -> dict[str, str]:
        """X-TAXII-Date-Added-First and -Last (TAXII 2.1 §3.2)."""
        return headers(self.page.value.first, self.page.value.last)


def read(
    services: Services,
    request: Asked,
    fields: frozenset[str],
    page_of: Callable[[Transaction, Reader, View, PageQuery], Released[Page[T]]],
) -> Answer[T]:
    """The page that is asked for, in one transaction: of the collection that the path names, or of one object in it.

    Raises:
        UnauthorisedProblem, UnknownProblem: as of a collection; or the reader has no version of the object in it.
    """
    collection_id, object_id = str(request.path_params["collection_id"]), request.path_params.get("object_id")
    with services.reading() as tx:
        reader = asked_by(request)
        filters = filters_of(request, fields)
        if object_id is not None:
            filters = filters.of_object(object_id, every_version="match[version]" not in fields)
        view = reading_view(services, tx, reader, collection_id)
        walk = Walk(view.collection.id, f"{reader.kind.name}/{reader.party_ref}/{reader.name}", filters)
        found = page_of(tx, reader, view, query_of(filters, walk, services.secret))
        if object_id is not None and not found.value.count:
            _must_be_there(tx, reader, view, object_id)
        cursor = _cursor(tx, reader, view, filters)
    if cursor is not None and reader.party_ref is not None:
        with services.store.writing() as tx:
            tx.grants.record_read(view.collection.num, reader.party_ref, cursor, services.clock.now())
    return Answer(found, walk, services.secret)


def _must_be_there(tx: Transaction, reader: Reader, view: View, object_id: str) -> None:
    """404 for an unknown object; a known one that the filters left out is an empty answer (TAXII 2.1 §5.6).

    Raises:
        UnknownProblem: the reader has no version of it in this collection.
    """
    if not manifest(tx, reader, view, PageQuery(Instant(0), 1, every_version=True, ids=(object_id,))).value.count:
        raise UnknownProblem("There is no such object in this collection.")


def _cursor(tx: Transaction, reader: Reader, view: View, filters: Filters) -> Instant | None:
    """How far a peer has come: one that reads on from a stamp has everything up to it. None where that is known."""
    if reader.kind is not ReaderKind.PEER or filters.added_after is None or filters.is_partial():
        return None
    last = min(filters.added_after, view.collection.last_stamp)
    known = max((s for who, s, _ in tx.grants.reads(view.collection.num) if who == reader.party_ref), default=0)
    return last if last > known else None
