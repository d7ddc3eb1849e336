"""What this node answers, as an OpenAPI document: made from the routes themselves, so that none can be left out.

Who may ask stands with each operation as the permission that the gate asks for. What a page of the desk is asked with
is the page's own matter: it is described by its address, and by what comes back. Source: OpenAPI 3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from kenesh import __version__
from kenesh.basis.problem import Problem
from kenesh.doors.api import cases, council, lookup, scorecard
from kenesh.doors.casewire import AskedInCase, CaseDocument
from kenesh.doors.councilwire import ProposalDocument, SittingDocument
from kenesh.doors.gate import Asked
from kenesh.federation.rekeying import KEYS_PATH
from kenesh.federation.resuming import PATH as STATED_PATH
from kenesh.parties.roles import NOBODY_MAY, PEER_MAY, PUBLIC, ROLES, SCOPES, Permission
from kenesh.taxii import resources
from kenesh.taxii.filters import DELETE_FIELDS, MAX_NEXT_CHARACTERS, OBJECT_FIELDS, OBJECTS_FIELDS, VERSIONS_FIELDS
from kenesh.taxii.media import MEDIA_TYPE

PATH: Final = "/api/openapi.json"
_JSON: Final = "application/json"
_HTML: Final = "text/html"
_PROBLEM: Final = "application/problem+json"
_SCHEMAS: Final = "#/components/schemas/"
_DATED: Final = {"type": "string", "format": "date-time"}

#: What TAXII's fields look like (TAXII 2.1 §3.4, §3.5), and those that are read without TAXII.
_FIELDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "added_after": _DATED,
    "limit": {"type": "integer", "minimum": 1},
    "next": {"type": "string", "maxLength": MAX_NEXT_CHARACTERS},
    "match[id]": {"type": "string"},
    "match[type]": {"type": "string"},
    "match[version]": {"type": "string"},
    "match[spec_version]": {"type": "string"},
    "at": {"type": "string", "maxLength": 40},
    "body": {"type": "string", "maxLength": 100},
    "programme": {"type": "string", "maxLength": 100},
    "lang": {"type": "string", "maxLength": 2},
    "since": _DATED,
    "skip": {"type": "integer", "minimum": 0},
}


class Envelope(msgspec.Struct):
    """Objects and whether more follow (TAXII 2.1 §3.7)."""

    more: bool = False
    next: str | None = None
    objects: list[dict[str, Any]] = []


class ProblemDetails(msgspec.Struct):
    """Why something was not done (RFC 9457)."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""


#: What programs do, by path.
_ACTS: Final = {**cases.ACTS, **council.ACTS}
_RESOURCES: Final = (
    *(resources.Discovery, resources.ApiRoot, resources.Collection, resources.Collections, resources.Status),
    *(resources.Manifest, resources.Versions, resources.Error, Envelope, ProblemDetails),
    *(lookup.ValuesAsked, lookup.ValuesFound, AskedInCase, scorecard.ScorecardDocument),
    *(shape for act in _ACTS.values() for shape in (act.sent, act.answered)),
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one operation answers when it does what it was asked, and what it is asked with besides its path."""

    of: type | None = None
    media_type: str = _JSON
    fields: frozenset[str] = frozenset()
    sent: type | None = None
    sent_as: str = MEDIA_TYPE
    required: frozenset[str] = frozenset()
    #: An array of it.
    many: bool = False


def _taxii(of: type, *fields: str, sent: type | None = None) -> _Answer:
    return _Answer(of, MEDIA_TYPE, frozenset(fields), sent)


_C: Final = "/taxii2/kenesh/collections"
_ONE: Final = _C + "/{collection_id}"
#: By method and path; what is not named here answers JSON, or below /desk a page.
_ANSWERS: Final[Mapping[tuple[str, str], _Answer]] = {
    ("GET", "/taxii2"): _taxii(resources.Discovery),
    ("GET", "/taxii2/kenesh"): _taxii(resources.ApiRoot),
    ("GET", _C): _taxii(resources.Collections),
    ("GET", _ONE): _taxii(resources.Collection),
    ("GET", f"{_ONE}/manifest"): _taxii(resources.Manifest, *OBJECTS_FIELDS),
    ("GET", f"{_ONE}/objects"): _taxii(Envelope, *OBJECTS_FIELDS),
    ("POST", f"{_ONE}/objects"): _taxii(resources.Status, sent=Envelope),
    ("GET", f"{_ONE}/objects/{{object_id}}"): _taxii(Envelope, *OBJECT_FIELDS),
    ("DELETE", f"{_ONE}/objects/{{object_id}}"): _Answer(None, MEDIA_TYPE, DELETE_FIELDS),
    ("GET", f"{_ONE}/objects/{{object_id}}/versions"): _taxii(resources.Versions, *VERSIONS_FIELDS),
    ("GET", "/taxii2/kenesh/status/{status_id}"): _taxii(resources.Status),
    ("GET", "/misp/hashes.csv"): _Answer(media_type="text/csv"),
    ("GET", STATED_PATH): _Answer(Envelope, MEDIA_TYPE, frozenset({"since", "skip"}), required=frozenset({"since"})),
    ("POST", lookup.PATH): _Answer(lookup.ValuesFound, sent=lookup.ValuesAsked, sent_as=_JSON),
    ("GET", cases.CASES): _Answer(CaseDocument, many=True),
    ("GET", cases.CASES + "/{name}"): _Answer(CaseDocument),
    ("GET", cases.ASKED + "/{asked_id}"): _Answer(AskedInCase),
    ("GET", council.PROPOSALS): _Answer(ProposalDocument, many=True),
    ("GET", council.DECISIONS): _Answer(ProposalDocument, many=True),
    ("GET", council.PROPOSALS + "/{name}"): _Answer(ProposalDocument),
    ("GET", council.SITTINGS): _Answer(SittingDocument, many=True),
    ("GET", council.SITTINGS + "/{name}"): _Answer(SittingDocument),
    **{("POST", path): _Answer(act.answered, sent=act.sent, sent_as=_JSON) for path, act in _ACTS.items()},
    ("GET", scorecard.PATH): _Answer(
        scorecard.ScorecardDocument, fields=frozenset({"body", "programme", "at"}), many=True
    ),
    ("GET", "/public/scorecard"): _Answer(media_type=_HTML, fields=frozenset({"programme", "at", "lang"})),
    ("POST", KEYS_PATH): _Answer(None, sent=Envelope),
    ("GET", "/api/events"): _Answer(media_type="text/event-stream"),
    ("GET", "/healthz"): _Answer(media_type="text/plain"),
    ("GET", "/readyz"): _Answer(media_type="text/plain"),
    ("GET", "/metrics"): _Answer(media_type="text/plain"),
    ("GET", "/desk/static/{name}"): _Answer(media_type="*/*"),
}
#: Below these stand pages to read; and how what stands below a path refuses.
_PAGES: Final = ("/desk", "/public")
_REFUSED_BY: Final[Mapping[str, str]] = {"desk": "desk", "public": "desk", "taxii2": "taxii2"}
#: What the server itself refuses, beside what the parts of a node refuse.
_REFUSED: Final = frozenset({405, 408, 413, 431})


def routes() -> list[HTTPRouteHandler]:
    """The one endpoint."""

    @get(PATH, opt={"permission": PUBLIC}, sync_to_thread=True)
    def openapi(request: Asked) -> Response[bytes]:
        """What this node answers: this document."""
        found = (route for route in request.app.routes if isinstance(route, HTTPRoute))
        return Response(msgspec.json.encode(document(found)), media_type=_JSON)

    return [openapi]


def document(routes: Iterable[HTTPRoute]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                path = _plain(route.path_format)
                paths.setdefault(path, {})[method.lower()] = _operation(method, path, handler)
    _, schemas = msgspec.json.schema_components(_RESOURCES, ref_template=_SCHEMAS + "{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kenesh, one node", "version": __version__},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": _refusals(),
            "securitySchemes": _SECURITY,
        },
    }


def _plain(path: str) -> str:
    """The path without the types of its parameters."""
    return "/".join("{" + part[1:-1].partition(":")[0] + "}" if part[:1] == "{" else part for part in path.split("/"))


def _operation(method: str, path: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    is_page = path.startswith(_PAGES)
    answer = _ANSWERS.get((method, path), _Answer(media_type=_HTML if is_page else _JSON))
    found: dict[str, Any] = {
        "summary": (_said_of(handler) or "A page of the desk.").strip().splitlines()[0],
        "operationId": f"{method} {path}",
        "x-permission": str(handler.opt["permission"]),
        "security": _security(handler.opt["permission"]),
        "parameters": [*_in_path(path), *_declared(handler, path), *_asked_with(answer)],
        "responses": _responses(path, handler, answer),
    }
    if answer.sent is not None:
        body = {answer.sent_as: {"schema": {"$ref": _SCHEMAS + answer.sent.__name__}}}
        found["requestBody"] = {"required": True, "content": body}
    elif is_page and method == "POST":
        written = {"type": "object", "additionalProperties": {"type": "string"}}
        found["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": written}}}
    return found


def _said_of(handler: HTTPRouteHandler) -> str:
    # One that is synchronous stands in a wrapper of the framework's.
    return getattr(handler.fn, "func", handler.fn).__doc__ or ""


def _in_path(path: str) -> Iterator[dict[str, Any]]:
    for part in path.split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _declared(handler: HTTPRouteHandler, path: str) -> Iterator[dict[str, Any]]:
    """What the route's own code names beside its path, with the bounds that stand there."""
    for name, field in handler.parsed_fn_signature.parameters.items():
        if name == "request" or "{" + name + "}" in path:
            continue
        bounds, is_number = field.kwarg_definition, field.annotation is int
        said = {"minimum": "ge", "maximum": "le", "maxLength": "max_length"}
        schema = {word: getattr(bounds, ours, None) for word, ours in said.items()}
        schema = {"type": "integer" if is_number else "string"} | {k: v for k, v in schema.items() if v is not None}
        yield {"name": name, "in": "query", "required": not field.has_default, "schema": schema}


def _asked_with(answer: _Answer) -> Iterator[dict[str, Any]]:
    for name in sorted(answer.fields):
        yield {"name": name, "in": "query", "required": name in answer.required, "schema": _FIELDS[name]}


def _responses(path: str, handler: HTTPRouteHandler, answer: _Answer) -> dict[str, Any]:
    shape: dict[str, Any] = {} if answer.of is None else {"$ref": _SCHEMAS + answer.of.__name__}
    shape = {"type": "array", "items": shape} if answer.many else shape
    schema = {"schema": shape} if shape else {}
    # A page is a page, whatever was done on it.
    done = 200 if path.startswith("/desk") else handler.status_code
    found: dict[str, Any] = {str(done): {"description": "done", "content": {answer.media_type: schema}}}
    if path in _ACTS and handler.status_code == 201:
        found["201"]["headers"] = {"Location": {"description": "where it is read", "schema": {"type": "string"}}}
    if path.startswith("/desk"):
        found["303"] = {"description": "go on there"}
    if path == "/readyz":
        found["503"] = {"description": "not ready", "content": {"text/plain": {}}}
    by = _REFUSED_BY.get(path.split("/")[1], "api")
    refusal = {"$ref": f"#/components/responses/refused-by-{by}"}
    for status in sorted(_REFUSED | {one.http_status for one in _problems(Problem) if one.http_status != 500}):
        found.setdefault(str(status), refusal)
    return found


def _refusals() -> dict[str, Any]:
    """How each door says what it refuses, and why."""
    problem = {_PROBLEM: {"schema": {"$ref": _SCHEMAS + ProblemDetails.__name__}}}
    # What the server refuses before the desk sees it is a document.
    desk, taxii = {_HTML: {}, **problem}, {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + resources.Error.__name__}}}
    doors = {"desk": desk, "taxii2": taxii, "api": problem}
    return {f"refused-by-{door}": {"description": "refused, and why", "content": how} for door, how in doors.items()}


def _problems(of: type[Problem]) -> Iterator[type[Problem]]:
    yield of
    for under in of.__subclasses__():
        yield from _problems(under)


_SECURITY: Final = {
    "token": {"type": "http", "scheme": "basic", "description": "a name of one's own and an API token"},
    "node": {"type": "http", "scheme": "bearer", "description": "what a node signed for this one request"},
    "session": {"type": "apiKey", "in": "cookie", "name": "kenesh_session", "description": "a person at the desk"},
}


def _security(permission: str) -> list[dict[str, list[str]]]:
    """The ways of saying who one is that open this; an empty one where nobody needs to."""
    if permission == PUBLIC:
        return [{}]
    asked = Permission(permission)
    found: list[dict[str, list[str]]] = [{}] if asked in NOBODY_MAY else []
    for scheme, holders in (("token", SCOPES.values()), ("node", [PEER_MAY]), ("session", ROLES.values())):
        if any(asked in held for held in holders):
            found.append({scheme: []})
    return found
