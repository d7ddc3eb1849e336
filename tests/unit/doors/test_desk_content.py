from __future__ import annotations

from typing import Any

from kenesh.doors.desk.content import MAX_ITEMS, common_rows, node_of, own_rows, references
from kenesh.stix.marking import Tlp

ID = "malware--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a04"


def test_each_kind_of_value_is_known_as_what_it_is() -> None:
    kinds = {
        "a sentence": "text",
        ID: "ref",
        "2026-11-20T08:00:00Z": "moment",
        Tlp.RED.marking_ref: "tlp",
        "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e": "marking",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": "code",
    }
    assert {text: node_of(text).kind for text in kinds} == kinds
    assert [node_of(value).text for value in (True, None, 3, 1.5)] == ["true", "null", "3", "1.5"]
    assert node_of("[domain-name:value = 'a.example']", "pattern").kind == "code"


def test_what_is_common_to_all_objects_stands_below_what_this_one_says() -> None:
    content = {"type": "malware", "id": ID, "name": "x", "labels": ["a"], "is_family": True}
    assert [name for name, _ in own_rows(content)] == ["name", "is_family"]
    assert [name for name, _ in common_rows(content)] == ["type", "id", "labels"]


def test_a_large_object_is_cut_and_said_to_be() -> None:
    deep: Any = "end"
    for _ in range(50):
        deep = {"inner": [deep]}
    content = {"refs": [ID] * 10_000, "deep": deep, "text": "x" * 100_000} | {f"key{n}": n for n in range(500)}
    rows = own_rows(content)
    assert len(rows) == MAX_ITEMS + 1
    assert rows[0][1].items[-1].count == 10_000 - MAX_ITEMS
    assert rows[-1][1].kind == "more"
    assert depth(rows[1][1]) < 10
    assert len(rows[2][1].text) < 5_000


def depth(node: Any) -> int:
    inner = [*node.items, *(value for _, value in node.rows)]
    return 1 + max(map(depth, inner), default=0)


def test_references_are_found_wherever_they_stand() -> None:
    other = ID.replace("a04", "a05")
    assert set(references(own_rows({"a": [{"b": ID}], "c_ref": other, "d": f"see {ID}"}))) == {ID, other}
