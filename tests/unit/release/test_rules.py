"""The table loads only if each rule can be read at each of its stages, and the last one closes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kenesh.release.conditions import Always, Below, Fact, all_of, facts_asked, is_in, is_not_in
from kenesh.release.rules import RULES, STAGE_FACTS, TABLE, Effect, Rule, Stage, load, rules_at

CLOSING = Rule("DEF-01", "source", Stage.BOTH, Always(), Effect.WITHHOLD, "no rule allows it")


def rule(**changes: Any) -> Rule:
    base = Rule("X-01", "source", Stage.BOTH, is_in(Fact.MARKING, 1), Effect.ALLOW, "reason")
    return replace(base, **changes)


def refusal(*rules: Rule) -> str:
    try:
        load(rules)
    except ValueError as error:
        return str(error)
    raise AssertionError("the table was taken")


def test_the_table_loads_and_is_what_is_asked() -> None:
    assert load(TABLE) == RULES == TABLE
    assert [r for r in RULES if Stage.RELEASE in r.stage] == list(rules_at(Stage.RELEASE))
    assert [r for r in RULES if Stage.READ in r.stage] == list(rules_at(Stage.READ))
    assert load([rule(), CLOSING])


@pytest.mark.parametrize(
    ("stage", "fact"),
    [
        (Stage.RELEASE, Fact.READER),
        (Stage.RELEASE, Fact.IN_FORCE),
        (Stage.READ, Fact.LABEL),
        (Stage.READ, Fact.FORWARDED),
        (Stage.BOTH, Fact.LABEL),
        (Stage.BOTH, Fact.READER),
    ],
)
def test_a_rule_that_asks_what_its_stage_does_not_know_is_refused(stage: Stage, fact: Fact) -> None:
    also = all_of(is_in(Fact.MARKING, 1), is_in(fact, 1))
    for when in (is_in(fact, 1), is_not_in(fact, 1), Below(Fact.MARKING, fact), also):
        assert "not known" in refusal(rule(stage=stage, when=when), CLOSING)


def test_a_rule_that_is_asked_at_no_stage_is_refused() -> None:
    assert "no stage" in refusal(rule(stage=Stage(0)), CLOSING)


def test_an_id_that_stands_twice_is_refused() -> None:
    assert "twice" in refusal(rule(), rule(effect=Effect.WITHHOLD), CLOSING)
    assert "twice" in refusal(rule(id="DEF-01"), CLOSING)


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [rule()],
        [CLOSING, rule()],
        [rule(), replace(CLOSING, effect=Effect.ALLOW)],
        [rule(), replace(CLOSING, stage=Stage.READ)],
        [rule(), replace(CLOSING, stage=Stage.RELEASE)],
        [rule(), replace(CLOSING, when=is_not_in(Fact.MARKING, 9))],
        [rule(when=Always()), CLOSING],
        [rule(when=Always(), effect=Effect.WITHHOLD), CLOSING],
    ],
)
def test_an_open_table_is_refused(rules: list[Rule]) -> None:
    """What is not closed by its last rule, and what a rule before it opens for everybody."""
    assert refusal(*rules)


def test_each_rule_says_where_it_comes_from_and_why() -> None:
    for each in RULES:
        assert re.fullmatch(r"[A-Z]{3}-\d\d", each.id)
        assert re.match(r"(FIRST TLP 2\.0|Kenesh)[,:]", each.source), each.id
        assert not each.reason.endswith(".") and len(each.reason) < 120


def test_a_stage_knows_what_both_readers_of_a_rule_share() -> None:
    both = STAGE_FACTS[Stage.RELEASE] & STAGE_FACTS[Stage.READ]
    for each in RULES:
        if each.stage is Stage.BOTH:
            assert facts_asked(each.when) <= both
