from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, Desk, carry, pressed_twice, seal_of, send, traces

from kenesh.doors import acts, forwarding
from kenesh.doors.acts import Wish
from kenesh.release.forwarding import Standing

WHY = "the public is hit too"


@pytest.fixture
def stick(desk: Desk, az: Desk, tmp_path: Path) -> Callable[[Desk, Desk], None]:
    desk.admit(az)
    az.admit(desk)
    return lambda giver, taker: carry(giver, taker, tmp_path / "stick")


def asked(desk: Desk, az: Desk, stick: Callable[[Desk, Desk], None], to: str = "body:circle") -> str:
    """AZ asks KZ to give to others what KZ gave it; KZ has heard of it."""
    acts.form_body(desk.services, "circle", "A circle", "console")
    acts.admit_member(desk.services, "circle", "AZ", acts.Role.MEMBER, None, "console")
    acts.release(desk.services, Wish(words=[AMBER], to="AZ"), "console")
    stick(desk, az)
    (request,) = forwarding.ask(az.services, az.services.person("console"), AMBER, to, WHY)
    stick(az, desk)
    return request.id


def standing(desk: Desk) -> tuple[Standing, str]:
    (told,) = forwarding.requests(desk.services, desk.services.person("console"))
    return told.standing, told.reason


def test_a_refusal_is_shown_first_and_its_reason_reaches_who_asked(
    desk: Desk, az: Desk, reader: Client, stick: Callable[[Desk, Desk], None]
) -> None:
    request = asked(desk, az, stick)
    assert 'href="/desk/forward"' in reader.get("/desk").text
    listed = reader.get("/desk/forward").text
    assert WHY in listed
    assert "circle" in listed
    assert f"/desk/forward/answer?of={request}" in listed
    form = {"of": request, "answer": "refuse", "reason": "an inquiry is going on"}
    assert "A refusal says why." in send(reader, "/desk/forward/answer", form | {"reason": ""}).text
    before = traces(desk)
    page = send(reader, "/desk/forward/answer", form).text
    assert "AZ asks to pass something on" in page
    assert "Nothing is done yet. The answer would be:" in page
    assert traces(desk) == before
    # Whoever agreed to one reason has not agreed to another.
    other = send(reader, "/desk/forward/answer", form | {"reason": "no", "agreed": seal_of(page)}).text
    assert "This is no longer what you were shown" in other
    assert "an inquiry is going on" in pressed_twice(reader, "/desk/forward/answer", form).text
    stick(desk, az)
    assert standing(az) == (Standing.REFUSED, "an inquiry is going on")


def test_what_a_rule_stands_against_is_not_granted(
    desk: Desk, az: Desk, reader: Client, stick: Callable[[Desk, Desk], None]
) -> None:
    request = asked(desk, az, stick, to="public")
    before = traces(desk)
    page = send(reader, "/desk/forward/answer", {"of": request, "answer": "grant"}).text
    assert "Not done" in page
    assert 'name="agreed"' not in page
    assert traces(desk) == before
    assert standing(desk)[0] is Standing.ASKED


def test_a_grant_shows_whom_it_reaches_and_is_the_authors_release(
    desk: Desk, az: Desk, reader: Client, stick: Callable[[Desk, Desk], None]
) -> None:
    request = asked(desk, az, stick)
    form = {"of": request, "answer": "grant"}
    before = traces(desk)
    assert "It reaches" in send(reader, "/desk/forward/answer", form).text
    assert traces(desk) == before
    assert "1 object was released to" in pressed_twice(reader, "/desk/forward/answer", form).text
    assert standing(desk)[0] is Standing.GRANTED
    assert "granted" in reader.get("/desk/forward").text
    assert reader.get("/desk/forward/answer", params={"of": request}).status_code == 404


def test_a_request_that_is_not_there_has_no_page(reader: Client) -> None:
    assert "Nothing was asked, by this party or of it." in reader.get("/desk/forward").text
    assert reader.get("/desk/forward/answer", params={"of": "kenesh-forward-request--x"}).status_code == 404


def test_every_page_leads_to_the_requests_and_theirs_says_where_one_is(reader: Client) -> None:
    assert '<a href="/desk/forward">Requests to pass on</a>' in reader.get("/desk/objects").text
    assert '<a href="/desk/forward" aria-current="page">' in reader.get("/desk/forward").text
