from __future__ import annotations

import re

from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, Desk, pressed_twice, seal_of, send, traces

from kenesh.doors import acts
from kenesh.stix.marking import Tlp

FORM = {"values": "hxxp://a[.]bad[.]example/x\n192.0.2.7, sub.evil.example", "tlp": "amber+strict", "note": "by phone"}


def test_the_first_press_shows_what_was_recognised_and_what_is_known_and_states_nothing(
    desk: Desk, reader: Client
) -> None:
    before = traces(desk)
    page = send(reader, "/desk/state", FORM).text
    assert traces(desk) == before
    assert "Nothing is stated yet" in page
    assert re.findall(r'<span class="type">([a-z0-9-]+)</span></td>', page) == ["url", "ipv4", "domain"]
    assert "hxxp://a[.]bad[.]example/x" in page
    assert f'href="/desk/object/{AMBER}"' in page
    assert page.count("not known here") == 2


def test_the_second_press_states_and_says_under_which_id(desk: Desk, reader: Client) -> None:
    page = pressed_twice(reader, "/desk/state", FORM).text
    made = re.findall(r'class="id" href="/desk/object/(indicator--[^"]+)"', page)
    assert len(made) == 3
    assert f"/desk/release?object={made[0]}&amp;object={made[1]}" in page
    with desk.services.store.reading() as tx:
        held = tx.versions.current_of(made)
        (act,) = [one.act for one in tx.ledger.acts(-1, 1000) if one.act and one.act.subject == made[0]]
    assert {one.own_marking() for one in held.values()} == {Tlp.AMBER_STRICT}
    assert {one.name for one in held.values()} == {"http://a.bad.example/x", "192.0.2.7", "sub.evil.example"}
    assert (act.kind, act.who) == ("value-stated", desk.number_of())


def test_what_became_known_in_between_is_shown_and_not_stated_blindly(desk: Desk, reader: Client) -> None:
    seal = seal_of(send(reader, "/desk/state", FORM).text)
    (known,) = acts.state_values(desk.services, ["192.0.2.7"], Tlp.GREEN, "", "console")
    before = traces(desk)
    answer = send(reader, "/desk/state", FORM | {"agreed": seal})
    assert traces(desk) == before
    assert "This is no longer what you were shown" in answer.text
    assert known.id in answer.text
    assert send(reader, "/desk/state", FORM | {"agreed": seal_of(answer.text)}).status_code == 303


def test_a_form_that_was_changed_after_it_was_shown_is_shown_again(desk: Desk, reader: Client) -> None:
    seal = seal_of(send(reader, "/desk/state", FORM).text)
    before = traces(desk)
    for change in ({"tlp": "green"}, {"note": "another"}, {"values": "192.0.2.8"}):
        page = send(reader, "/desk/state", FORM | change | {"agreed": seal}).text
        assert "This is no longer what you were shown" in page
    assert traces(desk) == before


def test_what_is_known_only_to_persons_by_name_is_not_known_here(reader: Client) -> None:
    page = send(reader, "/desk/state", FORM | {"values": "203.0.113.66"}).text
    assert "not known here" in page
    assert "ministry" not in page


#: What cannot be stated, and what is said of it.
REFUSED: list[tuple[dict[str, str], str]] = [
    ({"values": "nonsense"}, "is no address, domain, URL, hash or e-mail address"),
    ({"values": " "}, "No value is named."),
    ({"values": " ".join(f"192.0.2.{n}" for n in range(51))}, "51 values at once are too many."),
    ({"tlp": ""}, "is no TLP label"),
    ({"note": "x" * 4001}, "A text has 4001 characters."),
]


def test_what_cannot_be_stated_is_said_beside_what_was_written(desk: Desk, reader: Client) -> None:
    before = traces(desk)
    for change, said in REFUSED:
        answer = send(reader, "/desk/state", FORM | change)
        assert answer.status_code == 400
        assert said in answer.text
        assert (FORM | change)["note"] in answer.text
    assert traces(desk) == before


def test_the_level_is_amber_strict_where_nobody_chose_another(reader: Client) -> None:
    page = reader.get("/desk/state").text
    assert re.findall(r'name="tlp" value="([^"]+)" checked', page) == ["amber+strict"]
