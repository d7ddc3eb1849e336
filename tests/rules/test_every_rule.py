"""The tables leave no rule out: each one decides a row that an officer has read."""

from __future__ import annotations

from tests.rules import test_audiences, test_caveats, test_exercises, test_labels, test_terms, test_tlp
from tests.rules.tables import rules_of

from kenesh.release.rules import RULES

TABLES = {
    "test_tlp": (test_tlp.GIVING, test_tlp.OTHER_VERSIONS, test_tlp.SEEING),
    "test_labels": (test_labels.LABELS, test_labels.PASSED_ON, test_labels.NO_LABEL_OF_TLP),
    "test_audiences": (test_audiences.FEED, test_audiences.PERSONS),
    "test_caveats": (test_caveats.GIVING, test_caveats.PASSING_ON, test_caveats.SEEING, test_caveats.CEILINGS),
    "test_exercises": (test_exercises.EXERCISES,),
    "test_terms": (test_terms.TERMS, test_terms.CLASSES),
}


def test_every_rule_decides_at_least_one_row() -> None:
    decided = {rule for tables in TABLES.values() for rule in rules_of(*tables)}
    assert decided == {rule.id for rule in RULES}
