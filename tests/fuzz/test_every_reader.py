"""Whatever octets come, every reader gives a value or a `Problem`, and what it wrote it reads again.

`make fuzz EXAMPLES=20000` tries as many for each reader; without it, few.
"""

from __future__ import annotations

import json
import os
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.architecture.sources import functions, modules
from tests.fuzz.readers import NOT_FROM_OUTSIDE, READERS, Target

from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40"))
NAMES = ("read_", "parse_", "pieces", "pdf_pieces", "claims", "split", "accepts", "reads_", "unseal", "heard", "issuer")

hostile_octets = st.sampled_from(
    [
        *(
            b"\xff",
            b"\xed\xa0\x80",
            b"\xef\xbb\xbf",
            b"\0",
            b"\\ud800",
            b"\\u0000",
            b"\\",
            b'"',
            b"'",
            b"{",
            b"}",
            b"[",
        ),
        *(
            b"]",
            b",",
            b":",
            b"\n",
            b"\r",
            b"\t",
            b" ",
            b".",
            b"-",
            b"1e999",
            b"-0",
            b"9" * 400,
            b"NaN",
            b"null",
            b"true",
        ),
        *(b"[" * 2_000, b'{"a":' * 2_000, b"(" * 500, b"\x1f\x8b", b"%PDF-", b"=", b"[[", b"\xd9\xa3", b"\xe2\x80\xae"),
        *(b"9999-12-31T23:59:59.999999Z", b"0000-00-00T00:00:00Z", b"2026-11-25T08:00:60Z", b"1" + b"0" * 30),
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.floats()
    | st.text(st.characters(), max_size=6)
    | st.sampled_from(["", "\ud800", "\0", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "\u202e", "٣", "A" * 43]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, examples: tuple[bytes, ...]) -> bytes:
    """An example with a stretch of it replaced, dropped, doubled or cut, once or some times; or no example at all."""
    if draw(st.integers(0, 7)) == 0:
        return draw(st.binary(max_size=200))
    octets = draw(st.sampled_from(examples))
    if octets[:1] in b"{[" and draw(st.booleans()):
        octets = draw(_revalued(octets))
        if draw(st.booleans()):
            return octets
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(octets)))
        stop = draw(st.integers(start, min(len(octets), start + draw(st.sampled_from([0, 1, 8, len(octets)])))))
        between = draw(hostile_octets | st.binary(max_size=8) | st.just(octets[start:stop] * 2))
        octets = octets[:start] + between + octets[stop:]
    return octets


@st.composite
def _revalued(draw: st.DrawFn, octets: bytes) -> bytes:
    """JSON with something else in some place, which it still may be."""
    value = json.loads(octets) if _is_json(octets) else {}
    places = list(_places(value))
    if not places:
        return octets
    holder, key = draw(st.sampled_from(places))
    holder[key] = draw(values)
    return json.dumps(value).encode()


def _is_json(octets: bytes) -> bool:
    try:
        json.loads(octets)
    except ValueError:
        return False
    return True


def _places(value: Any) -> Any:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


@pytest.mark.parametrize("name", READERS)
def test_an_example_is_read(name: str) -> None:
    """Else it would be no example, and what is made of it would say little."""
    target = READERS[name]
    values_read = []
    for octets in target.examples:
        try:
            values_read.append(target.read(octets))
        except Problem:
            continue
    assert values_read


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_a_reader_gives_a_value_or_a_problem_whatever_comes(name: str) -> None:
    target = READERS[name]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(damaged(target.examples))
    def tried(octets: bytes) -> None:
        _is_read_or_refused(target, octets)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tried()


def _is_read_or_refused(target: Target, octets: bytes) -> None:
    try:
        value = target.read(octets)
    except Problem as problem:
        assert problem.detail
        assert visible(problem.sentence(), 100_000) == problem.sentence(), "what it says hides nothing"
        return
    if target.write is not None:
        again = target.write(value)
        assert target.write(target.read(again)) == again


def test_every_reader_is_among_them() -> None:
    """A public function or method whose name says that it reads."""
    there = {
        f"{module.name}:{name}"
        for module in modules()
        for name, _ in functions(module.tree)
        if not any(part.startswith("_") for part in name.split("."))
        if name.startswith(NAMES) and "." not in name and not module.name.startswith("edges/store/")
    }
    listed = {function for target in READERS.values() for function in target.functions}
    assert there - listed - NOT_FROM_OUTSIDE == set(), "it wants a line in tests/fuzz/readers.py"
    existing = {f"{module.name}:{name}" for module in modules() for name, _ in functions(module.tree)}
    assert listed | NOT_FROM_OUTSIDE <= existing, "what is listed is there"
