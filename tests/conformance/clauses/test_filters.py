"""The match fields, and what a version is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from tests.conformance.posted import CHANGES, Posted
from tests.conformance.subject import UNKNOWN


def instants(written: Iterable[str]) -> list[datetime]:
    """Versions are timestamps: however many digits they are written with, they name one instant."""
    return [datetime.fromisoformat(text) for text in written]


def modified(posted: Posted, wanted: str) -> list[datetime]:
    query = {"match[id]": posted.changed_id, "match[version]": wanted}
    objects = instants(one["modified"] for one in posted.subject.objects(**query))
    assert instants(one["version"] for one in posted.subject.manifest(**query)) == objects
    return objects


def ids(posted: Posted, **query: str) -> set[str]:
    found = {one["id"] for one in posted.subject.objects(added_after=posted.since, **query)}
    assert found == {one["id"] for one in posted.subject.manifest(added_after=posted.since, **query)}
    return found


def of_ours(values: list[dict[str, Any]]) -> set[str]:
    return {str(one["id"]) for one in values}


@pytest.mark.clause("T49")
def test_values_are_joined_by_or_and_fields_by_and(posted: Posted) -> None:
    two = f"{posted.loader['id']},{posted.changed_id}"
    assert ids(posted, **{"match[id]": two}) == {posted.loader["id"], posted.changed_id}
    assert ids(posted, **{"match[id]": two, "match[type]": "malware"}) == {posted.loader["id"]}
    assert ids(posted, **{"match[type]": "ipv4-addr,malware", "match[id]": posted.address["id"]}) == {
        posted.address["id"]
    }
    assert posted.changed_id in ids(posted, **{"match[type]": "indicator"})
    assert posted.loader["id"] not in ids(posted, **{"match[type]": "indicator"})


@pytest.mark.clause("T49")
@pytest.mark.parametrize("field", ["match[id]", "match[type]", "added_after", "limit"])
def test_a_field_that_stands_twice_is_refused_or_counts_once(field: str, posted: Posted) -> None:
    """It must not be sent so; the standard does not say what a server does then."""
    value = {"match[id]": posted.changed_id, "match[type]": "malware", "added_after": posted.since, "limit": "1"}
    answer = posted.subject.send("GET", f"{posted.subject.home}objects/", query=[(field, value[field])] * 2)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        once = posted.subject.get(f"{posted.subject.home}objects/", **{field: value[field]})
        assert answer.json()["objects"] == once.json()["objects"]


@pytest.mark.clause("T50")
def test_unknown_match_fields_are_passed_over(posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", **{"match[x_colour]": "red", "limit": "1"})
    assert answer.status_code in (200, 400)


@pytest.mark.clause("T50")
@pytest.mark.parametrize("name", ["attack-pattern", "x509-certificate", "marking-definition", "sighting", "x-custom"])
def test_no_type_is_an_error(name: str, posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", **{"match[type]": name, "limit": "1"})
    assert answer.status_code == 200


@pytest.mark.clause("T51")
def test_the_last_version_is_given_unless_another_is_asked_for(posted: Posted) -> None:
    query = {"match[id]": posted.changed_id}
    assert posted.subject.objects(**query) == [posted.changed[-1]]
    assert instants(one["version"] for one in posted.subject.manifest(**query)) == instants(CHANGES[-1:])


@pytest.mark.clause("T51")
@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("last", [2]),
        ("first", [0]),
        ("all", [0, 1, 2]),
        ("first,last", [0, 2]),
        (CHANGES[1], [1]),
        (f"{CHANGES[1]},last", [1, 2]),
        ("2020-01-01T00:00:00.000Z", []),
    ],
)
def test_the_versions_that_are_asked_for_are_given(wanted: str, given: list[int], posted: Posted) -> None:
    assert modified(posted, wanted) == instants(CHANGES[n] for n in given)


@pytest.mark.clause("T51")
@pytest.mark.parametrize("wanted", ["newest", "all,last", "last,last", ""])
def test_a_version_that_is_malformed_is_400(wanted: str, posted: Posted) -> None:
    answer = posted.subject.get(f"{posted.subject.home}objects/", **{"match[version]": wanted})
    assert answer.status_code == 400


@pytest.mark.clause("T52")
def test_a_version_goes_by_modified_else_created_else_what_the_server_says(posted: Posted) -> None:
    wanted = f"{posted.changed_id},{posted.statement['id']},{posted.address['id']}"
    records = {one["id"]: one["version"] for one in posted.subject.manifest(**{"match[id]": wanted})}
    assert instants([records[posted.changed_id]]) == instants(CHANGES[-1:])
    assert instants([records[posted.statement["id"]]]) == instants([posted.statement["created"]])
    again = posted.subject.manifest(**{"match[id]": posted.address["id"]})
    assert [records[posted.address["id"]]] == [one["version"] for one in again]


@pytest.mark.clause("T53")
def test_only_the_specification_version_that_is_asked_for_is_given(posted: Posted) -> None:
    query = {"match[id]": posted.loader["id"]}
    assert posted.subject.objects(**query, **{"match[spec_version]": "2.1"}) == [posted.loader]
    assert posted.subject.objects(**query, **{"match[spec_version]": "2.0"}) == []
    assert posted.subject.objects(**query, **{"match[spec_version]": "2.0,2.1"}) == [posted.loader]


@pytest.mark.clause("T54")
def test_a_manifest_has_one_record_a_version(posted: Posted) -> None:
    records = posted.subject.manifest(**{"match[id]": posted.changed_id, "match[version]": "all"})
    assert {one["id"] for one in records} == {posted.changed_id}
    assert instants(one["version"] for one in records) == instants(CHANGES)
    assert all(one["date_added"] for one in records)
    home = next(one for one in posted.subject.collections if one["id"] == posted.subject.home_id)
    types = home.get("media_types", ["application/stix+json"])
    for one in records:
        assert "media_type" not in one or any(one["media_type"].startswith(name.split(";")[0]) for name in types)


@pytest.mark.clause("T56")
def test_one_object_comes_in_an_envelope_too(posted: Posted) -> None:
    subject = posted.subject
    assert subject.get(f"{subject.home}objects/{posted.loader['id']}/").json()["objects"] == [posted.loader]
    found = subject.get(f"{subject.home}objects/{posted.changed_id}/", **{"match[version]": "all"}).json()
    assert found["objects"] == list(posted.changed)
    exact = subject.get(f"{subject.home}objects/{posted.changed_id}/", **{"match[version]": CHANGES[0]}).json()
    assert exact["objects"] == [posted.changed[0]]


@pytest.mark.clause("T57")
def test_an_unknown_object_is_404(posted: Posted) -> None:
    subject = posted.subject
    assert subject.get(f"{subject.home}objects/malware--{UNKNOWN}/").status_code == 404
    assert subject.get(f"{subject.home}objects/malware--{UNKNOWN}/versions/").status_code == 404


@pytest.mark.clause("T57")
def test_a_known_object_that_the_filters_leave_out_is_empty(posted: Posted) -> None:
    path = f"{posted.subject.home}objects/{posted.changed_id}/"
    answer = posted.subject.get(path, **{"match[version]": "2020-01-01T00:00:00.000Z"})
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.clause("T58")
def test_the_versions_of_an_object_are_listed(posted: Posted) -> None:
    assert sorted(instants(posted.subject.versions(posted.changed_id))) == instants(CHANGES)
    assert instants(posted.subject.versions(posted.statement["id"])) == instants([posted.statement["created"]])


@pytest.mark.clause("T58")
def test_the_versions_of_an_object_are_paged(posted: Posted) -> None:
    end = f"objects/{posted.changed_id}/versions/"
    pages = [page.json().get("versions", []) for page in posted.subject.pages(end, "header", limit="1")]
    assert instants(version for page in pages for version in page) == instants(CHANGES)
    assert all(len(page) <= 1 for page in pages)
