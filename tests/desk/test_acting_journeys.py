from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.desk.conftest import log_in, served, watched
from tests.desk.nodes import Desk

from kenesh.doors import acts
from kenesh.parties.keys import spoken
from kenesh.watch.watching import look_up

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """KZ, whose officer is at the desk, and AZ, which has admitted KZ and is not admitted by it yet."""
    with served(tmp_path / "kz", "KZ", "KZ-CERT") as kz, served(tmp_path / "az", "AZ", "CERT-AZ") as az:
        az.admit(kz)
        yield kz, az


@pytest.fixture
def page(browser: Browser, pair: tuple[Desk, Desk]) -> Iterator[Page]:
    """The officer's, on a telephone."""
    context = browser.new_context(base_url=pair[0].services.own.url, viewport={"width": 390, "height": 844})
    seen = watched(context)
    log_in(pair[0], seen.page)
    yield seen.page
    context.close()
    assert seen.complaints == []


def known(desk: Desk, value: str) -> list[str]:
    with desk.services.store.reading() as tx:
        (found,) = look_up(tx, desk.services.person("somebody"), [value], desk.services.clock.now())
    return [one.held.id for one in found.known.value]


def test_a_night_at_the_desk(page: Page, pair: tuple[Desk, Desk], tmp_path: Path) -> None:
    """A node is admitted, a value stated and released; the other has it; it is recalled, and the receipt comes back."""
    kz, az = pair
    card = tmp_path / "az.card.json"
    card.write_text(json.dumps(acts.card(az.services)))
    page.get_by_role("link", name="Admit a party's node").click()
    page.get_by_label("or its file").set_input_files(card)
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_label("Fingerprint, as they read it to you on the telephone").fill(spoken(az.services.own.kid))
    page.get_by_role("button", name="Admit it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AZ is admitted")

    page.get_by_role("link", name="State a value").click()
    page.get_by_label("Addresses, networks, domains, URLs, hashes, e-mail addresses").fill("hxxp://night[.]example/a")
    page.get_by_role("radio", name="TLP:GREEN").check()
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("heading", name="Nothing is stated yet.")).to_be_visible()
    assert known(kz, "http://night.example/a") == []
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done")

    page.get_by_role("link", name="Release it").click()
    page.get_by_role("checkbox", name="AZ").check()
    page.get_by_label("Reason").fill("as said on the telephone")
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_text("It reaches AZ.")).to_be_visible()
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("1 object was released to AZ.")).to_be_visible()
    assert not acts.sync(az.services, ["KZ"])[0].problem
    assert known(az, "http://night.example/a") == known(kz, "http://night.example/a") != []

    page.goto(f"/desk/object/{known(kz, 'http://night.example/a')[0]}")
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_label("Reason").fill("it was a mistake")
    page.get_by_role("radio", name="to erase it, and to confirm that").check()
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_role("link", name="Who has confirmed").click()
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_contain_text("no answer yet")
    assert not acts.sync(az.services, ["KZ"])[0].problem
    assert not acts.sync(kz.services, ["AZ"])[0].problem
    assert known(az, "http://night.example/a") == []
    page.reload()
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_contain_text(re.compile("AZ.*confirmed", re.DOTALL))
    expect(page.get_by_text("all have answered")).to_be_visible()
