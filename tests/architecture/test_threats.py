"""The threat model and the list of ASVS name tests that are there; no kind of threat is left out at any boundary."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest
from tests.architecture.sources import ROOT

PAGE: Final = (ROOT / "docs" / "explanation" / "threats.md").read_text("utf-8")
BOUNDARIES: Final = [part.partition("\n") for part in PAGE.split("\n## ")[1:]]
ASVS: Final = (ROOT / "docs" / "explanation" / "asvs.md").read_text("utf-8")
NAMED: Final = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE + ASVS)))


def rows(text: str) -> list[list[str]]:
    """The cells of each threat."""
    lines = [line for line in text.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_holds_a_threat_is_there(path: str, name: str) -> None:
    file = ROOT / path
    assert file.is_file(), path
    assert name in {n.name for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)}


def test_every_word_that_looks_like_a_test_is_read_as_one() -> None:
    assert len(NAMED) > 30
    assert set(re.findall(r"`(tests/[^`]*)`", PAGE + ASVS)) == {f"{path}::{name}" for path, name in NAMED}


@pytest.mark.parametrize(("boundary", "text"), [(name, text) for name, _, text in BOUNDARIES])
def test_every_kind_of_threat_is_thought_of_at_every_boundary(boundary: str, text: str) -> None:
    assert {row[0] for row in rows(text)} == set("STRIDE"), boundary


def test_what_no_test_holds_is_said_to_be_not_held() -> None:
    assert len(BOUNDARIES) == 5
    for _, _, text in BOUNDARIES:
        for kind, threat, holds, tests in rows(text):
            assert tests != "-" or "*Not held" in holds, (kind, threat)
            assert tests == "-" or "::" in tests, (kind, threat)


def test_every_requirement_of_asvs_that_applies_has_a_test_or_is_said_to_be_not_held() -> None:
    found = [line.strip("| ").split(" | ") for line in ASVS.splitlines() if re.match(r"\| \d", line)]
    assert len(found) > 30
    for numbers, what, tests in found:
        assert (tests == "-") is ("*not held*" in what), numbers
        assert tests == "-" or "::" in tests, numbers
