"""A case is opened at the desk: by whom, with whom, and what is said where something is missing."""

from __future__ import annotations

from tests.desk.conftest import Client
from tests.desk.nodes import OFFICER, Desk, logged_in, send

from kenesh.doors import caseroom
from kenesh.doors.accounts.keeping import clear_for

FORM = {
    "name": "wiper-at-sea",
    "kind": "cyber-incident",
    "severity": "red",
    "sector": ["energy", "transport"],
    "regime": ["nis2"],
    "party": ["AZ"],
    "text": "Two ports are dark.",
}


def test_a_case_is_opened_with_its_room_and_its_clocks(desk: Desk, az: Desk, reader: Client) -> None:
    desk.admit(az)
    page = reader.get("/desk/cases/open").text
    assert 'name="party" value="AZ"' in page and 'name="regime" value="nis2"' in page
    answer = send(reader, "/desk/cases/open", FORM)
    assert answer.status_code == 303, answer.text
    page = reader.get(answer.headers["location"]).text
    assert "Two ports are dark." in page and "Early warning" in page and "AZ" in page
    (seen,) = caseroom.all_cases(desk.services, desk.services.person("console")).value
    case = seen.state.case
    assert (case.name, case.severity, case.sectors) == ("wiper-at-sea", "red", {"energy", "transport"})
    assert {seen.code(one.party_ref) for one in seen.state.parties} == {"KZ", "AZ"}
    again = send(reader, "/desk/cases/open", FORM)
    assert "keeps a body &#39;wiper-at-sea&#39; already" in again.text and "Two ports are dark." in again.text


def test_what_is_missing_or_has_no_place_is_said_and_what_was_written_stays(desk: Desk, reader: Client) -> None:
    for changes, says in (
        ({"kind": ""}, "It is not said what sort of case it is."),
        ({"severity": "mauve"}, "It is not said what sort of case it is."),
        ({"sector": "mining-of-cheese"}, "There is no such sector."),
        ({"party": "ZZ"}, "ZZ"),
        ({"name": "Not A Name"}, "name"),
        ({"regime": "no-law"}, "There is no such law here."),
    ):
        answer = send(reader, "/desk/cases/open", FORM | {"party": []} | changes)
        assert answer.status_code >= 400 and says in answer.text, (changes, answer.text)
    held = {"kind": "terrorism", "text": "He banks at DE89370400440532013000.", "regime": [], "party": []}
    answer = send(reader, "/desk/cases/open", FORM | held)
    assert "I have looked at it" in answer.text and "DE89370400440532013000" in answer.text
    assert caseroom.all_cases(desk.services, desk.services.person("console")).value == ()
    assert send(reader, "/desk/cases/open", FORM | held | {"looked": "yes"}).status_code == 303


def test_who_would_not_see_the_room_opens_none(desk: Desk, reader: Client) -> None:
    clear_for(desk.services, OFFICER, (), "console")
    answer = send(logged_in(desk, reader), "/desk/cases/open", FORM | {"party": []})
    assert "would not see this case" in answer.text
    assert caseroom.all_cases(desk.services, desk.services.person("console")).value == ()
