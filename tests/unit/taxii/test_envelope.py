"""Envelopes: octets in, the same octets out, and nothing hostile taken."""

from __future__ import annotations

import json

import pytest

from kenesh.basis.canonical import MAX_DEPTH
from kenesh.basis.problem import DamagedProblem, Problem, TooLargeProblem, UsageProblem
from kenesh.taxii.envelope import Envelope, envelope_bytes, read_envelope

ONE = b'{"type": "indicator", "name": "\xc3\xa7", "x": 1.0e2}'
TWO = b'{ "id":"b" }'


def refused(body: bytes, status: int) -> Problem:
    with pytest.raises(Problem) as caught:
        read_envelope(body)
    assert caught.value.http_status == status
    return caught.value


@pytest.mark.clause("TAXII 2.1 §3.7")
def test_objects_are_served_as_the_octets_that_they_are() -> None:
    """T36."""
    assert envelope_bytes(ONE + b"," + TWO) == b'{"objects":[' + ONE + b"," + TWO + b"]}"


@pytest.mark.clause("TAXII 2.1 §3.7")
def test_an_empty_envelope_has_no_objects_property() -> None:
    """T37, T48: also where there is more."""
    assert envelope_bytes(b"") == b"{}"
    assert json.loads(envelope_bytes(b"", more=True)) == {"more": True}


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_next_stands_only_beside_more() -> None:
    """T45."""
    assert json.loads(envelope_bytes(TWO, True, 'a"b')) == {"more": True, "next": 'a"b', "objects": [{"id": "b"}]}
    assert json.loads(envelope_bytes(TWO, False, "ab")) == {"objects": [{"id": "b"}]}


@pytest.mark.clause("TAXII 2.1 §3.7")
def test_what_was_written_is_read_octet_for_octet() -> None:
    """T62."""
    assert read_envelope(envelope_bytes(ONE + b"," + TWO, True, "n")) == Envelope((ONE, TWO), True, "n")
    assert read_envelope(b"{}") == Envelope(())


@pytest.mark.clause("TAXII 2.1 §7.1")
def test_unknown_properties_and_a_bundle_around_the_objects_are_passed_over() -> None:
    """T65; python-stix2's TAXIICollectionSink sends bundles to TAXII 2.1."""
    body = b'{"type":"bundle","id":"bundle--1","x_note":{"a":[1]},"objects":[' + TWO + b"]}"
    assert read_envelope(body).objects == (TWO,)


@pytest.mark.clause("TAXII 2.1 §5.5")
@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b'{"objects":[}', b'{"a":1}}', b'{"next":"\xff"}', b"\xef\xbb\xbf{}"]
)
def test_what_is_not_json_is_not_understood(body: bytes) -> None:
    """T62: 400."""
    assert isinstance(refused(body, 400), UsageProblem)


@pytest.mark.clause("TAXII 2.1 §5.5")
@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'"objects"',
        b'{"objects":{}}',
        b'{"objects":null}',
        b'{"objects":["indicator--1"]}',
        b'{"objects":[{},1]}',
        b'{"more":"true"}',
        b'{"next":7}',
        b'{"next":"' + b"a" * 5000 + b'"}',
        b'{"x":1e400,"objects":[]}'.replace(b"1e400", b"99999999999999999999"),
    ],
)
def test_what_is_json_and_no_envelope_cannot_be_processed(body: bytes) -> None:
    """T62: 422."""
    assert isinstance(refused(body, 422), DamagedProblem)


@pytest.mark.clause("TAXII 2.1 §2")
@pytest.mark.parametrize(
    "body",
    [
        b'{"objects":[{"a":1}],"objects":[{"b":1}]}',
        b'{"objects":[{"a":1}],"objects":[{"a":1}]}',
        b'{"objects":[],"\\u006fbjects":[{"b":1}]}',
        b'{"more":true,"more":false}',
    ],
)
def test_a_key_that_stands_twice_is_refused(body: bytes) -> None:
    """T15: two readers of it would see two envelopes."""
    assert "stands twice" in refused(body, 422).detail


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_more_octets_or_objects_than_are_taken_are_too_large() -> None:
    """T23, T62: 413; a body of exactly the size is none."""
    body = envelope_bytes(b",".join([TWO] * 3))
    assert len(read_envelope(body, max_octets=len(body), max_objects=3).objects) == 3
    with pytest.raises(TooLargeProblem):
        read_envelope(body, max_octets=len(body) - 1)
    with pytest.raises(TooLargeProblem):
        read_envelope(body, max_objects=2)


def nested(levels: int) -> bytes:
    return b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)


@pytest.mark.clause("TAXII 2.1 §5.5")
def test_an_object_nested_too_deep_cannot_be_processed() -> None:
    """T62: 422; brackets inside strings are no nesting, and many side by side are not deep."""
    assert read_envelope(envelope_bytes(nested(MAX_DEPTH))).objects == (nested(MAX_DEPTH),)
    assert "nested" in refused(envelope_bytes(TWO + b"," + nested(MAX_DEPTH + 1)), 422).detail
    assert "nested" in refused(envelope_bytes(nested(100_000)), 422).detail
    wide = b'{"a":[' + b",".join([b"{}"] * 200) + b'],"b":"\\"' + b"[{" * 200 + b'"}'
    assert read_envelope(envelope_bytes(wide)).objects == (wide,)


def test_a_body_of_a_million_empty_objects_is_refused_by_its_count() -> None:
    assert "1000001 objects" in refused(b'{"objects":[' + b"{}," * 1_000_000 + b"{}]}", 413).detail
