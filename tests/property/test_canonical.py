"""The quick canonical form is RFC 8785's, and the content hash depends on the content alone."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.canonical import MAX_DEPTH, MAX_INTEGER, canonical_bytes, content_hash, decode_ijson
from kenesh.basis.problem import DamagedProblem

quick = settings(max_examples=400, deadline=None)

#: Every code point but lone surrogates; and the ones where sorting and escaping go wrong.
texts = st.one_of(
    st.text(max_size=8),
    st.text(st.sampled_from('\0\x01\b\t\n\x0b\f\r\x1f\x7f\x80"\\/é€\ud7ff\ue000\ufb33\uffff😀𝄞aA'), max_size=6),
)
integers = st.one_of(
    st.integers(-MAX_INTEGER, MAX_INTEGER),
    st.sampled_from([0, -1, MAX_INTEGER, -MAX_INTEGER, MAX_INTEGER - 1, 2**31, 2**32, 10**15]),
)
floats = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not MAX_INTEGER < abs(value) < 1e21),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e21, 1e-7, 1e-6, 5e-324, 1.7976931348623157e308, 0.1]),
)


def json_values(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.one_of(texts, numbers, st.booleans(), st.none()),
        lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(texts, inner, max_size=6)),
        max_leaves=25,
    )


@quick
@given(json_values(integers))
def test_without_floats_it_is_rfc_8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@quick
@given(json_values(st.one_of(integers, floats)))
def test_with_floats_it_is_rfc_8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@quick
@given(st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), texts, max_size=12))
def test_ascii_keys_of_every_kind_are_sorted_as_rfc_8785_does(value: dict[str, str]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


def test_keys_beyond_the_basic_plane_are_sorted_by_utf_16() -> None:
    assert canonical_bytes({"\ufb33": 1, "😀": 2}) == '{"😀":2,"\ufb33":1}'.encode()


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@quick
@given(json_values(st.one_of(integers, floats)), st.randoms(use_true_random=False), st.sampled_from([None, 0, 3, "\t"]))
def test_whitespace_order_and_escaping_do_not_change_the_hash(value: Any, chance: random.Random, indent: Any) -> None:
    plain = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    other = json.dumps(shuffled(value, chance), indent=indent, ensure_ascii=True).encode()
    assert content_hash(decode_ijson(plain)) == content_hash(decode_ijson(other))


@quick
@given(json_values(st.one_of(integers, floats)))
def test_the_canonical_form_reads_back_to_itself(value: Any) -> None:
    once = canonical_bytes(value)
    assert canonical_bytes(decode_ijson(once)) == once


@quick
@given(json_values(integers), json_values(integers))
def test_different_content_has_a_different_hash(one: Any, other: Any) -> None:
    assert (content_hash(one) == content_hash(other)) == (rfc8785.dumps(one) == rfc8785.dumps(other))


@pytest.mark.parametrize(
    "number",
    ["9007199254740992", "-9007199254740992", "1" * 400, "-" + "9" * 5000, "9007199254740993.0", "-1e20", "1e400"],
)
def test_an_integer_beyond_2_53_is_refused(number: str) -> None:
    with pytest.raises(DamagedProblem):
        decode_ijson(f"[{number}]".encode())


@pytest.mark.parametrize(
    "octets",
    [
        *(
            b"NaN",
            b"[Infinity]",
            b"-Infinity",
            b'{"a":1,"a":1}',
            b'[{"\\u0061":1,"a":2}]',
            b'"\\ud800"',
            b'"\\uDC00\\uD800"',
        ),
        *(
            b'{"\\udfff":1}',
            b"\xff",
            b'"\xed\xa0\x80"',
            b"",
            b" ",
            b"01",
            b"[1,]",
            b'"\t"',
            b"\xef\xbb\xbf{}",
            b"{} {}",
        ),
    ],
)
def test_what_is_no_i_json_is_refused(octets: bytes) -> None:
    with pytest.raises(DamagedProblem):
        decode_ijson(octets)


@pytest.mark.parametrize("inside", [b"", b"1", b"1.5", b'"x"'])
def test_the_depth_is_bounded_whatever_stands_inside(inside: bytes) -> None:
    assert decode_ijson(b"[" * MAX_DEPTH + inside + b"]" * MAX_DEPTH)
    with pytest.raises(DamagedProblem, match="nested deeper"):
        decode_ijson(b"[1.5," + b"[" * MAX_DEPTH + inside + b"]" * (MAX_DEPTH + 1))
    with pytest.raises(DamagedProblem, match="nested deeper"):
        decode_ijson(b'{"a":' * 100_000)


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 2**53])
def test_a_number_that_rfc_8785_cannot_write_is_refused(number: float) -> None:
    with pytest.raises(DamagedProblem):
        canonical_bytes([number, 0.5])


def test_a_key_that_stands_twice_is_shown_without_its_tricks() -> None:
    with pytest.raises(DamagedProblem, match=r"u\{202e\}"):
        decode_ijson(b'{"\\u202e":1,"\\u202e":2}')
