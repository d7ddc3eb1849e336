from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import OWN_PAGE, Desk, SteppedClock, make_home, opened, seal_of, traces

from kenesh.doors import acts
from kenesh.parties.keys import spoken

PATH = "/desk/peers/admit"


@pytest.fixture
def card(az: Desk) -> str:
    return json.dumps(acts.card(az.services), indent=2)


@pytest.fixture
def fingerprint(az: Desk) -> str:
    return spoken(az.services.own.kid)


def send(client: Client, form: dict[str, Any], file: str = "") -> Any:
    """As the page's form is sent: in several parts, with a file or without one."""
    files = {"file": ("az.card.json", file.encode(), "application/json")}
    return client.post(PATH, data=form, files=files, headers=OWN_PAGE, follow_redirects=False)


def peers(desk: Desk) -> list[str]:
    with desk.services.store.reading() as tx:
        return [peer.code for peer in tx.peers.all()]


@pytest.mark.parametrize("as_file", [True, False])
def test_the_card_is_shown_and_whoever_typed_its_fingerprint_admits_the_node(
    desk: Desk, reader: Client, card: str, fingerprint: str, as_file: bool
) -> None:
    before = traces(desk)
    page = send(reader, {"card": "" if as_file else card}, card if as_file else "").text
    assert traces(desk) == before
    assert "CERT-AZ" in page
    assert "hxxp://testserver[.]local" in page
    assert fingerprint[:19] not in page
    assert spoken(desk.services.own.kid).split("-")[0] in page
    form = {"card": card, "agreed": seal_of(page)}
    answer = send(reader, form | {"fingerprint": fingerprint.upper().replace("-", " ")})
    assert answer.status_code == 303
    page = reader.get(answer.headers["location"]).text
    assert "AZ is admitted" in page
    assert all(f"<span>{group}</span>" in page for group in fingerprint.split("-"))
    assert peers(desk) == ["AZ"]
    with desk.services.store.reading() as tx:
        (act,) = [one.act for one in tx.ledger.acts(-1, 1000) if one.act and one.act.kind == "peer-admitted"]
    assert act.who == desk.number_of()


def test_a_slip_of_the_ear_is_told_by_its_group_and_another_key_as_one(
    desk: Desk, reader: Client, card: str, fingerprint: str
) -> None:
    seal = seal_of(send(reader, {"card": card}).text)
    groups = fingerprint.split("-")
    slip = "-".join([*groups[:3], "ffff" if groups[3] != "ffff" else "0000", *groups[4:]])
    for typed, said in (
        (slip, "1 group is not the card's: number 4."),
        (spoken(desk.services.own.kid), "this is another key, and no slip of the ear"),
        ("1234", "is no fingerprint"),
    ):
        answer = send(reader, {"card": card, "agreed": seal, "fingerprint": typed})
        assert answer.status_code >= 400
        assert said in answer.text
        assert fingerprint not in answer.text
    assert peers(desk) == []


def test_nothing_is_admitted_that_was_not_shown(desk: Desk, reader: Client, card: str, fingerprint: str) -> None:
    page = send(reader, {"card": card, "fingerprint": fingerprint}).text
    assert "Nobody is admitted yet" in page
    seal = seal_of(page)
    answer = send(reader, {"card": card, "fingerprint": fingerprint, "agreed": seal, "depositary": "yes"})
    assert "This is no longer what you were shown" in answer.text
    assert "AZ is the depositary." in answer.text
    assert peers(desk) == []


def test_that_another_node_of_the_party_was_admitted_is_said(
    desk: Desk, az: Desk, reader: Client, card: str, tmp_path: Path, clock: SteppedClock
) -> None:
    desk.admit(az)
    make_home(tmp_path / "other", "AZ", "AZ anew")
    with opened(tmp_path / "other", clock) as other:
        page = send(reader, {"card": json.dumps(acts.card(other.services))}).text
    assert "Another node of AZ is admitted now (CERT-AZ)." in page
    assert "This node is admitted already" in send(reader, {"card": card}).text


def test_the_circles_that_it_will_read_are_named(desk: Desk, az: Desk, reader: Client, card: str) -> None:
    desk.admit(az)
    acts.form_body(desk.services, "circle", "A circle", "console")
    acts.admit_member(desk.services, "circle", "AZ", acts.Role.MEMBER, None, "console")
    page = send(reader, {"card": card}).text
    assert "It reads from then on what is released to:" in page
    assert "circle</bdi>" in page


def test_what_is_no_card_is_said_to_be_none(desk: Desk, reader: Client) -> None:
    assert "There is no card." in send(reader, {"card": ""}).text
    for text in ("{", '{"type": "identity"}', "[]", "x" * 150_000):
        answer = send(reader, {"card": text})
        assert answer.status_code == 422
        assert "This is no card:" in answer.text
    assert peers(desk) == []


def test_a_card_that_does_not_hold_is_refused_before_anything_is_typed(desk: Desk, reader: Client, card: str) -> None:
    changed = card.replace("CERT-AZ", "CERT-ZA")
    assert "The card was changed after it was signed." in send(reader, {"card": changed}).text
    own = json.dumps(acts.card(desk.services))
    assert "own party" in send(reader, {"card": own}).text
    large = send(reader, {"card": "x" * 500_000})
    assert large.status_code == 413
    assert "more than is taken at once" in large.text
    assert large.headers["content-type"].startswith("text/html")
