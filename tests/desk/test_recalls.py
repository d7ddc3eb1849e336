from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from tests.desk.conftest import Client
from tests.desk.nodes import (
    AMBER,
    Desk,
    SteppedClock,
    carry,
    logged_in,
    opened,
    pressed_twice,
    send,
    traces,
)

from kenesh.basis.instants import DAY, HOUR, Instant
from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.federation.recalling import recall_of
from kenesh.node.settings import read_settings, write_settings


@pytest.fixture
def careful(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    """AZ's node, where a person says yes to each erasure."""
    home = tmp_path / "careful"
    shutil.copytree(homes / "az", home)
    write_settings(home, replace(read_settings(home), recall_by_hand=True))
    with opened(home, clock) as az:
        yield az


@pytest.fixture
def asked(desk: Desk, careful: Desk, clock: SteppedClock, tmp_path: Path) -> str:
    """The withdrawal by which KZ asks AZ to erase what it had given; AZ has heard of it."""
    desk.admit(careful)
    careful.admit(desk)
    acts.release(desk.services, Wish(words=[AMBER], to="AZ"), "console")
    carry(desk, careful, tmp_path / "stick")
    clock.step(HOUR)
    recall, _ = recall_of("delete", Instant(clock.now() + 6 * HOUR))
    made = acts.withdraw(desk.services, AMBER, "a mistake", "console", recall)
    carry(desk, careful, tmp_path / "stick")
    return made.statements[0].id


@pytest.fixture
def there(careful: Desk) -> Iterator[Client]:
    with TestClient(careful.app) as client:
        yield logged_in(careful, client, "officer of AZ")


def held(desk: Desk) -> bool:
    with desk.services.store.reading() as tx:
        return bool(tx.versions.all_of(AMBER))


def test_a_calm_node_has_nothing_to_recall(reader: Client) -> None:
    assert "Nothing was recalled, and nobody asks this node for anything." in reader.get("/desk/recalls").text


def test_a_recall_says_who_has_not_answered_and_how_long_there_is_still(
    desk: Desk, asked: str, reader: Client, clock: SteppedClock
) -> None:
    page = reader.get("/desk/recalls").text
    assert "Control server of the mail campaign" in page
    assert "due in 6 h" in page
    assert re.search(r"AZ</th>\s*<td[^>]*><span class=\"odd\">no answer yet", page)
    clock.step(DAY)
    reader = logged_in(desk, reader)
    page = reader.get("/desk/recalls").text
    assert "overdue" in page
    assert "18 h ago" in page
    assert "1 recall of yours is overdue" in reader.get("/desk/").text


def test_what_waits_for_a_yes_is_erased_by_the_second_press_and_the_receipt_comes_back(
    desk: Desk, careful: Desk, asked: str, there: Client, reader: Client, tmp_path: Path
) -> None:
    assert "1 recall waits for a yes here" in there.get("/desk/").text
    page = there.get("/desk/recalls").text
    assert "1 recall waits for a yes here" in page
    address = f"/desk/recalls/decide?of={asked}"
    assert address in page
    page = there.get(address).text
    assert "KZ asks for something back" in page
    assert "a mistake" in page
    assert AMBER in page
    before = traces(careful)
    form = {"of": asked, "answer": "apply"}
    assert "1 object is erased here for good" in send(there, "/desk/recalls/decide", form).text
    assert traces(careful) == before
    assert held(careful)
    page = pressed_twice(there, "/desk/recalls/decide", form).text
    assert "The receipt goes to whoever asked." in page
    assert "kenesh-receipt--" in page
    assert not held(careful)
    assert there.get(address).status_code == 404
    with careful.services.store.reading() as tx:
        acts_of = [one.act for one in tx.ledger.acts(-1, 1000) if one.act and one.act.kind == "receipt-made"]
    assert acts_of[-1].who == careful.number_of("officer of AZ")
    carry(careful, desk, tmp_path / "back")
    page = reader.get("/desk/recalls").text
    assert re.search(r"AZ</th>\s*<td[^>]*><span class=\"fine\">confirmed</span>", page)
    assert "all have answered" in page
    assert "No receipt covers:" in page


def test_a_refusal_needs_a_reason_and_whoever_asked_reads_it(
    desk: Desk, careful: Desk, asked: str, there: Client, reader: Client, tmp_path: Path
) -> None:
    form = {"of": asked, "answer": "refuse"}
    assert "No reason is given." in send(there, "/desk/recalls/decide", form).text
    assert "It is not said what is to be done." in send(there, "/desk/recalls/decide", {"of": asked}).text
    page = pressed_twice(there, "/desk/recalls/decide", form | {"reason": "a court has asked for it"}).text
    assert "kenesh-receipt--" in page
    assert held(careful)
    carry(careful, desk, tmp_path / "back")
    page = reader.get("/desk/recalls").text
    assert "a court has asked for it" in page
    assert re.search(r"AZ</th>\s*<td[^>]*><span class=\"bad\">refused", page)


def test_what_waits_nowhere_cannot_be_decided(desk: Desk, asked: str, reader: Client) -> None:
    """KZ's own withdrawal is its own: it does not wait for anybody at KZ."""
    assert reader.get("/desk/recalls/decide", params={"of": asked}).status_code == 404
    before = traces(desk)
    for name in (asked, AMBER, "x"):
        answer = send(reader, "/desk/recalls/decide", {"of": name, "answer": "apply"})
        assert answer.status_code == 404
    assert traces(desk) == before
