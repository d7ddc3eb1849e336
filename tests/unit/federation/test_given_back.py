"""What an account posted and reads back is no release: what befalls releases befalls it without a word to anybody."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.federation.objects import indicator
from tests.unit.federation.alone import Alone

from kenesh.doors.acts import withdraw
from kenesh.doors.taxii.posting import post_objects
from kenesh.federation.answering import new_sightings
from kenesh.holdings.rows import Grant
from kenesh.parties.party import party_id
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.marking import Tlp

NEWER = "2026-11-26T08:00:00.000Z"


def posts(alone: Alone, *values: dict[str, Any], party: str = "AZ") -> None:
    reader = Reader(ReaderKind.ACCOUNT, party_id(party), "misp")
    post_objects(alone.services, reader, msgspec.json.encode({"objects": values}))


def grants_of(alone: Alone, value: dict[str, Any]) -> list[Grant]:
    with alone.database.reading() as tx:
        (known,) = tx.versions.known([value["id"]]).values()
        return tx.grants.of_objects([known.num])


def statements(alone: Alone) -> int:
    with alone.database.reading() as tx:
        return len(tx.statements.recent(1000))


@pytest.fixture
def value() -> dict[str, Any]:
    return indicator("given-back.example")


def test_it_is_marked_more_strictly_with_its_object(alone: Alone, value: dict[str, Any]) -> None:
    posts(alone, value)
    before = statements(alone)
    posts(alone, indicator("given-back.example", Tlp.AMBER) | {"id": value["id"], "modified": NEWER})
    assert [grant.tlp for grant in grants_of(alone, value)] == [Tlp.AMBER, Tlp.AMBER]
    assert statements(alone) == before


def test_it_ends_when_the_author_s_own_version_takes_its_place(alone: Alone, value: dict[str, Any]) -> None:
    claimed = value | {"created_by_ref": party_id("TR"), "name": "What AZ says that TR said"}
    posts(alone, claimed)
    assert len(grants_of(alone, claimed)) == 1
    before = statements(alone)
    alone.holds(claimed | {"name": "What TR says"}, giver="TR")
    assert grants_of(alone, claimed) == []
    assert statements(alone) == before


def test_a_withdrawal_from_everybody_leaves_what_was_released_to_nobody(alone: Alone, value: dict[str, Any]) -> None:
    clear = indicator("given-back.example", Tlp.CLEAR) | {"id": value["id"]}
    posts(alone, clear)
    alone.releases(value["id"], to="TR")
    withdraw(alone.services, value["id"], "it was wrong", "officer")
    assert [grant.is_released for grant in grants_of(alone, clear)] == [False]


def test_nothing_follows_it(alone: Alone, value: dict[str, Any]) -> None:
    """A revocation follows every release; what was given back is none."""
    posts(alone, value)
    before = statements(alone)
    posts(alone, value | {"modified": NEWER, "revoked": True})
    assert statements(alone) == before
    assert [grant.is_released for grant in grants_of(alone, value)] == [False, False]


def test_a_sighting_that_one_s_own_client_posted_is_still_to_be_released(alone: Alone, value: dict[str, Any]) -> None:
    alone.holds(value, giver="AZ")
    sighting = {
        "type": "sighting",
        "spec_version": "2.1",
        "id": "sighting--0b9d5a6e-6b0c-4d6e-9a53-00000000beef",
        "created": NEWER,
        "modified": NEWER,
        "sighting_of_ref": value["id"],
    }
    posts(alone, sighting, party="KZ")
    with alone.database.reading() as tx:
        assert [held.id for held in new_sightings(tx, alone.own)["AZ"]] == [sighting["id"]]
