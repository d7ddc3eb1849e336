"""What every page that does something keeps to: from another site nothing is taken, and looking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, OWN_PAGE, REPORT, Desk, logged_in, send, traces

from kenesh.council.register.columns import Columns
from kenesh.council.register.keeping import Page
from kenesh.council.register.stated import Source
from kenesh.doors import acts, caseopening
from kenesh.doors.acts import Wish
from kenesh.doors.casework import By
from kenesh.doors.desk.routes import routes
from kenesh.parties.roles import AccountRole
from kenesh.response.kinds import CaseKind
from kenesh.response.statements import Opening

SOURCE = "kenesh-source--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0b01"
#: Each with a form that would do something, and the permission that it asks for.
ACTS: dict[str, tuple[dict[str, Any], str]] = {
    "/desk/state": ({"values": "192.0.2.9", "tlp": "green"}, "desk:objects:state"),
    "/desk/release": ({"object": AMBER, "to": "AZ"}, "desk:releases:make"),
    "/desk/withdraw": ({"of": AMBER, "reason": "a mistake"}, "desk:releases:withdraw"),
    "/desk/recalls/decide": ({"of": AMBER, "answer": "apply"}, "desk:recalls:decide"),
    "/desk/forward/answer": ({"of": AMBER, "answer": "grant"}, "desk:releases:make"),
    "/desk/calls/ack": ({"number": "00000000"}, "response:calls:answer"),
    "/desk/cases/open": ({"name": "wiper-at-sea", "kind": "cyber-incident"}, "response:cases:work"),
    "/desk/cases/answer": ({"case": "wiper", "item": "x", "status": "done"}, "response:cases:work"),
    "/desk/cases/join": ({"case": "wiper", "answer": "join"}, "response:cases:work"),
    "/desk/cases/task": ({"case": "wiper", "to": "KZ", "title": "image", "by": "4h"}, "response:cases:work"),
    "/desk/cases/request": ({"case": "wiper", "to": "KZ", "title": "logs", "by": "4h"}, "response:cases:work"),
    "/desk/cases/handover": ({"case": "wiper", "who": "the night shift"}, "response:cases:work"),
    "/desk/cases/close": ({"case": "wiper", "what": "closed"}, "response:cases:work"),
    "/desk/contacts/answer": ({"check": "kenesh-contact-check--x"}, "response:cases:work"),
    "/desk/council/take": ({"proposal": "kenesh-proposal--x", "stance": "support"}, "council:positions:take"),
    "/desk/council/propose": ({"body": "kenesh-body--x", "name": "One form"}, "council:proposals:make"),
    "/desk/council/extend": ({"proposal": "kenesh-proposal--x"}, "council:proposals:make"),
    "/desk/council/withdraw": ({"proposal": "kenesh-proposal--x"}, "council:proposals:make"),
    "/desk/council/notify": ({"proposal": "kenesh-proposal--x", "party": "AZ"}, "council:proposals:make"),
    "/desk/council/certify": ({"proposal": "kenesh-proposal--x", "organ": "CC"}, "council:decisions:certify"),
    "/desk/council/call": ({"body": "kenesh-body--x", "name": "Heads of teams"}, "council:sittings:call"),
    "/desk/council/answer": ({"sitting": "kenesh-sitting--x", "answer": "yes"}, "council:sittings:answer"),
    "/desk/council/outcome": ({"sitting": "kenesh-sitting--x", "text": "agreed"}, "council:sittings:call"),
    "/desk/explain": ({"object": AMBER, "party": "AZ"}, "desk:releases:explain"),
    "/desk/proposals": ({"proposal": "1", "tlp": "green"}, "desk:proposals:judge"),
    "/desk/register/rows": ({"source": SOURCE, "row": "1", "tlp": "green"}, "council:register:judge"),
    "/desk/register/keep": ({"name": "a", "text": "It is well."}, "council:register:judge"),
    "/desk/register/evidence": ({"statement": AMBER, "by": REPORT, "effect": "done"}, "council:register:judge"),
    "/desk/register/correct": ({"source": SOURCE, "row": "1", "kind": "call"}, "council:register:judge"),
    "/desk/peers/admit": ({"card": "{}"}, "desk:peers:admit"),
}
#: Forms in which whole texts are sent.
LONG = {"/desk/council/propose": 4_100_000, "/desk/council/take": 2_100_000}
ELSEWHERE = [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]


@pytest.fixture
def reader(desk: Desk, nobody: Client) -> Client:
    """Somebody who may do everything that is done at the desk."""
    desk.has_account("everybody", *AccountRole)
    return logged_in(desk, nobody, "everybody")


@pytest.fixture
def released(desk: Desk, az: Desk) -> None:
    """There is something for each form to do."""
    desk.admit(az)
    acts.release(desk.services, Wish(words=[AMBER], to="AZ"), "console")
    opening = Opening("wiper", CaseKind.CYBER_INCIDENT, desk.services.clock.now())
    caseopening.open_case(desk.services, opening, [], By("console"))
    page = Page(0, Source(SOURCE, "", "page.txt", "Herald", "Name it.", "0" * 64), desk.services.clock.now(), "console")
    with desk.services.store.writing() as tx:
        tx.register.keep(page, [Columns(3, "the Minister", "support", "We support it")])


def posts(desk: Desk) -> dict[str, HTTPRouteHandler]:
    every = (handler for handler in routes(desk.services) if "POST" in handler.http_methods)
    return {path: handler for handler in every for path in handler.paths}


def test_every_form_of_the_desk_is_told_here_with_its_permission(desk: Desk) -> None:
    found = {path: handler.opt["permission"] for path, handler in posts(desk).items()}
    # Coming in, and one's own account (`tests/unit/doors/test_login.py`).
    coming_in = dict.fromkeys(("/desk/login", "/desk/code", "/desk/password", "/desk/passkey"), "public")
    account = [f"/desk/account{rest}" for rest in ("", "/authenticator", "/passkey", "/session")]
    own = coming_in | {"/desk/logout": "desk:session:end"} | dict.fromkeys(account, "desk:account:keep")
    assert found == own | {path: permission for path, (_, permission) in ACTS.items()}


def test_what_another_site_sends_is_refused_and_does_nothing(desk: Desk, released: None, reader: Client) -> None:
    before = traces(desk)
    for path, (form, _) in ACTS.items():
        for headers in ELSEWHERE:
            answer = send(reader, path, form | {"agreed": "0" * 64}, headers)
            assert answer.status_code == 403, path
            assert "This was not sent from a page of the desk." in answer.text
    assert traces(desk) == before


def test_looking_changes_nothing_however_much_the_address_says(desk: Desk, released: None, reader: Client) -> None:
    before = traces(desk)
    for path, (form, _) in ACTS.items():
        for address in (path, "/desk/done", "/desk/recalls"):
            reader.get(address, params=form | {"agreed": "0" * 64})
            reader.head(address, params=form)
    assert traces(desk) == before


def test_nobody_does_anything(desk: Desk, released: None, nobody: Client) -> None:
    before = traces(desk)
    for path, (form, _) in ACTS.items():
        for answer in (nobody.get(path, params=form, follow_redirects=False), send(nobody, path, form)):
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login"), path
    assert traces(desk) == before


def test_a_form_that_is_too_large_or_has_too_many_fields_is_refused_on_a_page(desk: Desk, reader: Client) -> None:
    for path in ACTS:
        large = reader.post(path, content=b"note=" + b"x" * LONG.get(path, 500_000), headers=OWN_PAGE)
        assert large.status_code == 413, path
        assert "more than is taken at once" in large.text
        many = send(reader, path, {"object": [f"x{n}" for n in range(501)]})
        assert many.status_code == 400, path
        assert "too many fields" in many.text


def test_what_was_done_is_told_only_to_whom_it_is_visible(desk: Desk, reader: Client) -> None:
    assert reader.get("/desk/done", params={"id": AMBER}).status_code == 200
    for ids in ([], ["x"], ["kenesh-release--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0fff"]):
        assert reader.get("/desk/done", params={"id": ids}).status_code == 404
