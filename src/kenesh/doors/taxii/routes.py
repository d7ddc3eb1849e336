"""The endpoints of TAXII 2.1, each a few lines: who asks, what is asked, what was released, and its bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from litestar import Response, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from kenesh.basis.instants import taxii_timestamp
from kenesh.basis.problem import ForbiddenProblem, UnknownProblem, UnsupportedMediaProblem
from kenesh.doors.gate import Asked, answered
from kenesh.doors.services import Services
from kenesh.doors.taxii.deleting import delete_object
from kenesh.doors.taxii.posting import post_objects, status_owner
from kenesh.doors.taxii.reading import Answer, asked_by, read, reading_view
from kenesh.doors.taxii.titles import collection_is_writable, collection_resource
from kenesh.federation.session import API_ROOT
from kenesh.holdings.feed import manifest, page, views
from kenesh.holdings.pages import Named
from kenesh.parties.roles import Permission
from kenesh.release.reader import Reader
from kenesh.taxii.envelope import MAX_ENVELOPE_OCTETS, envelope_bytes
from kenesh.taxii.filters import OBJECT_FIELDS, OBJECTS_FIELDS, VERSIONS_FIELDS
from kenesh.taxii.media import MEDIA_TYPE, STIX_MEDIA_TYPE, reads_content_encoding, reads_content_type
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


def _envelope(found: Answer[bytes]) -> Response[bytes]:
    shown = found.page.value
    return answer(envelope_bytes(shown.content, shown.more, found.next), more=found.headers)


def _version(named: Named) -> str:
    """A version goes by `modified`, else by `created`; what has neither, by the date it was added (§3.4.1)."""
    return named.version or taxii_timestamp(named.stamp)


def routes(services: Services) -> list[HTTPRouteHandler]:
    """Every endpoint of TAXII 2.1 that this node answers."""
    return [*_information(services), *_collections(services), *_objects(services), *_writing(services)]


def _information(services: Services) -> list[HTTPRouteHandler]:
    @get("/taxii2/", sync_to_thread=True, opt={"permission": Permission.TAXII_DISCOVER})
    def discovery(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §4.1: discovery."""
        asked_by(request)
        title = f"Kenesh, node of {services.own.code}"
        return answer(resource_bytes(Discovery(title=title, default=API_ROOT, api_roots=(API_ROOT,))))

    @get(API_ROOT, sync_to_thread=True, opt={"permission": Permission.TAXII_DISCOVER})
    def api_root(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §4.2: the API root."""
        asked_by(request)
        root = ApiRoot(title=f"{services.own.name}", versions=(MEDIA_TYPE,), max_content_length=MAX_ENVELOPE_OCTETS)
        return answer(resource_bytes(root))

    return [discovery, api_root]


def _collections(services: Services) -> list[HTTPRouteHandler]:
    @get(_COLLECTIONS, sync_to_thread=True, opt={"permission": Permission.TAXII_LIST})
    def collections(request: Asked) -> Response[bytes]:
        """TAXII 2.1 §5.1: the collections that the reader has."""
        with services.reading() as tx:
            reader = asked_by(request)
            found = [collection_resource(tx, services.own, reader, v) for v in views(tx, reader, services.clock.now())]
        return answer(resource_bytes(Collections(collections=tuple(found))))

    @get(f"{_COLLECTIONS}/{{collection_id:str}}", sync_to_thread=True, opt={"permission": Permission.TAXII_LIST})
    def collection(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.2: one collection."""
        with services.reading() as tx:
            reader = asked_by(request)
            view = reading_view(services, tx, reader, collection_id)
            return answer(resource_bytes(collection_resource(tx, services.own, reader, view)))

    return [collections, collection]


def _objects(services: Services) -> list[HTTPRouteHandler]:
    base = f"{_COLLECTIONS}/{{collection_id:str}}"

    def reading(path: str, code: Callable[[Services, Asked], Response[bytes]]) -> HTTPRouteHandler:
        @get(f"{base}/{path}", opt={"permission": Permission.TAXII_READ, "answer": partial(code, services)})
        async def read_by_the_gate(request: Asked) -> Response[bytes]:
            return answered(request)

        return read_by_the_gate

    return [
        reading("objects", _page_of_objects),
        reading("manifest", _manifest),
        reading("objects/{object_id:str}", _page_of_one),
        reading("objects/{object_id:str}/versions", _versions),
    ]


def _page_of_objects(services: Services, request: Asked) -> Response[bytes]:
    """TAXII 2.1 §5.4: objects."""
    return _envelope(read(services, request, OBJECTS_FIELDS, page))


def _page_of_one(services: Services, request: Asked) -> Response[bytes]:
    """TAXII 2.1 §5.6: one object."""
    return _envelope(read(services, request, OBJECT_FIELDS, page))


def _manifest(services: Services, request: Asked) -> Response[bytes]:
    """TAXII 2.1 §5.3: the manifest."""
    found = read(services, request, OBJECTS_FIELDS, manifest)
    shown = found.page.value
    records = tuple(
        ManifestRecord(
            id=named.id,
            date_added=taxii_timestamp(named.stamp),
            version=_version(named),
            media_type=STIX_MEDIA_TYPE,
        )
        for named in shown.content
    )
    return answer(resource_bytes(Manifest(shown.more, found.next, records)), more=found.headers)


def _versions(services: Services, request: Asked) -> Response[bytes]:
    """TAXII 2.1 §5.8: the versions of one object."""
    found = read(services, request, VERSIONS_FIELDS, manifest)
    shown = found.page.value
    names = tuple(_version(named) for named in shown.content)
    return answer(resource_bytes(Versions(shown.more, found.next, names)), more=found.headers)


def _writing(services: Services) -> list[HTTPRouteHandler]:
    @post(f"{_COLLECTIONS}/{{collection_id:str}}/objects", status_code=202, opt={"permission": Permission.TAXII_WRITE})
    async def add_objects(request: Asked, collection_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.5: a node posts its signed releases with what they list; an account, an import."""
        # Nothing is read of whoever may not write here.
        reader = await sync_to_thread(_writer, services, request, collection_id)
        body = await request.body()
        return answer(await sync_to_thread(post_objects, services, reader, body), status=202)

    one = f"{_COLLECTIONS}/{{collection_id:str}}/objects/{{object_id:str}}"

    @delete(one, status_code=200, opt={"permission": Permission.TAXII_WRITE})
    async def take_out(request: Asked, collection_id: FromPath[str], object_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §5.7: who posted an object takes it out of the collection again."""
        await sync_to_thread(delete_object, services, request, collection_id, object_id)
        return answer(b"")

    @get(f"{API_ROOT}status/{{status_id:str}}", sync_to_thread=True, opt={"permission": Permission.TAXII_STATUS})
    def status(request: Asked, status_id: FromPath[str]) -> Response[bytes]:
        """TAXII 2.1 §4.3: what became of a POST; its poster alone may read it."""
        with services.store.reading() as tx:
            found = tx.statuses.find(status_id, status_owner(asked_by(request)))
        if found is None:
            raise UnknownProblem("There is no such status.")
        return answer(found)

    return [add_objects, take_out, status]


def _writer(services: Services, request: Asked, collection_id: str) -> Reader:
    """Who may post here what the request's headers promise.

    Raises:
        UnsupportedMediaProblem: it is of another type, or compressed. ForbiddenProblem: the collection is not written
            to by him. UnauthorisedProblem, UnknownProblem: as of a collection.
    """
    with services.reading() as tx:
        reader = asked_by(request)
        if not reads_content_type(request.headers.get("content-type")):
            raise UnsupportedMediaProblem(f"{MEDIA_TYPE} is read here.", advice="Say so in Content-Type.")
        if not reads_content_encoding(request.headers.get("content-encoding")):
            raise UnsupportedMediaProblem("A body is read as it is.", advice="Send it without a Content-Encoding.")
        view = reading_view(services, tx, reader, collection_id)
    if not collection_is_writable(reader, view):
        raise ForbiddenProblem("This collection is not written to from outside.")
    return reader
