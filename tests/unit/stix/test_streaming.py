"""A file of any size is cut into the same objects as one that is read whole."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenesh.stix.files import Piece, Refusal, split_octets
from kenesh.stix.streaming import MAX_WINDOWS, split


def malware(number: int, **more: Any) -> dict[str, Any]:
    return {"type": "malware", "id": f"malware--00000000-0000-4000-8000-{number:012}", **more}


NESTED = [{"source_name": "},{", "url": "]}"}, {"source_name": "a", "hashes": {"MD5": "{"}}]
texts = st.text(st.sampled_from('ab{}[],:"\\ \n\u2028İ'), max_size=12)
values = st.recursive(
    texts | st.integers(0, 9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
objects = st.lists(st.builds(malware, st.integers(0, 999), x_more=values), min_size=1, max_size=12)


def streamed(octets: bytes, size: int) -> list[Piece | Refusal]:
    return list(split(BytesIO(octets), size))


@settings(max_examples=150, deadline=None)
@given(objects, st.integers(150, 900), st.sampled_from([None, 1]), st.booleans())
def test_a_bundle_is_cut_into_the_same_objects_however_little_is_read_at_once(
    items: list[dict[str, Any]], size: int, indent: int | None, is_bundle: bool
) -> None:
    whole: Any = {"type": "bundle", "id": "bundle--1", "objects": items} if is_bundle else items
    octets = json.dumps(whole, indent=indent, ensure_ascii=False).encode()
    assert streamed(octets, size) == list(split_octets(octets))


@settings(max_examples=80, deadline=None)
@given(objects, st.integers(150, 900))
def test_lines_are_cut_into_the_same_objects(items: list[dict[str, Any]], size: int) -> None:
    octets = b"\n".join(json.dumps(item, ensure_ascii=False).encode() for item in items)
    assert streamed(octets, size) == list(split_octets(octets))


@settings(max_examples=150, deadline=None)
@given(objects, st.integers(150, 900), st.data())
def test_a_bundle_that_breaks_somewhere_loses_no_object_that_is_whole(
    items: list[dict[str, Any]], size: int, data: st.DataObject
) -> None:
    parts = [json.dumps(item, ensure_ascii=False).encode() for item in items]
    place = data.draw(st.integers(0, len(parts)))
    broken = b'{"type":"malware" "id":"x"}'
    octets = b'{"type":"bundle","id":"bundle--1","objects":[%s]}' % b",\n".join(
        [*parts[:place], broken, *parts[place:]]
    )
    found = streamed(octets, size)
    assert [part.octets for part in found if isinstance(part, Piece)] == parts
    assert [part for part in found if isinstance(part, Refusal)]


def test_what_stands_before_and_after_the_objects_may_be_in_any_order() -> None:
    parts = ",".join(json.dumps(malware(n, external_references=NESTED)) for n in range(40))
    before = r'{"id":"bundle--1","x_note":"\"objects\":[","spec_version":"2.1","type":"bundle",'
    octets = (before + f'"objects":[{parts}], "x_after": [1, {{}}]}}\n\n').encode()
    found = streamed(octets, 500)
    assert found == list(split_octets(octets))
    assert len(found) == 40


def test_a_second_list_of_objects_is_told_and_read() -> None:
    first, second = (json.dumps([malware(n) for n in numbers]) for numbers in (range(30), range(30, 33)))
    found = streamed(f'{{"type":"bundle","objects":{first},"objects":{second}}}'.encode(), 300)
    assert sum(isinstance(part, Piece) for part in found) == 33
    assert "stands twice" in "".join(part.reason for part in found if isinstance(part, Refusal))


def test_a_break_is_told_by_its_line_and_column_in_the_file() -> None:
    lines = [json.dumps(malware(n)) for n in range(40)]
    lines[30] = '{"type":"malware",,"id":"x"}'
    octets = ('{"type":"bundle","objects":[\n' + ",\n".join(lines) + "\n]}").encode()
    (refusal,) = (part for part in streamed(octets, 300) if isinstance(part, Refusal))
    assert refusal.path == "line 32, column 19"


def test_a_file_cut_off_gives_what_came_whole() -> None:
    octets = json.dumps({"type": "bundle", "objects": [malware(n) for n in range(40)]}).encode()[:-30]
    found = streamed(octets, 300)
    assert sum(isinstance(part, Piece) for part in found) == 39
    assert isinstance(found[-1], Refusal)


class Endless:
    """A stream that gives the same octets again and again, and counts what was asked of it."""

    def __init__(self, begin: bytes, again: bytes) -> None:
        self.begin, self.again, self.given = begin, again, 0

    def read(self, size: int) -> bytes:
        octets = self.begin + self.again * (size // len(self.again) + 1)
        self.begin = b""
        self.given += size
        return octets[:size]


@pytest.mark.parametrize("again", [b" ", b"{", b"[", b'"', b"a", b'{"a":', b'{"a":1},{'])
def test_an_object_without_end_is_given_up(again: bytes) -> None:
    source = Endless(b'{"type":"bundle","objects":[', again)
    parts = iter(split(source, 65_536))  # type: ignore[arg-type]  # it only reads
    assert isinstance(next(parts), Refusal | Piece)
    assert source.given <= 3 * MAX_WINDOWS * 65_536


def test_a_whole_file_of_real_size_is_read(tmp_path: Path) -> None:
    items = [malware(n, name="x" * 900, external_references=NESTED) for n in range(3_000)]
    (tmp_path / "large.json").write_text(json.dumps({"type": "bundle", "objects": items}))
    found = list(split(tmp_path / "large.json"))
    assert [json.loads(part.octets) for part in found if isinstance(part, Piece)] == items
