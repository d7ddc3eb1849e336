"""What waits, at the desk: who was called, who looks after it, and what a person of another circle learns of it."""

from __future__ import annotations

import re

from tests.desk.conftest import Client
from tests.desk.nodes import OFFICER, Desk, logged_in, send

from kenesh.basis.instants import HOUR
from kenesh.doors import acts, alerting
from kenesh.doors.accounts.keeping import clear_for
from kenesh.doors.alerting import Asking
from kenesh.doors.calling import due_calls
from kenesh.doors.casework import By
from kenesh.response.calls import Person, Plan

PLAN = Plan((Person("head", ("mail:head@cert.example",)),))


def watchful(desk: Desk) -> None:
    acts.form_body(desk.services, "council", "Council", "console")
    alerting.ask_level(desk.services, "council", Asking("watch", "Sandstorm", 24 * HOUR), By("console"))


def test_what_waits_is_listed_and_taken_over_once(desk: Desk, reader: Client) -> None:
    assert "Nothing waits for anybody here." in reader.get("/desk/calls").text
    watchful(desk)
    page = reader.get("/desk/calls").text
    assert "An alert level has changed" in page and "council: Confirm your contacts" in page
    numbers = re.findall(r'name="number" value="([0-9a-f]{8})"', page)
    assert len(numbers) == 2
    assert send(reader, "/desk/calls/ack", {"number": numbers[0]}).headers["location"] == "/desk/calls"
    page = reader.get("/desk/calls").text
    assert OFFICER in page and re.findall(r'name="number" value="([0-9a-f]{8})"', page) == [numbers[1]]
    # Who has it is not called for it; whoever looks after the other is still to come.
    (call,) = due_calls(desk.services, PLAN, desk.services.person("node"))
    assert [one.number for one in call[1]] == [numbers[1]]
    assert send(reader, "/desk/calls/ack", {"number": "00000000"}).status_code == 404


def test_whoever_may_not_know_of_a_circle_learns_nothing_of_what_waits_in_it(desk: Desk, reader: Client) -> None:
    watchful(desk)
    number = re.findall(r'name="number" value="([0-9a-f]{8})"', reader.get("/desk/calls").text)[0]
    clear_for(desk.services, OFFICER, (), "console")
    logged_in(desk, reader)
    assert "Nothing waits for anybody here." in reader.get("/desk/calls").text
    absent = send(reader, "/desk/calls/ack", {"number": "00000000"})
    withheld = send(reader, "/desk/calls/ack", {"number": number})
    assert (withheld.status_code, withheld.text.replace(number, "00000000")) == (404, absent.text)
