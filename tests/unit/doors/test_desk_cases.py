"""Cases at the desk: what is asked of us first, nothing of what is withheld, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.desk.nodes import OFFICER, Desk, SteppedClock, copied, logged_in, make_homes

from kenesh.basis.instants import HOUR, Instant
from kenesh.doors import caseopening, casework
from kenesh.doors.casework import By
from kenesh.doors.desk.languages import LANGUAGES
from kenesh.response.kinds import CaseKind, Status
from kenesh.response.statements import Assignment, Opening, Reported, Word

Client = TestClient[Any]
BY = By(OFFICER)
HOSTILE = "<script>alert(1)</script> at evil.example"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def desk(homes: Path, tmp_path: Path) -> Iterator[Desk]:
    """KZ leads a case, and has asked itself for something that is due in six hours, and was done late in another."""
    clock = SteppedClock()
    with copied(homes / "kz", tmp_path / "kz", clock) as desk:
        services, now = desk.services, clock.now()
        opening = Opening("wiper", CaseKind.CYBER_INCIDENT, now, "red", ["energy"], ["nis2"], text=HOSTILE)
        caseopening.open_case(services, opening, [], BY)
        casework.set_task(services, "wiper", "KZ", Assignment("image", Instant(now + 6 * HOUR)), BY)
        late = casework.set_task(services, "wiper", "KZ", Assignment(HOSTILE, Instant(now + HOUR)), BY)
        clock.step(2 * HOUR)
        casework.update(services, late, Word(Status.DONE, HOSTILE), BY)
        casework.report(services, "wiper", Reported("nis2", "early-warning", now), BY)
        yield desk


@pytest.fixture
def browser(desk: Desk) -> Iterator[Client]:
    with TestClient(desk.app) as client:
        yield client


def desk_case(desk: Desk) -> str:
    with desk.services.store.reading() as tx:
        return next(held.id for held in tx.versions.of_type("kenesh-case"))


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_page_of_cases_leads_to_each_and_says_what_is_asked_of_us(desk: Desk, browser: Client) -> None:
    officer = logged_in(desk, browser)
    page = officer.get("/desk/cases").text
    assert "wiper KZ open" in words_of(page) and "due in 4 h" in words_of(page)
    (address,) = set(re.findall(r'"(/desk/case/kenesh-case--[^"]+)"', page))
    assert officer.get(address).status_code == 200


def test_a_case_says_first_what_is_asked_of_us_and_what_came_late(desk: Desk, browser: Client) -> None:
    page = words_of(logged_in(desk, browser).get("/desk/case/wiper").text)
    ours, _, rest = page.partition("Asked of us")[2].partition("What else is asked")
    assert "image" in ours and "due in 4 h" in ours
    assert "done · late" in rest.partition("Reports")[0]
    assert "Early warning nis2 in time" in rest
    assert "KZ 08:00" in page  # 03:00Z, on the wall of the capital


def test_what_others_wrote_is_no_markup_and_no_link(desk: Desk, browser: Client) -> None:
    page = logged_in(desk, browser).get("/desk/case/wiper").text
    assert "<script>alert" not in page and "evil.example" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; at evil[.]example" in page


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_both_pages_are_there_in_each_language(desk: Desk, browser: Client, code: str) -> None:
    officer = logged_in(desk, browser)
    for path in ("/desk/cases", "/desk/case/wiper"):
        answer = officer.get(path, params={"lang": code})
        assert answer.status_code == 200
        assert f'<html lang="{code}"' in answer.text


def test_who_is_cleared_finds_the_case_among_the_objects(desk: Desk, browser: Client) -> None:
    assert "wiper" in logged_in(desk, browser).get("/desk/objects", params={"q": "kenesh-case--"}).text


def test_who_is_not_cleared_for_the_room_sees_no_case_and_no_gap(desk: Desk, browser: Client) -> None:
    desk.has_account("stranger", cleared=())
    stranger = logged_in(desk, browser, "stranger")
    absent, withheld = stranger.get("/desk/case/absent"), stranger.get("/desk/case/wiper")
    assert (absent.status_code, withheld.status_code) == (404, 404)
    assert absent.text.replace("absent", "wiper") == withheld.text
    assert "No case is open here." in stranger.get("/desk/cases").text
    for kind in ("kenesh-case", "kenesh-task", "kenesh-update", "kenesh-incident-report", "incident", "relationship"):
        assert "wiper" not in stranger.get("/desk/objects", params={"q": f"{kind}--"}).text
    assert stranger.get(f"/desk/object/{desk_case(desk)}").status_code == 404


def test_nobody_reads_cases_without_logging_in(browser: Client) -> None:
    assert browser.get("/desk/cases", follow_redirects=False).status_code == 303
