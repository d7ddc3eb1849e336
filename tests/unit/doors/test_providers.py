"""Logging in with a provider: a real one in a process of its own; and one that lies, whose tokens are made here."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from litestar.testing import TestClient
from tests.desk.nodes import Desk, SteppedClock, make_home, opened

from kenesh.basis.instants import MINUTE, SECOND
from kenesh.doors.accounts import keeping
from kenesh.doors.provider import Provider
from kenesh.edges.provider import HttpProviderLine
from kenesh.node.clock import SystemClock
from kenesh.parties.roles import AccountRole

Client = TestClient[Any]
NAME, SUBJECT, CLIENT = "Aigül S.", "subject-7", "kenesh-of-kz"


def node(tmp_path: Path, provider: Provider, clock: Any) -> Iterator[Desk]:
    make_home(tmp_path / "kz", "KZ", "KZ-CERT")
    with opened(tmp_path / "kz", clock) as plain:
        plain.node = replace(plain.node, services=replace(plain.services, provider=provider))
        desk = Desk(plain.node, clock)
        desk.has_account(NAME, AccountRole.ANALYST)
        yield desk


# A real provider


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("provider") / "log").open("w")
    command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--port", str(port), "--require-nonce", "true"]
    running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield _answering(f"http://127.0.0.1:{port}", running)
    finally:
        running.terminate()
        running.wait()
        log.close()


def _answering(issuer: str, running: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        assert running.poll() is None
        try:
            found = httpx2.get(f"{issuer}/.well-known/openid-configuration")
            return str(found.json()["issuer"])
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the provider does not answer")


@pytest.fixture
def real(tmp_path: Path, issuer: str) -> Iterator[Desk]:
    line = HttpProviderLine()
    yield from node(tmp_path, Provider("the ministry", issuer, CLIENT, line, "a secret of theirs"), SystemClock())


@pytest.fixture
def browser(real: Desk) -> Iterator[Client]:
    with TestClient(real.app) as client:
        yield client


def at_provider(client: Client, subject: str) -> str:
    """Goes to the provider, is somebody there, and gives the way back."""
    address = client.get("/desk/provider", follow_redirects=False).headers["location"]
    said = httpx2.post(address, data={"sub": subject}, follow_redirects=False)
    back = urlsplit(said.headers["location"])
    assert back.path == "/desk/provider/back", said.text
    return f"{back.path}?{back.query}"


def test_whom_the_provider_names_and_an_account_is_linked_to_is_in(real: Desk, browser: Client) -> None:
    assert real.services.provider is not None
    keeping.link(real.services, NAME, real.services.provider.issuer, SUBJECT, "console")
    assert "Log in with the ministry" in browser.get("/desk/login").text
    answer = browser.get(at_provider(browser, SUBJECT), follow_redirects=False)
    assert (answer.status_code, "url=/desk/" in answer.text) == (200, True)
    assert NAME in browser.get("/desk/").text


def test_whom_nobody_linked_gets_no_account(real: Desk, browser: Client) -> None:
    answer = browser.get(at_provider(browser, "somebody"), follow_redirects=False)
    assert answer.status_code == 403
    assert browser.get("/desk/", follow_redirects=False).status_code == 303
    with real.services.store.reading() as tx:
        assert [account.name for account in tx.accounts.all()] == ["administrator", NAME]


def test_an_answer_is_good_once_and_in_the_browser_that_asked(real: Desk, browser: Client) -> None:
    assert real.services.provider is not None
    keeping.link(real.services, NAME, real.services.provider.issuer, SUBJECT, "console")
    back = at_provider(browser, SUBJECT)
    cookie = browser.cookies["kenesh_provider"]
    browser.cookies.clear()
    assert browser.get(back).status_code == 403, "another browser, into which somebody lured a person"
    headers = {"cookie": f"kenesh_provider={cookie}"}
    assert browser.get(back.replace("state=", "state=x"), headers=headers).status_code == 403
    assert browser.get(back, headers=headers, follow_redirects=False).status_code == 200
    browser.cookies.clear()
    assert browser.get(back, headers=headers, follow_redirects=False).status_code == 403


# A provider that lies


class Liar:
    """Answers as a provider does, with tokens that a test makes."""

    issuer = "https://login.example"

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.token = ""
        self.posted: list[dict[str, str]] = []

    def get(self, url: str) -> bytes:
        if url == f"{self.issuer}/jwks":
            return json.dumps(KeySet([self.key]).as_dict(private=False)).encode()
        assert url == f"{self.issuer}/.well-known/openid-configuration"
        names = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
        said = {key: f"{self.issuer}/{path}" for key, path in names.items()}
        return json.dumps({"issuer": self.issuer, **said}).encode()

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        self.posted.append(dict(form))
        return json.dumps({"id_token": self.token, "access_token": "x", "token_type": "Bearer"}).encode()


@pytest.fixture
def liar() -> Liar:
    return Liar()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def desk(tmp_path: Path, liar: Liar, clock: SteppedClock) -> Iterator[Desk]:
    for desk in node(tmp_path, Provider("liar", liar.issuer, CLIENT, liar), clock):
        keeping.link(desk.services, NAME, liar.issuer, SUBJECT, "console")
        yield desk


def tried(desk: Desk, liar: Liar, *, key: Any = None, alg: str = "RS256", query: str = "", **changes: Any) -> int:
    """A log-in with claims that were changed."""
    with TestClient(desk.app) as client:
        address = client.get("/desk/provider", follow_redirects=False).headers["location"]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        now = desk.services.clock.now() // SECOND
        claims = {"iss": liar.issuer, "sub": SUBJECT, "aud": CLIENT, "exp": now + 60, "iat": now}
        claims |= {"nonce": asked["nonce"], **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        liar.token = jwt.encode({"alg": alg, "kid": "1"}, claims, key or liar.key, algorithms=[alg])
        back = f"/desk/provider/back?code=c&state={asked['state']}{query}"
        return client.get(back, follow_redirects=False).status_code


def test_what_holds_lets_in(desk: Desk, liar: Liar) -> None:
    assert tried(desk, liar) == 200
    assert tried(desk, liar, aud=[CLIENT, "other"], azp=CLIENT) == 200
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", liar.posted[0]["code_verifier"])


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "other"]},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": "somebody-else"},
        {"sub": ""},
        {"sub": None},
        {"query": "&iss=https://other.example"},
    ],
    ids=str,
)
def test_what_is_said_of_another_log_in_lets_nobody_in(desk: Desk, liar: Liar, changes: dict[str, Any]) -> None:
    assert tried(desk, liar, **changes) == 403


def test_a_token_that_another_key_signed_lets_nobody_in(desk: Desk, liar: Liar) -> None:
    assert tried(desk, liar, key=RSAKey.generate_key(2048, {"kid": "1"})) == 403


def test_a_token_signed_with_a_shared_secret_lets_nobody_in(desk: Desk, liar: Liar) -> None:
    from joserfc.jwk import OctKey

    assert tried(desk, liar, alg="HS256", key=OctKey.generate_key(256, {"kid": "1"})) == 403


@pytest.mark.parametrize("said", [b"", b"{}", b"[]", b"\xff", b'{"issuer":"https://other.example"}'])
def test_a_provider_that_says_nothing_of_itself_is_not_asked(
    desk: Desk, liar: Liar, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liar, "get", lambda url: said)
    with TestClient(desk.app) as client:
        assert client.get("/desk/provider", follow_redirects=False).status_code == 403


def test_a_log_in_that_took_too_long_is_begun_anew(desk: Desk, liar: Liar, clock: SteppedClock) -> None:
    with TestClient(desk.app) as client:
        address = client.get("/desk/provider", follow_redirects=False).headers["location"]
        clock.step(10 * MINUTE)
        state = parse_qs(urlsplit(address).query)["state"][0]
        assert client.get(f"/desk/provider/back?code=c&state={state}").status_code == 403
    assert liar.posted == []


def test_a_provider_without_tls_is_not_asked() -> None:
    from kenesh.basis.problem import UntrustedProblem

    with pytest.raises(UntrustedProblem):
        HttpProviderLine().get("http://login.example/.well-known/openid-configuration")
