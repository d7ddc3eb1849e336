"""The gate: who asks. A node by its token, a client by its API token, a person by a session; nobody else."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256
from typing import Any, Final

from litestar import Request

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UnauthorisedProblem
from kenesh.doors.services import Services, Transaction
from kenesh.parties.tokens import NONCE_KEPT, check_token, parse_token
from kenesh.release.reader import NOBODY, Reader, ReaderKind, peer_reader

Asked = Request[Any, Any, Any]

SESSION_COOKIE: Final = "kenesh_session"
_MAX_HEADER: Final = 8_000


def path_of(request: Asked) -> str:
    """The path with its query, exactly as it stood on the request line."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (path.split(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def reader_of(services: Services, tx: Transaction, request: Asked) -> Reader:
    """Who asks; nobody where no credentials are shown.

    Raises:
        UnauthorisedProblem: credentials are shown that do not hold.
    """
    header = request.headers.get("authorization")
    if header is None:
        return NOBODY
    scheme, _, credentials = header[:_MAX_HEADER].partition(" ")
    if scheme.lower() == "bearer":
        return _node(services, tx, request, credentials.strip())
    if scheme.lower() == "basic":
        return _account(services, tx, credentials.strip())
    if not credentials:
        # MISP sends a key as it is, without a scheme.
        return _keyed(services, tx, scheme)
    raise UnauthorisedProblem("Basic with an API token, the token alone, or a node's Bearer token, is read here.")


def _node(services: Services, tx: Transaction, request: Asked, text: str) -> Reader:
    now = services.clock.now()
    try:
        token = parse_token(text)
        peer = tx.peers.by_ref(token.claims.iss)
        if peer is None:
            raise UnauthorisedProblem(
                "That node is not admitted here.", advice="Each side admits the other: `kenesh peer add` on both nodes."
            )
        check_token(token, peer.key, aud=services.own.keys, method=request.method, path=path_of(request), now=now)
    except UnauthorisedProblem:
        raise
    except Problem as problem:
        raise UnauthorisedProblem(problem.detail, advice=problem.advice) from None
    if not services.nonces.take(peer.kid, token.claims.nonce, Instant(now + NONCE_KEPT), now):
        raise UnauthorisedProblem("The token was used before.")
    return peer_reader(peer.party_ref)


def _account(services: Services, tx: Transaction, credentials: str) -> Reader:
    try:
        name, _, secret = b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except ValueError:
        # No Base64, no ASCII, or no UTF-8 in it.
        raise UnauthorisedProblem("The credentials are not formed as HTTP Basic's are.") from None
    return _keyed(services, tx, secret, name)


def _keyed(services: Services, tx: Transaction, secret: str, name: str | None = None) -> Reader:
    known = tx.secrets.find("token", sha256(secret.encode()).digest(), services.clock.now())
    if known is None or name not in (None, known.name):
        raise UnauthorisedProblem("The name or the token is not known, or it is expired.")
    return Reader(ReaderKind.ACCOUNT, known.party_ref, known.name)
