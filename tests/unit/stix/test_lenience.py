"""The table of leniences: each row decides at least one object, and what a rule reads is forgiven by none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kenesh.basis.problem import DamagedProblem
from kenesh.stix.lenience import LENIENCES
from kenesh.stix.reading import ObjectReader

UUID_1 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
UUID_2 = "1b6fd1f2-9c2e-4d2c-8f63-2a3f9c1f3b10"
NEW = f"extension-definition--{UUID_2}"
TIMES = {"created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z"}
READER = ObjectReader()


def of(type_name: str, **changes: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"type": type_name, "spec_version": "2.1", "id": f"{type_name}--{UUID_1}", **changes}
    return {name: item for name, item in value.items() if item is not ...}


def sdo(type_name: str, **changes: Any) -> dict[str, Any]:
    return of(type_name, **{**TIMES, "name": "A name", **changes})


def indicator(**changes: Any) -> dict[str, Any]:
    given = {"pattern": "[url:value = 'http://a.example/']", "pattern_type": "stix", "valid_from": TIMES["created"]}
    return sdo("indicator", **{**given, **changes})


def marking(**changes: Any) -> dict[str, Any]:
    given = {"created": TIMES["created"], "definition_type": "statement", "definition": {"statement": "(c)"}}
    return of("marking-definition", **{**given, **changes})


def link(**changes: Any) -> dict[str, Any]:
    ends = {"source_ref": f"malware--{UUID_1}", "target_ref": f"tool--{UUID_1}", "relationship_type": "uses"}
    return of("relationship", **{**TIMES, **ends, **changes})


TLP_RED_1 = {
    "id": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
    "definition_type": "tlp",
    "created": "2017-01-20T00:00:00.000Z",
}

#: What is taken, under which row, and the place of which the warning speaks.
TAKEN = [
    ("LEN-01", ".external_references", sdo("tool", external_references=[])),
    ("LEN-01", ".object_marking_refs", sdo("tool", object_marking_refs=[])),
    ("LEN-01", ".granular_markings", sdo("tool", granular_markings=[])),
    ("LEN-01", ".x_others_list", sdo("tool", x_others_list=[])),
    ("LEN-01", ".object_refs", sdo("report", published=TIMES["created"], object_refs=[])),
    ("LEN-02", ".modified", sdo("tool", created="2026-01-01T00:00:00.806274Z", modified="2026-01-01T00:00:00.806Z")),
    ("LEN-03", ".external_references[0].url", sdo("tool", external_references=[{"source_name": "a", "url": "a b"}])),
    ("LEN-04", ".external_references[0]", sdo("tool", external_references=[{"source_name": "a"}])),
    (
        "LEN-04",
        ".external_references[0]",
        sdo("tool", external_references=[{"source_name": "cve", "external_id": "2026-1"}]),
    ),
    ("LEN-05", ".extensions.monetary", sdo("tool", extensions={"monetary": {"a": 1}})),
    ("LEN-06", ".Weird_Name", sdo("tool", Weird_Name=1)),
    ("LEN-06", ".hashes.of it", of("file", hashes={"of it": "ab"})),
    ("LEN-07", ".id", sdo("tool", id="tool--8e2e2d2b-17d4-7cbf-938f-98ee46b3cd3f")),
    ("LEN-08", ".source_ref", link(source_ref=f"relationship--{UUID_2}")),
    ("LEN-09", ".modified", sdo("tool", created="2026-01-01T00:00:00Z", modified="2026-01-01T00:00:00Z")),
    ("LEN-10", ".value", of("ipv4-addr", value="192.0.2.999")),
    ("LEN-10", ".value", of("domain-name", value="*.a_b.example")),
    ("LEN-10", ".hashes.MD5", of("file", hashes={"MD5": "none"})),
    ("LEN-10", ".relationship_type", link(relationship_type="Related To")),
    ("LEN-11", ".type 'x-made-up'", sdo("x-made-up")),
    ("LEN-11", ".type 'x-made-up'", of("x-made-up", value="192.0.2.1")),
    ("LEN-12", "'x_owner_ref'", sdo("tool", x_owner_ref="nobody")),
    ("LEN-13", ".pattern", indicator(pattern="[url:value = http://a.example/]")),
    ("LEN-13", ".pattern", indicator(pattern="")),
    ("LEN-14", ".modified", marking(modified="2026-01-01T00:00:00.000Z")),
    (
        "LEN-15",
        ".granular_markings[0].selectors[0]",
        sdo("tool", granular_markings=[{"selectors": ["!"], "marking_ref": f"marking-definition--{UUID_1}"}]),
    ),
    ("LEN-16", ".payload_bin", of("artifact", payload_bin="AAA==")),
    ("LEN-17", ".name", sdo("identity", name=...)),
    ("LEN-18", "It", sdo("location", name="Nowhere")),
    ("LEN-18", "It", sdo("tool", severity="high")),
    ("LEN-19", "It", marking(**TLP_RED_1, definition={"tlp": "red"}, name="TLP:RED", x_order=4)),
    ("LEN-20", ".identity_class", sdo("identity", identity_class=["unknown"])),
    ("LEN-20", ".confidence", sdo("tool", confidence=101)),
    ("LEN-20", ".x_nothing", sdo("tool", x_nothing=None)),
    ("LEN-20", ".first_seen", sdo("campaign", first_seen="last week")),
]

#: What is refused, and the place that the refusal names.
REFUSED = [
    (".pattern", indicator(pattern=...)),
    (".pattern", indicator(pattern=None)),
    (".pattern", indicator(pattern=["[a:b = 'c']"])),
    (".pattern", indicator(pattern=[])),
    (".pattern_type", indicator(pattern_type=...)),
    (".valid_from", indicator(valid_from="2026")),
    (".valid_from", indicator(valid_from=...)),
    (".valid_until", indicator(valid_until=None)),
    (".value", of("ipv4-addr", value=...)),
    (".value", of("ipv4-addr", value=3221225985)),
    (".relationship_type", link(relationship_type=...)),
    (".source_ref", link(source_ref=...)),
    (".source_ref", link(source_ref=[f"malware--{UUID_1}"])),
    (".target_ref", link(target_ref="VNC")),
    (".object_refs", sdo("report", published=TIMES["created"], object_refs=f"tool--{UUID_1}")),
    (".object_refs", sdo("report", published=TIMES["created"])),
    (".created", marking(created=...)),
    (".created", sdo("tool", created=...)),
    (".modified", sdo("tool", modified=...)),
    (".modified", sdo("tool", modified="2025-12-31T23:59:59.000Z")),
    (".object_marking_refs[0]", sdo("tool", object_marking_refs=[f"tool--{UUID_1}"])),
    ("It", marking(definition={"tlp": "white"}, definition_type="tlp")),
    ("It", marking(**TLP_RED_1, definition={"tlp": "white"}, name="TLP:WHITE")),
    ("It", marking(**TLP_RED_1, definition={"tlp": "mauve"}, name="TLP:MAUVE")),
    ("It", marking(definition=...)),
]


@pytest.mark.parametrize(("row", "place", "value"), TAKEN)
def test_what_no_rule_reads_is_taken_with_a_warning(row: str, place: str, value: dict[str, Any]) -> None:
    octets = json.dumps(value).encode()
    version = READER.read(octets)
    assert [said for said in version.leniences if said.startswith(f"{row}: {place} ")], version.leniences
    assert version.raw == octets


@pytest.mark.parametrize(("place", "value"), REFUSED)
def test_what_a_rule_reads_is_never_forgiven(place: str, value: dict[str, Any]) -> None:
    with pytest.raises(DamagedProblem) as refused:
        READER.read(json.dumps(value).encode())
    assert refused.value.params["path"] == place.removeprefix("It")
    assert refused.value.detail.startswith(f"{value['id']}: {place} ")


def test_each_row_decides_an_object() -> None:
    assert {row for row, _, _ in TAKEN} == {row.id for row in LENIENCES}


def test_the_rows_are_numbered_in_order_and_say_what_they_cover() -> None:
    assert [row.id for row in LENIENCES] == [f"LEN-{number:02}" for number in range(1, len(LENIENCES) + 1)]
    assert all(row.covers and row.says and not row.says.endswith(".") for row in LENIENCES)


def test_a_warning_is_a_sentence_with_the_row_and_the_place() -> None:
    (said,) = READER.read(json.dumps(sdo("tool", labels=[])).encode()).leniences
    assert said == "LEN-01: .labels is empty; it counts as absent."


def test_what_the_standard_allows_is_not_warned_of() -> None:
    plain = [
        indicator(),
        link(),
        marking(),
        sdo("tool", foo="bar", x_others=1, granular_markings=[{"selectors": ["name"], "lang": "ky"}]),
        sdo("x-announced", extensions={NEW: {"extension_type": "new-sdo"}}),
        of("x-announced", spec_version=..., extensions={NEW: {"extension_type": "new-sco"}}),
        of("ipv6-addr", spec_version=..., value="2001:db8::1"),
    ]
    assert [READER.read(json.dumps(value).encode()).leniences for value in plain] == [()] * len(plain)


def test_places_in_warnings_are_made_visible() -> None:
    (said,) = READER.read(json.dumps(sdo("tool", **{"x_\u202ekcab": None})).encode()).leniences
    assert re.fullmatch(r"LEN-06: \.x_\\u\{202e\}kcab is a name that STIX does not allow\.", said)
