"""What the node says of itself in its OpenAPI document holds, whoever asks and whatever is sent, says schemathesis.

Nothing that is sent makes the node fail, no answer has a status or a type that the document does not name, and what
comes as JSON has the form that it says. `make test-all` asks fifty times as much.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.cli import files
from tests.cli.officer import Council, Officer
from tests.cli.served import Serving, serving
from tests.hostile.wire import basic

from kenesh.doors import desk
from kenesh.node.wiring import Node, open_node
from kenesh.parties.roles import OWN_SCOPES, SCOPES, AccountRole
from kenesh.parties.tokens import make_token

#: `make test-all` says 100,000 examples of the properties of release; a request takes some thousand times as long.
EACH: Final = max(int(os.environ.get("KENESH_EXAMPLES", "0")) // 1_000, 2)
CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OWN_PAGE: Final = {"sec-fetch-site": "same-origin"}
#: An event stream never ends, and who logs out asks no more.
TEMPLATES: Final = Path(desk.__file__).parent / "templates"
#: What any form of the desk calls its fields, filled with what somebody might write there, sense or nonsense.
FIELDS: Final = sorted(
    {name for page in TEMPLATES.rglob("*.html") for name in re.findall(r' name="(\w+)"', page.read_text())}
)
WRITTEN: Final = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(["AZ", "public", "body:heads", "amber", "amber+strict", "203.0.113.9", "2026-11-25", "-1h", "on"]),
    st.sampled_from([files.malware(n, "green")["id"] for n in range(6)]),
)
FORMS: Final = st.dictionaries(st.sampled_from(FIELDS), WRITTEN, max_size=8)
NOT_ASKED: Final = frozenset({"/api/events", "/desk/logout", "/desk/account/session"})
PERSONS: Final = tuple(role.value for role in AccountRole)

Credentials = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Showing(AuthBase):
    """Puts on each request what the asker shows with it."""

    credentials: Credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self.credentials(str(request.method), request.path_url))
        return request


@dataclass(frozen=True)
class Asking:
    """A served node, and for each kind of reader what he shows with a request, by its method and path."""

    served: Serving
    kz: Officer
    az: Node

    @cached_property
    def operations(self) -> list[Any]:
        """Every operation that the node says it has."""
        schema = schemathesis.openapi.from_url(f"{self.served.url}/api/openapi.json")
        found = [operation.ok() for operation in schema.get_all_operations()]
        return [operation for operation in found if operation.path not in NOT_ASKED]

    def as_one(self, who: str) -> Credentials:
        if who == "nobody":
            return lambda method, path: {}
        if who == "node":
            return lambda method, path: {"Authorization": f"Bearer {self._signed(method, path)}"}
        if who == "constituent":
            made = self.kz.document("constituent", "token", "Grid")
            return lambda method, path: {"Authorization": basic(made["user"], made["token"])}
        if who in SCOPES:
            scope = () if who == "figures:read" else ("--party", "KZ" if who in OWN_SCOPES else "AZ", "--scope", who)
            token = self.kz.document("token", who.replace(":", " "), *(scope or ("--metrics",)))["token"]
            shown = f"Bearer {token}" if who == "figures:read" else basic(who.replace(":", " "), token)
            return lambda method, path: {"Authorization": shown}
        self.kz.document("account", "add", f"one {who}", "--role", who)
        address = self.kz.document("login", "--person", f"one {who}")["url"]
        form = {"code": address.rpartition("/")[2]}
        answer = httpx2.post(f"{self.served.url}/desk/login", data=form, headers=OWN_PAGE)
        shown = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        assert shown
        return lambda method, path: {"Cookie": shown, **OWN_PAGE}

    def _signed(self, method: str, path: str) -> str:
        own, clock = self.az.services.own, self.az.services.clock
        with self.az.services.store.reading() as tx:
            peer = tx.peers.by_code("KZ")
        assert peer is not None
        said = {"aud": peer.kid, "method": method, "path": path, "nonce": token_hex(16), "now": clock.now()}
        return make_token(own.signer, iss=own.ref, **said)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    folder = tmp_path_factory.mktemp("described")
    (folder / "templates").mkdir()
    kz, az = Council(folder / "templates", folder).met("KZ", "AZ")
    kz.document("import", files.written(folder, *(files.malware(n, "green") for n in range(5))))
    kz.document("constituent", "add", "Grid", "--group", "grid", "--sector", "energy")
    for audience in ("AZ", "group:grid", "public"):
        kz.says("release", "--all", "--to", audience)
    with serving(kz) as served:
        node = open_node(az.home)
        yield Asking(served, kz, node)
        node.close()
    assert "Traceback" not in served.told(), served.told()
    assert "fault" not in served.told(), served.told()


@pytest.mark.parametrize("who", ["nobody", "node", "constituent", *SCOPES, *PERSONS])
def test_every_answer_is_one_that_the_document_names(asking: Asking, who: str) -> None:
    shown = asking.as_one(who)
    answered = {status for operation in asking.operations for status in _asked(operation, shown)}
    assert 200 in answered


def _asked(operation: Any, shown: Credentials) -> list[int]:
    answered = []

    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), form=FORMS)
    def ask(case: Any, form: dict[str, str]) -> None:
        if operation.path.startswith("/desk"):
            if operation.method.upper() == "POST":
                case.body, case.media_type = form, "application/x-www-form-urlencoded"
            else:
                case.query = form
        response = case.call(auth=Showing(shown), allow_redirects=False)
        answered.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    return answered
