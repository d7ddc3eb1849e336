"""Votes: a table of who votes what with which weight; exact in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenesh.council.kinds import Base, Majority, Stance
from kenesh.council.values import Counting
from kenesh.council.voting import tally

SIMPLE, THIRDS, ALL = Majority.SIMPLE, Majority.TWO_THIRDS, Majority.ALL
STANCES = {"+": Stance.SUPPORT, "-": Stance.OBJECT, "~": Stance.AMEND, "0": Stance.ABSTAIN, "r": Stance.RESERVE}
SIX = ("AZ", "HU", "KG", "KZ", "TR", "UZ")


PLAIN = Counting()


@dataclass(frozen=True)
class Row:
    """`votes`: of AZ, HU, KG, KZ, TR, UZ, each + for, - against, ~ amends, 0 abstains, r reserves, . says nothing."""

    votes: str
    majority: Majority
    adopted: bool
    counting: Counting = PLAIN


#: Equal capital, equal vote; and a fund in which one has paid in twice as much.
EQUAL = Counting(Base.CAST)
TWICE = Counting(Base.CAST, weights=(("KZ", 2),))
SHARES = Counting(Base.ALL, weights=(*((code, 2000) for code in SIX if code != "HU"), ("HU", 1)))
FOUR, SHARE = Counting(Base.CAST, quorum=4), Counting(Base.CAST, quorum_share=(2, 3))
TABLE = [
    Row("+.....", SIMPLE, True),
    Row("++--..", SIMPLE, False),
    Row("++-~..", SIMPLE, False),
    Row("++-000", SIMPLE, True, EQUAL),
    Row("++-000", SIMPLE, False, Counting(Base.PRESENT)),
    Row("++-...", SIMPLE, False, Counting(Base.ALL)),
    Row("+++...", SIMPLE, False, Counting(Base.ALL)),
    Row("++++..", SIMPLE, True, Counting(Base.ALL)),
    Row("000000", SIMPLE, False),
    Row("......", SIMPLE, False),
    Row("++-...", THIRDS, True, EQUAL),
    Row("++-00r", THIRDS, True, EQUAL),
    Row("++-0..", THIRDS, False, Counting(Base.PRESENT)),
    Row("++-...", THIRDS, False),
    Row("++++--", THIRDS, True),
    Row("+++---", THIRDS, False),
    Row("+++++.", ALL, False),
    Row("+++++.", ALL, True, EQUAL),
    Row("+++++r", ALL, True, EQUAL),
    Row("+++++-", ALL, False, EQUAL),
    Row("...+-.", SIMPLE, True, TWICE),
    Row("..-+-.", SIMPLE, False, TWICE),
    Row("+.++..", THIRDS, False, SHARES),
    Row("+.+++.", THIRDS, True, SHARES),
    Row("-+----", SIMPLE, False, SHARES),
    Row("++0...", SIMPLE, False, FOUR),
    Row("++00..", SIMPLE, True, FOUR),
    Row("++0...", SIMPLE, False, SHARE),
    Row("++00..", SIMPLE, True, SHARE),
    Row("+++++.", SIMPLE, False, Counting(quorum=1, quorum_share=(1, 1))),
    Row("+.....", SIMPLE, False, Counting(weights=(("AZ", 0),))),
    Row("+.....", SIMPLE, False, Counting(weights=(("AZ", 0),), quorum=1)),
    # Who does not decide weighs nothing, whatever the rules say of him.
    Row("+-....", SIMPLE, False, Counting(weights=(("XX", 1000),), quorum_share=(1, 2))),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.votes} {row.majority} {row.counting}")
def test_what_comes_of_a_vote(row: Row) -> None:
    stances = {code: STANCES[said] for code, said in zip(SIX, row.votes, strict=True) if said != "."}
    assert tally(stances | {"XX": Stance.SUPPORT}, SIX, row.majority, row.counting).is_adopted is row.adopted


_VOTES = st.dictionaries(st.sampled_from(SIX), st.sampled_from(list(Stance)))
_WEIGHTS = st.dictionaries(st.sampled_from(SIX), st.integers(0, 1_000_000)).map(lambda found: tuple(found.items()))
_SHARES = st.tuples(st.integers(1, 9999), st.integers(1, 9999)).map(lambda pair: (min(pair), max(pair)))


@given(_VOTES, st.sampled_from(list(Majority)), st.sampled_from([None, *Base]), _WEIGHTS, st.integers(0, 6), _SHARES)
def test_it_is_exact_and_one_more_for_it_never_hurts(
    votes: dict[str, Stance],
    majority: Majority,
    base: Base | None,
    weights: tuple[tuple[str, int], ...],
    quorum: int,
    share: tuple[int, int],
) -> None:
    counting = Counting(base, weights, quorum, share)
    found = tally(votes, SIX, majority, counting)
    assert found.support + found.against + found.abstained <= found.total
    if found.total:
        part = Fraction(found.support + found.against + found.abstained, found.total)
        assert not found.is_adopted or part >= Fraction(*share)
    doubled = Counting(base, tuple((code, 2 * dict(weights).get(code, 1)) for code in SIX), quorum, share)
    assert tally(votes, SIX, majority, doubled).is_adopted is found.is_adopted
    if found.is_adopted:
        for code in SIX:
            assert tally(votes | {code: Stance.SUPPORT}, SIX, majority, counting).is_adopted
