"""There is a check for every type, and it says where something is wrong."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from kenesh.stix.register import Channel, TypeDefinition, common_properties
from kenesh.stix.schemas import WHOLE_OCTETS, Fault, Kind, Schemas, json_path

UUID_1 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
OURS = TypeDefinition("kenesh-sample", "A sample.", Channel.CONTENT, {"level": {"enum": ["low", "high"]}}, ("level",))
NEW = "extension-definition--1b6fd1f2-9c2e-4d2c-8f63-2a3f9c1f3b10"


def kind_of(**value: Any) -> tuple[Kind, bool]:
    check = Schemas().check_for(value)
    return check.kind, check.is_announced


def tool(**changes: Any) -> dict[str, Any]:
    return {
        "type": "tool",
        "spec_version": "2.1",
        "id": f"tool--{UUID_1}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": "VNC",
        **changes,
    }


def test_the_slow_package_is_found_and_not_imported() -> None:
    # In a process of its own: in this one another test may have imported it.
    said = "from kenesh.stix.schemas import Schemas; Schemas(); import sys; sys.exit('stix2validator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


@pytest.mark.parametrize("name", ["indicator", "relationship", "sighting", "language-content", "extension-definition"])
def test_domain_and_relationship_objects_have_versions(name: str) -> None:
    assert kind_of(type=name) == (Kind.DOMAIN, True)


@pytest.mark.parametrize("name", ["ipv4-addr", "file", "x509-certificate", "windows-registry-key"])
def test_observables_need_none(name: str) -> None:
    assert kind_of(type=name) == (Kind.OBSERVABLE, True)


def test_a_marking_is_a_kind_of_its_own() -> None:
    assert kind_of(type="marking-definition") == (Kind.MARKING, True)


@pytest.mark.clause("STIX 2.1 §7.3")
@pytest.mark.parametrize(
    ("extension_type", "kind"),
    [("new-sdo", Kind.DOMAIN), ("new-sro", Kind.DOMAIN), ("new-sco", Kind.OBSERVABLE)],
)
def test_others_types_are_what_their_extension_says(extension_type: str, kind: Kind) -> None:
    assert kind_of(type="x", extensions={NEW: {"extension_type": extension_type}}) == (kind, True)


@pytest.mark.parametrize("extensions", [None, [], {NEW: None}, {NEW: {"extension_type": ["new-sco"]}}])
def test_others_types_without_an_extension_are_guessed_and_unannounced(extensions: object) -> None:
    assert kind_of(type="x", created="", extensions=extensions) == (Kind.DOMAIN, False)
    assert kind_of(type="x", extensions=extensions) == (Kind.OBSERVABLE, False)


def test_the_councils_own_types_are_checked_by_their_definition() -> None:
    check = Schemas([OURS]).check_for({"type": "kenesh-sample"})
    value = common_properties(
        "kenesh-sample", f"kenesh-sample--{UUID_1}", "2026-01-01T00:00:00.000Z", f"identity--{UUID_1}"
    )
    assert check.kind is Kind.OWN
    assert check.validator.is_valid({**value, "level": "low"})
    assert not check.validator.is_valid({**value, "level": "middling"})
    assert not check.validator.is_valid(value)


def test_a_check_is_compiled_once() -> None:
    schemas = Schemas()
    assert schemas.check_for(tool()) is schemas.check_for(tool(name="other"))


def test_types_that_nobody_knows_are_not_remembered() -> None:
    schemas = Schemas()
    for number in range(50):
        schemas.check_for({"type": f"x-{number}"})
    assert not schemas._compiled


def test_a_fault_has_a_keyword_a_place_and_the_value() -> None:
    value = tool(labels=["a", 5])
    assert list(Schemas().check_for(value).faults(value, 500)) == [Fault("type", ".labels[1]", 5)]


def test_a_missing_property_is_named_where_it_should_be() -> None:
    value = tool(kill_chain_phases=[{"kill_chain_name": "x"}])
    assert list(Schemas().check_for(value).faults(value, 500)) == [
        Fault("required", ".kill_chain_phases[0].phase_name", None)
    ]


def test_of_a_large_object_only_a_sample_is_told() -> None:
    value = tool(labels=[5] * 100_000)
    assert 0 < len(list(Schemas().check_for(value).faults(value, WHOLE_OCTETS + 1))) < 1_000


def test_a_fault_beyond_the_sample_is_told_as_one() -> None:
    value = tool(labels=["a"] * 100_000 + [5])
    assert [fault.keyword for fault in Schemas().check_for(value).faults(value, WHOLE_OCTETS + 1)] == ["tail"]


@pytest.mark.clause("STIX 2.1 §7.2.3")
def test_a_granular_marking_may_say_a_language_instead_of_a_marking() -> None:
    value = tool(granular_markings=[{"selectors": ["name"], "lang": "ky"}])
    assert Schemas().check_for(value).validator.is_valid(value)


def test_a_path_shows_what_cannot_be_seen_and_is_bounded() -> None:
    assert json_path(["granular_markings", 0, "selectors"]) == ".granular_markings[0].selectors"
    assert json_path(["a\u202eb"]) == ".a\\u{202e}b"
    assert json_path([]) == ""
    assert len(json_path(["x" * 500] * 500)) < 2_000
