"""Whatever stands in an event, reading gives objects that the reader takes or refuses, and never breaks."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.basis.problem import Problem
from kenesh.edges.formats.misp.reading import claims, pieces
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.reading import ObjectReader

READER = ObjectReader()
UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
TYPES = [
    "domain",
    "ip-dst|port",
    "filename|sha256",
    "regkey|value",
    "AS",
    "yara",
    "text",
    "email-dst",
    "vulnerability",
    "x",
]
words = st.sampled_from(
    [
        *TYPES,
        UUID,
        "1767225600",
        "tlp:red",
        "tlp:",
        "pap:x",
        "file",
        "domain-ip",
        "email",
        "",
        "|",
        "a|b",
        "|80",
        "x'\\",
        "5",
    ]
)
scalars = st.one_of(words, st.text(max_size=6), st.integers(-(2**65), 2**65), st.booleans(), st.none(), st.floats())
NAMES = [
    *("uuid", "type", "value", "timestamp", "distribution", "to_ids", "deleted", "first_seen", "Tag", "Galaxy", "name"),
    *(
        "GalaxyCluster",
        "meta",
        "Sighting",
        "date_sighting",
        "ObjectReference",
        "referenced_uuid",
        "Attribute",
        "Object",
    ),
    *(
        "object_relation",
        "SharingGroup",
        "ShadowAttribute",
        "Orgc",
        "info",
        "EventReport",
        "content",
        "synonyms",
        "refs",
    ),
]
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)),
    max_leaves=10,
)


def frame(**said: Any) -> dict[str, Any]:
    return {"uuid": UUID, "timestamp": "1767225600", "distribution": "3"} | said


attributes = st.builds(
    lambda kind, value, more: frame(type=kind, value=value) | more,
    st.sampled_from(TYPES),
    words,
    st.dictionaries(st.sampled_from(NAMES), values, max_size=3),
)
objects = st.builds(
    lambda name, inner, more: frame(name=name, Attribute=inner) | more,
    words,
    st.lists(attributes, max_size=3),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
)


def read(octets: bytes) -> None:
    for part in pieces(io.BytesIO(octets)):
        if isinstance(part, Piece):
            try:
                READER.read(part.octets)
            except Problem as problem:
                assert problem.detail.isprintable()
        else:
            assert part.reason.isprintable()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(attributes, max_size=3),
    st.lists(objects, max_size=2),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
)
def test_whatever_stands_in_an_event_it_is_read_or_refused(inner: Any, parts: Any, more: dict[str, Any]) -> None:
    read(json.dumps({"Event": frame(info="x", Attribute=inner, Object=parts) | more}).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_octets_break_it(octets: bytes) -> None:
    claims(octets)
    read(octets)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5000), st.sampled_from([b"[", b'{"response":', b'{"Event":', b'{"Event":{"info":']))
def test_no_depth_breaks_it(depth: int, opening: bytes) -> None:
    read(opening * depth)


def test_a_space_that_looks_like_another_is_written_out() -> None:
    (refusal,) = pieces(io.BytesIO(b"\xc2\xa0"))
    assert isinstance(refusal, Refusal)
    assert "\\u{a0}" in refusal.reason
