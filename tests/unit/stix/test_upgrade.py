"""STIX 2.0 becomes 2.1 in a frozen way: the golden files say what of each becomes what, and never change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kenesh.stix.files import Piece
from kenesh.stix.reading import ObjectReader
from kenesh.stix.streaming import split
from kenesh.stix.upgrade import is_stix_2_0, upgraded

GOLDEN = Path(__file__).parent / "golden"
OLD: list[dict[str, Any]] = json.loads((GOLDEN / "stix20.json").read_bytes())["objects"]
#: Written once by hand for edition 1. An edition that gives anything else makes conflicts in every council.
NEW: list[dict[str, Any]] = json.loads((GOLDEN / "stix20-edition-1.json").read_bytes())


@pytest.mark.parametrize("place", range(len(OLD)), ids=[value["type"] for value in OLD])
def test_edition_1_gives_what_it_has_always_given(place: int) -> None:
    assert upgraded(OLD[place], edition=1) == NEW[place]


#: A custom type announces itself in no extension; what an observed-data holds inside has no ids of its own.
WARNED = {"x-incident-note": "LEN-11", "observed-data": "LEN-20"}


def test_every_object_of_the_golden_file_is_read_and_becomes_sound_2_1() -> None:
    pieces = [piece for piece in split(GOLDEN / "stix20.json") if isinstance(piece, Piece)]
    versions = [ObjectReader().read(piece.octets) for piece in pieces]
    assert [dict(version.value) for version in versions] == NEW
    assert {v.type: said[:6] for v in versions for said in v.leniences} == WARNED


def test_two_spellings_of_the_same_object_are_one_version() -> None:
    reader = ObjectReader()
    for value in OLD:
        near, far = json.dumps(value), json.dumps(dict(reversed(list(value.items()))), indent=3)
        first, second = reader.read(near.encode()), reader.read(far.encode())
        assert (first.id, first.modified, first.sha256) == (second.id, second.modified, second.sha256)
        assert reader.read(near.encode()).raw == first.raw


def test_what_is_of_2_1_is_not_upgraded_again() -> None:
    assert not any(is_stix_2_0(value) for value in NEW)


def test_nothing_that_was_said_is_dropped() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [str(value)]

    for old in OLD:
        assert set(texts(old)) <= set(texts(upgraded(old)))


def test_what_already_speaks_2_1_is_left_as_it_stands() -> None:
    value = OLD[0] | {"pattern_type": "sigma", "indicator_types": ["benign"]}
    assert upgraded(value) == value | {"spec_version": "2.1"}


@pytest.mark.parametrize("broken", [{"labels": "worm"}, {"labels": [1, None]}, {"labels": []}])
def test_what_is_no_stix_is_left_for_the_reader(broken: dict[str, Any]) -> None:
    assert upgraded(OLD[1] | broken)["type"] == "malware"
