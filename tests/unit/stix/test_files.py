"""A file is cut into objects, whatever its format, and what cannot be read is told with its place."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from kenesh.stix.files import Piece, Refusal, split_octets
from kenesh.stix.streaming import split

UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd"


def thing(number: int) -> bytes:
    return f'{{"type": "tool", "id": "tool--{UUID}{number:02}", "name": "é {{}}"}}'.encode()


def bundle(*objects: bytes, between: bytes = b", ", after: bytes = b"]}") -> bytes:
    head = f'{{"type": "bundle", "id": "bundle--{UUID}00", "objects": ['.encode()
    return head + between.join(objects) + after


def pieces(octets: bytes) -> list[bytes]:
    parts = list(split_octets(octets))
    assert not [part for part in parts if isinstance(part, Refusal)]
    return [part.octets for part in parts if isinstance(part, Piece)]


def only_refusal(octets: bytes) -> Refusal:
    (part,) = split_octets(octets)
    assert isinstance(part, Refusal)
    return part


def both(octets: bytes) -> tuple[list[bytes], list[Refusal]]:
    parts = list(split_octets(octets))
    return [p.octets for p in parts if isinstance(p, Piece)], [p for p in parts if isinstance(p, Refusal)]


THREE = [thing(1), thing(2), thing(3)]


@pytest.mark.clause("STIX 2.1 §8")
def test_a_bundle_gives_its_objects_with_their_place() -> None:
    assert list(split_octets(bundle(*THREE))) == [
        Piece(f"objects[{index}]", octets) for index, octets in enumerate(THREE)
    ]


def test_an_envelope_is_read_as_a_bundle() -> None:
    assert pieces(b'{"more": true, "objects": [' + THREE[0] + b"]}") == THREE[:1]


def test_an_empty_bundle_gives_nothing() -> None:
    assert pieces(b'{"type": "bundle", "id": "bundle--1"}') == []
    assert pieces(bundle()) == []


def test_one_object_is_one_piece() -> None:
    assert list(split_octets(b" \r\n" + THREE[0] + b"\n\n")) == [Piece("object", THREE[0])]


def test_an_observed_data_with_deprecated_objects_is_one_object() -> None:
    value = b'{"type": "observed-data", "id": "observed-data--1", "objects": {"0": {"type": "file"}}}'
    assert pieces(value) == [value]


def test_a_list_gives_its_items_and_the_objects_of_its_bundles() -> None:
    octets = b"[" + THREE[0] + b",\n" + bundle(*THREE[1:]) + b"]"
    assert pieces(octets) == THREE
    assert [part.path for part in split_octets(octets)] == ["[0]", "[1].objects[0]", "[1].objects[1]"]


def test_lines_give_an_object_each() -> None:
    octets = b"\xef\xbb\xbf" + THREE[0] + b"\r\n\r\n" + bundle(*THREE[1:]) + b"\r\n"
    assert pieces(octets) == THREE
    assert [part.path for part in split_octets(octets)] == ["line 1", "line 3.objects[0]", "line 3.objects[1]"]


def test_objects_one_after_another_over_several_lines_are_read() -> None:
    spread = [json.dumps(json.loads(octets), indent=1).encode() for octets in THREE]
    assert pieces(b"\n".join(spread)) == spread


def test_the_octets_of_an_object_are_those_of_the_file() -> None:
    odd = b'{ "id":"tool--1" ,\t"type" : "tool","n":1.50E1,"u":"\\u00e9\\/" }'
    assert pieces(bundle(odd)) == [odd]
    assert both(bundle(odd, after=b",]}"))[0] == [odd]


def test_a_byte_order_mark_is_no_part_of_an_object() -> None:
    assert pieces(b"\xef\xbb\xbf" + bundle(*THREE)) == THREE


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_utf_16_is_refused_with_advice(codec: str) -> None:
    refusal = only_refusal(bundle(*THREE).decode().encode(codec))
    assert "UTF-16" in refusal.reason
    assert "save it as UTF-8" in refusal.reason


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "It is empty."),
        (b" \r\n\t", "It is empty."),
        (b"\xef\xbb\xbf", "It is empty."),
        (b"<html>", "begins with '<'"),
        (b"PK\x03\x04abc", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"a.example,192.0.2.1\n", "no JSON"),
        (b'"text"', "no JSON"),
        (b"null", "no JSON"),
        (b"{}", "no STIX: an object without a type"),
        (b'{"Event": {"info": "x"}}', "no STIX: an object without a type"),
        (b'[{"id": "report--1"}, {"id": "report--2"}]', "no STIX: a list of things without a type"),
        (b"[1, 2, 3]", "no STIX: a list of things without a type"),
        (b'[[{"a": 1}], []]', "no STIX: a list of things without a type"),
        (b'{"src_ip": "192.0.2.1"}\n' * 500, "no STIX: lines without a type"),
        (b"[" * 5000, "nested too deep"),
        (b'{"a":' * 5000, "nested too deep"),
    ],
)
def test_what_is_no_json_or_no_stix_is_refused_once(octets: bytes, words: str) -> None:
    assert words in only_refusal(octets).reason


def test_a_refusal_says_what_is_read_and_the_first_id_it_saw() -> None:
    refusal = only_refusal(b'[{"id": "report--a\xe2\x80\xae"}]')
    assert "Read as STIX are bundles" in refusal.reason
    assert (refusal.path, refusal.id) == ("file", "report--a\\u{202e}")


@pytest.mark.parametrize("kind", ["cidr", "threat-actor"])
def test_an_object_of_another_format_that_says_a_type_is_named_for_what_it_is(kind: str) -> None:
    refusal = only_refusal(b'{"name": "A list", "type": "%s", "values": [{"id": 3}]}' % kind.encode())
    assert (refusal.path, refusal.id) == ("file", "")
    assert "no STIX: an object without an id" in refusal.reason


def test_an_object_of_stix_without_an_id_is_left_to_the_reader() -> None:
    octets = b'{"type": "tool", "created": "2026-11-25T12:00:00Z"}'
    assert pieces(octets) == [octets]


def test_objects_that_are_no_list_are_refused() -> None:
    assert only_refusal(b'{"type": "bundle", "objects": {"0": {}}}') == Refusal("objects", "It is no list.")


def test_an_item_that_is_no_object_is_refused_by_its_place() -> None:
    assert both(b"[" + THREE[0] + b", 7]") == ([THREE[0]], [Refusal("[1]", "It is no JSON object.")])


def test_a_bundle_with_two_lists_of_objects_loses_none() -> None:
    octets = b'{"objects": [' + THREE[0] + b'], "type": "bundle", "objects": [' + THREE[1] + b"]}"
    good, (refusal,) = both(octets)
    assert good == THREE[:2]
    assert "stands twice" in refusal.reason


def test_a_bad_object_among_good_ones_costs_only_itself() -> None:
    for bad in (b'{"type": "tool", "id": "tool--bad",}', b'{"type": "tool", "id": "tool--bad" "name": 1}'):
        good, (refusal,) = both(bundle(THREE[0], bad, *THREE[1:]))
        assert good == THREE
        assert refusal.id == "tool--bad"
        assert refusal.path.startswith("line 1, column ")


def test_a_break_says_line_column_and_what_is_wrong() -> None:
    octets = bundle(*THREE, between=b",\n", after=b",\n]}")
    good, (refusal,) = both(octets)
    assert good == THREE
    assert refusal == Refusal("line 4, column 1", "The JSON breaks here: a comma stands before a closing bracket.")


def test_a_column_counts_characters_and_not_octets() -> None:
    good, (refusal,) = both('{"a": "шесть", "b": }'.encode())
    assert good == []
    assert refusal.path == "line 1, column 21"


def test_a_file_cut_in_the_middle_gives_what_came_whole() -> None:
    whole = bundle(*THREE)
    good, (refusal,) = both(whole[: whole.index(THREE[2]) + 30])
    assert good == THREE[:2]
    assert "JSON breaks" in refusal.reason


def test_a_broken_line_costs_only_itself() -> None:
    broken = THREE[1][:-1]
    good, (refusal,) = both(b"\n".join([THREE[0], broken, THREE[2]]))
    assert good == [THREE[0], THREE[2]]
    assert refusal.path.startswith("line 2, column ")
    assert refusal.id == f"tool--{UUID}02"


def test_objects_that_only_the_reader_can_refuse_are_given_to_it() -> None:
    for odd in (b'"\\ud800"', b"NaN", b'"\xff"'):
        bad = b'{"type": "tool", "id": "tool--bad", "name": ' + odd + b"}"
        assert pieces(bundle(THREE[0], bad, THREE[1])) == [THREE[0], bad, THREE[1]]


def test_a_path_and_a_stream_are_read(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_bytes(bundle(*THREE))
    assert list(split(path)) == list(split(BytesIO(path.read_bytes()))) == list(split_octets(bundle(*THREE)))


def test_an_object_under_another_types_id_is_not_lost_where_a_sibling_breaks_the_json() -> None:
    """It is no sound object, and its reader refuses it by its name: it must come that far."""
    odd = b'{"type": "indicator", "id": "sighting--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}'
    for broken in (b'{"created": "\\ud800"}', b'{"created": {"\\ud800": null}}', b'{"created": '):
        octets = b'{"type": "bundle", "objects": [' + odd + b", " + broken + b"]}"
        assert odd in [part.octets for part in split_octets(octets) if isinstance(part, Piece)]
