"""Who may do what: every route declares a permission, somebody has each, and the gate answers as the table says."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from uuid import uuid4

import pytest
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient
from tests.desk.nodes import OWN_PAGE, Desk, SteppedClock, logged_in, make_home, opened

from kenesh.doors.accounts.tokens import make_token
from kenesh.doors.api.metrics import Measures
from kenesh.doors.api.metrics import routes as metrics_routes
from kenesh.doors.desk.routes import routes as desk_routes
from kenesh.doors.gate import Asked, answered, caller_of
from kenesh.doors.house import build
from kenesh.parties.roles import (
    NOBODY_MAY,
    OWN_SCOPES,
    PEER_MAY,
    PUBLIC,
    ROLES,
    SCOPES,
    AccountRole,
    Permission,
)

#: What answers everybody: the health of the node, the entrance, and files that are in every release.
OPEN = {
    # What proves itself: cards and the recovery key's word.
    "/api/keys",
    # What is answered to whom, which stands in the docs too.
    "/api/openapi.json",
    *("/healthz", "/readyz", "/desk/login", "/desk/login/{code}", "/desk/static/{name}", "/desk/{rest}"),
    # What was released to everybody.
    "/public/scorecard",
    # The steps of coming in, each of which looks for its own.
    *("/desk/code", "/desk/password", "/desk/passkey", "/desk/provider", "/desk/provider/back"),
}
REFUSED = (401, 403)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home") / "kz"
    make_home(home, "KZ", "KZ-CERT")
    with opened(home, SteppedClock()) as desk:
        yield desk


@pytest.fixture(scope="module")
def app(desk: Desk) -> Litestar:
    """As `serve` builds it, with the desk and the figures."""
    pages = [*desk_routes(desk.services), *metrics_routes(desk.services, Measures())]
    return build(desk.services, lambda: 0, uuid4, pages=pages)


def handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """(method, path, handler) of everything that can be asked; OPTIONS is the server's own."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield method, route.path_format, handler


def plain(path: str) -> str:
    """The path without the types of its parameters."""
    return "/".join("{" + part[1:-1].partition(":")[0] + "}" if part[:1] == "{" else part for part in path.split("/"))


def asked(client: TestClient[Litestar], method: str, path: str, **headers: str) -> int:
    for part in ("code", "rest", "name", "collection_id", "object_id", "status_id", "asked_id"):
        path = path.replace("{" + part + "}", str(uuid4()))
    headers |= OWN_PAGE
    return client.request(method, path, headers=headers, follow_redirects=False).status_code


def guarded(app: Litestar, *, at_desk: bool) -> list[tuple[str, str, Permission]]:
    found = [(method, plain(path), handler.opt["permission"]) for method, path, handler in handlers(app)]
    return [one for one in found if one[2] != PUBLIC and one[1].startswith("/desk") is at_desk]


def test_every_route_declares_a_permission(app: Litestar) -> None:
    declared = {(method, plain(path)): handler.opt.get("permission") for method, path, handler in handlers(app)}
    assert len(declared) > 25
    assert {where for where, permission in declared.items() if permission not in {*Permission, PUBLIC}} == set()
    assert {path for (_, path), permission in declared.items() if permission == PUBLIC} == OPEN


def test_nothing_is_permitted_that_nobody_may_do() -> None:
    held = NOBODY_MAY | PEER_MAY | frozenset[Permission]().union(*ROLES.values(), *SCOPES.values())
    assert held == set(Permission)


def test_every_permission_is_asked_for_somewhere(app: Litestar) -> None:
    assert {handler.opt["permission"] for _, _, handler in handlers(app)} == {*Permission, PUBLIC}


def test_a_permission_is_a_scope_a_resource_and_an_action() -> None:
    for permission in Permission:
        scope, resource, action = permission.split(":")
        assert scope.isalpha() and resource.isalpha() and action.isalpha()


def test_every_role_is_in_the_table_and_no_token_opens_the_desk() -> None:
    assert set(ROLES) == set(AccountRole)
    assert not frozenset[Permission]().union(*SCOPES.values()) & frozenset[Permission]().union(*ROLES.values())
    assert not NOBODY_MAY & frozenset[Permission]().union(*ROLES.values())


@pytest.mark.parametrize("role", AccountRole)
def test_the_desk_answers_each_role_as_the_table_says(desk: Desk, app: Litestar, role: AccountRole) -> None:
    routes = guarded(app, at_desk=True)
    assert routes
    for method, path, permission in routes:
        # Each with a session of its own: some of them end it.
        with TestClient(app) as client:
            desk.has_account(f"one {role}", role)
            status = asked(logged_in(desk, client, f"one {role}"), method, path)
        assert (status not in REFUSED) is (permission in ROLES[role]), (method, path, status)


def test_nobody_is_let_in_at_the_desk(app: Litestar) -> None:
    with TestClient(app) as client:
        for method, path, _ in guarded(app, at_desk=True):
            assert asked(client, method, path) == 303, path


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_its_scopes_say(desk: Desk, app: Litestar, scope: str) -> None:
    party = desk.services.own.code if scope in OWN_SCOPES else "AZ"
    token = make_token(desk.services, scope.replace(":", " "), party, 1, [scope])
    basic = "Basic " + b64encode(f"{scope.replace(':', ' ')}:{token}".encode()).decode()
    shown = f"Bearer {token}" if scope == "figures:read" else basic
    with TestClient(app) as client:
        for method, path, permission in guarded(app, at_desk=False):
            status = asked(client, method, path, authorization=shown)
            assert (status not in REFUSED) is (permission in SCOPES[scope]), (method, path, status)
        for method, path, _ in guarded(app, at_desk=True):
            assert asked(client, method, path, authorization=shown) == 303, path


def test_nobody_gets_no_further_than_the_table_says(app: Litestar) -> None:
    with TestClient(app) as client:
        for method, path, permission in guarded(app, at_desk=False):
            if permission not in NOBODY_MAY:
                assert asked(client, method, path) == 401, path


def test_code_that_is_handed_to_the_gate_runs_for_nobody_who_may_not_ask(desk: Desk) -> None:
    ran = []

    def answer(request: Asked) -> Response[bytes]:
        ran.append(caller_of(request).reader.name)
        return Response(b"yes", media_type="text/plain")

    @get("/asked", opt={"permission": Permission.LOOK_UP, "answer": answer})
    async def asked_often(request: Asked) -> Response[bytes]:
        return answered(request)

    tokens = {scope: make_token(desk.services, "x", "AZ", 1, [scope]) for scope in ("taxii:read", "lookup:read")}
    with TestClient(build(desk.services, lambda: 0, uuid4, pages=[asked_often])) as client:
        assert asked(client, "GET", "/asked") == 401
        assert client.get("/asked", auth=("x", "another")).status_code == 401
        assert client.get("/asked", auth=("x", tokens["taxii:read"])).status_code == 403
        assert ran == []
        assert client.get("/asked", auth=("x", tokens["lookup:read"])).text == "yes"
    assert ran == ["x"]
