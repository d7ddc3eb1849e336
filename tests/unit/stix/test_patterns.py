"""Patterns: the quick way and the grammar's way say the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.problem import DamagedProblem, Problem, TooLargeProblem
from kenesh.stix.patterns import (
    MAX_PATTERN,
    Comparison,
    PatternTimestamp,
    _parse,
    check_pattern,
    comparisons,
    equality_test,
)


@pytest.mark.clause("STIX 2.1 §9")
@pytest.mark.parametrize(
    ("pattern", "test"),
    [
        ("[domain-name:value = 'a.example']", ("domain-name:value", "a.example")),
        ("[domain-name:value='a.example']", ("domain-name:value", "a.example")),
        ("[ \n\turl:value = 'http://192.0.2.1/'\r\n ]", ("url:value", "http://192.0.2.1/")),
        ("[file:hashes.'SHA-256' = 'ab']", ("file:hashes.'SHA-256'", "ab")),
        ("[file:hashes.'MD5' = 'ab']", ("file:hashes.MD5", "ab")),
        ("[file:name = 'it\\'s \\\\ here']", ("file:name", "it's \\ here")),
        ("[process:x[*].y[0].z = '']", ("process:x[*].y[0].z", "")),
        ("[app:id = 'kg.example.app']", ("app:id", "kg.example.app")),
        ("[x:'a = b' = '[c:d = 1]']", ("x:'a = b'", "[c:d = 1]")),
    ],
)
def test_one_equality_test_is_taken_apart(pattern: str, test: tuple[str, str]) -> None:
    assert equality_test(pattern) == test
    assert comparisons(pattern) == [Comparison(test[0], "=", test[1])]


@pytest.mark.parametrize(
    "pattern",
    [
        *("[a:b = 1]", "[a:b != 'c']", "[a:b = 'c' OR a:b = 'd']", "[a:b = 'c'] AND [a:b = 'd']", "[NOT a:b = 'c']"),
        *(
            "[a:b = 'c\\d']",
            "[a:b = 'c'']",
            "[a:IN = 'c']",
            "[true:b = 'c']",
            "[a:b-c = 'd']",
            "[a = 'c']",
            "a:b = 'c'",
        ),
        *("[a:b = 'c'", "", "[a:b = 'c'] ", "[a:b[01] = 'c']", "[a:b = 'c'] WITHIN 5 SECONDS", "[9a:b = 'c']"),
    ],
)
def test_anything_else_is_no_equality_test(pattern: str) -> None:
    assert equality_test(pattern) is None


@pytest.mark.clause("STIX 2.1 §9")
def test_the_comparisons_of_a_pattern_are_told_in_order() -> None:
    pattern = (
        "([file:hashes.MD5 == 'ab' AND file:size >= 10] FOLLOWEDBY [ipv4-addr:value ISSUBSET '198.51.100.0/24'])"
        " AND [url:value NOT LIKE 'http://%.example/' OR file:x <> -1.5 OR file:ok = true] REPEATS 5 TIMES"
    )
    assert comparisons(pattern) == [
        ("file:hashes.MD5", "=", "ab"),
        ("file:size", ">=", 10),
        ("ipv4-addr:value", "ISSUBSET", "198.51.100.0/24"),
        ("url:value", "NOT LIKE", "http://%.example/"),
        ("file:x", "!=", -1.5),
        ("file:ok", "=", True),
    ]


def test_tests_in_parentheses_are_told_too() -> None:
    assert comparisons("[(a:b = 'c' OR (a:d MATCHES '^x$' AND a:e ISSUPERSET '2001:db8::1')) AND a:f < 2]") == [
        ("a:b", "=", "c"),
        ("a:d", "MATCHES", "^x$"),
        ("a:e", "ISSUPERSET", "2001:db8::1"),
        ("a:f", "<", 2),
    ]


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ("'it\\'s'", "it's"),
        ("7", 7),
        ("-7", -7),
        ("0.5", 0.5),
        ("true", True),
        ("false", False),
        ("h'0aff'", b"\x0a\xff"),
        ("b'AAE='", b"\x00\x01"),
        ("t'2026-01-01T00:00:00Z'", PatternTimestamp("2026-01-01T00:00:00Z")),
    ],
)
def test_a_constant_is_what_it_stands_for(constant: str, value: object) -> None:
    ((_, _, read),) = comparisons(f"[a:b != {constant}]")
    assert read == value
    assert type(read) is type(value)


def test_a_set_is_a_tuple_and_existence_has_no_constant() -> None:
    assert comparisons("[a:b IN ('x', 'y,z', '(')]") == [("a:b", "IN", ("x", "y,z", "("))]
    assert comparisons("[a:b NOT IN (1)]") == [("a:b", "NOT IN", (1,))]
    assert comparisons("[EXISTS a:b.'c-d']") == [("a:b.'c-d'", "EXISTS", None)]
    assert comparisons("[NOT EXISTS a:b]") == [("a:b", "NOT EXISTS", None)]


@pytest.mark.parametrize(
    "pattern", ["", "[", "[a:b = ]", "[a:b = 'c'] junk", "alert tcp", "[a:b = 'c' AND]", "\0", "[a:b = 'x\\n']"]
)
def test_what_is_not_grammatical_is_refused_with_the_place(pattern: str) -> None:
    with pytest.raises(DamagedProblem, match=r"no STIX pattern: \d+:\d+"):
        check_pattern(pattern)


def test_a_pattern_that_the_official_validator_refuses_is_taken_where_the_grammar_takes_it() -> None:
    check_pattern("[file:hashes.MD5 = 'not-a-hash' OR app:id = 'x']")


def test_a_pattern_is_bounded_in_length_and_depth() -> None:
    with pytest.raises(TooLargeProblem):
        check_pattern(f"[a:b = '{'x' * MAX_PATTERN}']")
    with pytest.raises(DamagedProblem, match="deeper"):
        check_pattern("(" * 20_000)


@pytest.mark.parametrize("pattern", [f"[a:b = 1{'0' * 5000}]", "[a:b = b'A']", "[a:b != b'AAA=A']"])
def test_a_constant_that_stands_for_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(DamagedProblem):
        comparisons(pattern)


steps = st.sampled_from(["a", "b-c", "IN", "true", "_x9", "'q'", "'S-1'", "[*]", "[0]", "[01]", "ANDx", "9"])
texts = st.text(st.sampled_from("ab'\\ é[]=.:\n"), max_size=6)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(steps, min_size=1, max_size=4), texts, st.sampled_from([" = ", "=", "\t=\n", "=="]), st.sampled_from(".:")
)
def test_whatever_is_taken_quickly_is_grammatical(path: list[str], text: str, equals: str, joint: str) -> None:
    pattern = f"[{path[0]}:{joint.join(path[1:])}{equals}'{text}']"
    if equality_test(pattern):
        assert _parse(pattern)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("[]()'\\=:. abINORTDhbt0123456789-*,"), max_size=40))
def test_no_text_breaks_the_reader(pattern: str) -> None:
    try:
        assert comparisons(pattern)
    except Problem as problem:
        assert problem.detail
