"""Coming in with a real browser: a password and its second steps, and a passkey of the browser's own device."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.desk.conftest import PATIENCE_MS, served
from tests.desk.nodes import Desk
from tests.desk.test_looks import OVERFLOW, STRUCTURE, TEXTS

from kenesh.doors.desk.languages import LANGUAGES
from kenesh.parties.roles import AccountRole

pytestmark = pytest.mark.browser
GOOD = "örik qazan jeti bulaq"
#: Headings that are said in English where a language is missing.
SAID = {"How to log in", "Use a passkey", "Choose a password", "Your account", "Record", "One more step"}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Browsers give passkeys to a name, and to none of an address's numbers."""
    with served(tmp_path_factory.mktemp("homes") / "kz", "KZ", "KZ-CERT", "localhost") as node:
        yield node


@pytest.fixture
def context(browser: Browser, node: Desk) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=node.services.own.url, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def enter(page: Page, name: str, password: str) -> None:
    page.goto("/desk/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def choose_a_password(node: Desk, page: Page, name: str) -> None:
    enter(page, name, node.has_account(name, AccountRole.ANALYST))
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a password")
    page.get_by_label("New password").fill(GOOD)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/desk/$"))


def test_a_new_person_chooses_a_password_and_sets_up_an_authenticator(node: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    choose_a_password(node, page, "Aigül")
    page.get_by_role("link", name="Aigül").click()
    page.get_by_label("Your password now").fill(GOOD)
    page.get_by_role("button", name="Set up an authenticator").click()
    secret = page.locator("pre.command").inner_text()
    assert page.locator("img.scan").evaluate("it => it.complete && it.naturalWidth > 100"), (
        "the policy lets it be drawn"
    )
    code = pyotp.TOTP(secret).at(node.services.clock.now() // 1_000_000)
    page.get_by_label("The code that it shows").fill(code)
    page.get_by_role("button", name="Save").click()
    recovery = page.locator("pre.command").inner_text().split()
    assert len(recovery) == 10
    page.get_by_role("button", name="Log out").click()
    enter(page, "Aigül", GOOD)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_label("The code that your authenticator shows").fill(recovery[3])
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    assert complaints == []


def test_a_passkey_stands_for_password_and_code(node: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    choose_a_password(node, page, "Bolot")
    page.goto("/desk/account")
    page.get_by_label("Your password now").fill(GOOD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("What you call this device").fill("the laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_label("Passkeys")).to_contain_text("the laptop")
    assert len(devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    expect(page.get_by_role("link", name="Bolot")).to_be_visible()
    # One that was removed here lets in no more, though the device still has it.
    page.goto("/desk/account")
    page.get_by_label("Your password now").fill(GOOD)
    page.get_by_role("button", name="Remove the passkey").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").first).to_have_text("That passkey does not hold here.")


def test_an_answer_of_a_passkey_is_good_once(node: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    choose_a_password(node, page, "Cemal")
    page.goto("/desk/account")
    page.get_by_label("Your password now").fill(GOOD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("What you call this device").fill("x")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_label("Passkeys")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Use a passkey").click()
    with page.expect_request("**/desk/passkey") as sent:
        page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    answer = page.request.post(
        "/desk/passkey",
        headers={"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"},
        data=sent.value.post_data or "",
        max_redirects=0,
    )
    assert answer.status == 403


def test_every_page_of_coming_in_holds_every_language_on_a_telephone(node: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    first = node.has_account("D", AccountRole.ADMINISTRATOR)

    def look(*paths: str) -> None:
        for language in LANGUAGES if paths else ["kk"]:
            for path in paths or [""]:
                if path:
                    page.goto(f"{path}?lang={language}")
                assert page.locator("html").get_attribute("lang") == language
                assert page.evaluate(OVERFLOW) == 0, (path, language)
                if language in ("en", "kk"):
                    assert page.evaluate(STRUCTURE) == [], (path, language)
                    assert [text for text in page.evaluate(TEXTS) if text[1] < text[2]] == [], (path, language)
                assert page.locator("h1").inner_text() not in SAID or language == "en", (path, language)

    def log_in(password: str) -> None:
        page.locator("#name").fill("D")
        page.locator("#password").fill(password)
        page.locator("button.main").click()

    look("/desk/login", "/desk/passkey")
    page.goto("/desk/login?lang=kk")
    log_in(first)
    look("/desk/password")
    page.goto("/desk/password?lang=kk")
    page.locator("#new").fill("password1234")
    page.locator("button.main").click()
    look()
    page.locator("#new").fill(GOOD)
    page.locator("button.main").click()
    page.wait_for_url("**/desk/")
    look("/desk/account", "/desk/record")
    page.goto("/desk/account?lang=kk")
    page.locator("#password").fill(GOOD)
    page.locator("button[value=authenticator]").click()
    look()
    secret = page.locator("pre.command").inner_text()
    page.locator("#totp").fill(pyotp.TOTP(secret).at(node.services.clock.now() // 1_000_000))
    page.locator("button.main").click()
    look()
    page.locator("form.who button").click()
    log_in(GOOD)
    look("/desk/code")
