from __future__ import annotations

import pytest

from kenesh.watch.plan import CUTS, plan_for
from kenesh.watch.tokens import Sort


def test_only_what_is_watched_is_cut_out() -> None:
    plan = plan_for({Sort.HASH})

    assert CUTS[Sort.HASH] in plan.suspects
    assert CUTS[Sort.DOTTED] not in plan.suspects


def test_a_hunt_for_nothing_has_queries_all_the_same() -> None:
    assert "WHERE false" in plan_for(()).suspects


@pytest.mark.parametrize("sort", Sort)
def test_every_cut_is_part_of_the_plan_of_a_hunt_for_all(sort: Sort) -> None:
    assert CUTS[sort].replace("'", "''") in plan_for(set(Sort)).suspects


def test_a_plan_holds_no_value_and_takes_lines_as_parameters() -> None:
    assert plan_for({Sort.URL}) == plan_for([Sort.URL])
    assert [f"${place}" in plan_for({Sort.URL}).load for place in (1, 2, 3, 4)] == [True] * 4
