"""Whatever octets come, the reader gives a version or a `Problem`, and a file gives pieces and refusals."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kenesh.basis.canonical import canonical_bytes, content_hash, decode_ijson
from kenesh.basis.problem import Problem
from kenesh.stix.files import Piece, split_octets
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader

busy = settings(max_examples=300, deadline=None)
READER = ObjectReader()

UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
TYPES = [
    "indicator",
    "relationship",
    "sighting",
    "report",
    "file",
    "ipv4-addr",
    "marking-definition",
    "x-other",
    "bundle",
]
NAMES = [
    *("type", "id", "spec_version", "created", "modified", "created_by_ref", "revoked", "object_marking_refs", "name"),
    *(
        "granular_markings",
        "selectors",
        "marking_ref",
        "lang",
        "pattern",
        "pattern_type",
        "valid_from",
        "hashes",
        "MD5",
    ),
    *("external_references", "url", "extensions", "extension_type", "source_ref", "target_ref", "object_refs", "value"),
    *(
        "definition",
        "definition_type",
        "statement",
        "tlp",
        "objects",
        "x_ref",
        "x_refs",
        "payload_bin",
        "relationship_type",
    ),
]
words = st.sampled_from(
    [
        *TYPES,
        *(f"{name}--{UUID}" for name in TYPES),
        *(
            f"marking-definition--{UUID}",
            f"identity--{UUID}",
            "2.1",
            "2.0",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:60Z",
        ),
        *(
            "stix",
            "[a:b = 'c']",
            "[a:b = ",
            "statement",
            "tlp",
            "white",
            "new-sdo",
            "new-sco",
            "",
            "\0",
            "\ud800",
            "\u202e",
        ),
        *("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", f"extension-definition--{UUID}", "http://a.example/", "a b"),
    ]
)
scalars = st.one_of(
    words,
    st.text(max_size=8),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.booleans(),
    st.none(),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(NAMES), words), inner, max_size=5)
    ),
    max_leaves=12,
)


@st.composite
def near_objects(draw: st.DrawFn) -> dict[str, Any]:
    """Objects that are nearly right: a right frame, in which anything may be replaced."""
    name = draw(st.sampled_from(TYPES))
    frame: dict[str, Any] = {
        "type": name,
        "spec_version": "2.1",
        "id": f"{name}--{UUID}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
    }
    if name == "indicator":
        frame |= {"pattern": "[a:b = 'c']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
    if name == "relationship":
        frame |= {"source_ref": f"file--{UUID}", "target_ref": f"file--{UUID}", "relationship_type": "related-to"}
    frame |= draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
    return {key: item for key, item in frame.items() if draw(st.integers(0, 15))}


def read(octets: bytes) -> Version | None:
    try:
        return READER.read(octets)
    except Problem as problem:
        assert problem.detail
        assert problem.detail.isprintable()
        return None


@busy
@given(st.binary(max_size=200))
def test_no_octets_break_the_reader(octets: bytes) -> None:
    read(octets)


@busy
@given(values)
def test_no_json_breaks_the_reader(value: Any) -> None:
    read(json.dumps(value).encode())


@settings(max_examples=1_000, deadline=None)
@given(near_objects())
def test_what_is_nearly_an_object_is_read_or_refused(value: dict[str, Any]) -> None:
    octets = json.dumps(value).encode()
    version = read(octets)
    if version is not None:
        assert (version.original or version.raw) == octets
        assert version.sha256 == content_hash(decode_ijson(version.raw))
        assert version.id.startswith(f"{version.type}--")
        assert all(ref.startswith("marking-definition--") for ref in version.marking_refs + version.granular_refs)
        assert list(version.references) == sorted(set(version.references))
        assert all(said.isprintable() for said in version.leniences)


@settings(max_examples=200, deadline=None)
@given(near_objects())
def test_an_object_is_the_same_however_it_is_written(value: dict[str, Any]) -> None:
    version = read(json.dumps(value).encode())
    if version is not None:
        again = read(b" " + canonical_bytes(version.value) + b"\n")
        assert again is not None
        assert (again.id, again.modified, again.sha256) == (version.id, version.modified, version.sha256)


@busy
@given(st.binary(max_size=300))
def test_no_octets_break_the_splitting(octets: bytes) -> None:
    list(split_octets(octets))


@busy
@given(
    st.lists(near_objects(), max_size=3),
    st.integers(0, 400),
    st.sampled_from([b"", b",", b"}", b'"', b"]", b"\n", b"{", b"x"]),
)
def test_a_damaged_bundle_is_split_and_what_comes_out_stands_in_it(
    objects: list[dict[str, Any]], position: int, damage: bytes
) -> None:
    octets = json.dumps({"type": "bundle", "objects": objects}).encode()
    damaged = octets[:position] + damage + octets[position + 1 :]
    parts = list(split_octets(damaged))
    assert all(part.octets in damaged for part in parts if isinstance(part, Piece))


@busy
@given(st.lists(near_objects(), min_size=1, max_size=4))
@example([{"type": "indicator", "id": "indicator"}, {"created_by_ref": ["\ud800"]}])
def test_every_object_of_a_sound_bundle_comes_out(objects: list[dict[str, Any]]) -> None:
    octets = json.dumps({"type": "bundle", "objects": objects}).encode()
    parts = list(split_octets(octets))
    assert [json.dumps(value).encode() for value in objects if is_sound(value)] == [
        part.octets for part in parts if isinstance(part, Piece) and is_sound(json.loads(part.octets))
    ]


def is_sound(value: dict[str, Any]) -> bool:
    """Whether it is an object whose octets every JSON parser takes."""
    try:
        decode_ijson(json.dumps(value).encode())
    except Problem:
        return False
    return value.get("type") in TYPES[:-1] and isinstance(value.get("id"), str)
