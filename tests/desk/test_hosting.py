"""At the desk, a party that another hosts is told as hosted: before it is admitted, and wherever it is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, OWN_PAGE, Desk, SteppedClock, carry, copied, logged_in, pressed_twice, seal_of, send

from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.federation.hosts import hosting_told
from kenesh.node.settings import read_settings, write_settings
from kenesh.parties.keys import spoken
from kenesh.stix.marking import Tlp

HOSTED = hosting_told("AZ", "TR")


@pytest.fixture
def az(homes: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Desk]:
    """AZ's node, which TR hosts."""
    settings = read_settings(homes / "az")
    write_settings(homes / "az", replace(settings, hosted_by="TR"))
    try:
        with copied(homes / "az", tmp_path / "az", clock) as desk:
            yield desk
    finally:
        write_settings(homes / "az", settings)


def test_it_is_said_before_the_card_is_admitted_and_on_the_page_of_its_node(
    desk: Desk, az: Desk, reader: Client
) -> None:
    form: dict[str, Any] = {"card": json.dumps(acts.card(az.services))}
    asked = reader.post("/desk/peers/admit", data=form, headers=OWN_PAGE, follow_redirects=False)
    assert HOSTED in unescape(asked.text)
    form |= {"agreed": seal_of(asked.text), "fingerprint": spoken(az.services.own.kid)}
    answer = reader.post("/desk/peers/admit", data=form, headers=OWN_PAGE, follow_redirects=False)
    assert answer.status_code == 303
    assert HOSTED in unescape(reader.get(answer.headers["location"]).text)
    assert "hosted by TR" in reader.get("/desk/").text


def test_it_is_said_before_anything_is_released_to_it_and_on_the_object_afterwards(
    desk: Desk, az: Desk, reader: Client
) -> None:
    desk.admit(az)
    form: dict[str, Any] = {"object": [AMBER], "to": ["AZ"]}
    assert "hosted by TR" in reader.get(f"/desk/release?object={AMBER}").text
    assert HOSTED in unescape(send(reader, "/desk/release", form).text)
    barred = unescape(send(reader, "/desk/release", form | {"not_for": "TR"}).text)
    assert "CAV-02" in barred
    assert HOSTED in barred
    pressed_twice(reader, "/desk/release", form)
    page = unescape(reader.get(f"/desk/object/{AMBER}").text)
    assert "hosted by TR" in page
    assert HOSTED in page, "where it is explained who may see it"


def test_what_was_shown_before_it_was_hosted_is_shown_again(desk: Desk, az: Desk, reader: Client) -> None:
    desk.admit(az)
    form: dict[str, Any] = {"object": [AMBER], "to": ["AZ"]}
    seal = seal_of(send(reader, "/desk/release", form).text)
    with desk.services.store.writing() as tx:
        (peer,) = tx.peers.all()
        tx.notes.set(f"host:{peer.party_ref}", desk.services.own.ref)
    answer = send(reader, "/desk/release", form | {"agreed": seal})
    assert "This is no longer what you were shown" in answer.text
    assert hosting_told("AZ", "KZ") in unescape(answer.text)


def test_what_it_states_is_shown_as_signed_by_its_host(desk: Desk, az: Desk, reader: Client, tmp_path: Path) -> None:
    desk.admit(az)
    az.admit(desk)
    (made,) = acts.state_values(az.services, ["stated.example"], Tlp.GREEN, "", "console")
    acts.release(az.services, Wish(words=[made.id], to="KZ"), "console")
    carry(az, desk, tmp_path / "stick")
    assert "signed by TR for AZ" in reader.get(f"/desk/object/{made.id}").text
    assert "signed by TR for AZ" in reader.get("/desk/").text


def test_its_own_people_are_told_who_can_read_what_they_do(az: Desk) -> None:
    with TestClient(az.app) as client:
        assert HOSTED in unescape(logged_in(az, client).get("/desk/").text)
