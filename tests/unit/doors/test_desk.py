from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.desk.nodes import (
    ABSENT,
    AMBER,
    HOSTILE,
    OWN_PAGE,
    RED,
    REPORT,
    Desk,
    SteppedClock,
    copied,
    logged_in,
    make_home,
    make_homes,
    opened,
    press,
)

from kenesh.basis.instants import HOUR, MINUTE
from kenesh.basis.problem import StoreProblem
from kenesh.doors import acts
from kenesh.doors.accounts.keeping import clear_for
from kenesh.doors.accounts.tokens import make_token
from kenesh.edges.store.schema import holds
from kenesh.ledger.acts import ActKind
from kenesh.parties.roles import AccountRole
from kenesh.stix.marking import Tlp

PAGES = ["/desk/", f"/desk/object/{AMBER}", "/desk/objects", "/desk/lookup?value=evil.example"]
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

Client = TestClient[Any]


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def desk(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    with copied(homes / "kz", tmp_path / "kz", clock) as desk:
        yield desk


@pytest.fixture
def nobody(desk: Desk) -> Iterator[Client]:
    """A browser that nobody has logged in with."""
    with TestClient(desk.app) as client:
        yield client


@pytest.fixture
def officer(desk: Desk, nobody: Client) -> Client:
    """A browser with which the duty officer is logged in."""
    return logged_in(desk, nobody)


def kinds(desk: Desk) -> list[str]:
    with desk.services.store.reading() as tx:
        return [str(one.act.kind) for one in tx.ledger.acts(-1, 1000) if one.act]


def text_of(page: str) -> str:
    """A page without what it says of when it was made."""
    return re.sub(r"<time.*?</time>", "", page)


# The entrance


def test_a_preview_of_the_address_does_not_use_it_up(desk: Desk, nobody: Client) -> None:
    address = desk.invitation("Aigül")
    for _ in range(3):
        page = nobody.get(address)
        assert page.status_code == 200
        assert "Log in as Aigül at KZ-CERT" in page.text
    assert press(nobody, address).headers["location"] == "/desk/"


def test_the_address_works_once(desk: Desk, nobody: Client) -> None:
    address = desk.invitation()
    assert press(nobody, address).status_code == 303
    nobody.cookies.clear()
    assert press(nobody, address).status_code == 403
    assert nobody.get("/desk/", follow_redirects=False).headers["location"] == "/desk/login"


def test_wrong_used_and_expired_codes_get_the_same_page(desk: Desk, nobody: Client, clock: SteppedClock) -> None:
    used, expired = desk.invitation(), desk.invitation(minutes=1)
    press(nobody, used)
    nobody.cookies.clear()
    clock.step(MINUTE)
    addresses = [used, expired, "/desk/login/nothing-like-it", "/desk/login/%F0%9F%98%80"]
    answers = [nobody.get(address) for address in addresses] + [press(nobody, address) for address in addresses]
    assert {answer.status_code for answer in answers} == {403}
    pages = {re.sub(r'href="\?lang=\w+"', "", text_of(answer.text)) for answer in answers}
    assert len(pages) == 1
    assert "kenesh login --person" in pages.pop()


def test_a_session_ends_after_twelve_hours(officer: Client, clock: SteppedClock) -> None:
    for _ in range(13):
        clock.step(55 * MINUTE)
        assert officer.get("/desk/", follow_redirects=False).status_code == 200
    clock.step(5 * MINUTE - 1)
    assert officer.get("/desk/", follow_redirects=False).status_code == 200
    clock.step(1)
    assert officer.get("/desk/", follow_redirects=False).status_code == 303


def test_a_session_that_is_not_used_for_an_hour_ends(officer: Client, clock: SteppedClock) -> None:
    clock.step(HOUR - 1)
    assert officer.get("/desk/", follow_redirects=False).status_code == 200
    clock.step(HOUR)
    assert officer.get("/desk/", follow_redirects=False).status_code == 303


def test_logging_out_ends_the_session_on_the_node_too(officer: Client) -> None:
    session = officer.cookies["kenesh_session"]
    assert officer.post("/desk/logout", headers=OWN_PAGE, follow_redirects=False).headers["location"] == "/desk/login"
    assert "kenesh_session" not in officer.cookies
    again = officer.get("/desk/", headers={"cookie": f"kenesh_session={session}"}, follow_redirects=False)
    assert again.status_code == 303


def test_the_record_tells_of_logging_in_and_out(desk: Desk, officer: Client) -> None:
    officer.post("/desk/logout", headers=OWN_PAGE)
    assert kinds(desk)[-3:] == [ActKind.LOGIN_MADE, ActKind.LOGIN_MADE, ActKind.LOGIN_ENDED]


def test_refused_log_ins_stand_in_the_record_once_a_minute_with_their_number(
    desk: Desk, nobody: Client, clock: SteppedClock
) -> None:
    for _ in range(5):
        press(nobody, "/desk/login/a-guess")
    clock.step(MINUTE)
    press(nobody, "/desk/login/a-guess")
    with desk.services.store.reading() as tx:
        acts = [one.act for one in tx.ledger.acts(-1, 1000) if one.act]
    refused = [act.details["count"] for act in acts if act.kind == ActKind.LOGIN_REFUSED]
    assert refused == [1, 5]


@pytest.mark.parametrize(
    ("url", "name", "path"),
    [
        ("http://testserver.local", "kenesh_session", "/desk"),
        # What no other host can set goes with every path (RFC 6265bis §4.1.3.2).
        ("https://testserver.local", "__Host-kenesh_session", "/"),
    ],
)
def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(
    tmp_path: Path, clock: SteppedClock, url: str, name: str, path: str
) -> None:
    make_home(tmp_path / "n", "KZ", "KZ-CERT", url)
    with opened(tmp_path / "n", clock) as desk, TestClient(desk.app, base_url=url) as client:
        cookie = press(client, desk.invitation()).headers["set-cookie"]
    assert cookie.startswith(f"{name}=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", f"path={path}", "max-age=43200"} <= parts
    assert ("secure" in parts) is url.startswith("https")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver.local"},
        {"sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.local.evil.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused(desk: Desk, officer: Client, headers: dict[str, str]) -> None:
    address = desk.invitation()
    assert press(officer, address, headers).status_code == 403
    assert officer.post("/desk/logout", headers=headers, follow_redirects=False).status_code == 403
    assert officer.get("/desk/", follow_redirects=False).status_code == 200
    assert "Log in as" in officer.get(address).text


def test_a_browser_that_says_no_more_than_its_origin_is_believed(desk: Desk, nobody: Client) -> None:
    assert press(nobody, desk.invitation(), {"origin": "http://testserver.local"}).status_code == 303


def test_a_large_form_is_refused(nobody: Client) -> None:
    assert nobody.post("/desk/login", content=b"code=" + b"a" * 10_000, headers=OWN_PAGE).status_code == 413


@pytest.mark.parametrize("path", [*PAGES, f"/desk/object/{ABSENT}"])
def test_nobody_is_sent_to_the_entrance(nobody: Client, path: str) -> None:
    answer = nobody.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/desk/login", "")
    assert "kenesh login" in nobody.get(path).text


def test_a_token_or_a_code_is_no_session(desk: Desk, nobody: Client) -> None:
    code = desk.invitation().rpartition("/")[2]
    for secret in (make_token(desk.services, "client", "KZ", 1), code, "", "x" * 5000):
        answer = nobody.get("/desk/", headers={"cookie": f"kenesh_session={secret}"}, follow_redirects=False)
        assert answer.status_code == 303


def test_a_store_that_cannot_be_read_is_said_on_a_page(
    desk: Desk, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(self: object) -> None:
        raise StoreProblem("Another process has held the store for more than 30 s.", advice="Wait for it.")

    monkeypatch.setattr(type(desk.services.store), "reading", locked)
    answer = officer.get("/desk/")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Another process has held the store" in answer.text


# What every page keeps to


@pytest.mark.parametrize("path", [*PAGES, f"/desk/object/{ABSENT}", "/desk/login/x", "/desk/login", "/desk/nothing"])
def test_every_page_is_guarded_and_kept_nowhere(officer: Client, path: str) -> None:
    answer = officer.get(path, follow_redirects=False)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    if answer.status_code != 303:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", [*PAGES, f"/desk/object/{HOSTILE}", "/desk/login", "/desk/login/x"])
def test_no_page_has_a_script_a_style_or_an_address_of_another_place(officer: Client, path: str) -> None:
    page = officer.get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=['\"]|<iframe|<img(?! src=\"/desk/static/)", page)
    for attribute in re.findall(r'(?:href|src|action)="([^"]*)"', page):
        assert attribute.startswith(("/desk/", "?", "#main")), attribute


def test_files_are_kept_by_the_browser_and_change_their_address(officer: Client) -> None:
    page = officer.get("/desk/").text
    addresses = re.findall(r'"(/desk/static/[^"]+)"', page)
    assert {address.partition("?")[0].rpartition("/")[2] for address in addresses} == {"desk.css", "emblem.svg"}
    for address in addresses:
        answer = officer.get(address)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["content-type"].startswith(("text/css", "image/svg+xml"))
    for name in ("nothing.css", "..%2F..%2Fhouse.py", "%2e%2e", "desk.css%00"):
        assert officer.get(f"/desk/static/{name}").status_code == 404


# What objects say is text


@pytest.mark.parametrize("path", ["/desk/", "/desk/objects", f"/desk/object/{HOSTILE}", f"/desk/object/{REPORT}"])
def test_what_an_object_says_is_never_markup(desk: Desk, officer: Client, path: str) -> None:
    page = officer.get(path).text
    assert "<script>alert" not in page
    assert "onerror=" not in page.replace("onerror=&#34;", "")
    assert "<svg onload" not in page
    assert "\u202e" not in page
    assert "\u2066" not in page
    assert 'href="javascript' not in page.lower()


def test_hidden_characters_are_shown_and_values_defanged(officer: Client) -> None:
    page = officer.get(f"/desk/object/{HOSTILE}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}gnp[.]exe" in page
    assert "hxxp://files[.]bad[.]example/a and javascript:alert(1)\\u{2066}" in page
    assert "{{ 7 * 7 }}" in page
    assert "http://files" not in page


def test_a_value_that_is_looked_up_is_escaped_and_defanged(officer: Client) -> None:
    page = officer.get(
        "/desk/lookup", params={"value": '</textarea><script>alert(1)</script>\nhttp://a.example/"x'}
    ).text
    assert "<script>" not in page
    assert "</textarea>&lt;" not in page
    assert "&lt;/textarea&gt;" in page
    assert "hxxp://a[.]example" in page


# Who sees what


def test_withheld_and_absent_look_alike(officer: Client) -> None:
    withheld, absent, odd = (officer.get(f"/desk/object/{i}") for i in (RED, ABSENT, "no-id-at-all"))
    assert {answer.status_code for answer in (withheld, absent, odd)} == {404}
    assert text_of(withheld.text) == text_of(absent.text) == text_of(odd.text)
    assert [*withheld.headers] == [*absent.headers]


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/objects",
        f"/desk/objects?q={RED}",
        "/desk/objects?q=ministry&type=indicator",
        "/desk/lookup?value=203.0.113.66",
    ],
)
def test_what_is_withheld_stands_on_no_page(officer: Client, path: str) -> None:
    page = officer.get(path).text
    assert "Seen at a ministry" not in page
    assert f"/desk/object/{RED}" not in page


def test_a_reference_is_a_link_only_where_its_object_is_held_and_visible(officer: Client) -> None:
    page = officer.get(f"/desk/object/{REPORT}").text
    assert f'href="/desk/object/{AMBER}"' in page
    assert f'href="/desk/object/{HOSTILE}"' in page
    assert RED in page
    assert ABSENT in page
    assert f"/desk/object/{RED}" not in page
    assert f"/desk/object/{ABSENT}" not in page


def test_who_is_named_sees_what_is_red(desk: Desk, nobody: Client) -> None:
    console = logged_in(desk, nobody, "console")
    assert "TLP:RED" in console.get(f"/desk/object/{RED}").text
    assert "Seen at a ministry" in console.get("/desk/objects").text


def test_a_red_sighting_of_a_visible_object_is_not_told(desk: Desk, officer: Client) -> None:
    sighting = {
        "type": "sighting",
        "spec_version": "2.1",
        "id": "sighting--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0b01",
        "created": "2026-11-24T08:00:00.000Z",
        "modified": "2026-11-24T08:00:00.000Z",
        "sighting_of_ref": AMBER,
        "count": 77,
    }
    desk.bring_in(sighting | {"object_marking_refs": [Tlp.RED.marking_ref]})
    assert ">77<" not in officer.get(f"/desk/object/{AMBER}").text
    later = {"id": "sighting--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0b02", "object_marking_refs": [Tlp.AMBER.marking_ref]}
    desk.bring_in(sighting | later | {"count": 78})
    assert ">78<" in officer.get(f"/desk/object/{AMBER}").text


def test_an_alarm_about_what_is_withheld_is_told_to_who_is_named_alone(desk: Desk, officer: Client) -> None:
    text = "A new version did not go to TR: TLP:RED is for named persons only (TLP-01: FIRST TLP 2.0, RED)."
    with desk.services.store.writing() as tx:
        tx.alarms.raise_alarm("not-followed", RED, text, desk.services.clock.now())
    assert "Nothing needs you now" in officer.get("/desk/").text
    console = logged_in(desk, officer, "console")
    page = console.get("/desk/").text
    assert "1 thing needs you" in page
    assert "A new version did not go to TR: TLP:RED is for named persons only (TLP-01)." in page


def test_what_came_through_a_body_is_seen_by_who_is_cleared_for_it(desk: Desk, nobody: Client) -> None:
    """A person sees what the party holds through bodies that the account is cleared for, whatever its role."""
    services = desk.services
    body = acts.form_body(services, "circle", "A circle", "console")
    with services.store.writing() as tx:
        (held,) = tx.versions.current_of([AMBER]).values()
        hold = tx.holds.in_force([held.num])[held.num][0]
        tx.connection.execute(holds.update().where(holds.c.version == held.num).values(audience_ref=body.id))  # type: ignore[attr-defined]  # the table itself
    assert hold.person == "console"
    for name, cleared, status in (("in", ["circle"], 200), ("out", [], 404), ("all", None, 200)):
        desk.has_account(name, *AccountRole, cleared=cleared)
        page = logged_in(desk, nobody, name).get(f"/desk/object/{AMBER}")
        assert page.status_code == status, name
        nobody.cookies.clear()
    clear_for(services, "out", ["circle"], "console")
    assert logged_in(desk, nobody, "out").get(f"/desk/object/{AMBER}").status_code == 200
    clear_for(services, "out", [], "console")
    assert nobody.get(f"/desk/object/{AMBER}", follow_redirects=False).status_code == 303
