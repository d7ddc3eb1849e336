"""The situation at the desk: what each said, what nobody knows, nothing of what is withheld, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.desk.nodes import OFFICER, Desk, SteppedClock, copied, logged_in, make_homes

from kenesh.basis.instants import HOUR
from kenesh.doors import alerting, reporting
from kenesh.doors.alerting import Asking
from kenesh.doors.casework import By
from kenesh.doors.desk.languages import LANGUAGES
from kenesh.doors.reporting import Saying
from kenesh.parties.party import party_id
from kenesh.response.kinds import Outlook, Status
from kenesh.response.sitreps import ConnectionKind, Situation, Works
from kenesh.stix.marking import Tlp

Client = TestClient[Any]
BY = By(OFFICER, Tlp.AMBER_STRICT)
HOSTILE = "<script>alert(1)</script> at evil.example"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def desk(homes: Path, tmp_path: Path) -> Iterator[Desk]:
    """KZ keeps a body, raised its level, reported, and says that a cable is down; that was five hours ago."""
    clock = SteppedClock()
    with copied(homes / "kz", tmp_path / "kz", clock) as desk:
        services = desk.services
        with services.store.writing() as tx:
            services.bodies.form(tx, "cert", "Cyber", clock.now())
        alerting.ask_level(services, "cert", Asking("alert", HOSTILE, 40 * HOUR, affected=True), BY)
        reporting.report(services, "cert", Situation(Outlook.WORSENING, {"energy": "red"}, text=HOSTILE), BY)
        ends = [party_id("AZ"), party_id("KZ")]
        saying = Saying(HOSTILE, Works.DOWN, ConnectionKind.CABLE, ends, contact=HOSTILE, text=HOSTILE)
        reporting.say_connection(services, "cert", saying, BY)
        clock.step(5 * HOUR)
        yield desk


@pytest.fixture
def browser(desk: Desk) -> Iterator[Client]:
    with TestClient(desk.app) as client:
        yield client


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown(desk: Desk, browser: Client, name: str = OFFICER, **params: str) -> str:
    answer = logged_in(desk, browser, name).get("/desk/situation", params=params)
    assert answer.status_code == 200
    return str(answer.text)


def test_the_page_says_the_level_what_each_said_and_what_is_asked(desk: Desk, browser: Client) -> None:
    page = words_of(shown(desk, browser))
    for words in ("cert : alert TLP:AMBER+STRICT", "very large", "worsening", "5 h ago", "is down since"):
        assert words in page, words
    assert "Open a case room for those who are hit KZ overdue" in page
    assert "Situation report KZ done" in page
    reporting.answer(desk.services, "cert", "Open", Status.DONE, "", BY)
    assert "Open a case room for those who are hit KZ done" in words_of(shown(desk, browser))


def test_the_overview_says_what_the_level_asks_of_us(desk: Desk, browser: Client) -> None:
    officer = logged_in(desk, browser)
    assert "1 thing that an alert level asks of us is overdue" in words_of(officer.get("/desk/").text)
    reporting.answer(desk.services, "cert", "Open", Status.DONE, "", BY)
    assert "alert level" not in words_of(officer.get("/desk/").text)
    desk.has_account("stranger", cleared=())
    assert "alert level" not in words_of(logged_in(desk, browser, "stranger").get("/desk/").text)


def test_the_map_stands_in_the_page_in_the_readers_language(desk: Desk, browser: Client) -> None:
    page = shown(desk, browser, lang="tr")
    (drawn,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert 'aria-label="Tarafların haritası"' in drawn
    assert (
        "<text" in drawn and ">KZ</text>" in drawn and ">çok büyük</text>" in drawn and ">kötüleşiyor</text>" in drawn
    )
    assert "style=" not in page, "the policy lets no style in but the sheet"


def test_what_others_wrote_is_no_markup_and_no_link(desk: Desk, browser: Client) -> None:
    page = shown(desk, browser)
    assert "<script>alert" not in page and "evil.example" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; at evil[.]example") == 5


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_it_is_there_in_each_language(desk: Desk, browser: Client, code: str) -> None:
    assert f'<html lang="{code}"' in shown(desk, browser, lang=code)


def test_who_is_not_cleared_for_the_body_sees_that_there_is_none(desk: Desk, browser: Client) -> None:
    desk.has_account("stranger", cleared=())
    page = shown(desk, browser, "stranger")
    assert "cert" not in page.replace("certificate", "") and "You are in no body, or there is none here." in page


def test_nobody_reads_it_without_logging_in(browser: Client) -> None:
    assert browser.get("/desk/situation", follow_redirects=False).status_code == 303
