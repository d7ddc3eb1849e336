from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.desk.conftest import Council, Watched
from tests.desk.nodes import ABSENT, AMBER, HOSTILE, RED, REPORT

pytestmark = pytest.mark.browser
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069]")


def test_an_officer_logs_in_once_looks_around_and_logs_out(stranger: Watched, council: Council) -> None:
    page, address = stranger.page, council.kz.invitation()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in as duty officer at KZ-CERT")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    expect(page.get_by_role("heading", name="Nothing needs you now")).to_be_visible()
    page.get_by_role("link", name="Control server of the mail campaign").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Control server of the mail campaign")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to log in")
    page.goto("/desk/")
    expect(page).to_have_url(re.compile("/desk/login$"))
    assert stranger.complaints == []
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This address logs nobody in")


def test_the_overview_says_what_came_and_what_went(officer: Watched) -> None:
    page = officer.page
    page.goto("/desk/")
    came = page.get_by_role("table", name="Came lately").get_by_role("row")
    expect(came.nth(1)).to_contain_text("AZ")
    expect(came.nth(1).get_by_role("link")).to_contain_text("sighting")
    went = page.get_by_role("table", name="Went lately").get_by_role("row")
    expect(went.nth(1)).to_contain_text("as said on the telephone")
    expect(page.get_by_role("table", name="Parties whose nodes are admitted here")).to_contain_text("in order")
    page.get_by_role("link", name="Refresh every minute").click()
    expect(page.locator("meta[http-equiv=refresh]")).to_have_attribute("content", "60")
    page.get_by_role("link", name="Stop refreshing").click()
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)


def test_an_objects_page_says_who_has_it_and_what_came_back(officer: Watched) -> None:
    page = officer.page
    page.goto(f"/desk/object/{AMBER}")
    expect(page.get_by_role("table", name="Released to").get_by_role("row").nth(1)).to_contain_text("AZ")
    sighting = page.get_by_role("table", name="Sightings").get_by_role("row").nth(1)
    expect(sighting).to_contain_text("AZ")
    expect(sighting.get_by_role("cell").first).to_have_text("2")
    expect(page.get_by_role("table", name="Who may see it, by which rule, and why")).to_contain_text("TLP-10")
    expect(page.locator(".tlp").first).to_have_css("background-color", "rgb(0, 0, 0)")
    expect(page.locator(".tlp").first).to_have_css("color", "rgb(255, 192, 0)")


def test_values_are_looked_up_from_any_page(officer: Watched) -> None:
    page = officer.page
    page.goto(f"/desk/object/{REPORT}")
    page.get_by_label("Look up a value").fill("hxxp://cdn[.]evil[.]example/x")
    page.get_by_role("search").get_by_role("button").click()
    expect(page.get_by_role("heading", name="1 of 1 is known here")).to_be_visible()
    page.get_by_role("table").get_by_role("link", name="Control server of the mail campaign").click()
    expect(page).to_have_url(re.compile(AMBER))


@pytest.mark.parametrize("stix_id", [RED, ABSENT])
def test_what_is_withheld_is_not_there(stranger: Watched, council: Council, stix_id: str) -> None:
    page = stranger.page
    page.goto(council.kz.invitation())
    page.get_by_role("button", name="Log in").click()
    answer = page.goto(f"/desk/object/{stix_id}")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    page.goto("/desk/objects")
    expect(page.get_by_text("Seen at a ministry")).to_have_count(0)


def test_a_hostile_object_does_nothing_but_stand_there(officer: Watched) -> None:
    page = officer.page
    for path in ("/desk/objects", f"/desk/object/{HOSTILE}", f"/desk/object/{REPORT}"):
        page.goto(path)
        text = page.locator("body").inner_text()
        assert "<script>alert(1)</script>\\u{202e}gnp[.]exe" in text
        assert not HIDDEN.search(text)
        assert page.locator("script, iframe, object, svg, main img").count() == 0


def test_the_keyboard_alone_is_enough(stranger: Watched, council: Council) -> None:
    page = stranger.page
    page.goto(council.kz.invitation())
    tab_to(page, "Log in")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/$"))
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Refresh every minute"
    page.keyboard.press("Control+Home")
    page.goto("/desk/")
    tab_to(page, "Look up a value")
    page.keyboard.type("evil.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 of 1 is known here")).to_be_visible()
    tab_to(page, "Control server of the mail campaign")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Control server of the mail campaign")
    tab_to(page, "Log out")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text("How to log in")
    assert stranger.complaints == []


FOCUSED = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  const label = it.labels && it.labels.length ? it.labels[0].textContent : it.textContent;
  return [label.trim(), style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def focused(page: Page) -> str:
    """The name of what has the focus; that it has it must be seen."""
    label, style, width = page.evaluate(FOCUSED)
    assert style == "solid", label
    assert width >= 2, label
    return str(label)


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"{name} is not reached by the keyboard")
