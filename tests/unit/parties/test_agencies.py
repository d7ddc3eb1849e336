"""Agencies: whose they are by their codes, and that no state speaks twice or by whom it has not named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.parties.signers import KG, TR

from kenesh.basis.instants import HOUR, Instant
from kenesh.parties.agencies import is_named, naming, one_voice, state_of
from kenesh.parties.bodies import SPEAKS, Role, Seat

STATES = {"KZ-CERT": "KZ", "KZ-MVD": "KZ", "TR-MOI": "TR"}


def seat(begins: int, ends: int | None = None, role: Role = Role.MEMBER) -> Seat:
    return Seat(Instant(begins * HOUR), None if ends is None else Instant(ends * HOUR), role)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("KZ-MVD", "KZ"),
        ("KZ-MVD-2", "KZ"),
        ("KZ", ""),
        ("KZ-", ""),
        ("K-MVD", ""),
        ("ECO", ""),
        ("kz-mvd", ""),
        ("identity--0", ""),
    ],
)
def test_an_agency_is_whose_its_code_says(code: str, state: str) -> None:
    assert state_of(code) == state


@pytest.mark.parametrize(
    ("seats", "named", "speaking"),
    [
        ({"KZ-MVD": [seat(1)]}, ["KZ-MVD"], ["KZ-MVD"]),
        ({"KZ-MVD": [seat(1)]}, [], []),
        # The state sits there itself.
        ({"KZ": [seat(0)], "KZ-MVD": [seat(1)]}, ["KZ-MVD"], ["KZ"]),
        # Its seat ended as its agency's began; the ends of a term are not of it.
        ({"KZ": [seat(0, 1)], "KZ-MVD": [seat(1)]}, ["KZ-MVD"], ["KZ-MVD"]),
        ({"KZ": [seat(0, 2)], "KZ-MVD": [seat(1)]}, ["KZ-MVD"], []),
        # Who only listens takes nobody's place.
        ({"KZ": [seat(0, role=Role.OBSERVER)], "KZ-MVD": [seat(1)]}, ["KZ-MVD"], ["KZ-MVD"]),
        # Two that are named: one of them, on every node the same; one that is not named is nobody's rival.
        ({"KZ-MVD": [seat(1)], "KZ-CERT": [seat(1)]}, ["KZ-MVD", "KZ-CERT"], ["KZ-CERT"]),
        ({"KZ-MVD": [seat(1)], "KZ-CERT": [seat(1)]}, ["KZ-MVD"], ["KZ-MVD"]),
        ({"TR": [seat(0)], "KZ-MVD": [seat(1)]}, ["KZ-MVD"], ["KZ-MVD", "TR"]),
    ],
)
def test_who_speaks_at_the_third_hour(seats: dict[str, list[Seat]], named: list[str], speaking: list[str]) -> None:
    found = one_voice(seats, STATES, named)
    assert found.keys() == seats.keys(), "whoever does not speak is heard"
    at = Instant(3 * HOUR)
    assert [p for p in sorted(found) if any(s.role in SPEAKS and s.holds(at) for s in found[p])] == speaking


hours = st.integers(0, 6)
terms = st.builds(
    lambda begins, long, role: seat(begins, None if long is None else begins + long, role),
    hours,
    st.none() | st.integers(1, 4),
    st.sampled_from([Role.MEMBER, Role.CHAIR, Role.OBSERVER]),
)
bodies = st.dictionaries(st.sampled_from(["KZ", "TR", *STATES]), st.lists(terms, min_size=1, max_size=2))


@given(bodies, st.sets(st.sampled_from(sorted(STATES))), st.integers(0, 12))
def test_no_state_ever_speaks_twice(seats: dict[str, list[Seat]], named: set[str], at: int) -> None:
    found = one_voice(seats, STATES, named)
    speaking = [p for p, its in found.items() if any(s.role in SPEAKS and s.holds(Instant(at * HOUR)) for s in its)]
    states = [STATES.get(party, party) for party in speaking]
    assert len(states) == len(set(states))
    assert {party for party in speaking if party in STATES} <= named
    assert one_voice(dict(reversed(seats.items())), STATES, named) == found


def test_a_naming_is_of_one_node_in_one_body_by_one_state() -> None:
    state, other = KG, TR
    signature = state.sign(naming("body", "agency", "kid"))
    keys = [other.public, state.public]
    assert is_named(keys, signature, "body", "agency", "kid")
    assert not is_named([other.public], signature, "body", "agency", "kid")
    for body, agency, kid in (("x", "agency", "kid"), ("body", "x", "kid"), ("body", "agency", "x")):
        assert not is_named(keys, signature, body, agency, kid)
    assert not is_named(keys, "", "body", "agency", "kid")
    assert not is_named(keys, "garbage..", "body", "agency", "kid")
