"""The endpoints of TAXII 2.1, each a few lines: who asks, what is asked, what was released, and its bytes."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.instants import Instant, taxii_timestamp
from kenesh.basis.problem import (
    ForbiddenProblem,
    NotAcceptableProblem,
    UnauthorisedProblem,
    UnknownProblem,
    UnsupportedMediaProblem,
)
from kenesh.doors.gate import Asked, reader_of
from kenesh.doors.services import Services, Transaction
from kenesh.doors.taxii.posting import post_objects
from kenesh.doors.taxii.titles import collection_is_writable, collection_resource
from kenesh.federation.session import API_ROOT
from kenesh.holdings.feed import page, versions, view_of, views
from kenesh.holdings.rows import Page, PageQuery, PageRow, View
from kenesh.release.decision import Released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.taxii.envelope import MAX_ENVELOPE_OCTETS, envelope_bytes
from kenesh.taxii.filters import OBJECT_FIELDS, OBJECTS_FIELDS, VERSIONS_FIELDS, Filters, parse_filters
from kenesh.taxii.media import MEDIA_TYPE, STIX_MEDIA_TYPE, accepts, reads_content_type
from kenesh.taxii.paging import MAX_PAGE_OCTETS, Walk, headers, next_token, page_limit, start_of
from kenesh.taxii.resources import (
    ApiRoot,
    Collections,
    Discovery,
    Manifest,
    ManifestRecord,
    Versions,
    resource_bytes,
)

_COLLECTIONS: Final = f"{API_ROOT}collections"


def answer(body: bytes, *, status: int = 200, more: dict[str, str] | None = None) -> Response[bytes]:
    """A TAXII answer: always of TAXII's media type (TAXII 2.1 §3.1)."""
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=more or {})


def asked_by(services: Services, request: Asked) -> Reader:
    """Who asks, once the request is one that TAXII answers.

    Raises:
        NotAcceptableProblem, UnauthorisedProblem.
    """
    if not accepts(request.headers.get("accept")):
        raise NotAcceptableProblem(f"{MEDIA_TYPE} is served here.", advice="Say so in Accept.")
    return reader_of(services, request)


def filters_of(request: Asked, fields: frozenset[str]) -> Filters:
    """What the request asks for."""
    query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return parse_filters(query, fields)


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
    wanted = filters.versions
    return PageQuery(
        after=start_of(walk, secret) or Instant(0),
        limit=page_limit(filters.limit),
        max_octets=MAX_PAGE_OCTETS,
        every_version=wanted.all,
        first=wanted.first,
        last=wanted.last,
        keys=wanted.exact,
        ids=filters.ids,
        types=filters.types,
    )


def _walk(reader: Reader, view: View, filters: Filters) -> Walk:
    return Walk(view.collection.id, f"{reader.kind.name}/{reader.party_ref}/{reader.name}", filters)


def _read(services: Services, reader: Reader, collection_id: str, filters: Filters) -> tuple[Released[Page], Walk]:
    """The page that is asked for, and the way it lies on; a peer's cursor is kept."""
    services.bring_up_to_date()
    with services.store.reading() as tx:
        view = reading_view(services, tx, reader, collection_id)
        walk = _walk(reader, view, filters)
        query = query_of(filters, walk, services.secret)
        if not filters.takes_what_is_served():
            query = PageQuery(query.after, query.limit, query.max_octets, every_version=False, last=False)
        found = page(tx, reader, view, query)
    _note_cursor(services, reader, view, filters)
    return found, walk


def _note_cursor(services: Services, reader: Reader, view: View, filters: Filters) -> None:
    """A peer that reads on from a stamp has everything up to it."""
    if reader.kind is ReaderKind.PEER and reader.party_ref and filters.added_after is not None:
        last = min(filters.added_after, view.collection.last_stamp)
        with services.store.reading() as tx:
            known = max((s for who, s, _ in tx.grants.reads(view.collection.num) if who == reader.party_ref), default=0)
        if last > known:
            with services.store.writing() as tx:
                tx.grants.record_read(view.collection.num, reader.party_ref, last, services.clock.now())


def _page_headers(rows: tuple[PageRow, ...]) -> dict[str, str]:
    return headers(rows[0].stamp, rows[-1].stamp) if rows else {}


def envelope(found: Released[Page], walk: Walk, secret: bytes) -> Response[bytes]:
    """A page as TAXII's envelope."""
    rows = found.value.rows
    token = next_token(walk, rows[-1].stamp, secret) if found.value.more and rows else None
    body = envelope_bytes([row.raw for row in rows], found.value.more, token)
    return answer(body, more=_page_headers(rows))


def _version_of(row: PageRow) -> str:
    """A version goes by `modified`; what has none, by the date it was added (TAXII 2.1 §3.4.1)."""
    return row.modified or taxii_timestamp(row.stamp)


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Every endpoint of TAXII 2.1 that this node answers."""
    return [*_information(services), *_collections(services), *_objects(services), *_writing(services)]


def _information(services: Services) -> list[HTTPRouteHandler]:
    @get("/taxii2/", sync_to_thread=True, opt={"permission": "public"})
    def discovery(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §4.1: discovery."""
        asked_by(services, request)
        title = f"Kenesh, node of {services.own.code}"
        return answer(resource_bytes(Discovery(title=title, default=API_ROOT, api_roots=(API_ROOT,))))

    @get(API_ROOT, sync_to_thread=True, opt={"permission": "public"})
    def api_root(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §4.2: the API root."""
        asked_by(services, request)
        root = ApiRoot(title=f"{services.own.name}", versions=(MEDIA_TYPE,), max_content_length=MAX_ENVELOPE_OCTETS)
        return answer(resource_bytes(root))

    return [discovery, api_root]


def _collections(services: Services) -> list[HTTPRouteHandler]:
    @get(_COLLECTIONS, sync_to_thread=True, opt={"permission": "collections:list"})
    def collections(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §5.1: the collections that the reader has."""
        reader = asked_by(services, request)
        services.bring_up_to_date()
        with services.store.reading() as tx:
            found = [collection_resource(tx, services.own, reader, v) for v in views(tx, reader, services.clock.now())]
        return answer(resource_bytes(Collections(collections=tuple(found))))

    @get(f"{_COLLECTIONS}/{{collection_id:str}}", sync_to_thread=True, opt={"permission": "collections:list"})
    def collection(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.2: one collection."""
        reader = asked_by(services, request)
        services.bring_up_to_date()
        with services.store.reading() as tx:
            view = reading_view(services, tx, reader, collection_id)
            return answer(resource_bytes(collection_resource(tx, services.own, reader, view)))

    return [collections, collection]


def _objects(services: Services) -> list[HTTPRouteHandler]:
    base = f"{_COLLECTIONS}/{{collection_id:str}}"

    # Two handlers share this path, and Litestar wraps a synchronous one twice there: both are asynchronous.
    @get(f"{base}/objects", opt={"permission": "objects:read"})
    async def objects(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.4: objects."""
        return await sync_to_thread(_page_of_objects, services, request, collection_id)

    @get(f"{base}/manifest", sync_to_thread=True, opt={"permission": "objects:read"})
    def manifest(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.3: the manifest."""
        found, _ = _read(services, asked_by(services, request), collection_id, filters_of(request, OBJECTS_FIELDS))
        records = tuple(
            ManifestRecord(
                id=row.id,
                date_added=taxii_timestamp(row.stamp),
                version=_version_of(row),
                media_type=STIX_MEDIA_TYPE,
            )
            for row in found.value.rows
        )
        body = resource_bytes(Manifest(more=found.value.more, objects=records))
        return answer(body, more=_page_headers(found.value.rows))

    @get(f"{base}/objects/{{object_id:str}}", sync_to_thread=True, opt={"permission": "objects:read"})
    def one_object(request: Asked, collection_id: FromPath[str], object_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.6: one object."""
        filters = filters_of(request, OBJECT_FIELDS).of_object(object_id)
        reader = asked_by(services, request)
        found, walk = _read(services, reader, collection_id, filters)
        if not found.value.rows:
            _must_be_there(services, reader, collection_id, object_id)
        return envelope(found, walk, services.secret)

    @get(f"{base}/objects/{{object_id:str}}/versions", sync_to_thread=True, opt={"permission": "objects:read"})
    def object_versions(request: Asked, collection_id: FromPath[str], object_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.8: the versions of one object."""
        filters = filters_of(request, VERSIONS_FIELDS)
        reader = asked_by(services, request)
        services.bring_up_to_date()
        with services.store.reading() as tx:
            view = reading_view(services, tx, reader, collection_id)
            every = versions(tx, reader, view, object_id).value
        if not every:
            raise UnknownProblem("There is no such object in this collection.")
        after = start_of(_walk(reader, view, filters), services.secret) or 0
        later = [row for row in every if row.stamp > after] if filters.takes_what_is_served() else []
        rows = tuple(later[: page_limit(filters.limit)])
        body = Versions(more=len(rows) < len(later), versions=tuple(_version_of(row) for row in rows))
        return answer(resource_bytes(body), more=_page_headers(rows))

    return [objects, manifest, one_object, object_versions]


def _page_of_objects(services: Services, request: Asked, collection_id: str) -> Response[bytes]:
    found, walk = _read(services, asked_by(services, request), collection_id, filters_of(request, OBJECTS_FIELDS))
    return envelope(found, walk, services.secret)


def _must_be_there(services: Services, reader: Reader, collection_id: str, object_id: str) -> None:
    """404 for an unknown object; a known one that the filters left out is an empty answer (TAXII 2.1 §5.6).

    Raises:
        UnknownProblem: the reader has no version of it in this collection.
    """
    with services.store.reading() as tx:
        view = reading_view(services, tx, reader, collection_id)
        if not versions(tx, reader, view, object_id).value:
            raise UnknownProblem("There is no such object in this collection.")


def _writing(services: Services) -> list[HTTPRouteHandler]:
    @post(f"{_COLLECTIONS}/{{collection_id:str}}/objects", status_code=202, opt={"permission": "objects:write"})
    async def add_objects(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.5: a peer posts its signed releases, with what they list, to its inbox."""
        body = await request.body()
        return await sync_to_thread(_add, services, request, collection_id, body)

    @get(f"{API_ROOT}status/{{status_id:str}}", sync_to_thread=True, opt={"permission": "status:read"})
    def status(request: Asked, status_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §4.3: what became of a POST; its poster alone may read it."""
        reader = asked_by(services, request)
        if reader.party_ref is None:
            raise UnauthorisedProblem("Say who you are to read this.")
        with services.store.reading() as tx:
            found = tx.statuses.find(status_id, reader.party_ref)
        if found is None:
            raise UnknownProblem("There is no such status.")
        return answer(found)

    return [add_objects, status]


def _add(services: Services, request: Asked, collection_id: str, body: bytes) -> Response[bytes]:
    reader = asked_by(services, request)
    if not reads_content_type(request.headers.get("content-type")):
        raise UnsupportedMediaProblem(f"{MEDIA_TYPE} is read here.", advice="Say so in Content-Type.")
    with services.store.reading() as tx:
        view = reading_view(services, tx, reader, collection_id)
    if not collection_is_writable(reader, view):
        raise ForbiddenProblem("This collection is not written to from outside.")
    return answer(post_objects(services, reader, body), status=202)
