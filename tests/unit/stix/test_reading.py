"""An object is read into a version, or refused by name, place and reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kenesh.basis.canonical import content_hash
from kenesh.basis.problem import DamagedProblem, TooLargeProblem
from kenesh.stix.objects import is_statement_marking
from kenesh.stix.reading import MAX_LENIENCES, MAX_OBJECT_OCTETS, ObjectReader
from kenesh.stix.register import Channel, TypeDefinition, common_properties

UUID_1 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
CERT = f"identity--{UUID_1}"
OURS = TypeDefinition("kenesh-sample", "A sample.", Channel.CONTENT, {"level": {"enum": ["low", "high"]}}, ("level",))
READER = ObjectReader([OURS])


def indicator(**changes: Any) -> dict[str, Any]:
    value = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{UUID_1}",
        "created_by_ref": CERT,
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:01.120Z",
        "name": "Sign-in page of a bank",
        "pattern": "[url:value = 'http://198.51.100.7/kg']",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
        "object_marking_refs": [GREEN],
        **changes,
    }
    return {name: item for name, item in value.items() if item is not ...}


def octets(value: Any) -> bytes:
    return json.dumps(value).encode()


def refusal(value: Any) -> DamagedProblem:
    with pytest.raises(DamagedProblem) as refused:
        READER.read(value if isinstance(value, bytes) else octets(value))
    return refused.value


def test_an_indicator_is_read() -> None:
    value = indicator()
    version = READER.read(octets(value))
    assert (version.id, version.type, version.modified) == (value["id"], "indicator", "2026-01-01T00:00:01.12")
    assert (version.created_by_ref, version.revoked, version.marking_refs) == (CERT, False, (GREEN,))
    assert (version.sha256, version.raw, version.value) == (content_hash(value), octets(value), value)
    assert (version.references, version.leniences) == ((), ())


def test_the_octets_are_kept_as_they_came() -> None:
    spaced = json.dumps(indicator(name="Ысык-Көл"), indent=3, ensure_ascii=False).encode() + b"\r\n"
    version = READER.read(spaced)
    assert version.raw == spaced
    assert version.sha256 == READER.read(octets(indicator(name="Ысык-Көл"))).sha256


def test_an_observable_has_no_modified() -> None:
    version = READER.read(octets({"type": "ipv4-addr", "id": f"ipv4-addr--{UUID_1}", "value": "198.51.100.3"}))
    assert version.modified is None
    assert version.name == "198.51.100.3"


def test_an_observable_that_carries_modified_is_versioned() -> None:
    value = {"type": "url", "id": f"url--{UUID_1}", "value": "http://a.example/", "modified": "2026-01-01T00:00:00Z"}
    assert READER.read(octets(value)).modified == "2026-01-01T00:00:00"


def test_a_statement_marking_is_read() -> None:
    value = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{UUID_1}",
        "created": "2026-01-01T00:00:00Z",
        "definition_type": "statement",
        "definition": {"statement": "Not to be reproduced without reference to the source."},
    }
    version = READER.read(octets(value))
    assert version.modified is None
    assert is_statement_marking(version)


def ours(**changes: Any) -> dict[str, Any]:
    common = common_properties("kenesh-sample", f"kenesh-sample--{UUID_1}", "2026-01-01T00:00:00.000Z", CERT)
    return {**common, "level": "low", **changes}


def test_a_type_of_the_councils_own_is_read() -> None:
    assert READER.read(octets(ours())).leniences == ()


@pytest.mark.parametrize("changes", [{"level": "middling"}, {"level": None}, {"object_marking_refs": []}])
def test_a_type_of_the_councils_own_is_forgiven_nothing(changes: dict[str, Any]) -> None:
    (place,) = changes
    assert refusal(ours(**changes)).params["path"] == f".{place}"


def test_a_type_of_the_councils_own_that_this_node_does_not_know_is_kept() -> None:
    assert ObjectReader().read(octets(ours(level="middling"))).leniences == ()


@pytest.mark.parametrize("edition", [..., "2.0"])
def test_stix_2_0_is_read_as_what_it_says_in_2_1_and_its_octets_are_kept(edition: object) -> None:
    came = octets(indicator(spec_version=edition))
    version = READER.read(came)
    assert version.original == came
    assert version.value == indicator()
    assert READER.read(version.raw).sha256 == version.sha256
    assert READER.read(version.raw).original == b""


@pytest.mark.parametrize("edition", [..., "2.0"])
def test_a_type_that_stix_2_0_has_not_must_say_its_edition(edition: object) -> None:
    problem = refusal(indicator(type="location", id=f"location--{indicator()['id'][11:]}", spec_version=edition))
    assert problem.params["path"] == ".spec_version"
    assert "STIX 2.0" in problem.detail


@pytest.mark.parametrize("edition", [None, "2.2", 2.1, ""])
def test_an_edition_that_does_not_exist_is_refused(edition: object) -> None:
    assert refusal(indicator(spec_version=edition)).params["path"] == ".spec_version"


def test_a_thing_of_an_unknown_type_that_says_no_edition_is_refused() -> None:
    assert refusal({"type": "task", "id": f"task--{UUID_1}"}).params["path"] == ".spec_version"


def test_a_refusal_names_the_object_the_place_and_the_reason() -> None:
    problem = refusal(indicator(granular_markings=[{"selectors": [], "marking_ref": GREEN}]))
    assert problem.detail == (
        f"indicator--{UUID_1}: .granular_markings[0].selectors is no list of texts with at least one in it."
    )
    assert problem.params == {"path": ".granular_markings[0].selectors", "object": f"indicator--{UUID_1}"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"", "It is not JSON"),
        (b"\xff", "It is not UTF-8"),
        (b'{"id": "indicator--1", "a": 1, "a": 2}', "indicator--1: The key 'a' stands twice"),
        (b'{"id": "indicator--1", "a": 9007199254740992}', "indicator--1: The integer"),
        (b'{"id": "indicator--1", "a": NaN}', "indicator--1: NaN is no number"),
        (b'{"id": "indicator--1", "a": "\\ud800"}', "indicator--1: It holds half of a surrogate pair"),
        (b'{"id": "indicator--1", "a": ' + b"[" * 70 + b"]" * 70 + b"}", "indicator--1: It is nested deeper"),
        (b'{"id": "indicator--1", "a": 1,}', "indicator--1: It is not JSON"),
        (b"[]", "no JSON object"),
        (b'"text"', "no JSON object"),
        (b"{}", "An object without an id"),
        (b'{"type": "tool"}', "An object of type 'tool': .id is missing."),
    ],
)
def test_what_is_no_i_json_object_is_refused_by_name_where_it_has_one(given: bytes, words: str) -> None:
    assert words in refusal(given).detail


@pytest.mark.parametrize("changes", [{"name": "a\0b"}, {"x_a\0": 1}, {"x_list": [{"a": ["\0"]}]}])
def test_a_nul_character_is_refused(changes: dict[str, Any]) -> None:
    assert "NUL" in refusal(indicator(**changes)).detail


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert READER.read(octets(indicator(name="a\\u0000b"))).value["name"] == "a\\u0000b"


def test_a_name_in_a_refusal_is_made_visible_and_short() -> None:
    assert refusal(indicator(id="\u202e" + "x" * 5000)).detail.startswith("\\u{202e}xxx")
    assert len(refusal(indicator(id="\u202e" + "x" * 5000)).detail) < 300


def test_an_object_that_is_too_large_is_refused_by_name() -> None:
    large = octets(indicator(description="x" * MAX_OBJECT_OCTETS))
    with pytest.raises(TooLargeProblem, match=f"^indicator--{UUID_1} has ") as refused:
        READER.read(large)
    assert refused.value.params["object"] == f"indicator--{UUID_1}"


def test_a_large_object_is_read() -> None:
    refs = [f"tool--{UUID_1[:-6]}{number:06x}" for number in range(20_000)]
    report = {
        **indicator(pattern=..., pattern_type=..., valid_from=...),
        "type": "report",
        "id": f"report--{UUID_1}",
        "published": "2026-01-01T00:00:00Z",
        "object_refs": refs,
    }
    assert READER.read(octets(report)).references == tuple(sorted(refs))


def test_of_many_warnings_the_first_are_told_and_the_others_counted() -> None:
    said = READER.read(octets(indicator(labels=[1] * 50))).leniences
    assert len(said) == MAX_LENIENCES + 1
    assert said[-1] == "And 30 more of this kind."


def test_what_is_wrong_under_a_key_of_digits_is_told_like_anything_else() -> None:
    held = {"0": {"type": "file"}, "1": 7}
    observed = indicator(type="observed-data", id=f"observed-data--{indicator()['id'][11:]}", objects=held)
    observed |= dict.fromkeys(("first_observed", "last_observed"), "2026-01-01T00:00:00Z") | {"number_observed": 1}
    assert READER.read(octets(observed)).leniences


def test_a_pattern_of_another_language_is_not_read_as_stix() -> None:
    assert READER.read(octets(indicator(pattern="alert tcp any any", pattern_type="snort"))).leniences == ()


def test_an_ungrammatical_pattern_is_kept_and_the_warning_says_where_it_breaks() -> None:
    (said,) = READER.read(octets(indicator(pattern="[url:value = ]"))).leniences
    assert said.startswith("LEN-13: .pattern is kept, and matches nothing. It is no STIX pattern: 1:13:")


def test_modified_is_ordered_as_an_instant() -> None:
    whole = READER.read(octets(indicator(modified="2026-01-01T00:00:02.000Z")))
    part = READER.read(octets(indicator(modified="2026-01-01T00:00:02.0000000001Z")))
    assert whole.modified is not None
    assert part.modified is not None
    assert whole.modified < part.modified
