"""The resources as they stand on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kenesh.basis.instants import instant_of
from kenesh.basis.problem import CODES, DamagedProblem, Problem, SettingsProblem
from kenesh.taxii.media import MEDIA_TYPE, STIX_MEDIA_TYPE
from kenesh.taxii.resources import (
    ApiRoot,
    Collection,
    Collections,
    Discovery,
    Error,
    Manifest,
    ManifestRecord,
    StatusDetail,
    Versions,
    error_of,
    resource_bytes,
    status_of,
)

INDICATOR = "indicator--6c1b1c9e-7a3d-4f7e-9c58-6b656e657368"


def written(resource: Any) -> Any:
    return json.loads(resource_bytes(resource))


@pytest.mark.clause("TAXII 2.1 §4.1.1")
def test_discovery_names_the_api_roots_and_a_default_among_them() -> None:
    """T19."""
    found = Discovery(title="Kenesh of AZ", default="/taxii2/kenesh/", api_roots=("/taxii2/kenesh/",))
    assert written(found) == {
        "title": "Kenesh of AZ",
        "default": "/taxii2/kenesh/",
        "api_roots": ["/taxii2/kenesh/"],
    }


@pytest.mark.clause("TAXII 2.1 §4.1.1")
def test_a_default_that_is_no_api_root_is_refused() -> None:
    """T19."""
    with pytest.raises(SettingsProblem):
        Discovery(title="x", default="/other/", api_roots=("/taxii2/",))


@pytest.mark.clause("TAXII 2.1 §4.1.1")
@pytest.mark.parametrize("root", ["http://a/", "//a/", "../a/", "a/", "/a/?x=1", "https://a/?x", "/a/../b/", ""])
def test_an_api_root_of_a_forbidden_form_is_refused(root: str) -> None:
    """T20."""
    with pytest.raises(SettingsProblem):
        Discovery(title="x", api_roots=(root,))


@pytest.mark.clause("TAXII 2.1 §2")
@pytest.mark.parametrize("resource", [Collections(), Manifest(), Versions()])
def test_where_there_is_nothing_there_is_no_list_either(resource: Collections | Manifest | Versions) -> None:
    """T21, T31, T37."""
    assert resource_bytes(resource) == b"{}"


@pytest.mark.clause("TAXII 2.1 §2")
def test_no_empty_list_is_ever_written() -> None:
    """T21."""
    collection = Collection(id="x", title="y", can_read=False, can_write=False)
    for resource in (Discovery(title="x"), collection, status_of("x", instant_of("2026-01-01T00:00:00Z"))):
        assert b"[" not in resource_bytes(resource)


@pytest.mark.clause("TAXII 2.1 §4.2.1")
def test_an_api_root_serves_taxii_2_1_and_takes_some_octets() -> None:
    """T22, T23."""
    root = ApiRoot(title="Kenesh", versions=(MEDIA_TYPE,), max_content_length=10_000_000)
    assert written(root) == {"title": "Kenesh", "versions": [MEDIA_TYPE], "max_content_length": 10_000_000}
    with pytest.raises(SettingsProblem):
        ApiRoot(title="Kenesh", versions=("application/taxii+json;version=2.0",), max_content_length=1)
    with pytest.raises(SettingsProblem):
        ApiRoot(title="Kenesh", versions=(MEDIA_TYPE,), max_content_length=0)


@pytest.mark.clause("TAXII 2.1 §5.2.1")
def test_the_rights_of_a_collection_are_always_written() -> None:
    """T32: also where they are false."""
    one = Collection(id="a", title="Inbox of TR", can_read=True, can_write=False, media_types=(STIX_MEDIA_TYPE,))
    assert written(Collections(collections=(one,))) == {
        "collections": [
            {
                "id": "a",
                "title": "Inbox of TR",
                "can_read": True,
                "can_write": False,
                "media_types": ["application/stix+json;version=2.1"],
            }
        ]
    }


@pytest.mark.clause("TAXII 2.1 §4.3.1")
def test_a_status_counts_what_it_lists() -> None:
    """T25, T26, T64."""
    good = StatusDetail(id=INDICATOR, version="2026-01-01T00:00:00.000Z")
    bad = StatusDetail(id=INDICATOR, version="2026-01-02T00:00:00.000Z", message="It has no pattern.")
    status = status_of("s", instant_of("2026-11-25T01:12:03Z"), successes=[good, good], failures=[bad])
    assert written(status) == {
        "id": "s",
        "status": "complete",
        "request_timestamp": "2026-11-25T01:12:03.000000Z",
        "total_count": 3,
        "success_count": 2,
        "successes": [{"id": INDICATOR, "version": "2026-01-01T00:00:00.000Z"}] * 2,
        "failure_count": 1,
        "failures": [{"id": INDICATOR, "version": "2026-01-02T00:00:00.000Z", "message": "It has no pattern."}],
        "pending_count": 0,
    }


@pytest.mark.clause("TAXII 2.1 §4.3.1")
def test_a_status_is_pending_while_something_is() -> None:
    """T25."""
    one = StatusDetail(id=INDICATOR, version="v")
    assert written(status_of("s", instant_of("2026-11-25T01:12:03Z"), pendings=[one]))["status"] == "pending"


@pytest.mark.clause("TAXII 2.1 §5.3.1")
def test_a_manifest_has_a_record_for_each_version_and_no_next() -> None:
    """T54; cti-taxii2 #110."""
    record = ManifestRecord(id=INDICATOR, date_added="2026-11-25T01:12:03.000000Z", version="2026-01-01T00:00:00.000Z")
    assert written(Manifest(more=True, objects=(record,))) == {
        "more": True,
        "objects": [
            {"id": INDICATOR, "date_added": "2026-11-25T01:12:03.000000Z", "version": "2026-01-01T00:00:00.000Z"}
        ],
    }


@pytest.mark.clause("TAXII 2.1 §5.8.1")
def test_versions_are_a_list_of_timestamps() -> None:
    """T58."""
    assert written(Versions(versions=("2026-01-01T00:00:00.000Z",))) == {"versions": ["2026-01-01T00:00:00.000Z"]}


@pytest.mark.clause("TAXII 2.1 §3.6.1")
@pytest.mark.parametrize("code", CODES)
def test_each_problem_has_an_error_resource_with_its_status_as_a_string(code: type[Problem]) -> None:
    """T66."""
    error = written(error_of(code("Something was wrong.", advice="Do better."), "e-1"))
    assert error == {
        "title": code.title,
        "description": "Something was wrong. Do better.",
        "error_id": "e-1",
        "error_code": code.code,
        "http_status": str(code.http_status),
    }


@pytest.mark.clause("TAXII 2.1 §3.6.1")
def test_an_error_needs_no_more_than_a_title() -> None:
    """T66."""
    assert written(Error(title="It is full.")) == {"title": "It is full."}


def test_hostile_text_in_a_problem_can_always_be_written() -> None:
    error = written(error_of(DamagedProblem("The key '\ud800\x1b\u202e' stands twice.")))
    assert error["description"] == "The key '\\u{d800}\\u{1b}\\u{202e}' stands twice."
