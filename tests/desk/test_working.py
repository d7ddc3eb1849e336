"""Working on a case at the desk: what is asked of us is answered there, and the lead leads from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from tests.desk.conftest import Client
from tests.desk.nodes import Desk, SteppedClock, carry, logged_in, send, traces

from kenesh.basis.instants import HOUR, MINUTE, Instant
from kenesh.doors import caseopening, caseroom, casework
from kenesh.doors.caseroom import SeenCase
from kenesh.doors.casework import By
from kenesh.parties.roles import AccountRole
from kenesh.response.asking import Standing
from kenesh.response.cases import Joining
from kenesh.response.cases import Standing as CaseStanding
from kenesh.response.kinds import CaseKind
from kenesh.response.statements import Assignment, Opening

BY = By("console")
ACTS = ("answer", "join", "task", "request", "handover", "close")
HOSTILE = "<script>alert(1)</script> at evil.example"


def opens(desk: Desk, name: str = "wiper", kind: CaseKind = CaseKind.CYBER_INCIDENT, *parties: str) -> str:
    return caseopening.open_case(desk.services, Opening(name, kind, desk.services.clock.now()), parties, BY)


def asks(desk: Desk, to: str = "KZ", name: str = "wiper") -> str:
    task = Assignment("image of the controller", Instant(desk.services.clock.now() + 6 * HOUR), HOSTILE)
    return casework.set_task(desk.services, name, to, task, BY)


def case_of(desk: Desk, name: str = "wiper") -> SeenCase:
    return caseroom.one_case(desk.services, desk.services.person("console"), name).value


def standing(desk: Desk, name: str = "wiper") -> Standing:
    (item,) = case_of(desk, name).state.items
    return item.state.standing


@pytest.fixture
def asked(desk: Desk) -> dict[str, str]:
    """KZ leads a case in which it asks something of itself."""
    return {"case": opens(desk), "item": asks(desk)}


@pytest.fixture
def invited(desk: Desk, az: Desk, clock: SteppedClock, tmp_path: Path) -> str:
    """AZ leads a case, to whose room it has admitted KZ, and asks KZ for something."""
    desk.admit(az)
    az.admit(desk)
    case_id = opens(az, "cable", CaseKind.CYBER_INCIDENT, "KZ")
    asks(az, "KZ", "cable")
    clock.step(MINUTE)
    for _ in range(2):
        carry(az, desk, tmp_path / "stick")
    return case_id


@pytest.fixture
def auditor(desk: Desk) -> Iterator[Client]:
    desk.has_account("the auditor", AccountRole.AUDITOR)
    with TestClient(desk.app) as client:
        yield logged_in(desk, client, "the auditor")


def test_what_is_asked_of_us_is_accepted_done_and_told_on_the_page_of_the_case(
    desk: Desk, reader: Client, asked: dict[str, str], clock: SteppedClock
) -> None:
    page = reader.get("/desk/case/wiper").text
    ours = page.partition('id="ours"')[2].partition("</section>")[0]
    assert 'action="/desk/cases/answer"' in ours and "Accept it" in ours
    # What there is to know stands there, and is no markup.
    assert "&lt;script&gt;alert(1)&lt;/script&gt; at evil[.]example" in ours
    assert set(re.findall(r'type="radio" name="status" value="([a-z-]+)"', ours)) == {"accepted", "done", "refused"}
    pressed = send(reader, "/desk/cases/answer", asked | {"status": "accepted"})
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/desk/case/{asked['case']}")
    assert standing(desk) is Standing.ACCEPTED
    page = reader.get(pressed.headers["location"]).text
    assert "Accept it" not in page and 'value="in-progress"' in page
    clock.step(MINUTE)
    send(reader, "/desk/cases/answer", asked | {"status": "in-progress", "text": "half of it"})
    clock.step(MINUTE)
    send(reader, "/desk/cases/answer", asked | {"status": "done", "text": "it is with you", "tlp": "green"})
    assert standing(desk) is Standing.DONE
    page = reader.get("/desk/case/wiper").text
    assert "half of it" in page and "it is with you" in page and 'id="ours"' not in page
    assert desk.number_of() in reader.get("/desk/record").text
    # What is done is done: nothing more is said of it.
    assert send(reader, "/desk/cases/answer", asked | {"status": "refused", "text": "no"}).status_code == 404


def test_a_refusal_says_why_and_what_was_written_stands_again_where_it_was_not_done(
    desk: Desk, reader: Client, asked: dict[str, str]
) -> None:
    before = traces(desk)
    page = send(reader, "/desk/cases/answer", asked | {"status": "refused", "tlp": "clear"})
    assert page.status_code == 400 and "Whoever asked is told why." in page.text
    assert re.search(r'value="refused" required checked', page.text)
    assert '<option value="clear" selected>' in page.text
    page = send(reader, "/desk/cases/answer", asked | {"status": "in-progress", "text": "we began"})
    assert "in-progress does not follow from that" in page.text and "we began</textarea>" in page.text
    for form in ({}, {"status": "cancelled"}, {"status": "done", "tlp": "blue"}, {"status": "done", "tlp": "red"}):
        assert send(reader, "/desk/cases/answer", asked | form).status_code in (400, 403), form
    assert traces(desk) == before
    assert send(reader, "/desk/cases/answer", asked | {"status": "refused", "text": "no hands"}).status_code == 303
    assert standing(desk) is Standing.REFUSED


def test_who_was_asked_into_a_room_takes_part_or_says_why_not_and_the_lead_hears_it(
    desk: Desk, az: Desk, reader: Client, invited: str, clock: SteppedClock, tmp_path: Path
) -> None:
    page = reader.get("/desk/case/cable").text
    assert "We were asked into this case, and have not answered" in page
    assert "/desk/cases/task" not in page and "/desk/cases/close" not in page
    no = send(reader, "/desk/cases/join", {"case": invited, "answer": "decline"})
    assert no.status_code == 400 and "No reason is given." in no.text
    assert send(reader, "/desk/cases/join", {"case": invited, "answer": "decline", "text": "no"}).status_code == 303
    assert case_of(desk, "cable").joining is Joining.DECLINED
    clock.step(MINUTE)
    assert "We take no part in this case" in reader.get("/desk/case/cable").text
    assert send(reader, "/desk/cases/join", {"case": invited, "answer": "join"}).status_code == 303
    assert case_of(desk, "cable").joining is Joining.JOINED
    assert 'id="join"' not in reader.get("/desk/case/cable").text
    (item,) = case_of(desk, "cable").asked_of_us()
    send(reader, "/desk/cases/answer", {"case": invited, "item": item.asked.id, "status": "accepted"})
    carry(desk, az, tmp_path / "stick")
    assert standing(az, "cable") is Standing.ACCEPTED
    assert {one.joining for one in case_of(az, "cable").state.parties} == {Joining.JOINED}
    # Another party leads it.
    before = traces(desk)
    for act, form in (("close", {"what": "closed"}), ("task", {"to": "AZ", "title": "x", "by": "1h"})):
        answer = send(reader, f"/desk/cases/{act}", {"case": invited} | form)
        assert answer.status_code == 400 and "AZ leads this case" in answer.text
    assert traces(desk) == before


def test_the_lead_sets_a_task_asks_hands_over_and_closes(
    desk: Desk, reader: Client, asked: dict[str, str], clock: SteppedClock
) -> None:
    case = {"case": asked["case"]}
    page = reader.get("/desk/case/wiper").text
    assert all(f'href="/desk/cases/{act}?case={asked["case"]}"' in page for act in ACTS[2:])
    assert "Set a task" in reader.get("/desk/cases/task", params=case).text
    form = case | {"to": "KZ", "title": "keep the logs", "text": "all of them", "by": "4h"}
    assert send(reader, "/desk/cases/task", form).status_code == 303
    chosen = {"by": "1h", "until": "2026-12-01T12:00", "kind": "preservation"}
    assert send(reader, "/desk/cases/request", form | chosen).status_code == 303
    items = {item.asked.kind: item.asked for item in case_of(desk).state.items if item.asked.name == "keep the logs"}
    assert items[""].due_at == clock.now() + 4 * HOUR and items[""].text == "all of them"
    assert items["preservation"].due_at == Instant(1_796_126_400_000_000)
    before = traces(desk)
    faults = (
        {"title": ""},
        {"to": ""},
        {"by": "soon"},
        {"until": "2020-01-01T00:00"},
        {"until": "noon"},
        {"kind": "x"},
    )
    for fault in faults:
        answer = send(reader, "/desk/cases/request", form | fault)
        assert answer.status_code == 400 and "all of them</textarea>" in answer.text, fault
    assert send(reader, "/desk/cases/task", form | {"to": "TR"}).status_code == 404
    assert send(reader, "/desk/cases/handover", case | {"who": ""}).status_code == 400
    assert send(reader, "/desk/cases/close", case | {"what": "x"}).status_code == 400
    assert traces(desk) == before
    assert (
        send(reader, "/desk/cases/handover", case | {"who": "the night shift", "text": "AZ images"}).status_code == 303
    )
    assert "Handed over to the night shift. AZ images" in reader.get("/desk/case/wiper").text
    for what, standing_then in (("handled", CaseStanding.HANDLED), ("closed", CaseStanding.CLOSED)):
        clock.step(MINUTE)
        send(reader, "/desk/cases/close", case | {"what": what})
        clock.step(MINUTE)
        assert case_of(desk).state.standing is standing_then
    page = reader.get("/desk/case/wiper").text
    assert "Open the case again" in page and "/desk/cases/task?" not in page
    send(reader, "/desk/cases/close", case | {"what": "open"})
    clock.step(MINUTE)
    assert case_of(desk).state.standing is CaseStanding.OPEN


def test_what_looks_as_if_it_identified_a_person_is_held_back_until_somebody_has_looked(
    desk: Desk, reader: Client
) -> None:
    case_id = opens(desk, "ring", CaseKind.ORGANISED_CRIME)
    form = {"case": case_id, "item": asks(desk, "KZ", "ring"), "status": "done", "text": "call +7 701 000 00 00"}
    before = traces(desk)
    page = send(reader, "/desk/cases/answer", form)
    assert page.status_code == 400 and "a telephone number (+7 ...)" in page.text
    assert 'name="looked" value="yes"' in page.text
    assert traces(desk) == before
    assert send(reader, "/desk/cases/answer", form | {"looked": "yes"}).status_code == 303
    assert standing(desk, "ring") is Standing.DONE
    # Where nothing looks so, nobody is asked to have looked.
    assert "looked" not in reader.get("/desk/cases/handover", params={"case": case_id}).text


def test_who_may_only_read_sees_the_case_and_does_nothing(desk: Desk, auditor: Client, asked: dict[str, str]) -> None:
    page = auditor.get("/desk/case/wiper").text
    assert "image of the controller" in page
    assert "/desk/cases/" not in page.partition("</header>")[2].replace('"/desk/cases"', "")
    before = traces(desk)
    for act in ACTS:
        form = asked | {"status": "accepted", "answer": "join", "what": "closed"}
        assert send(auditor, f"/desk/cases/{act}", form).status_code == 403
        assert auditor.get(f"/desk/cases/{act}", params=form).status_code == 403
    assert traces(desk) == before


def test_who_is_not_cleared_for_the_room_is_told_what_he_is_told_of_none(
    desk: Desk, nobody: Client, asked: dict[str, str]
) -> None:
    absent = {name: f"{value[:-4]}0000" for name, value in asked.items()}
    desk.has_account("stranger", cleared=())
    stranger = logged_in(desk, nobody, "stranger")
    before = traces(desk)
    for act in ACTS:
        more = {
            "status": "accepted",
            "answer": "join",
            "what": "closed",
            "to": "KZ",
            "title": "x",
            "by": "1h",
            "who": "x",
        }
        withheld, none = (send(stranger, f"/desk/cases/{act}", form | more) for form in (asked, absent))
        assert (withheld.status_code, withheld.text) == (404, none.text), act
        looked = stranger.get(f"/desk/cases/{act}", params=asked)
        other = stranger.get(f"/desk/cases/{act}", params=absent)
        assert (looked.status_code, other.status_code) == (404, 404)
    assert send(stranger, "/desk/cases/close", {"case": "wiper", "what": "closed"}).status_code == 404
    assert traces(desk) == before


def test_a_case_that_he_sees_is_no_way_to_what_is_asked_in_another(
    desk: Desk, nobody: Client, asked: dict[str, str]
) -> None:
    seen = opens(desk, "open")
    desk.has_account("stranger", cleared=[case_of(desk, "open").room_ref])
    stranger = logged_in(desk, nobody, "stranger")
    assert "wiper" not in stranger.get("/desk/cases").text and "open" in stranger.get("/desk/cases").text
    before = traces(desk)
    answer = send(stranger, "/desk/cases/answer", {"case": seen, "item": asked["item"], "status": "accepted"})
    assert answer.status_code == 404
    assert traces(desk) == before
    assert standing(desk) is Standing.ASKED
