from __future__ import annotations

import re
from io import BytesIO

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, RED, Desk, logged_in, pressed_twice, send, traces

from kenesh.doors import acts
from kenesh.holdings.proposing import Proposal
from kenesh.stix.marking import Tlp
from kenesh.stix.streaming import split

REPORT = b"The host evil[.]example was seen. It spoke to 192[.]0[.]2[.]77 at night.\n"


@pytest.fixture
def proposed(desk: Desk) -> list[Proposal]:
    """Two values that were found in a text."""
    pieces = desk.services.formats(BytesIO(REPORT))
    acts.import_files(desk.services, [("report.txt", pieces)], "console", lambda count: None)
    with desk.services.store.reading() as tx:
        return tx.proposals.open(None, 10)


def test_an_import_says_what_it_refused_where_and_why(desk: Desk, reader: Client) -> None:
    pieces = split(BytesIO(b'{"type": "bundle", "id": "bundle--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", "objects": [1]}'))
    outcome = acts.import_files(desk.services, [("odd.json", pieces)], "console", lambda count: None)
    assert f'href="/desk/imports/{outcome.id}"' in reader.get("/desk/").text
    page = reader.get(f"/desk/imports/{outcome.id}").text
    assert "odd.json" in page
    assert '<span class="bad">refused</span>' in page
    assert reader.get("/desk/imports/import--nothing").status_code == 404


def test_what_was_found_in_a_text_is_confirmed_by_two_presses(
    desk: Desk, reader: Client, proposed: list[Proposal]
) -> None:
    page = reader.get("/desk/proposals").text
    assert "192[.]0[.]2[.]77" in page
    assert f'href="/desk/object/{AMBER}"' in page
    (new,) = [one for one in proposed if one.found.value == "192.0.2.77"]
    form = {"proposal": [str(new.num)], "tlp": "green", "note": "from the report"}
    before = traces(desk)
    assert "Nothing is stated yet" in send(reader, "/desk/proposals", form).text
    assert traces(desk) == before
    page = pressed_twice(reader, "/desk/proposals", form).text
    (made,) = re.findall(r'class="id" href="/desk/object/(indicator--[^"]+)"', page)
    with desk.services.store.reading() as tx:
        held = tx.versions.current_of([made])[made]
        assert [one.num for one in tx.proposals.open(None, 10)] == [one.num for one in proposed if one != new]
    assert (held.name, held.own_marking()) == ("192.0.2.77", Tlp.GREEN)


def test_what_is_put_aside_waits_no_more_and_is_not_stated(
    desk: Desk, reader: Client, proposed: list[Proposal]
) -> None:
    form = {"proposal": [str(one.num) for one in proposed], "answer": "reject"}
    assert send(reader, "/desk/proposals", form).status_code == 303
    assert "Nothing waits to be judged." in reader.get("/desk/proposals").text
    assert "Nothing is ticked." in send(reader, "/desk/proposals", {"proposal": ["x"], "tlp": "green"}).text


def test_the_record_tells_who_did_what_and_nothing_of_what_is_withheld(desk: Desk, reader: Client) -> None:
    acts.state_values(desk.services, ["192.0.2.1"], Tlp.GREEN, "", "console")
    (red,) = acts.state_values(desk.services, ["192.0.2.66"], Tlp.RED, "", "console")
    before = traces(desk)
    page = reader.get("/desk/record").text
    assert traces(desk) == before
    assert "192[.]0[.]2[.]1<" in page
    assert page.count("value-stated") == 1
    assert desk.number_of() in page
    for withheld in (red.id, RED, "192[.]0[.]2[.]66"):
        assert withheld not in page
    console = logged_in(desk, reader, "console")
    assert console.get("/desk/record").text.count("value-stated") == 2
