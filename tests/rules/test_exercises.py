"""Exercises: what was made up for a drill stays in the circle that plays it, and nothing real goes in.

The objects are marked TLP:CLEAR, which goes to anybody, so that nothing but the exercise stands in the way.
"""

from __future__ import annotations

import pytest
from tests.rules import words
from tests.rules.tables import Case, cases

from kenesh.basis.instants import Instant
from kenesh.holdings.egress import Terms, may_release

EXERCISES = """
| the object     | to               | which               | decision | rule   |
|----------------|------------------|---------------------|----------|--------|
| is real        | a body           | plays no exercise   | allowed  | TLP-12 |
| is real        | a body           | plays an exercise   | withheld | EXE-02 |
| is made up     | a body           | plays an exercise   | allowed  | TLP-12 |
| is made up     | a body           | plays no exercise   | withheld | EXE-01 |
| is made up     | a party          | plays no exercise   | withheld | EXE-01 |
| is made up     | a class          | plays no exercise   | withheld | EXE-01 |
| is made up     | own constituents | plays no exercise   | withheld | EXE-01 |
| is made up     | all peers        | plays no exercise   | withheld | EXE-01 |
| is made up     | the public       | plays no exercise   | withheld | EXE-01 |
| is made up     | a named person   | plays no exercise   | withheld | EXE-01 |
"""


@pytest.mark.parametrize("case", cases(EXERCISES))
def test_what_an_exercise_keeps_apart(case: Case) -> None:
    held = words.held(words.marking("TLP:CLEAR"))
    terms = Terms(Instant(0), exercise=case["the object"] == "is made up", played=case["which"] == "plays an exercise")
    decision = may_release(held, words.AUDIENCES[case["to"]], None, words.OWN, terms)
    assert words.outcome(decision) == (case["decision"], case["rule"])
