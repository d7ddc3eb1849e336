from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kenesh.basis.instants import DAY, HOUR, MINUTE, Instant, instant_of
from kenesh.federation.peer import Peer
from kenesh.node.doctor import _peer
from kenesh.parties.keys import PublicKey

NOW = instant_of("2026-11-25T08:00:00Z")


AZ = Peer(
    party_ref="identity--1",
    code="AZ",
    name="CERT-AZ",
    url="http://127.0.0.1:1",
    key=PublicKey(""),
    kid="",
    serial=1,
    valid_until=Instant(NOW + 365 * DAY),
    is_depositary=False,
    admitted_at=NOW,
    last_sync_at=Instant(NOW - MINUTE),
    last_error="",
    skew=0,
)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, None),
        ({"last_sync_at": Instant(NOW - 23 * HOUR)}, None),
        ({"last_sync_at": Instant(NOW - 25 * HOUR)}, "not read since 2026-11-24 07:00:00Z"),
        (
            {"last_sync_at": None},
            "nothing was ever read from it: is it running, and has it admitted this node?",
        ),
        (
            {"last_error": "AZ does not answer."},
            "AZ does not answer. (last read 2026-11-25 07:59:00Z; `kenesh sync AZ` tries again)",
        ),
        (
            {"last_error": "AZ does not answer.", "last_sync_at": None},
            "AZ does not answer. (never read; `kenesh sync AZ` tries again)",
        ),
        ({"skew": 5 * MINUTE}, None),
        ({"skew": 5 * MINUTE + 1_000_000}, "its clock is 301 s ahead of this one: set both by NTP"),
        ({"skew": -2 * HOUR}, "its clock is 7200 s behind this one: set both by NTP"),
        (
            {"valid_until": Instant(NOW + 29 * DAY)},
            "its card expires 2026-12-24 08:00:00Z: ask for a new one",
        ),
    ],
)
def test_what_is_found_of_a_peer(more: dict[str, Any], fault: str | None) -> None:
    found = list(_peer(replace(AZ, **more), NOW))
    assert {f.check for f in found} == {"peer AZ"}
    assert [f.text for f in found if f.is_fault] == ([fault] if fault else [])
