from __future__ import annotations

from tests.desk.conftest import Client
from tests.desk.nodes import ABSENT, AMBER, RED, Desk, send

from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.parties.bodies import Role


def explained(desk: Desk) -> list[tuple[str, str]]:
    with desk.services.store.reading() as tx:
        every = [one.act for one in tx.ledger.acts(-1, 1000) if one.act]
    return [(act.who, act.subject) for act in every if act.kind == "explained-for-another"]


def test_it_says_by_which_rule_a_party_sees_it_or_not_and_the_question_stands_in_the_record(
    desk: Desk, az: Desk, reader: Client
) -> None:
    desk.admit(az)
    assert f'href="/desk/explain?object={AMBER}"' in reader.get(f"/desk/object/{AMBER}").text
    assert '<option value="AZ">' in reader.get("/desk/explain", params={"object": AMBER}).text
    assert explained(desk) == []
    page = send(reader, "/desk/explain", {"object": AMBER, "party": "AZ"}).text
    assert "AZ cannot see it" in page
    assert "No release by KZ gives it to AZ (GRT-01)." in page
    assert "a release to AZ would be allowed" in page
    acts.release(desk.services, Wish(words=[AMBER], to="AZ"), "console")
    page = send(reader, "/desk/explain", {"object": AMBER, "party": "AZ"}).text
    assert "AZ can see it" in page
    assert "TLP-10" in page
    assert "FIRST TLP 2.0, AMBER" in page
    assert explained(desk) == [(desk.number_of(), AMBER)] * 2


def test_a_party_that_is_not_admitted_may_be_asked_about(desk: Desk, reader: Client) -> None:
    page = send(reader, "/desk/explain", {"object": AMBER, "party": "NEW-1"}).text
    assert "NEW-1 cannot see it" in page
    assert "No node of NEW-1 is admitted here: it reads nothing." in page


def test_what_a_person_may_not_see_is_not_explained(desk: Desk, reader: Client) -> None:
    for hidden in (RED, ABSENT, "no-id"):
        assert reader.get("/desk/explain", params={"object": hidden}).status_code == 404
        assert send(reader, "/desk/explain", {"object": hidden, "party": "AZ"}).status_code == 404
    assert explained(desk) == []


def test_what_is_no_other_party_is_said_on_the_form(desk: Desk, reader: Client) -> None:
    for party, said in (
        ("", "No party is named."),
        ("az", "is no party code"),
        ("KZ", "is this node&#39;s own party"),
    ):
        answer = send(reader, "/desk/explain", {"object": AMBER, "party": party})
        assert answer.status_code == 400
        assert said in answer.text
    assert explained(desk) == []


def test_the_membership_and_its_end_are_said_in_the_readers_language(desk: Desk, az: Desk, reader: Client) -> None:
    desk.admit(az)
    acts.form_body(desk.services, "circle", "Circle", "console", council=True)
    membership = acts.admit_member(desk.services, "circle", "AZ", Role.MEMBER, None, "console")
    acts.release(desk.services, Wish(words=[AMBER], to="class:member"), "console")
    page = send(reader, "/desk/explain", {"object": AMBER, "party": "AZ"}).text
    assert "By which membership, and until when" in page
    assert f"{membership.id} gives AZ what goes to class:member, from" in page
    assert "no end is stated." in page
    page = send(reader, "/desk/explain?lang=ru", {"object": AMBER, "party": "AZ"}).text
    assert f"{membership.id} даёт AZ то, что идёт для class:member" in page
