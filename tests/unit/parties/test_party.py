"""Parties have codes, and everybody computes the same id from a code."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.basis.identifiers import is_stix_id
from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.parties.party import LISTED, LISTED_IDS, party_code, party_id


@pytest.mark.parametrize("code", ["KG", "AZ", "ECO", "SEC", "A1", "NORTH-CYPRUS", "A-", "A" * 16])
def test_a_code_is_a_short_word_of_capitals_digits_and_hyphens(code: str) -> None:
    assert party_code(code) == code


@pytest.mark.parametrize(
    "text",
    [
        *("", "K", "kg", "Kg", "1A", "-A", "A" * 17, "KG ", " KG", "KG\n", "K G", "K_G", "К Г", "КГ", "ＫＧ", "KG\0"),
        *("../KG", "A" * 100_000, "KG\u202e", "\x1b[31mKG"),
    ],
)
def test_anything_else_is_refused_and_shown_without_harm(text: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        party_code(text)
    assert problem.value.detail == visible(problem.value.detail, 1000)
    assert len(problem.value.detail) < 300


def test_an_id_is_computed_from_the_code_alone() -> None:
    """A change here would make every party on every node another one."""
    assert party_id("KG") == "identity--79e260d5-38f3-5ef3-91a4-6389be19f04a"
    assert UUID(party_id("KG").removeprefix("identity--")).version == 5
    assert party_id("KG") == party_id("KG") != party_id("KZ")


def test_an_id_is_not_made_of_what_is_no_code() -> None:
    with pytest.raises(UsageProblem):
        party_id("kg")


def test_the_listed_parties_are_found_by_their_ids() -> None:
    assert {LISTED_IDS[party_id(code)] for code in LISTED} == set(LISTED)
    assert len(LISTED_IDS) == len(LISTED)


@given(st.text(max_size=20))
def test_whatever_is_asked_is_a_code_or_a_problem(text: str) -> None:
    try:
        assert is_stix_id(party_id(text))
    except UsageProblem:
        assert not (text.isascii() and text.isalpha() and text.isupper() and 2 <= len(text) <= 16)
