from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import ABSENT, AMBER, HOSTILE, RED, Desk, pressed_twice, seal_of, send, traces

from kenesh.basis.instants import HOUR
from kenesh.doors import acts, recalling
from kenesh.doors.acts import Wish

FORM: dict[str, Any] = {"of": AMBER, "reason": "a mistake", "ask": "delete", "by": "6h"}


@pytest.fixture
def released(desk: Desk, az: Desk) -> str:
    """The id of a release of KZ's to AZ, whose node it has admitted."""
    desk.admit(az)
    return acts.release(desk.services, Wish(words=[AMBER, HOSTILE], to="AZ"), "console").statements[0].id


def test_the_first_press_shows_whom_it_reaches_and_withdraws_nothing(desk: Desk, released: str, reader: Client) -> None:
    before = traces(desk)
    page = send(reader, "/desk/withdraw", FORM).text
    assert traces(desk) == before
    assert "Nothing is withdrawn yet. This would be:" in page
    assert re.search(r"Who is told</dt><dd>AZ</dd>", page)
    assert "to erase it, and to confirm that" in page
    assert "6 hours" in page
    assert "1 party" in reader.get(f"/desk/object/{AMBER}").text


def test_the_second_press_withdraws_and_asks(desk: Desk, released: str, reader: Client) -> None:
    page = pressed_twice(reader, "/desk/withdraw", FORM).text
    assert "1 object was withdrawn from AZ." in page
    (made,) = re.findall(r'class="id" href="/desk/object/(kenesh-withdrawal--[^"]+)"', page)
    (standing,) = recalling.recalls(desk.services, AMBER).standings
    assert standing.withdrawal == made
    assert (standing.reason, standing.recall.ask) == ("a mistake", "delete")
    assert standing.recall.by - standing.made_at == 6 * HOUR
    with desk.services.store.reading() as tx:
        (act,) = [one.act for one in tx.ledger.acts(-1, 1000) if one.act and one.act.subject == made]
    assert (act.kind, act.who) == ("withdrawal-made", desk.number_of())


def test_a_whole_release_is_withdrawn_by_its_own_page(desk: Desk, released: str, reader: Client) -> None:
    assert f'href="/desk/withdraw?of={released}"' in reader.get(f"/desk/object/{released}").text
    page = send(reader, "/desk/withdraw", FORM | {"of": released, "ask": ""}).text
    assert AMBER in page
    assert HOSTILE in page
    assert "nothing more" in page
    page = pressed_twice(reader, "/desk/withdraw", FORM | {"of": released, "ask": ""}).text
    assert "2 objects were withdrawn from AZ." in page
    assert recalling.recalls(desk.services, "").standings == []


def test_whom_it_reached_in_between_is_shown_first(desk: Desk, released: str, reader: Client) -> None:
    seal = seal_of(send(reader, "/desk/withdraw", FORM | {"of": HOSTILE}).text)
    acts.form_body(desk.services, "circle", "A circle", "console")
    acts.release(desk.services, Wish(words=[HOSTILE], to="body:circle"), "console")
    before = traces(desk)
    answer = send(reader, "/desk/withdraw", FORM | {"of": HOSTILE, "agreed": seal})
    assert traces(desk) == before
    assert "This is no longer what you were shown" in answer.text
    assert "body:circle" in answer.text


def test_what_a_person_may_not_see_he_cannot_withdraw(desk: Desk, released: str, reader: Client) -> None:
    before = traces(desk)
    for hidden in (RED, ABSENT, "no-id"):
        assert reader.get("/desk/withdraw", params={"of": hidden}).status_code == 404
        assert send(reader, "/desk/withdraw", FORM | {"of": hidden}).status_code == 404
    assert traces(desk) == before


def test_what_cannot_be_withdrawn_is_said_on_the_form(desk: Desk, released: str, reader: Client) -> None:
    before = traces(desk)
    for change, said in (
        ({"reason": " "}, "No reason is given."),
        ({"ask": "explode"}, "cannot be asked of anybody"),
        ({"by": "soon"}, "is no span of time"),
    ):
        answer = send(reader, "/desk/withdraw", FORM | change)
        assert answer.status_code == 400
        assert "Not done" in answer.text
        assert said in answer.text
    assert traces(desk) == before


def test_what_nobody_got_cannot_be_withdrawn(desk: Desk, reader: Client) -> None:
    assert send(reader, "/desk/withdraw", FORM).status_code == 404
