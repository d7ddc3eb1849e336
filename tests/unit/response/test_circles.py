"""What identifies a person is found before it leaves; in a circle that coordinates, files count for nothing."""

from __future__ import annotations

import pytest

from kenesh.response.circles import COORDINATE, coordinates, identifiers
from kenesh.response.kinds import CaseKind

#: All of it is made up; the numbers fit their check digits, and belong to nobody.
FOUND = [
    ("write to some.body@mail.example now", "an e-mail address (som...)"),
    ("called from +7 701 000 00 00 at noon", "a telephone number (+7 ...)"),
    ("called from +994 (12) 000-00-00", "a telephone number (+99...)"),
    ("paid to GB82 WEST 1234 5698 7654 32", "a bank account (GB8...)"),
    ("with card 4111 1111 1111 1111", "a payment card (411...)"),
    ("number 10000000146", "an identity number of Türkiye (100...)"),
    ("IIN 900101300017", "an individual number of Kazakhstan (900...)"),
    ("PINFL 31503900000012", "a personal number (315...)"),
    ("carries N 00000000", "a passport or identity card (N 0...)"),
    ("carries AB1234567", "a passport or identity card (AB1...)"),
]
HARMLESS = [
    "",
    "Three teams meet on 2026-12-01 at 09:00 in Almaty, room 12.",
    "case 20261126, item 4, 500 000 USD, 1,5 billion",
    "card 4111 1111 1111 1112",
    "number 12345678901",
    "IIN 901301300017",
    "hash 6f1a5d6b2f0cf7b4f2d3f0a9a6d1a6b1",
    "kenesh-case--11111111-1111-4111-8111-111111111111",
    "0000000000000000",
]


@pytest.mark.parametrize(("text", "told"), FOUND)
def test_what_looks_as_if_it_identified_a_person_is_told(text: str, told: str) -> None:
    assert told in identifiers(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_identifies_nobody_is_passed_over(text: str) -> None:
    assert identifiers(text) == ()


def test_much_is_told_in_few_words_and_what_is_found_is_not_said_again_in_full() -> None:
    text = " ".join(f"a{n}@mail.example" for n in range(1000))
    assert len(identifiers(text)) == 10
    assert all("mail.example" not in told for told in identifiers(text))


@pytest.mark.parametrize(("kind", "says"), [(kind, kind in COORDINATE) for kind in CaseKind])
def test_three_kinds_of_circles_coordinate_alone(kind: CaseKind, says: bool) -> None:
    assert coordinates(kind) is says
