"""Terms by example: a day in the life of one membership."""

from __future__ import annotations

import pytest

from kenesh.basis.instants import Instant, instant_of, modified_key
from kenesh.parties.bodies import Membership, Role
from kenesh.parties.terms import Term, body_terms, class_terms
from kenesh.release.audience import CLASSES

BODY = "kenesh-body--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
AZ, KG = "identity--az", "identity--kg"
MEMBER, PARTNER, OBSERVER = CLASSES[Role.MEMBER], CLASSES[Role.PARTNER], CLASSES[Role.OBSERVER]


def at(hour: int) -> Instant:
    return instant_of(f"2026-11-25T{hour:02}:00:00Z")


def said(
    stated: int,
    begins: int,
    ends: int | None = None,
    *,
    role: Role = Role.MEMBER,
    seat: str = "1",
    party: str = AZ,
    kid: str = "key-1",
    body: str = BODY,
) -> Membership:
    """What the keeper stated at that hour."""
    return Membership(
        id=f"kenesh-membership--{seat}",
        modified=modified_key(f"2026-11-25T{stated:02}:00:00Z"),
        body_ref=body,
        party_ref=party,
        kid=kid,
        role=role,
        begins=at(begins),
        ends=None if ends is None else at(ends),
    )


def spans(terms: list[Term]) -> list[tuple[str, int, int | None]]:
    """(audience, from, until) of each, in hours."""
    day = at(0)
    hour = 3_600_000_000
    return [
        (t.audience_ref, (t.begins - day) // hour, None if t.ends is None else (t.ends - day) // hour) for t in terms
    ]


def test_nothing_stated_gives_no_term() -> None:
    assert body_terms([]) == class_terms([], CLASSES) == []


def test_a_membership_gives_a_term_in_its_body_and_its_class() -> None:
    assert body_terms([said(8, 8)]) == [Term(BODY, AZ, "key-1", Role.MEMBER, at(8), None, "kenesh-membership--1")]
    assert class_terms([said(8, 8)], CLASSES) == [
        Term(MEMBER, AZ, "key-1", Role.MEMBER, at(8), None, "kenesh-membership--1")
    ]


def test_a_term_that_starts_in_the_future_is_not_in_force_before() -> None:
    (term,) = body_terms([said(8, 12)])
    assert [term.is_in_force(at(hour)) for hour in (8, 11, 12, 13)] == [False, False, True, True]
    assert not term.is_in_force(Instant(at(12) - 1))


def test_a_term_ends_at_its_instant() -> None:
    (term,) = body_terms([said(8, 8), said(9, 8, 12)])
    assert spans([term]) == [(BODY, 8, 12)]
    assert term.is_in_force(Instant(at(12) - 1)) and not term.is_in_force(at(12))


def test_an_end_may_be_put_off_or_taken_back() -> None:
    assert spans(body_terms([said(8, 8, 12), said(9, 8, 14)])) == [(BODY, 8, 14)]
    assert spans(body_terms([said(8, 8, 12), said(9, 8)])) == [(BODY, 8, None)]


def test_a_start_may_be_put_off_before_it_comes() -> None:
    """The later statement holds from its own beginning, and the earlier one until then."""
    assert spans(body_terms([said(8, 10), said(9, 12)])) == [(BODY, 10, None)]
    assert spans(body_terms([said(8, 10), said(9, 8)])) == [(BODY, 8, None)]


def test_a_membership_that_ends_as_it_begins_is_none() -> None:
    assert body_terms([said(8, 8, 8)]) == []
    assert body_terms([said(8, 10, 8)]) == []
    assert body_terms([said(8, 8), said(9, 8, 8)]) == []


def test_a_change_of_role_runs_through_in_the_body_and_cuts_the_class() -> None:
    versions = [said(8, 8), said(9, 12, role=Role.PARTNER)]
    assert spans(body_terms(versions)) == [(BODY, 8, None)]
    assert set(spans(class_terms(versions, CLASSES))) == {(MEMBER, 8, 12), (PARTNER, 12, None)}


def test_a_role_that_comes_back_gives_a_second_term_in_the_class() -> None:
    versions = [said(8, 8), said(9, 12, role=Role.OBSERVER), said(10, 14)]
    assert spans(body_terms(versions)) == [(BODY, 8, None)]
    assert sorted(spans(class_terms(versions, CLASSES))) == sorted(
        [(MEMBER, 8, 12), (OBSERVER, 12, 14), (MEMBER, 14, None)]
    )


def test_the_same_role_stated_again_runs_through() -> None:
    versions = [said(8, 8), said(9, 12), said(10, 14)]
    assert spans(class_terms(versions, CLASSES)) == [(MEMBER, 8, None)]


def test_a_rejoin_under_the_same_membership_is_a_second_term() -> None:
    versions = [said(8, 8), said(9, 8, 12), said(13, 14)]
    assert spans(body_terms(versions)) == [(BODY, 8, 12), (BODY, 14, None)]
    assert spans(class_terms(versions, CLASSES)) == [(MEMBER, 8, 12), (MEMBER, 14, None)]


def test_a_rejoin_under_another_membership_is_a_term_of_its_own() -> None:
    versions = [said(8, 8, 12), said(13, 12, seat="2")]
    assert spans(body_terms(versions)) == [(BODY, 8, 12), (BODY, 12, None)]
    assert {term.membership_id for term in body_terms(versions)} == {"kenesh-membership--1", "kenesh-membership--2"}


def test_a_later_statement_without_an_end_leaves_the_gap() -> None:
    versions = [said(8, 8, 10), said(9, 12)]
    assert spans(body_terms(versions)) == [(BODY, 8, 10), (BODY, 12, None)]


def test_a_seat_that_is_given_to_another_party_is_another_term() -> None:
    """AZ's term does not run on under KG's key."""
    versions = [said(8, 8), said(9, 12, party=KG, kid="key-2")]
    assert [(t.party_ref, t.kid) for t in body_terms(versions)] == [(AZ, "key-1"), (KG, "key-2")]
    assert [(t.party_ref, t.kid) for t in class_terms(versions, CLASSES)] == [(AZ, "key-1"), (KG, "key-2")]
    assert spans(body_terms(versions)) == [(BODY, 8, 12), (BODY, 12, None)]


def test_a_membership_that_moves_to_another_body_ends_in_the_first() -> None:
    versions = [said(8, 8), said(9, 12, body="kenesh-body--other")]
    assert spans(body_terms(versions)) == [(BODY, 8, 12), ("kenesh-body--other", 12, None)]


def test_a_new_key_of_the_same_party_runs_through() -> None:
    (term,) = body_terms([said(8, 8), said(9, 12, kid="key-2")])
    assert (term.kid, spans([term])) == ("key-2", [(BODY, 8, None)])


def test_of_two_statements_under_one_modified_the_same_one_holds_whatever_the_order() -> None:
    one, other = said(8, 8, kid="key-1"), said(8, 8, kid="key-2")
    assert body_terms([one, other]) == body_terms([other, one])


def test_terms_come_in_a_fixed_order() -> None:
    versions = [said(8, 8, seat="2", party=KG), said(8, 8, seat="1"), said(8, 10, seat="3")]
    assert [(t.party_ref, t.begins) for t in body_terms(versions)] == [(AZ, at(8)), (AZ, at(10)), (KG, at(8))]


@pytest.mark.parametrize("role", Role)
def test_each_role_is_a_class_of_its_own(role: Role) -> None:
    assert spans(class_terms([said(8, 8, role=role)], CLASSES)) == [(CLASSES[role], 8, None)]
    assert class_terms([said(8, 8, role=role)], {}) == []
