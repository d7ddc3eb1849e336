"""The closed list of problems, and what each says."""

from __future__ import annotations

import re

import pytest

from kenesh.basis.problem import CODES, Exit, Problem, UsageProblem


def test_each_code_stands_once_and_is_written_with_hyphens() -> None:
    codes = [problem.code for problem in CODES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_the_list_is_complete() -> None:
    """A subclass made elsewhere would be missing from the catalogue of errors."""
    assert set(CODES) == {Problem, *Problem.__subclasses__()}


@pytest.mark.parametrize("problem", CODES, ids=lambda problem: problem.code)
def test_each_has_a_title_a_status_and_an_exit_code(problem: type[Problem]) -> None:
    assert problem.title[0].isupper() and not problem.title.endswith(".")
    assert 400 <= problem.http_status < 600
    assert isinstance(problem.exit, Exit) and problem.exit is not Exit.DONE


@pytest.mark.parametrize("problem", CODES, ids=lambda problem: problem.code)
def test_only_what_may_pass_by_itself_is_tried_again(problem: type[Problem]) -> None:
    # 429 too: whoever waits is answered (RFC 6585 §4).
    assert not problem.retryable or problem.http_status >= 500 or problem.http_status == 429


def test_a_problem_says_what_is_wrong_and_what_to_do() -> None:
    problem = UsageProblem("limit=0 cannot be read.", advice="Give a number above 0.", path="limit")
    assert str(problem) == problem.detail == "limit=0 cannot be read."
    assert problem.sentence() == "limit=0 cannot be read. Give a number above 0."
    assert problem.params == {"path": "limit"}


def test_without_advice_the_sentence_is_the_detail() -> None:
    assert UsageProblem("That is wrong.").sentence() == "That is wrong."


def test_what_it_repeats_hides_nothing_and_has_an_end() -> None:
    problem = UsageProblem("Unknown field `\ufefftype\u202e`.")
    assert str(problem) == problem.detail == "Unknown field `\\u{feff}type\\u{202e}`."
    assert len(UsageProblem("x" * 1_000_000).detail) < 11_000
