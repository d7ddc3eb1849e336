"""The decision, and the one place where a `Released` is made."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from kenesh.release.audience import AudienceKind
from kenesh.release.conditions import Fact, Facts
from kenesh.release.decision import Released, condition_sql, decide, only_released
from kenesh.release.reader import ReaderKind
from kenesh.release.rules import STAGE_FACTS, Stage
from kenesh.stix.marking import Tlp


def facts(marking: Tlp, **changes: int) -> Facts:
    """A peer reads its inbox."""
    read = dict.fromkeys(STAGE_FACTS[Stage.READ], 1)
    read |= {Fact.MARKING: marking, Fact.AUDIENCE: AudienceKind.PARTY, Fact.READER: ReaderKind.PEER, Fact.NAMED: 0}
    read |= {Fact.BARRED: 0, Fact.CEILING: Tlp.RED}
    return read | {Fact(name): value for name, value in changes.items()}


def released(*values: Any) -> Released[tuple[Any, ...]]:
    return only_released(Stage.READ, [(facts(Tlp.CLEAR), value) for value in values])


def test_a_decision_says_its_rule_and_reason() -> None:
    decision = decide(Stage.READ, facts(Tlp.RED))
    assert not decision.allowed
    assert decision.rule.id == "TLP-01"
    assert decision.reason == "TLP:RED is for named persons only (TLP-01: FIRST TLP 2.0, RED: named recipients only)"


def test_what_is_allowed_is_released_in_its_order_and_the_rest_is_not() -> None:
    candidates = [(facts(tlp), tlp.label) for tlp in (Tlp.AMBER, Tlp.RED, Tlp.CLEAR, Tlp.RED, Tlp.GREEN)]
    assert only_released(Stage.READ, candidates).value == ("TLP:AMBER", "TLP:CLEAR", "TLP:GREEN")
    assert only_released(Stage.READ, []).value == ()
    assert only_released(Stage.READ, [(facts(Tlp.CLEAR, in_force=0), "x")]).value == ()


def test_equal_facts_that_are_made_one_after_the_other_are_each_decided() -> None:
    """Facts that are gone may leave their place in memory to others."""
    candidates = ((dict(facts(tlp)), tlp) for tlp in [Tlp.CLEAR, Tlp.RED] * 100)
    assert only_released(Stage.READ, candidates).value == (Tlp.CLEAR,) * 100


def test_only_the_decision_makes_a_released() -> None:
    for maker in (None, object(), Released, "kenesh.release.decision"):
        with pytest.raises(TypeError):
            Released("secret", maker)
    with pytest.raises(TypeError):
        Released("secret")  # type: ignore[call-arg]


def test_a_released_never_changes() -> None:
    found = released("open")
    with pytest.raises(AttributeError):
        found.value = ("secret",)
    with pytest.raises(AttributeError):
        found.other = "secret"
    assert not hasattr(found, "__dict__")
    assert found.value == ("open",)


def test_nothing_is_derived_from_a_released() -> None:
    with pytest.raises(TypeError):
        type("Forged", (Released,), {})
    with pytest.raises(AttributeError):
        copy.copy(released("open"))
    with pytest.raises(AttributeError):
        copy.deepcopy(released("open"))
    with pytest.raises(AttributeError):
        pickle.loads(pickle.dumps(released("open")))


def test_a_released_takes_another_shape_with_the_same_content() -> None:
    assert released(1, 2).map(sum).value == 3
    assert isinstance(released(1).map(str), Released)


def test_facts_that_are_not_all_told_are_an_error_and_no_answer() -> None:
    for missing in (Fact.IN_FORCE, Fact.MARKING, Fact.NAMED):
        told = {fact: value for fact, value in facts(Tlp.RED).items() if fact is not missing}
        with pytest.raises(KeyError):
            decide(Stage.READ, told)
        with pytest.raises(KeyError):
            condition_sql(Stage.READ, dict.fromkeys(told, "x"))


def test_the_condition_names_each_column_and_no_placeholder() -> None:
    sql = condition_sql(Stage.READ, {fact: f"t.{fact.value}" for fact in STAGE_FACTS[Stage.READ]})
    assert all(f"t.{fact.value} IS NULL" in sql for fact in STAGE_FACTS[Stage.READ])
    assert sql.startswith("CASE WHEN ") and sql.endswith(" ELSE 0 END = 1")
    assert not set(sql) & set("?%:;'\"")
