"""Contacts at the desk: whom to reach, who is on duty, what nobody looked at lately; and a check that is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import Desk, SteppedClock, carry, logged_in, send, traces

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant, stix_timestamp
from kenesh.doors import acts, contacting
from kenesh.doors.accounts.keeping import clear_for
from kenesh.doors.casework import By
from kenesh.doors.contacting import Asking
from kenesh.parties.bodies import Role
from kenesh.parties.roles import AccountRole
from kenesh.response.checks import CheckChannel, Standing
from kenesh.response.contacts import ContactKind

BY = By("console")
HOSTILE = "<b>here</b> at evil.example"


def states(desk: Desk, **more: object) -> str:
    now = desk.services.clock.now()
    shifts = [
        {"who": who, "from": stix_timestamp(now + begins * HOUR), "until": stix_timestamp(now + (begins + 8) * HOUR)}
        for who, begins in (("Aigerim", -1), ("Dana", 7))
    ]
    fields = {"name": "KZ desk", "kind": "duty", "telephones": ["+7 701 000 00 00"], "emails": ["desk@cert.example"]}
    on_duty = {} if more else {"shifts": shifts}
    return contacting.state_contact(desk.services, "cert", fields | on_duty | more, BY)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


@pytest.fixture
def checked(desk: Desk, az: Desk, clock: SteppedClock, tmp_path: Path) -> str:
    """AZ keeps a body that KZ is in, and asks whether its desks answer."""
    desk.admit(az)
    az.admit(desk)
    acts.form_body(az.services, "cert", "Cyber", "console")
    acts.admit_member(az.services, "cert", "KZ", Role.MEMBER, None, "console")
    clock.step(MINUTE)
    carry(az, desk, tmp_path / "stick")
    due_at = Instant(clock.now() + 30 * MINUTE)
    asking = Asking("spring ping", ContactKind.DUTY, CheckChannel.TELEPHONE, due_at)
    check = contacting.ask(az.services, "cert", asking, BY)
    later = Asking("tomorrow's", ContactKind.DUTY, CheckChannel.NODE, Instant(due_at + DAY), Instant(due_at + HOUR))
    contacting.ask(az.services, "cert", later, BY)
    carry(az, desk, tmp_path / "stick")
    return check


def standing(desk: Desk) -> Standing:
    (seen,) = contacting.contacts(desk.services, desk.services.person("console"), "cert")
    (found,) = [one for one in seen.checks if one.check.name == "spring ping"]
    return found.parties[0].standing


def test_the_directory_says_whom_to_reach_who_is_on_duty_and_what_is_stale(
    desk: Desk, reader: Client, clock: SteppedClock
) -> None:
    assert "You are in no body, or there is none here." in reader.get("/desk/contacts").text
    acts.form_body(desk.services, "cert", "Cyber", "console")
    acts.form_body(desk.services, "quiet", "Quiet", "console")
    states(desk)
    states(desk, name=HOSTILE, kind="technical", hours=HOSTILE)
    page = reader.get("/desk/contacts").text
    said = words_of(page)
    assert "KZ KZ desk on duty Telephone +7 701 000 00 00 Mail desk@cert.example Aigerim until 2026-11-25 10:00" in said
    assert "then Dana, from 2026-11-25 10:00" in said
    assert "KZ: diplomatic" in said and "KZ: technical" not in said
    assert "stale" not in said
    assert "Nobody has stated a contact in: quiet" in said
    assert "<b>here" not in page and "evil.example" not in page
    assert '<a href="/desk/contacts">Contacts</a>' in reader.get("/desk/objects").text
    clock.step(183 * DAY)
    said = words_of(logged_in(desk, reader).get("/desk/contacts").text)
    assert "nobody is on duty" in said and "stale 183 d ago" in said


def test_a_check_that_waits_for_us_stands_first_and_is_answered_once(
    desk: Desk, az: Desk, reader: Client, checked: str, clock: SteppedClock, tmp_path: Path
) -> None:
    page = reader.get("/desk/contacts").text
    said = words_of(page)
    assert "1 check asks whether we answer" in said and "due in 30 min" in said
    assert "spring ping on duty, by telephone, unannounced" in said
    # What has not begun asks nothing yet.
    assert re.findall(r'name="check" value="([^"]+)"', page) == [checked]
    clock.step(MINUTE)
    form = {"check": checked, "text": "answered by Leyla"}
    assert send(reader, "/desk/contacts/answer", form).headers["location"] == "/desk/contacts"
    page = reader.get("/desk/contacts").text
    # It has not come to who asked, and stands as waiting; it is not asked of us again.
    assert "/desk/contacts/answer" not in page and "no answer yet" in words_of(page)
    before = traces(desk)
    again = send(reader, "/desk/contacts/answer", form)
    assert again.status_code == 400 and "This party has answered that." in again.text
    assert traces(desk) == before
    carry(desk, az, tmp_path / "stick")
    assert standing(az) is Standing.ANSWERED
    carry(az, desk, tmp_path / "stick")
    assert "answered after 1 min 0 s" in words_of(reader.get("/desk/contacts").text)


def test_who_may_only_read_and_who_is_not_cleared_answer_nothing(
    desk: Desk, reader: Client, checked: str, nobody: Client
) -> None:
    desk.has_account("the auditor", AccountRole.AUDITOR)
    auditor = logged_in(desk, nobody, "the auditor")
    page = auditor.get("/desk/contacts").text
    assert "spring ping" in page and "/desk/contacts/answer" not in page
    before = traces(desk)
    assert send(auditor, "/desk/contacts/answer", {"check": checked}).status_code == 403
    assert traces(desk) == before
    clear_for(desk.services, "duty officer", (), "console")
    stranger = logged_in(desk, nobody)
    before = traces(desk)
    assert "You are in no body, or there is none here." in stranger.get("/desk/contacts").text
    absent = send(stranger, "/desk/contacts/answer", {"check": f"{checked[:-4]}0000"})
    withheld = send(stranger, "/desk/contacts/answer", {"check": checked})
    assert (withheld.status_code, withheld.text) == (404, absent.text)
    assert traces(desk) == before
