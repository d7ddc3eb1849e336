"""The gate: who asks, and whether he may. A node by its token, a client by its API token, a person by a session.

Every route declares the permission that it asks for (`opt={"permission": ...}`, or `PUBLIC`), and here alone it is
checked, before the route's own code runs. A route that is asked often hands its code over (`opt={"answer": ...}`): it
is run here, in the thread that found who asks. What of the objects a caller sees is not decided here, but by release.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from kenesh.basis.instants import Instant
from kenesh.basis.problem import ForbiddenProblem, Problem, UnauthorisedProblem
from kenesh.doors.accounts import sessions
from kenesh.doors.accounts.sessions import Present
from kenesh.doors.accounts.tokens import note_use
from kenesh.doors.services import Services
from kenesh.parties.roles import NOBODY_MAY, PEER_MAY, PUBLIC, Permission
from kenesh.parties.tokens import NONCE_KEPT, check_token, parse_token
from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader

Asked = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]
Answer = Callable[[Asked], Response[bytes]]

SESSION_COOKIE: Final = "kenesh_session"
#: A browser keeps a cookie of this name to the one host that set it, over TLS (RFC 6265bis §4.1.3.2).
HOST_SESSION_COOKIE: Final = f"__Host-{SESSION_COOKIE}"
_CALLER: Final = "kenesh.caller"
_ANSWER: Final = "kenesh.answer"
_MAX_HEADER: Final = 8_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: as whom he reads, what he may do, and for a person at the desk his account and session."""

    reader: Reader
    permissions: frozenset[Permission]
    present: Present | None = None


_NOBODY: Final = Caller(NOBODY, NOBODY_MAY)


def guard_of(services: Services) -> Guard:
    """The check that stands before every route."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        permission = handler.opt.get("permission")
        # What may be asked of an address (OPTIONS) is answered by the server itself.
        if permission == PUBLIC or connection.scope.get("method") == "OPTIONS":
            return
        # Each way into a thread and back costs as much as reading a hundred objects.
        answer = await sync_to_thread(_let_in, services, connection, permission, handler.opt.get("answer"))
        connection.scope["state"][_ANSWER] = answer

    return guard


def _let_in(
    services: Services, connection: Connection, permission: Permission | None, answer: Answer | None
) -> Response[bytes] | None:
    """What the route answers whoever may ask it; None where it answers by itself, later.

    Raises:
        UnauthorisedProblem, ForbiddenProblem: he may not.
    """
    caller = identify(services, connection)
    if permission not in caller.permissions:
        if caller.reader.kind is ReaderKind.NOBODY:
            raise UnauthorisedProblem("Say who you are to read this.")
        raise ForbiddenProblem("Your role does not do this here, or your token was not made for it.")
    connection.scope["state"][_CALLER] = caller
    if answer is None:
        return None
    assert isinstance(connection, Request)
    return answer(connection)


def answered(request: Asked) -> Response[bytes]:
    """What the gate let the route's code answer; without the gate there is none."""
    found = request.scope["state"][_ANSWER]
    assert isinstance(found, Response)
    return found


def caller_of(request: Asked) -> Caller:
    """Who asks, as the gate has found; nobody where the route is public."""
    found = request.scope["state"].get(_CALLER, _NOBODY)
    assert isinstance(found, Caller)
    return found


def reader_of(request: Asked) -> Reader:
    """As whom the caller reads."""
    return caller_of(request).reader


def identify(services: Services, connection: Connection) -> Caller:
    """Who asks; nobody where no credentials are shown. A node's token is used up by it.

    Raises:
        UnauthorisedProblem: credentials are shown that do not hold.
    """
    if connection.scope["path"].startswith("/desk"):
        return _at_desk(services, connection)
    header = connection.headers.get("authorization")
    if header is None:
        return _NOBODY
    scheme, _, credentials = header[:_MAX_HEADER].partition(" ")
    if scheme.lower() == "bearer":
        shown = credentials.strip()
        # A node's token is signed and has parts; that of whoever watches over the node has none.
        return _node(services, connection, shown) if "." in shown else _client(services, shown, watches=True)
    if scheme.lower() == "basic":
        return _basic(services, credentials.strip())
    if not credentials:
        # MISP sends a key as it is, without a scheme.
        return _client(services, scheme)
    raise UnauthorisedProblem("Basic with an API token, the token alone, or a node's Bearer token, is read here.")


def session_of(connection: Connection) -> str | None:
    """The secret of the session that the browser shows."""
    cookies = connection.cookies
    return cookies.get(HOST_SESSION_COOKIE) or cookies.get(SESSION_COOKIE)


def path_of(connection: Connection) -> str:
    """The path with its query, exactly as it stood on the request line."""
    path: bytes = connection.scope.get("raw_path") or connection.scope["path"].encode()
    query: bytes = connection.scope["query_string"]
    return (path.split(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def _at_desk(services: Services, connection: Connection) -> Caller:
    present = sessions.at_desk(services, session_of(connection))
    if present is None:
        raise UnauthorisedProblem("Nobody is logged in.", advice="Log in at /desk/login.")
    return Caller(services.holder(present.account), present.account.permissions, present)


def _node(services: Services, connection: Connection, text: str) -> Caller:
    now = services.clock.now()
    try:
        token = parse_token(text)
        with services.store.reading() as tx:
            peer = tx.peers.by_ref(token.claims.iss)
        if peer is None:
            raise UnauthorisedProblem(
                "That node is not admitted here.", advice="Each side admits the other: `kenesh peer add` on both nodes."
            )
        method, path = connection.scope.get("method", ""), path_of(connection)
        check_token(token, peer.key, aud=services.own.keys, method=str(method), path=path, now=now)
    except UnauthorisedProblem:
        raise
    except Problem as problem:
        raise UnauthorisedProblem(problem.detail, advice=problem.advice) from None
    if not services.nonces.take(peer.kid, token.claims.nonce, Instant(now + NONCE_KEPT), now):
        raise UnauthorisedProblem("The token was used before.")
    return Caller(peer_reader(peer.party_ref), PEER_MAY)


def _basic(services: Services, credentials: str) -> Caller:
    try:
        name, _, secret = b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except ValueError:
        # No Base64, no ASCII, or no UTF-8 in it.
        raise UnauthorisedProblem("The credentials are not formed as HTTP Basic's are.") from None
    return _client(services, secret, name)


def _client(services: Services, secret: str, name: str | None = None, *, watches: bool = False) -> Caller:
    """A client; one that watches over the node shows its token in a way of its own, and reads the figures alone."""
    with services.store.reading() as tx:
        known = tx.tokens.find(sha256(secret.encode()).digest(), services.clock.now())
        organisation = None
        if known is not None and known.constituent is not None:
            organisation = tx.constituents.by_num(known.constituent)
    if known is None or name not in (None, known.name) or watches is not (Permission.FIGURES_READ in known.permissions):
        raise UnauthorisedProblem("The name or the token is not known, or it is expired.")
    if known.constituent is not None and (organisation is None or organisation.name is None):
        raise UnauthorisedProblem("The name or the token is not known, or it is expired.")
    note_use(services, known)
    if organisation is not None:
        return Caller(services.constituent(organisation), known.permissions)
    return Caller(Reader(ReaderKind.ACCOUNT, known.party_ref, known.name), known.permissions)
