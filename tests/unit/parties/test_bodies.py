"""Bodies and memberships on the wire: what the keeper states is what the rules of terms read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.unit.parties.signers import AZ

from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.parties.bodies import BODY, MEMBERSHIP, Role, body_object, membership_object, read_membership
from kenesh.parties.party import party_id
from kenesh.stix.reading import ObjectReader
from kenesh.stix.register import Channel

NOW = instant_of("2026-11-25T08:00:00Z")
UUID_1 = UUID("8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")
READER = ObjectReader([BODY, MEMBERSHIP])


def body(**changes: Any) -> dict[str, Any]:
    said = {"name": "cyber", "title": "The circle", "purpose": "circle", "keeper_ref": party_id("SEC"), "now": NOW}
    return body_object(UUID_1, **(said | changes))


def membership(**changes: Any) -> dict[str, Any]:
    said = {
        "body_ref": body()["id"],
        "party": "AZ",
        "party_ref": party_id("AZ"),
        "kid": AZ.kid,
        "role": Role.OBSERVER,
        "keeper_ref": party_id("SEC"),
        "begins": Instant(NOW + 1),
        "now": NOW,
    }
    return membership_object(UUID_1, **(said | changes))


def read(value: dict[str, Any]) -> Any:
    return READER.read(msgspec.json.encode(value)).value


def test_both_travel_in_the_control_twin() -> None:
    assert BODY.channel is MEMBERSHIP.channel is Channel.CONTROL


def test_what_is_stated_passes_its_schema() -> None:
    assert read(body()) == body()
    assert read(membership()) == membership()


def test_a_membership_is_read_as_it_was_stated() -> None:
    found = read_membership(read(membership(begins=instant_of("2026-11-26T08:00:00Z"))))
    assert found.id == f"kenesh-membership--{UUID_1}"
    assert found.modified == "2026-11-25T08:00:00"
    assert (found.body_ref, found.party_ref, found.kid) == (body()["id"], party_id("AZ"), AZ.kid)
    assert found.role is Role.OBSERVER
    assert found.begins == instant_of("2026-11-26T08:00:00Z")
    assert found.ends is None


def test_an_end_is_read_where_there_is_one() -> None:
    value = membership() | {"until": "2026-12-01T00:00:00.000Z"}
    assert read_membership(read(value)).ends == instant_of("2026-12-01T00:00:00Z")


@pytest.mark.parametrize("role", Role)
def test_each_role_is_read(role: Role) -> None:
    assert read_membership(read(membership(role=role))).role is role


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "king"},
        {"role": "Member"},
        {"party": "az"},
        {"party_ref": "identity--x"},
        {"body_ref": "kenesh-card--" + str(UUID_1)},
        {"kid": "short"},
        {"from": "yesterday"},
        {"until": 7},
        {"legal_basis": "x" * 1001},
    ],
)
def test_a_membership_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DamagedProblem):
        read(membership() | changes)


@pytest.mark.parametrize("name", MEMBERSHIP.required)
def test_a_membership_that_says_less_is_refused(name: str) -> None:
    with pytest.raises(DamagedProblem):
        read({key: item for key, item in membership().items() if key != name})


@pytest.mark.parametrize(
    "changes",
    [{"name": "Cyber"}, {"name": "c"}, {"name": "-cyber"}, {"name": "a b"}, {"title": ""}, {"purpose": "war"}],
)
def test_a_body_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DamagedProblem):
        read(body() | changes)


def test_a_day_that_does_not_exist_is_a_problem_and_no_crash() -> None:
    """The schema sees digits where they must be; only the calendar knows that there is no such day."""
    with pytest.raises(UsageProblem):
        read_membership(read(membership() | {"from": "2026-02-30T00:00:00Z"}))
