"""Alarms are acknowledged and stay; what was set aside is listed, shown, and tried again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.officer import Officer

from kenesh.node.clock import SystemClock
from kenesh.node.wiring import open_node
from kenesh.parties.party import party_id
from kenesh.stix.register import Channel


@pytest.fixture
def troubled(pair: tuple[Officer, Officer]) -> Officer:
    """KZ's officer, whose node has an alarm about AZ, and something of AZ's set aside."""
    kz, _ = pair
    node = open_node(kz.home)
    try:
        now = SystemClock().now()
        with node.database.writing() as tx:
            tx.alarms.raise_alarm("chain-broken", "AZ", "Statement 3 did not come.", now)
            ref = party_id("AZ")
            tx.quarantine.put(ref, party_id("KZ"), Channel.CONTENT, "no-id", b"{evil\x1b[2J", "it cannot be read", now)
    finally:
        node.close()
    return kz


def test_an_alarm_is_acknowledged_with_who_and_why_and_troubles_nobody_any_more(troubled: Officer) -> None:
    (alarm,) = troubled.document("alarms")
    assert (alarm["code"], alarm["about"]) == ("chain-broken", "AZ")
    assert "chain-broken" in troubled.says("doctor").out
    seen = ("alarms", "--seen", str(alarm["number"]))
    assert troubled.says(*seen).code == 2, "a reason is asked for"
    troubled.document(*seen, "--why", "their node was restored", "--who", "D. Officer")
    assert troubled.document("alarms") == []
    assert troubled.document("status")["alarms"] == []
    assert "chain-broken" not in troubled.says("doctor").out
    (kept,) = troubled.document("alarms", "--all")
    assert (kept["seen"]["by"], kept["seen"]["why"]) == ("D. Officer", "their node was restored")
    (act,) = [one for one in troubled.document("audit", "list") if one["kind"] == "alarm-acknowledged"]
    assert (act["who"], act["details"]["why"]) == ("D. Officer", "their node was restored")
    assert troubled.says("alarms", "--seen", "99", "--why", "it is").code == 2


def test_what_was_set_aside_is_listed_and_its_octets_are_given_as_they_came(troubled: Officer, tmp_path: Path) -> None:
    (item,) = troubled.document("quarantine", "list")
    assert (item["party"], item["object"], item["reason"]) == ("AZ", "no-id", "it cannot be read")
    assert troubled.document("quarantine", "list", "TR") == []
    out = tmp_path / "octets"
    said = troubled.says("quarantine", "show", str(item["number"]), "--out", str(out))
    assert out.read_bytes() == b"{evil\x1b[2J"
    assert "\x1b" not in said.out
    assert "it cannot be read" in said.out
    assert troubled.says("quarantine", "show", str(item["number"]), "--out", str(out)).code == 2, (
        "nothing is overwritten"
    )
    assert troubled.says("quarantine", "show", "99").code == 2


def test_what_was_set_aside_is_tried_again_and_waits_on_where_it_does_not_hold(troubled: Officer) -> None:
    assert troubled.document("quarantine", "retry") == [{"party": "AZ", "taken": 0, "waiting": 1}]
    assert troubled.says("quarantine", "retry", "TR").code == 2
    assert len(troubled.document("quarantine", "list")) == 1
