"""The bundle, the table and the list: what of an object leaves, and in which form."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.cli import files
from tests.unit.edges.formats.out.loads import leaving, lines, order, pattern, released, text_of, written

from kenesh.edges.formats.out.bundle import STIX
from kenesh.edges.formats.out.plain import LIST
from kenesh.edges.formats.out.table import COLUMNS, CSV
from kenesh.holdings.leaving import Conditions
from kenesh.stix.marking import Tlp

STATEMENT = "marking-definition--0b9d5a6e-6b0c-4d6e-9a53-0000000000aa"


def statement(text: str) -> dict[str, object]:
    common = {"type": "marking-definition", "spec_version": "2.1", "id": STATEMENT, "created": "2026-11-20T08:00:00Z"}
    return common | {"definition_type": "statement", "definition": {"statement": text}}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# The bundle.


def test_a_bundle_holds_the_octets_as_they_are_held() -> None:
    odd = b'{ "type" : "malware",  "id":"malware--0b9d5a6e-6b0c-4d6e-9a53-000000000004", "confidence":1e1 }'
    item = leaving(files.malware(4))
    text = text_of(STIX, [released([type(item)(item.held, odd, item.tlp, (), (), True)])], order())
    assert odd.decode() in text
    assert json.loads(text)["objects"][0]["confidence"] == 10


def test_a_bundle_of_nothing_has_no_list() -> None:
    assert json.loads(written(STIX)) == {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-0000000000f1"}


def test_a_cited_marking_stands_in_the_bundle_once_and_first() -> None:
    marking = leaving(statement("(c) a vendor"))
    one, two = files.indicator(1, object_marking_refs=[STATEMENT]), files.indicator(2, object_marking_refs=[STATEMENT])
    loads = [released([leaving(one)], [marking]), released([leaving(two), marking], [marking])]
    ids = [each["id"] for each in json.loads(text_of(STIX, loads, order()))["objects"]]
    assert ids == [STATEMENT, one["id"], two["id"]]


def test_a_bundle_tells_of_what_has_no_marking_of_its_own() -> None:
    under = order()
    written(STIX, files.indicator(1, tlp=None), under=under, tlp=Tlp.AMBER_STRICT)
    assert ["TLP:AMBER+STRICT" in text for text in under.tally.remarks] == [True]


# The table.


def test_a_row_says_value_marking_source_and_conditions() -> None:
    value = files.indicator(1, "evil.example", object_marking_refs=[STATEMENT], labels=["PAP:GREEN"])
    item = leaving(value, tlp=Tlp.GREEN, sources=("AZ", "TR"), licences=("CC-BY-4.0",))
    (row,) = table(text_of(CSV, [released([item], [leaving(statement("cite us"))])], order()))
    assert (row["kind"], row["value"], row["tlp"], row["pap"]) == ("domain", "evil.example", "TLP:GREEN", "PAP:GREEN")
    assert (row["source"], row["conditions"], row["id"]) == ("AZ, TR", "CC-BY-4.0; cite us", value["id"])


def test_an_object_without_a_value_has_one_row_and_one_with_two_has_two() -> None:
    both = files.indicator(1, pattern="[domain-name:value = 'a.example' OR domain-name:value = 'b.example']")
    rows = table(written(CSV, files.malware(4), both))
    assert [(row["type"], row["value"]) for row in rows] == [
        ("malware", ""),
        ("indicator", "a.example"),
        ("indicator", "b.example"),
    ]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(1)", "  =1", "\t=1", "\r=1", "\n=1", "\uff1d1", "|cmd", "\u202e=1", "\u200b=1", "%0"],
)
def test_no_cell_begins_a_formula(name: str) -> None:
    text = written(CSV, files.indicator(1) | {"name": name, "description": name})
    for row in table(text):
        for content in row.values():
            assert not content.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "|", "%"))
            assert content.isprintable()
    assert len(text.splitlines()) == 2


def test_the_columns_stand_in_the_first_row() -> None:
    assert written(CSV).splitlines() == [",".join(COLUMNS)]


# The list.


def test_a_list_has_the_values_of_one_kind_each_once() -> None:
    values = [
        files.indicator(1, "evil.example"),
        files.indicator(2, "EVIL.example"),
        pattern("ipv4-addr:value", "192.0.2.1", 3),
    ]
    assert lines(written(LIST, *values, under=order(kind="domain"))) == ["evil.example"]
    assert lines(written(LIST, *values, under=order(kind="ipv4"))) == ["192.0.2.1"]


@pytest.mark.parametrize(
    "more",
    [
        {"revoked": True},
        {"valid_until": "2026-11-25T12:00:00Z"},
        {"valid_from": "2026-11-25T12:00:01Z"},
        {"valid_until": "soon"},
        {"labels": ["PAP:AMBER"]},
        {"pattern": "[domain-name:value = 'evil.example' AND domain-name:value = 'b.example']"},
        {"pattern": "[domain-name:value = 'evil.example'] REPEATS 5 TIMES"},
        {"pattern": "[domain-name:value != 'evil.example']"},
        {"pattern": "[domain-name:value NOT = 'evil.example']"},
        {"pattern": "[url:value = 'evil.example']"},
        {"pattern": "evil.example", "pattern_type": "pcre"},
    ],
)
def test_what_does_not_count_now_or_not_alone_is_left_out_and_told(more: dict[str, object]) -> None:
    under = order(kind="domain")
    assert lines(written(LIST, files.indicator(1, "evil.example") | more, under=under)) == []
    assert [told.count for told in under.tally.left_out.values()] == [1]


def test_an_older_version_is_left_out() -> None:
    assert lines(written(LIST, files.indicator(1), under=order(kind="domain"), counts=False)) == []


def test_the_heading_says_under_which_conditions_and_no_text_leaves_it() -> None:
    evil = "line\nevil.example\r\u2028x\x85y\u202ez"
    conditions = Conditions(Tlp.AMBER_STRICT, {"AZ"}, {evil}, {evil})
    text = written(LIST, under=order(kind="domain", conditions=conditions))
    assert "# TLP:AMBER+STRICT" in text and "# From AZ" in text
    assert all(line.startswith("# ") for line in text.splitlines())
    assert all(character.isprintable() or character == "\n" for character in text)
