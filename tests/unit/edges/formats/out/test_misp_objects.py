"""Objects and tags of a MISP event: held against the templates that pymisp carries."""

from __future__ import annotations

import json
from importlib.resources import files as resources
from typing import Any

import pytest
from pymisp import MISPEvent
from tests.cli import files
from tests.unit.edges.formats.misp_events import versions
from tests.unit.edges.formats.out.loads import leaving, order, released, text_of
from tests.unit.edges.formats.out.tools import tool

from kenesh.edges.formats.out.misp import MISP
from kenesh.edges.formats.out.misp_galaxies import galaxy_tag
from kenesh.edges.formats.out.misp_objects import DOMAIN_IP, FILE, ObjectTemplate, described
from kenesh.stix.patterns import joint_tests

SHA256, MD5 = "ab" * 32, "cd" * 16
TOGETHER = f"[file:hashes.MD5 = '{MD5}' AND file:name = 'a\\'b.exe' AND file:size = 7]"
RESOLVED = "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.7']"


def event(*values: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(text_of(MISP, [released([leaving(value) for value in values])], order()))
    return written


def indicator(pattern: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return files.indicator(number, "x", pattern=pattern, **more)


@pytest.mark.parametrize("template", [FILE, DOMAIN_IP])
def test_a_template_is_the_one_that_everybody_has(template: ObjectTemplate) -> None:
    folder = resources("pymisp") / "data" / "misp-objects" / "objects" / template.name
    known = json.loads((folder / "definition.json").read_text("utf-8"))
    assert (template.uuid, template.meta_category) == (known["uuid"], known["meta-category"])
    assert int(template.version) <= int(known["version"])
    types = {relation.name: relation.type for relation in template.relations.values()}
    assert types == {name: known["attributes"][name]["misp-attribute"] for name in types}
    # With any of them but this the object is valid, and it has two at the least.
    assert set(known["requiredOneOf"]) >= set(types) - {"vhash"}


def test_what_an_indicator_asks_for_together_is_one_object_of_which_only_hashes_are_searched_for() -> None:
    made = MISPEvent(strict_validation=True)
    made.load(event(indicator(TOGETHER), indicator(RESOLVED, 2)))
    told = {one.name: {a.object_relation: (a.value, a.to_ids) for a in one.attributes} for one in made.objects}
    assert told == {
        "file": {"md5": (MD5, True), "filename": ("a'b.exe", False), "size-in-bytes": ("7", False)},
        "domain-ip": {"domain": ("evil.example", False), "ip": ("192.0.2.7", False)},
    }
    assert made.attributes == []


def test_what_may_not_be_acted_on_is_not_searched_for_in_an_object_either() -> None:
    (made,) = event(indicator(TOGETHER, labels=["PAP:AMBER"]))["Event"]["Object"]
    assert not any(attribute["to_ids"] for attribute in made["Attribute"])


def test_a_file_with_its_name_and_hashes_is_an_object_and_nothing_is_searched_for() -> None:
    file = {"type": "file", "id": "file--00000000-0000-4000-8000-000000000001", "spec_version": "2.1"}
    (made,) = event(file | {"name": "a.exe", "hashes": {"SHA-256": SHA256}})["Event"]["Object"]
    assert {a["object_relation"]: a["to_ids"] for a in made["Attribute"]} == {"filename": False, "sha256": False}


def test_an_object_that_goes_out_comes_in_as_the_same_pattern() -> None:
    made = event(indicator(f"[file:hashes.'SHA-256' = '{SHA256}' AND file:hashes.MD5 = '{MD5}']"))
    patterns = [v.value["pattern"] for v in versions(made).values() if v.type == "indicator"]
    assert patterns == [f"[file:hashes.'SHA-256' = '{SHA256}' AND file:hashes.MD5 = '{MD5}']"]


@pytest.mark.parametrize(
    "pattern",
    [
        "[file:name = 'a']",
        f"[file:name = 'a' OR file:hashes.MD5 = '{MD5}']",
        f"[file:name = 'a'] AND [file:hashes.MD5 = '{MD5}']",
        "[file:name = 'a' AND file:hashes.MD5 = 'no hash']",
        f"[file:name = 'a' AND file:parent_directory_ref.path = 'b' AND file:hashes.MD5 = '{MD5}']",
        "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = 'x']",
        f"[file:name = 'a\u202e' AND file:hashes.MD5 = '{MD5}']",
        "[file:name = 'a' AND domain-name:value = 'evil.example']",
    ],
)
def test_what_is_asked_otherwise_is_no_object(pattern: str) -> None:
    assert described("indicator", indicator(pattern)) is None
    assert "Object" not in event(indicator(pattern))["Event"]


def test_a_constant_that_looks_like_a_test_is_a_constant() -> None:
    assert joint_tests("[file:name = 'x AND file:size = 3' AND file:size = 4]") == [
        ("file:name", "x AND file:size = 3"),
        ("file:size", "4"),
    ]
    assert joint_tests("[file:name = 'a' AND file:size > 4]") == []


@pytest.mark.parametrize(
    ("stix_type", "said", "tag"),
    [
        ("threat-actor", {"name": "Saiga"}, 'misp-galaxy:threat-actor="Saiga"'),
        ("malware", {"name": 'L"x\n'}, 'misp-galaxy:tool="L\'x\\u{a}"'),
        ("attack-pattern", {"name": "Guessing"}, ""),
        ("malware", {"name": "x", "labels": ['misp-galaxy:ransomware="X"']}, 'misp-galaxy:ransomware="X"'),
        ("identity", {"name": "x"}, ""),
        ("tool", {}, ""),
    ],
)
def test_an_object_of_which_an_event_is_about_is_a_galaxy_tag(stix_type: str, said: dict[str, Any], tag: str) -> None:
    assert galaxy_tag(stix_type, said) == tag


def test_a_technique_bears_mitres_number() -> None:
    reference = {"source_name": "mitre-attack", "external_id": "T1566.001"}
    value = {"name": "Attachment", "external_references": [{"source_name": "capec"}, reference]}
    assert galaxy_tag("attack-pattern", value) == 'misp-galaxy:mitre-attack-pattern="Attachment - T1566.001"'


def test_the_values_that_are_looked_up_are_those_that_are_written() -> None:
    for value in (indicator(TOGETHER), indicator("[url:value = 'http://evil.example/x']"), files.malware(3)):
        made = event(value)["Event"]
        listed = [
            a["value"] for a in (*made["Attribute"], *(a for o in made.get("Object", ()) for a in o["Attribute"]))
        ]
        assert list(MISP.values(value["type"], value)) == listed
    assert tool("hosts").values("indicator", indicator(TOGETHER)) == ()
