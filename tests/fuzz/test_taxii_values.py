"""Whatever a client or a peer sends, the readers of TAXII give a value or a `Problem`, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.problem import Problem
from kenesh.taxii.envelope import Envelope, envelope_bytes, read_envelope
from kenesh.taxii.filters import OBJECTS_FIELDS, Filters, parse_filters
from kenesh.taxii.media import accepts, reads_content_type
from kenesh.taxii.paging import Walk, start_of
from kenesh.taxii.resources import error_of, resource_bytes

busy = settings(max_examples=200, deadline=None)

#: Text of every kind, lone surrogates included, and text that nearly means something.
anything = st.text(st.characters())
near_values = st.lists(
    st.sampled_from(
        [
            *("all", "last", "first", ",", "2026-01-01T00:00:00Z", "2026-02-30T00:00:00.1Z", "0001-01-01T00:00:00Z"),
            *(
                "indicator",
                "0",
                "9" * 20,
                "-1",
                "2.1",
                "indicator--6c1b1c9e-7a3d-4f7e-9c58-6b656e657368",
                " ",
                "٣",
                "%",
            ),
        ]
    ),
    max_size=4,
).map("".join)
queries = st.lists(st.tuples(st.sampled_from(sorted(OBJECTS_FIELDS)) | anything, near_values | anything), max_size=8)
headers = anything | st.lists(
    st.sampled_from(
        [
            *(
                "application/taxii+json",
                "*/*",
                "application/*",
                "text/html",
                "version=2.1",
                "version=2.0",
                "q=0",
                "q=0.5",
            ),
            *(";", ",", '"', "\\", " ", "\t", "=", "q="),
        ]
    ),
    max_size=12,
).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=12,
)
near_envelopes = st.dictionaries(st.sampled_from(["objects", "more", "next", "x"]), json_values, max_size=4)
bodies = st.binary(max_size=200) | (json_values | near_envelopes).map(lambda value: json.dumps(value).encode())


def assert_can_be_told(problem: Problem) -> None:
    """A refusal can be shown to whoever asked, and is the client's fault."""
    assert 400 <= problem.http_status < 500
    json.loads(resource_bytes(error_of(problem)))


@busy
@given(queries)
def test_any_query_is_filters_or_a_problem(query: list[tuple[str, str]]) -> None:
    try:
        asked = parse_filters(query)
    except Problem as problem:
        assert_can_be_told(problem)
    else:
        assert isinstance(asked, Filters)
        assert asked.fingerprint() == parse_filters(query[::-1]).fingerprint()
        with suppress(Problem):
            start_of(Walk("c", "r", asked), b"k" * 32)


@busy
@given(headers)
def test_any_header_is_acceptable_or_not(header: str) -> None:
    assert accepts(header) in (True, False)
    assert reads_content_type(header) in (True, False)


@busy
@given(bodies)
def test_any_body_is_an_envelope_or_a_problem(body: bytes) -> None:
    try:
        envelope = read_envelope(body)
    except Problem as problem:
        assert_can_be_told(problem)
    else:
        assert isinstance(envelope, Envelope)
        again = read_envelope(envelope_bytes(b",".join(envelope.objects), envelope.more, envelope.next))
        assert again.objects == envelope.objects


@busy
@given(st.binary(max_size=60), st.integers(0, 80), st.integers(0, 80))
def test_an_envelope_with_any_damage_is_an_envelope_or_a_problem(noise: bytes, start: int, stop: int) -> None:
    whole = envelope_bytes(b'{"id":"a","n":[{"x":"\\u00e7"}]},{}', True, "token")
    try:
        read_envelope(whole[:start] + noise + whole[stop:])
    except Problem as problem:
        assert_can_be_told(problem)
