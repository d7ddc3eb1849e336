"""Conditions by example. That their two readings agree is for the property tests."""

from __future__ import annotations

import pytest

from kenesh.release.conditions import (
    NO_LABEL,
    All,
    Always,
    Below,
    Fact,
    Is,
    IsNot,
    all_of,
    facts_asked,
    is_in,
    is_not_in,
)
from kenesh.stix.marking import Tlp

COLUMNS = {Fact.MARKING: "g.tlp", Fact.LABEL: "l", Fact.OWN_MARKING: "o"}


def test_a_fact_is_one_of_the_values() -> None:
    condition = is_in(Fact.MARKING, Tlp.GREEN, Tlp.AMBER)
    assert condition == Is(Fact.MARKING, (1, 2))
    assert [condition.holds({Fact.MARKING: tlp}) for tlp in Tlp] == [False, True, True, False, False]
    assert condition.as_sql(COLUMNS) == "g.tlp IN (1, 2)"


def test_a_fact_is_none_of_the_values() -> None:
    condition = is_not_in(Fact.LABEL, NO_LABEL, Tlp.CLEAR)
    assert condition == IsNot(Fact.LABEL, (-1, 0))
    assert [condition.holds({Fact.LABEL: value}) for value in (-2, -1, 0, 1, 99)] == [True, False, False, True, True]
    assert condition.as_sql(COLUMNS) == "l NOT IN (-1, 0)"


def test_one_fact_is_below_another() -> None:
    condition = Below(Fact.LABEL, Fact.OWN_MARKING)
    assert condition.holds({Fact.LABEL: 1, Fact.OWN_MARKING: 2})
    assert not condition.holds({Fact.LABEL: 2, Fact.OWN_MARKING: 2})
    assert condition.as_sql(COLUMNS) == "l < o"


def test_every_part_must_hold() -> None:
    condition = all_of(is_in(Fact.MARKING, 4), Below(Fact.LABEL, Fact.OWN_MARKING))
    assert condition.holds({Fact.MARKING: 4, Fact.LABEL: 0, Fact.OWN_MARKING: 1})
    assert not condition.holds({Fact.MARKING: 3, Fact.LABEL: 0, Fact.OWN_MARKING: 1})
    assert condition.as_sql(COLUMNS) == "(g.tlp IN (4) AND l < o)"
    assert facts_asked(condition) == {Fact.MARKING, Fact.LABEL, Fact.OWN_MARKING}


def test_always_asks_nothing() -> None:
    assert Always().holds({})
    assert Always().as_sql({}) == "1 = 1"
    assert facts_asked(All((Always(), Always()))) == frozenset()


def test_a_condition_that_says_nothing_is_refused() -> None:
    """Without values or parts it would always hold, or never: nobody means that."""
    for nothing in (lambda: is_in(Fact.LABEL), lambda: is_not_in(Fact.LABEL), all_of):
        with pytest.raises(ValueError, match="without"):
            nothing()


def test_a_fact_that_is_not_told_is_an_error_and_no_answer() -> None:
    for condition in (is_in(Fact.LABEL, 1), is_not_in(Fact.LABEL, 1), Below(Fact.LABEL, Fact.OWN_MARKING)):
        with pytest.raises(KeyError):
            condition.holds({})
        with pytest.raises(KeyError):
            condition.as_sql({})
