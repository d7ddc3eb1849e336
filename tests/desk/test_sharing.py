from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.desk.conftest import Client
from tests.desk.nodes import (
    ABSENT,
    AMBER,
    HOSTILE,
    RED,
    REPORT,
    Desk,
    carry,
    indicator,
    logged_in,
    pressed_twice,
    seal_of,
    send,
    traces,
)

from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.doors.cli.words import describe_object
from kenesh.doors.constituents import add_constituent
from kenesh.doors.views import show
from kenesh.release.audience import group_audience
from kenesh.stix.marking import Tlp

FORM: dict[str, Any] = {"object": [AMBER], "to": ["AZ"], "reason": "you asked"}


@pytest.fixture
def partners(desk: Desk, az: Desk) -> Desk:
    """KZ, which has admitted AZ."""
    desk.admit(az)
    return desk


def recipients(desk: Desk, object_id: str) -> list[str]:
    with desk.services.store.reading() as tx:
        obj = tx.versions.current_of([object_id])[object_id].object
        named = {c.num: c.audience.ref for c in tx.grants.collections()}
        return sorted(named[g.collection] for g in tx.grants.of_objects([obj]) if g.is_released)


def test_the_first_press_shows_whom_it_reaches_and_releases_nothing(partners: Desk, reader: Client) -> None:
    before = traces(partners)
    page = send(reader, "/desk/release", FORM).text
    assert traces(partners) == before
    assert "Nothing has gone yet. This would go:" in page
    assert "It reaches AZ." in page
    assert "“you asked”" in page or "<q>you asked</q>" in page
    assert recipients(partners, AMBER) == []


def test_the_second_press_releases_and_says_under_which_statement(partners: Desk, az: Desk, reader: Client) -> None:
    page = pressed_twice(reader, "/desk/release", FORM).text
    assert "1 object was released to AZ." in page
    (made,) = re.findall(r'class="id" href="/desk/object/(kenesh-release--[^"]+)"', page)
    assert recipients(partners, AMBER) == [az.services.own.ref]
    with partners.services.store.reading() as tx:
        statement = tx.statements.find(made)
        (act,) = [one.act for one in tx.ledger.acts(-1, 1000) if one.act and one.act.subject == made]
    assert statement is not None
    assert statement.reason == "you asked"
    assert (act.kind, act.who) == ("release-made", partners.number_of())


def test_what_was_released_in_between_is_shown_and_not_released_again(partners: Desk, reader: Client) -> None:
    seal = seal_of(send(reader, "/desk/release", FORM).text)
    acts.release(partners.services, Wish(words=[AMBER], to="AZ"), "console")
    before = traces(partners)
    answer = send(reader, "/desk/release", FORM | {"agreed": seal})
    assert traces(partners) == before
    assert "This is no longer what you were shown" in answer.text
    assert "Nothing would go." in answer.text
    assert 'name="agreed"' not in answer.text


def test_a_version_that_came_in_between_is_not_released_unseen(partners: Desk, reader: Client) -> None:
    seal = seal_of(send(reader, "/desk/release", FORM).text)
    later = indicator(AMBER, Tlp.AMBER, "Another name", "[domain-name:value = 'evil.example']")
    partners.bring_in(later | {"modified": "2026-11-24T08:00:00.000Z"})
    before = traces(partners)
    answer = send(reader, "/desk/release", FORM | {"agreed": seal})
    assert traces(partners) == before
    assert "This is no longer what you were shown" in answer.text
    assert "Another name" in answer.text


def test_what_a_rule_stands_against_is_named_with_its_rule_and_the_rest_goes(partners: Desk, reader: Client) -> None:
    form = FORM | {"object": [AMBER, HOSTILE], "tlp": "green"}
    page = send(reader, "/desk/release", form).text
    assert "LBL-02" in page
    assert "the release&#39;s label is wider than the object&#39;s own marking" in page
    assert "Release the rest" in page
    assert "1 object was released to AZ." in pressed_twice(reader, "/desk/release", form).text
    assert recipients(partners, AMBER) == []
    assert len(recipients(partners, HOSTILE)) == 1


def test_what_may_go_to_nobody_has_no_button(partners: Desk, reader: Client) -> None:
    page = send(reader, "/desk/release", FORM | {"to": ["public"]}).text
    assert "TLP-06" in page
    assert "Nothing would go." in page
    assert 'name="agreed"' not in page


def test_what_the_audience_lacks_is_given_where_it_is_ticked(partners: Desk, reader: Client) -> None:
    page = send(reader, "/desk/release", FORM | {"object": [REPORT]}).text
    assert set(re.findall(r'type="checkbox" name="object" value="([^"]+)"', page)) == {AMBER, HOSTILE}
    assert "2 references are to nothing that you could give" in page
    assert RED not in page
    assert ABSENT not in page
    # Ticked, and pressed at once: it is shown first.
    again = send(reader, "/desk/release", FORM | {"object": [REPORT, AMBER], "agreed": seal_of(page)}).text
    assert "This is no longer what you were shown" in again
    page = pressed_twice(reader, "/desk/release", FORM | {"object": [REPORT, AMBER]}).text
    assert "2 objects were released to AZ." in page
    assert recipients(partners, HOSTILE) == []


def test_what_a_person_may_not_see_he_cannot_release(partners: Desk, reader: Client) -> None:
    before = traces(partners)
    absent = reader.get(f"/desk/object/{ABSENT}").text
    strip = re.compile(r'<time.*?</time>|<a href="[^"]*" lang=')
    for hidden in (RED, ABSENT, "no-id"):
        for answer in (
            reader.get("/desk/release", params={"object": hidden}),
            send(reader, "/desk/release", FORM | {"object": [AMBER, hidden]}),
            send(reader, "/desk/release", FORM | {"object": [hidden], "to": ["public"]}),
        ):
            assert answer.status_code == 404
            assert strip.sub("", answer.text) == strip.sub("", absent)
    assert traces(partners) == before


def test_a_body_that_this_node_is_in_can_be_chosen(partners: Desk, reader: Client) -> None:
    body = acts.form_body(partners.services, "circle", "A circle", "console")
    acts.admit_member(partners.services, "circle", "AZ", acts.Role.MEMBER, None, "console")
    page = reader.get("/desk/release", params={"object": AMBER}).text
    assert f'value="body:{body.id}"' in page
    form = FORM | {"to": [f"body:{body.id}", "AZ"]}
    page = pressed_twice(reader, "/desk/release", form).text
    assert "1 object was released to body:circle." in page
    assert "1 object was released to AZ." in page


def test_follow_is_done_only_where_it_is_ticked(partners: Desk, reader: Client) -> None:
    for follow in ({}, {"follow": "yes"}):
        pressed_twice(reader, "/desk/release", FORM | {"object": [HOSTILE if follow else AMBER]} | follow)
    with partners.services.store.reading() as tx:
        follows = [s.follow for s in tx.statements.recent(20) if s.reason == "you asked"]
    assert sorted(follows) == [False, True]


def test_caveats_are_shown_before_they_are_signed_and_who_got_it_reads_them(
    partners: Desk, az: Desk, reader: Client, tmp_path: Path
) -> None:
    az.admit(partners)
    conditions = {"pap": "amber", "purpose": "the summit", "not_for": "TR", "until": "2027-01-01", "hide_source": "yes"}
    said = (
        "It is given under PAP:AMBER.",
        "It is given for this purpose alone: the summit",
        "It is not to reach TR.",
        "It is given until 2027-01-01T23:59:59.9",
        "Its source is not to be named.",
    )
    page = send(reader, "/desk/release", FORM | conditions).text
    assert [one for one in said if one not in page] == [], re.findall("given until[^<]*", page)
    # Whoever saw it with the caveats has not agreed to it without them.
    without = send(reader, "/desk/release", FORM | {"agreed": seal_of(page)}).text
    assert "This is no longer what you were shown" in without
    pressed_twice(reader, "/desk/release", FORM | conditions)
    carry(partners, az, tmp_path / "stick")
    with TestClient(az.app) as client:
        theirs = logged_in(az, client, "officer of AZ").get(f"/desk/object/{AMBER}").text
    assert [one for one in said if one not in theirs] == []
    shown = show(az.services, az.services.person("console"), AMBER).value
    told = "\n".join(describe_object(shown, "AZ"))
    assert "from KZ: Given for this purpose alone: the summit" in told
    assert "from KZ: It is not to reach TR." in told
    assert {"party": "KZ", "says": "Given under PAP:AMBER."} in shown.wire()["caveats"]


#: What cannot be released, and what is said of it.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"to": []}, "No audience is named."),
    ({"to": ["UZ"]}, "No node of UZ is admitted here."),
    ({"to": ["AZ,public"]}, "An audience has no comma in its name."),
    ({"tlp": "pink"}, "is no TLP label"),
    ({"reason": "x" * 2001}, "A text has 2001 characters."),
    ({"pap": "pink"}, "is no level of PAP"),
    ({"not_for": "KZ"}, "this node&#39;s own party"),
    ({"until": "soon"}, "soon"),
]


def test_what_cannot_be_released_is_said_on_the_form(partners: Desk, reader: Client) -> None:
    before = traces(partners)
    for change, said in REFUSED:
        answer = send(reader, "/desk/release", FORM | change)
        assert answer.status_code == 400
        assert said in answer.text
        assert "Control server of the mail campaign" in answer.text
    assert traces(partners) == before


def test_objects_are_ticked_in_the_list(reader: Client) -> None:
    page = reader.get("/desk/objects").text
    assert f'name="object" value="{AMBER}"' in page
    both = reader.get("/desk/release", params={"object": [AMBER, HOSTILE]}).text
    assert "Release 2 objects" in both
    assert reader.get("/desk/release").status_code == 400
    assert reader.get("/desk/release", params={"object": [f"{AMBER}{n}" for n in range(101)]}).status_code == 400


def test_constituents_stand_on_the_form_by_their_groups(partners: Desk, reader: Client) -> None:
    assert "group:grid" not in reader.get(f"/desk/release?object={AMBER}").text
    add_constituent(partners.services, "National Grid", ["grid"], ["energy"], "", "console")
    page = reader.get(f"/desk/release?object={AMBER}").text
    assert 'value="group:grid"' in page and "Group grid" in page and "Sector energy" in page
    form = FORM | {"to": ["group:grid"]}
    assert "It reaches National Grid." in send(reader, "/desk/release", form).text
    assert "1 object was released to group:grid." in pressed_twice(reader, "/desk/release", form).text
    assert recipients(partners, AMBER) == [group_audience(partners.services.own.ref, "group:grid").ref]
    shown = reader.get(f"/desk/object/{AMBER}").text
    assert "National Grid" in shown and "not fetched yet" not in shown
    explained = send(reader, "/desk/explain", {"object": AMBER, "party": "group:grid"}).text
    assert "group:grid can see it" in explained
