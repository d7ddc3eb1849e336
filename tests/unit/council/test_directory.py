"""Who is who: what sources claim, by day; contradictions side by side, in any order, and nothing invented."""

from __future__ import annotations

from datetime import date
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kenesh.basis.problem import DamagedProblem, UsageProblem
from kenesh.council.directory.kinds import CLAIM, claim_wire, read_claim
from kenesh.council.directory.reading import MAX_CLAIMS, MAX_OCTETS, read_claims, shipped
from kenesh.council.directory.roster import (
    Roster,
    called,
    directory,
    in_order,
    name_of,
    partner_state,
    takes_part,
)
from kenesh.council.directory.values import (
    AnyClaim,
    Capacity,
    InBody,
    OfBody,
    Topic,
    checked,
    claim_of,
    first_day,
    last_day,
)
from kenesh.council.procedure import DECIDES
from kenesh.parties.bodies import Role

TODAY = date(2026, 11, 26)
OTS, FUND, CHAMBER = (
    "Organization of Turkic States",
    "Turkic Investment Fund",
    "Turkic Chamber of Commerce and Industry",
)


def seat(party: str, capacity: Capacity, **more: object) -> InBody:
    said = {"body": "B", "source": "s", "as_of": "2025-01-01"} | more
    return InBody(party=party, capacity=capacity, **said)  # type: ignore[arg-type]


def roster(body: str, at: date = TODAY, claims: tuple[AnyClaim, ...] | None = None) -> Roster:
    (found,) = (one for one in directory(shipped() if claims is None else claims, at) if one.body == body)
    return found


def capacities(found: Roster) -> dict[str, list[str]]:
    return {
        row.matter: sorted({one.capacity.value for one in row.claims if isinstance(one, InBody)})
        for row in found.parties
    }


def test_what_ships_names_a_source_and_a_day_for_each_claim_and_nothing_twice() -> None:
    assert all(one.source and len(one.as_of) == 10 and not one.stated_by for one in shipped())
    assert len({*shipped()}) == len(shipped())


def test_a_council_that_is_only_proposed_has_no_members_seat_or_chair() -> None:
    found = roster("Cybersecurity Council")
    assert (found.parties, found.offices) == ((), ())
    assert [row.matter for row in found.about] == [Topic.STATUS, Topic.PART_OF]
    assert all("proposed" in one.text for one in found.about[0].claims if isinstance(one, OfBody))


def test_a_format_that_was_decided_has_no_partner_that_no_source_names() -> None:
    assert roster("OTS+").parties == ()
    assert not any(isinstance(one, InBody) and one.capacity is Capacity.PARTNER for one in shipped())


def test_a_state_is_an_observer_here_and_a_member_there_and_an_organisation_may_observe() -> None:
    assert capacities(roster(OTS))["TM"] == ["observer"]
    assert capacities(roster(CHAMBER))["TM"] == ["member"]
    assert capacities(roster(OTS))["ECO"] == ["observer"]
    assert capacities(roster(CHAMBER, date(2024, 3, 5)))["TM"] == ["observer"]


def test_sources_that_contradict_each_other_stand_side_by_side() -> None:
    found = roster(FUND)
    differ = {row.matter for row in (*found.about, *found.offices, *found.parties) if row.conflict}
    assert differ == {"HU", "TM", "capital"}
    hungary = next(row for row in found.parties if row.matter == "HU")
    assert {(one.capacity, one.source) for one in hungary.claims if isinstance(one, InBody)} == {
        (Capacity.MEMBER, "qazinform"),
        (Capacity.OBSERVER, "24.kg"),
        (Capacity.MEMBER, "trend.az"),
    }
    assert {row.matter for row in roster(CHAMBER).parties if row.conflict} == {"HU"}


@pytest.mark.parametrize(
    ("body", "at", "chair"),
    [
        (OTS, "2022-11-10", None),
        (OTS, "2022-11-11", "UZ"),
        (OTS, "2023-11-02", "UZ"),
        (OTS, "2023-11-03", "KZ"),
        (OTS, "2024-11-06", "KG"),
        (OTS, "2025-10-06", "KG"),
        (OTS, "2025-10-07", "AZ"),
        (CHAMBER, "2026-06-01", "KZ"),
        (CHAMBER, "2027-01-01", None),
        (FUND, "2025-12-05", "UZ"),
        ("CICA", "2024-12-16", "KZ"),
        ("CICA", "2026-12-31", "AZ"),
        ("CICA", "2027-01-01", None),
    ],
)
def test_chairs_rotate_each_on_its_own_clock(body: str, at: str, chair: str | None) -> None:
    offices = {row.matter: row for row in roster(body, date.fromisoformat(at)).offices}
    held = offices.get("chair")
    assert (None if held is None else [one.party for one in held.claims if isinstance(one, InBody)]) == (
        None if chair is None else [chair]
    )


def test_two_chairs_at_a_time_and_two_shares_are_contradictions() -> None:
    two = roster("B", claims=(seat("AZ", Capacity.CHAIR), seat("KZ", Capacity.CHAIR)))
    assert two.offices[0].conflict
    shares = (seat("AZ", Capacity.FOUNDER, share="a fifth"), seat("AZ", Capacity.FOUNDER, share="a sixth"))
    assert roster("B", claims=shares).parties[0].conflict
    both = (seat("AZ", Capacity.FOUNDER, share="a fifth"), seat("AZ", Capacity.MEMBER, source="t"))
    assert not roster("B", claims=both).parties[0].conflict


def test_what_holds_later_or_has_ended_is_counted_and_not_told() -> None:
    claims = (seat("AZ", Capacity.MEMBER, since="2030"), seat("KZ", Capacity.MEMBER, until="2024"))
    found = roster("B", claims=claims)
    assert (found.parties, found.later, found.earlier) == ((), 1, 1)


def test_a_host_names_a_party_and_its_rule_is_said_for_that_host_alone() -> None:
    assert name_of(shipped(), "NCY", TODAY) == "Turkish Republic of Northern Cyprus"
    assert name_of(shipped(), "NCY", TODAY, "AZ") == name_of(shipped(), "NCY", TODAY)
    (there,) = called(shipped(), "NCY", TODAY, "KZ")
    assert (there.host, there.unverified) == ("KZ", True) and "no recognition" in there.disclaimer
    assert "191-VIII" in takes_part(shipped(), "NCY", "KZ", TODAY)[0].legal_basis
    assert takes_part(shipped(), "NCY", "AZ", TODAY) == takes_part(shipped(), "HU", "KZ", TODAY) == ()
    assert takes_part(shipped(), "NCY", "KZ", date(2025, 5, 22)) == ()
    assert name_of(shipped(), "XX", TODAY) == "XX"


def test_a_partner_is_named_invited_or_accepted_by_the_day() -> None:
    one = seat("IT", Capacity.PARTNER, format="OTS+", areas=("trade",), invited_on="2026-02-01", accepted_on="2026-03")
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1))
    assert [partner_state(one, day) for day in days] == ["named", "invited", "accepted"]


def test_neither_partner_nor_observer_decides() -> None:
    assert frozenset((Role.MEMBER, Role.CHAIR)) == DECIDES
    assert {role.value for role in Role} <= {capacity.value for capacity in Capacity}


CLAIMS = st.lists(
    st.builds(
        seat,
        st.sampled_from(("AZ", "KZ", "HU")),
        st.sampled_from((Capacity.MEMBER, Capacity.OBSERVER, Capacity.CHAIR)),
        source=st.sampled_from(("s", "t")),
        since=st.sampled_from((None, "2024", "2025-06", "2026-01-01")),
        until=st.sampled_from((None, "2027", "2026-06-01")),
    ),
    max_size=12,
)


@given(CLAIMS, st.integers(0, 2**32), st.dates(date(2023, 1, 1), date(2028, 1, 1)))
def test_the_order_and_repetition_of_claims_change_nothing(claims: list[InBody], seed: int, at: date) -> None:
    again = [*claims, *claims[:3]]
    Random(seed).shuffle(again)
    assert directory(again, at) == directory(claims, at)
    told = [one for body in directory(claims, at) for row in (*body.offices, *body.parties) for one in row.claims]
    assert sorted(map(repr, told)) == sorted(repr(one) for one in {*claims} if one.holds(at))


def test_each_claim_is_the_same_once_it_was_on_the_wire() -> None:
    for one in in_order(shipped()):
        wire = msgspec.json.decode(msgspec.json.encode(claim_wire(one)))
        assert set(wire) <= set(CLAIM.properties)
        assert read_claim(wire | {"id": ""}, "") == one
        assert read_claim(wire | {"id": "kenesh-claim--1"}, "KZ") == replace(one, stated_by="KZ", id="kenesh-claim--1")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-03-05", "2024-03-05", "2024-03-05"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_day_is_as_exact_as_its_source(text: str, first: str, last: str) -> None:
    assert (first_day(text).isoformat(), last_day(text).isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "0000", "2024-1-1", "", "２０２４"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        first_day(text)


GOOD = '[[claim]]\nbody = "B"\nparty = "AZ"\ncapacity = "member"\nsource = "s"\nas_of = 2025-01-01\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 claims"),
        ("claim = 1", "no list of tables"),
        ("claim = [1]", "no table"),
        ("[[other]]\n", "no sort of claim"),
        (GOOD + "\n# more\n" + GOOD.replace("AZ", "az"), "[[claim]] 2, line 9: "),
        (GOOD.replace("member", "king"), "king"),
        (GOOD.replace('"AZ"', '"AZ\\n"'), "line 1: "),
        (GOOD.replace("2025-01-01", '"2025-01-01\\n"'), "line 1: "),
        (GOOD.replace("2025-01-01", '"2025"'), "as_of is a day"),
        (GOOD + "until = 2024-01-01\nsince = 2025-01-01\n", "ends before it begins"),
        (GOOD + 'keeper = "AZ"\n', "this node's to say"),
        (GOOD + 'stated_by = "AZ"\n', "this node's to say"),
        (GOOD + 'areas = ["trade"]\n', "are a partner's"),
        (GOOD + "extra = 1\n", "extra"),
        (GOOD.replace('"s"', '"' + "s" * 301 + '"'), "300"),
        (GOOD * (MAX_CLAIMS + 1), str(MAX_CLAIMS)),
        ("#" * MAX_OCTETS + "\n", "larger"),
    ],
)
def test_a_file_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DamagedProblem) as refused:
        read_claims(text.encode(), "mine.toml")
    assert said in refused.value.sentence() and "mine.toml" in refused.value.detail


def test_a_claim_of_no_known_sort_is_refused() -> None:
    with pytest.raises(UsageProblem):
        claim_of("wish", {})
    assert checked(seat("AZ", Capacity.MEMBER)) == seat("AZ", Capacity.MEMBER)
