"""What rules and queries read is taken once, and forgiven nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kenesh.basis.problem import DamagedProblem
from kenesh.stix.columns import columns_of, is_id_of, links_of

UUID_1 = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
UUID_2 = "1b6fd1f2-9c2e-4d2c-8f63-2a3f9c1f3b10"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


def malware(**changes: Any) -> dict[str, Any]:
    value = {
        "type": "malware",
        "id": f"malware--{UUID_1}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-02T00:00:00.500Z",
        **changes,
    }
    return {name: item for name, item in value.items() if item is not ...}


def place_of(value: dict[str, Any]) -> str:
    with pytest.raises(DamagedProblem) as refused:
        links_of(value) if columns_of(value) else None
    assert refused.value.detail.startswith(refused.value.params["path"])
    return str(refused.value.params["path"])


def test_the_columns_are_what_the_object_says() -> None:
    columns = columns_of(malware(created_by_ref=f"identity--{UUID_2}", revoked=True, object_marking_refs=[GREEN, RED]))
    assert columns.id == f"malware--{UUID_1}"
    assert columns.type == "malware"
    assert columns.created == "2026-01-01T00:00:00"
    assert columns.modified == "2026-01-02T00:00:00.5"
    assert columns.created_by_ref == f"identity--{UUID_2}"
    assert columns.revoked is True
    assert columns.marking_refs == (GREEN, RED)


def test_what_is_absent_is_none_or_empty() -> None:
    columns = columns_of(malware(created=..., modified=...))
    assert (columns.created, columns.modified, columns.created_by_ref, columns.revoked) == (None, None, None, False)
    assert columns.marking_refs == columns.granular_refs == ()


@pytest.mark.clause("STIX 2.1 §2.9")
@pytest.mark.parametrize(
    "stix_id",
    [
        *(
            ...,
            None,
            7,
            "",
            UUID_1,
            f"malware-{UUID_1}",
            f"tool--{UUID_1}",
            f"malware--{UUID_1}g",
            f"malware--{UUID_1} ",
        ),
        *(f"malware--{UUID_1[:-1]}g", f"malware--tool--{UUID_1}", f"Malware--{UUID_1}", [f"malware--{UUID_1}"]),
    ],
)
def test_an_object_without_an_id_of_its_type_is_refused(stix_id: object) -> None:
    assert place_of(malware(id=stix_id)) == ".id"


@pytest.mark.parametrize("type_name", [..., None, 7, ["malware"], "bundle"])
def test_an_object_without_a_type_and_a_bundle_are_refused(type_name: object) -> None:
    assert place_of(malware(type=type_name)) == ".type"


@pytest.mark.clause("STIX 2.1 §3.2")
@pytest.mark.parametrize("name", ["created", "modified"])
@pytest.mark.parametrize(
    "timestamp",
    [
        *(None, 1, "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00.000Z", "2026-01-01T00:00:00+06:00"),
        *("2026-01-01t00:00:00z", "2026-01-01T12:60:00Z", "2026-01-01T24:00:00Z", "٢026-01-01T00:00:00Z"),
    ],
)
def test_a_timestamp_that_is_none_is_refused(name: str, timestamp: object) -> None:
    assert place_of(malware(**{name: timestamp})) == f".{name}"


@pytest.mark.parametrize("ref", [None, "", [], "Sample CERT", f"malware--{UUID_1}", f"identity--a--{UUID_1}"])
def test_an_author_that_is_no_identity_is_refused(ref: object) -> None:
    assert place_of(malware(created_by_ref=ref)) == ".created_by_ref"


@pytest.mark.parametrize("revoked", [None, "true", 1, 0, []])
def test_revoked_is_true_or_false_and_nothing_else(revoked: object) -> None:
    assert place_of(malware(revoked=revoked)) == ".revoked"


@pytest.mark.clause("STIX 2.1 §7.2")
@pytest.mark.parametrize(
    ("refs", "place"),
    [
        (None, ""),
        (GREEN, ""),
        ({GREEN: True}, ""),
        ([GREEN, "TLP:RED"], "[1]"),
        ([f"identity--{UUID_1}"], "[0]"),
        ([None], "[0]"),
        ([[RED]], "[0]"),
        ([f"marking-definition--a--{UUID_1}"], "[0]"),
    ],
)
def test_markings_that_are_no_list_of_marking_ids_are_refused(refs: object, place: str) -> None:
    assert place_of(malware(object_marking_refs=refs)) == f".object_marking_refs{place}"


def test_an_empty_list_of_markings_marks_nothing() -> None:
    assert columns_of(malware(object_marking_refs=[], granular_markings=[])).marking_refs == ()


@pytest.mark.clause("STIX 2.1 §7.2")
@pytest.mark.parametrize(
    ("markings", "place"),
    [
        (None, ""),
        ({}, ""),
        ([None], "[0]"),
        ([{"marking_ref": RED}], "[0].selectors"),
        ([{"marking_ref": RED, "selectors": []}], "[0].selectors"),
        ([{"marking_ref": RED, "selectors": "name"}], "[0].selectors"),
        ([{"marking_ref": RED, "selectors": ["name", 1]}], "[0].selectors"),
        ([{"selectors": ["name"]}], "[0]"),
        ([{"lang": None, "selectors": ["name"]}], "[0]"),
        ([{"lang": "ky", "selectors": ["name"]}, {"marking_ref": "RED", "selectors": ["name"]}], "[1].marking_ref"),
    ],
)
def test_granular_markings_that_a_rule_could_misread_are_refused(markings: object, place: str) -> None:
    assert place_of(malware(granular_markings=markings)) == f".granular_markings{place}"


@pytest.mark.clause("STIX 2.1 §7.2")
def test_a_granular_marking_of_a_language_marks_nothing() -> None:
    marked = [{"lang": "ky", "selectors": ["name"]}, {"marking_ref": RED, "selectors": ["name"]}]
    assert columns_of(malware(granular_markings=marked)).granular_refs == (RED,)


@pytest.mark.parametrize("hashes", [None, [], "d41d8cd98f00b204e9800998ecf8427e", {"MD5": 1}, {"MD5": None}])
def test_the_hashes_by_which_a_file_is_found_are_texts(hashes: object) -> None:
    assert place_of(malware(type="file", id=f"file--{UUID_1}", hashes=hashes)) == ".hashes"
    assert columns_of(malware(type="x-other", id=f"x-other--{UUID_1}", hashes=hashes))


@pytest.mark.parametrize("name", ["source_ref", "target_ref", "sighting_of_ref", "object_ref"])
@pytest.mark.parametrize("ref", [None, "", "malware", 5, {}])
def test_a_reference_that_joins_objects_holds_an_identifier(name: str, ref: object) -> None:
    assert place_of(malware(**{name: ref})) == f".{name}"


def test_the_faulty_item_of_a_list_of_references_is_named() -> None:
    assert place_of(malware(object_refs=[f"malware--{UUID_1}", "0"])) == ".object_refs[1]"


def test_references_are_found_at_any_depth_once_and_in_order() -> None:
    value = malware(
        created_by_ref=f"identity--{UUID_1}",
        object_marking_refs=[GREEN],
        granular_markings=[{"marking_ref": RED, "selectors": ["name"]}],
        sample_refs=[f"file--{UUID_2}", f"artifact--{UUID_2}"],
        extensions={"x-ext": {"parts": [{"deep_ref": f"url--{UUID_2}"}, [{"deep_refs": [f"file--{UUID_2}"]}]]}},
        note=f"file--{UUID_1}",
    )
    assert links_of(value).references == (f"artifact--{UUID_2}", f"file--{UUID_2}", f"url--{UUID_2}")


def test_a_reference_of_others_making_that_names_nothing_is_told() -> None:
    assert links_of(malware(x_parts=[{"owner_ref": "none"}], x_ref="")).strays == ("owner_ref", "x_ref")


def test_the_keys_of_a_deprecated_observed_data_are_no_strays() -> None:
    assert links_of(malware(type="observed-data", objects={"0": {"src_ref": "1"}})).strays == ()


def test_an_id_is_of_exactly_one_type() -> None:
    assert is_id_of(f"identity--{UUID_1}", "identity")
    assert not is_id_of(f"identity--a--{UUID_1}", "identity")
    assert not is_id_of(None, "identity")
