"""PAP: what may be done with a value, as markings and labels say it."""

from __future__ import annotations

from typing import Any

import pytest

from kenesh.stix.pap import Pap, pap_of

AMBER = "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab"
CLEAR = "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730"
OTHER = "marking-definition--0b9d5a6e-6b0c-4d6e-9a53-000000000001"


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("PAP:RED", Pap.RED),
        ("pap:amber", Pap.AMBER),
        ("PAP: GREEN", Pap.GREEN),
        ('pap="clear"', Pap.CLEAR),
        ("PAP:WHITE", Pap.CLEAR),
        ("PAP AMBER", Pap.AMBER),
        ("misp:pap-red", Pap.RED),
    ],
)
def test_a_label_says_a_level_in_any_of_its_spellings(label: str, level: Pap) -> None:
    assert pap_of({"labels": [label]}, {}) is level


@pytest.mark.parametrize("label", ["PAP", "PAP:", "PAP:BLUE", "pap:green+x", "PAP:GREENISH", "PAP:\u0130"])
def test_an_unknown_word_of_pap_counts_as_red(label: str) -> None:
    assert pap_of({"labels": [label]}, {}) is Pap.RED


@pytest.mark.parametrize("label", ["paper", "PAPUA", "papaya-botnet", "tlp:red", "1PAP", ""])
def test_other_words_say_nothing_of_pap(label: str) -> None:
    assert pap_of({"labels": [label]}, {}) is None


def test_of_several_levels_the_strictest_holds() -> None:
    value = {"labels": ["PAP:GREEN"], "object_marking_refs": [CLEAR, AMBER]}
    assert pap_of(value, {}) is Pap.AMBER


def test_a_marking_of_a_part_counts_for_the_whole() -> None:
    value = {
        "granular_markings": [{"selectors": ["name"], "marking_ref": AMBER}, {"selectors": ["name"], "lang": "kk"}]
    }
    assert pap_of(value, {}) is Pap.AMBER


@pytest.mark.parametrize(
    "definition",
    [
        {"name": "PAP:RED"},
        {"x_opencti_definition": "PAP:RED"},
        {"definition_type": "statement", "definition": {"statement": "PAP:RED - do not block"}},
        {"definition_type": "PAP", "definition": {"pap": "red"}},
        {"extensions": {"extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b": {"pap": "red"}}},
        {"extensions": {"extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b": {"pap": ["odd"]}}},
    ],
)
def test_a_marking_definition_of_anybody_says_it(definition: dict[str, Any]) -> None:
    assert pap_of({"object_marking_refs": [OTHER]}, {OTHER: definition}) is Pap.RED


def test_only_green_and_clear_may_act() -> None:
    assert [pap.may_act for pap in Pap] == [True, True, False, False]
    assert [pap.label for pap in Pap] == ["PAP:CLEAR", "PAP:GREEN", "PAP:AMBER", "PAP:RED"]
