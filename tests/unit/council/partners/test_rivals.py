"""Which figures disagree: a table in an officer's words, and what holds of every pair."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.council.partners.made import figure

from kenesh.council.partners.kinds import Qualifier
from kenesh.council.partners.rivals import disagree, range_of, rivals_among

YEAR = {"begins": "2024", "until": "2024"}
TWENTY = {"begins": "2005-09", "until": "2025-09"}


@pytest.mark.parametrize(
    ("one", "other", "are_rivals"),
    [
        # exactly
        (("250", "exactly"), ("250", "exactly"), False),
        (("250", "exactly"), ("250.0", "exactly"), False),
        (("250", "exactly"), ("265", "exactly"), True),
        # up to: anything below is room enough
        (("7600000000", "up-to"), ("7300000000", "exactly"), False),
        (("7600000000", "up-to"), ("7600000000", "exactly"), False),
        (("7600000000", "up-to"), ("7600000000.01", "exactly"), True),
        (("7600000000", "up-to"), ("7000000000", "more-than"), False),
        (("7600000000", "up-to"), ("7600000000", "more-than"), True),
        (("7600000000", "up-to"), ("7600000000", "at-least"), False),
        (("7", "up-to"), ("9", "up-to"), False),
        # more than leaves its own number out, at least does not
        (("250", "more-than"), ("250", "exactly"), True),
        (("250", "more-than"), ("251", "exactly"), False),
        (("250", "at-least"), ("250", "exactly"), False),
        (("250", "more-than"), ("100", "at-least"), False),
        (("250", "less-than"), ("250", "exactly"), True),
        (("250", "less-than"), ("249.99", "exactly"), False),
        (("250", "less-than"), ("250", "at-least"), True),
        (("250", "less-than"), ("249", "more-than"), False),
        # about N is within five in a hundred of N, its ends included
        (("300", "about"), ("285", "exactly"), False),
        (("300", "about"), ("284.9", "exactly"), True),
        (("300", "about"), ("315", "exactly"), False),
        (("300", "about"), ("315", "more-than"), True),
        (("300", "about"), ("330", "about"), False),
        (("300", "about"), ("335", "about"), True),
        (("-300", "about"), ("-285", "exactly"), False),
        # among the top three
        (("3", "at-most"), ("2", "exactly"), False),
        (("3", "at-most"), ("4", "exactly"), True),
    ],
)
def test_two_claims_of_the_same_thing(one: tuple[str, str], other: tuple[str, str], are_rivals: bool) -> None:
    assert disagree(figure(*one), figure(*other)) is are_rivals
    assert disagree(figure(*other), figure(*one)) is are_rivals


@pytest.mark.parametrize(
    ("one", "other", "are_rivals"),
    [
        ({"as_of": "2025-09-29"}, {"as_of": "2025-09-29"}, True),
        ({"as_of": "2025-09-29"}, {"as_of": "2025-09"}, True),
        ({"as_of": "2025-09-29"}, {"as_of": "2025"}, True),
        ({"as_of": "2025-09-29"}, {"as_of": "2025-09-30"}, False),
        (YEAR, YEAR, True),
        (YEAR, {"begins": "2024-01", "until": "2024-12-31"}, True),
        (YEAR, {"begins": "2023", "until": "2023"}, False),
        # a month of the year is another total, and so is a year with another one
        (YEAR, {"begins": "2024-05", "until": "2024-05"}, False),
        (YEAR, {"begins": "2023", "until": "2024"}, False),
        # "the past 20 years", said a month later; and a period that leaves more than a tenth out
        (TWENTY, {"begins": "2005-10", "until": "2025-10"}, True),
        (TWENTY, {"begins": "2005", "until": "2023-06"}, False),
        # a level is no total
        ({"as_of": "2024"}, YEAR, False),
    ],
)
def test_two_claims_at_two_times(one: dict[str, str], other: dict[str, str], are_rivals: bool) -> None:
    first, second = figure("250", **one), figure("265", **other, speaker="another")
    assert disagree(first, second) is are_rivals
    assert disagree(second, first) is are_rivals


@pytest.mark.parametrize(
    "differs",
    [{"about": "FR"}, {"counterpart": "UZ"}, {"indicator": "firms"}, {"unit": "firms"}, {"currency": "EUR"}],
)
def test_what_speaks_of_another_thing_is_no_rival(differs: dict[str, str]) -> None:
    assert not disagree(figure("250"), figure("265", **differs))


def test_two_series_of_one_statistic_count_different_things_and_two_statistics_may_disagree() -> None:
    flow = {"dataflow": "TRADE"}
    exports, imports = figure("1", **flow, series_key="A.X"), figure("2", **flow, series_key="A.M")
    elsewhere = figure("2", dataflow="OTHER", series_key="A.M")
    assert not disagree(exports, imports)
    assert disagree(exports, elsewhere)
    assert disagree(exports, figure("2"))


AMOUNTS = st.decimals(-(10**6), 10**6, places=2, allow_nan=False).map(lambda number: f"{number:f}")
CLAIMS = st.tuples(AMOUNTS, st.sampled_from([kind.value for kind in Qualifier]))


@given(CLAIMS, CLAIMS, st.decimals(-(10**7), 10**7, places=2, allow_nan=False))
def test_rivals_leave_no_number_that_is_in_both(one: tuple[str, str], other: tuple[str, str], number: Decimal) -> None:
    def allows(claim: tuple[str, str]) -> bool:
        found = range_of(Qualifier(claim[1]), claim[0])
        is_above = found.low is None or number > found.low or (number == found.low and not found.is_open)
        is_below = found.high is None or number < found.high or (number == found.high and not found.is_open)
        return is_above and is_below

    if disagree(figure(*one), figure(*other)):
        assert not (allows(one) and allows(other))


@given(st.permutations(range(4)))
def test_rivals_are_told_on_both_sides_whatever_the_order(order: list[int]) -> None:
    values = [("250", "exactly"), ("265", "exactly"), ("300", "about"), ("240", "more-than")]
    every = [figure(*said, speaker=f"{at}") for at, said in enumerate(values)]
    found = rivals_among([every[at] for at in order])
    pairs = {name: set(ids) for name, ids in found.items()}
    ids = [one.id for one in every]
    assert pairs == {ids[0]: {ids[1], ids[2]}, ids[1]: {ids[0], ids[2]}, ids[2]: {ids[0], ids[1]}}
