"""Nodes with their desks, in this process and on loopback, and a browser."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from litestar.testing import TestClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.desk.nodes import AMBER, Desk, SteppedClock, campaign, copied, logged_in, make_home, make_homes, opened

from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.doors.casework import By
from kenesh.doors.council import figures
from kenesh.stix.marking import Tlp
from kenesh.watch.sightings import Seen, sighting_object

PATIENCE_MS = 10_000
Client = TestClient[Any]
CHROMIUM = shutil.which("chromium")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Where there is no browser, one line says so, and counts."""
    if CHROMIUM is None and item.get_closest_marker("browser"):
        pytest.skip("there is no Chromium on this machine (apt-get install chromium): no desk was tried in a browser")


@dataclass
class Council:
    """KZ, whose desk is looked at, and AZ, to whom it gave an indicator and from whom a sighting came back."""

    kz: Desk
    az: Desk


@dataclass
class Watched:
    """A page, and what the browser complained of on it."""

    page: Page
    complaints: list[str]
    asked: set[str]


@contextmanager
def served(home: Path, party: str, name: str, host: str = "127.0.0.1") -> Iterator[Desk]:
    """A node that answers on a free port of loopback, under this name."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        make_home(home, party, name, f"http://{host}:{listening.getsockname()[1]}")
        with opened(home) as desk:
            server = uvicorn.Server(uvicorn.Config(desk.app, log_level="error", lifespan="on"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                yield desk
            finally:
                server.should_exit = True
                thread.join()


# Without a browser: the application is asked in this process.


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_homes(tmp_path_factory.mktemp("before"))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def desk(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    with copied(homes / "kz", tmp_path / "kz", clock) as desk:
        yield desk


@pytest.fixture
def az(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    """AZ's node, admitted by nobody yet."""
    with copied(homes / "az", tmp_path / "az", clock) as desk:
        yield desk


@pytest.fixture
def nobody(desk: Desk) -> Iterator[Client]:
    with TestClient(desk.app) as client:
        yield client


@pytest.fixture
def reader(desk: Desk, nobody: Client) -> Client:
    return logged_in(desk, nobody)


# With a browser: nodes that answer on loopback.


def claims(desk: Desk) -> None:
    """Two that disagree, one that leaves room, and a link."""
    said = {"about": "IT", "counterpart": "KZ", "indicator": "companies", "publisher": "The Paper", "as_of": "2025-09"}
    for value, speaker, qualifier in (("250", "a", "exactly"), ("265", "b", "exactly"), ("300", "c", "up-to")):
        told = said | {"value": value, "speaker": speaker, "qualifier": qualifier}
        figures.state_figure(desk.services, told, By("console"))
    visit = {"about": "IT", "kind": "visit", "name": "To Rome", "source": {"publisher": "The Paper"}, "from": "2024-01"}
    figures.state_link(desk.services, visit, By("console"))


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    homes = tmp_path_factory.mktemp("homes")
    with served(homes / "kz", "KZ", "KZ-CERT") as kz, served(homes / "az", "AZ", "CERT-AZ") as az:
        kz.admit(az)
        az.admit(kz)
        kz.bring_in(*campaign())
        acts.release(kz.services, Wish(words=[AMBER], to="AZ", reason="as said on the telephone"), "console")
        claims(kz)
        assert not acts.sync(az.services, ["KZ"])[0].problem
        _answer(az)
        assert not acts.sync(kz.services, ["AZ"])[0].problem
        yield Council(kz, az)


def _answer(az: Desk) -> None:
    """AZ has seen it twice, and says so to KZ."""
    services = az.services
    now, uuid = services.clock.now(), services.chance.uuid4()
    seen = sighting_object(Seen(AMBER, 2, now, now), created_by_ref=services.own.ref, tlp=Tlp.AMBER, now=now, uuid=uuid)
    with services.store.writing() as tx:
        services.author.state(tx, [seen], now, "console")
    acts.release_new_sightings(services, Wish(to="KZ"), "console")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session(browser: Browser, council: Council) -> Iterator[dict[str, object]]:
    """The cookie of an officer who is logged in at KZ for the whole run."""
    context = browser.new_context()
    page = context.new_page()
    log_in(council.kz, page)
    state = context.storage_state()
    context.close()
    yield dict(state)


def log_in(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.services.own.url}{desk.invitation()}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/desk/", timeout=PATIENCE_MS)


def watched(context: BrowserContext) -> Watched:
    """A new page whose complaints are kept, and every address that it asks for."""
    context.set_default_timeout(PATIENCE_MS)
    page, complaints, asked = context.new_page(), [], set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))
    return Watched(page, complaints, asked)


@pytest.fixture
def stranger(browser: Browser, council: Council) -> Iterator[Watched]:
    """A browser with which nobody is logged in."""
    context = browser.new_context(base_url=council.kz.services.own.url)
    yield watched(context)
    context.close()


@pytest.fixture
def officer(browser: Browser, council: Council, session: dict[str, object]) -> Iterator[Watched]:
    """A browser with which the officer is logged in. Whatever it complains of fails the test."""
    context = browser.new_context(base_url=council.kz.services.own.url, storage_state=session)  # type: ignore[arg-type]
    seen = watched(context)
    yield seen
    context.close()
    assert seen.complaints == []
    assert all(address.startswith(f"{council.kz.services.own.url}/desk/") for address in seen.asked)
