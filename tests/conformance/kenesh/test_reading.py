"""Objects, manifest, versions: what is read, in which order, by which filters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli import files
from tests.conformance.server import (
    ADDRESS,
    CHANGED,
    CHANGES,
    COLLECTIONS,
    FOR_ANOTHER,
    HELD,
    MALWARE,
    MANY,
    STATEMENT,
    Server,
)

from kenesh.basis.instants import modified_key, taxii_timestamp

#: The last versions alone; every version is two more.
LAST = MANY + 4
EVERY = LAST + 2
FIRST_HEADER, LAST_HEADER = "x-taxii-date-added-first", "x-taxii-date-added-last"


def objects(server: Server, **query: str) -> list[dict[str, Any]]:
    found = server.asks(f"{server.inbox}objects/", server.account, **query)
    assert found.status_code == 200, found.text
    listed: list[dict[str, Any]] = found.json().get("objects", [])
    return listed


def ids(server: Server, **query: str) -> list[str]:
    return [one["id"] for one in objects(server, **query)]


def manifest(server: Server, **query: str) -> list[dict[str, str]]:
    found = server.asks(f"{server.inbox}manifest/", server.account, **query)
    assert found.status_code == 200, found.text
    listed: list[dict[str, str]] = found.json().get("objects", [])
    return listed


def key_of(value: dict[str, Any]) -> tuple[str, str]:
    return value["id"], value.get("modified", "")


# The envelope.


@pytest.mark.clause("TAXII 2.1 §3.7")
def test_objects_come_in_an_envelope_and_never_in_a_bundle(server: Server) -> None:
    envelope = server.asks(f"{server.inbox}objects/", server.account).json()
    assert set(envelope) == {"objects"}
    assert len(envelope["objects"]) == LAST


@pytest.mark.clause("TAXII 2.1 §5.4")
def test_what_was_released_is_what_is_read_to_the_last_octet(server: Server) -> None:
    body = server.asks(f"{server.inbox}objects/", server.account, **{"match[version]": "all"}).content
    assert {key_of(one) for one in json.loads(body)["objects"]} == set(server.given)
    for octets in server.given.values():
        assert octets in body


@pytest.mark.clause("TAXII 2.1 Appendix B")
def test_what_was_not_released_to_the_reader_is_nowhere(server: Server) -> None:
    for collection in server.asks(COLLECTIONS, server.account).json()["collections"]:
        path = f"{COLLECTIONS}{collection['id']}/"
        for end in ("objects/", "manifest/"):
            body = server.asks(f"{path}{end}", server.account, **{"match[version]": "all"}).text
            assert FOR_ANOTHER not in body
            assert HELD not in body
        assert server.asks(f"{path}objects/{HELD}/", server.account).status_code == 404


@pytest.mark.clause("TAXII 2.1 §5.4")
@pytest.mark.parametrize("end", ["objects/", "manifest/"])
def test_where_nothing_matches_the_answer_is_empty_and_no_error(end: str, server: Server) -> None:
    path = f"{server.inbox}{end}"
    found = server.asks(path, server.account, **{"match[type]": "campaign"})
    assert (found.status_code, found.json()) == (200, {})
    assert FIRST_HEADER not in found.headers, "no value of it is defined for an empty page"


# The order, and when each was added.


@pytest.mark.clause("TAXII 2.1 §3.3")
def test_objects_are_ordered_by_the_date_they_were_added(server: Server) -> None:
    stamps = [record["date_added"] for record in manifest(server, **{"match[version]": "all"})]
    assert len(stamps) == EVERY
    assert stamps == sorted(set(stamps)), "ascending, and no two alike"
    assert [record["id"] for record in manifest(server)] == ids(server)


@pytest.mark.clause("TAXII 2.1 §2")
def test_dates_added_have_six_digits(server: Server) -> None:
    for record in manifest(server):
        assert len(record["date_added"]) == len(taxii_timestamp(0))


@pytest.mark.clause("TAXII 2.1 §3.2")
@pytest.mark.parametrize("end", ["objects/", "manifest/"])
def test_the_headers_say_the_first_and_last_date_of_the_page(end: str, server: Server) -> None:
    stamps = [record["date_added"] for record in manifest(server)]
    found = server.asks(f"{server.inbox}{end}", server.account, limit="7")
    assert (found.headers[FIRST_HEADER], found.headers[LAST_HEADER]) == (stamps[0], stamps[6])


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_added_after_is_strictly_later(server: Server) -> None:
    stamps = [record["date_added"] for record in manifest(server)]
    assert [r["date_added"] for r in manifest(server, added_after=stamps[4])] == stamps[5:]
    assert manifest(server, added_after=stamps[-1]) == []
    assert manifest(server, added_after="1970-01-01T00:00:00Z", limit="1000") == manifest(server)


@pytest.mark.clause("TAXII 2.1 §2")
@pytest.mark.parametrize("after", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.1Z", "2020-01-01T00:00:00.123456Z"])
def test_added_after_may_have_fewer_digits(after: str, server: Server) -> None:
    assert len(ids(server, added_after=after)) == LAST


# Paging.


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize("limit", ["1", "7", str(LAST - 1), str(LAST), "100000"])
@pytest.mark.parametrize("versions", ["last", "all"])
def test_paging_by_next_loses_nothing_and_repeats_nothing(limit: str, versions: str, server: Server) -> None:
    inbox, query, found = server.inbox, {"limit": limit, "match[version]": versions}, []
    while True:
        envelope = server.asks(f"{inbox}objects/", server.account, **query).json()
        assert len(envelope["objects"]) <= int(limit)
        assert ("next" in envelope) == envelope.get("more", False)
        found += [key_of(one) for one in envelope["objects"]]
        if not envelope.get("more"):
            break
        query["next"] = envelope["next"]
    assert found == [key_of(one) for one in objects(server, **{"match[version]": versions})]
    assert len(set(found)) == len(found) == (EVERY if versions == "all" else LAST)


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize("end", ["objects/", "manifest/"])
def test_paging_by_the_date_in_the_header_loses_nothing_and_repeats_nothing(end: str, server: Server) -> None:
    inbox, query, found = server.inbox, {"limit": "7", "match[version]": "all"}, []
    while True:
        answer = server.asks(f"{inbox}{end}", server.account, **query)
        page = answer.json()
        found += [one["id"] for one in page["objects"]]
        if not page.get("more"):
            break
        query["added_after"] = answer.headers[LAST_HEADER]
    assert found == ids(server, **{"match[version]": "all"})


@pytest.mark.clause("TAXII 2.1 §3.5")
def test_a_page_that_holds_all_there_is_promises_no_more(server: Server) -> None:
    assert "more" not in server.asks(f"{server.inbox}objects/", server.account, limit=str(LAST)).json()


def _next(server: Server, **query: str) -> str:
    found = server.asks(f"{server.inbox}objects/", server.account, limit="3", **query)
    return str(found.json()["next"])


@pytest.mark.clause("TAXII 2.1 Appendix B")
def test_a_next_that_was_not_given_for_this_request_is_refused(server: Server) -> None:
    good, path = _next(server), f"{server.inbox}objects/"
    for query in (
        {"next": good[:-1] + ("A" if good[-1] != "A" else "B")},
        {"next": "AAAA"},
        {"next": "é"},
        {"next": ""},
        {"next": good, "match[type]": "indicator"},
        {"next": good, "match[version]": "all"},
    ):
        assert server.asks(path, server.account, **query).status_code == 400, query
    assert server.asks(f"{server.public}objects/", server.account, next=good).status_code == 400
    node_path = path.removeprefix(server.url) + f"?next={good}"
    assert server.as_node("GET", node_path).status_code == 400, "another reader of the same party"
    assert server.asks(path, server.account, next=good, limit="1").status_code == 200, "another limit is no matter"


@pytest.mark.clause("TAXII 2.1 §3.4")
def test_next_and_added_after_together_are_understood(server: Server) -> None:
    stamps = [record["date_added"] for record in manifest(server)]
    token = _next(server, added_after=stamps[1])
    found = server.asks(f"{server.inbox}objects/", server.account, limit="2", next=token, added_after=stamps[1])
    assert (found.headers[FIRST_HEADER], found.headers[LAST_HEADER]) == (stamps[5], stamps[6])


# Filters.


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_the_filters_pick_what_they_name(server: Server) -> None:
    assert ids(server, **{"match[id]": MALWARE}) == [MALWARE]
    assert ids(server, **{"match[id]": f"{MALWARE},{ADDRESS},{HELD}"}) == [ADDRESS, MALWARE]
    assert set(ids(server, **{"match[type]": "malware,ipv4-addr"})) == {MALWARE, ADDRESS}
    assert ids(server, **{"match[type]": "malware", "match[id]": ADDRESS}) == [], "fields are ANDed"
    assert len(ids(server, **{"match[type]": "indicator"})) == MANY + 1
    assert ids(server, **{"match[type]": "attack-pattern"}) == []
    assert len(ids(server, **{"match[colour]": "blue"})) == LAST, "an unknown field is passed over"


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, CHANGES[2:]),
        ("last", CHANGES[2:]),
        ("first", CHANGES[:1]),
        ("all", CHANGES),
        ("first,last", (CHANGES[0], CHANGES[2])),
        ("2026-11-21T08:00:00.000Z", CHANGES[1:2]),
        ("2026-11-22T08:00:00.500Z", CHANGES[2:]),
        (f"{CHANGES[0]},{CHANGES[1]}", CHANGES[:2]),
        (f"first,{CHANGES[1]}", CHANGES[:2]),
        ("2026-11-23T08:00:00Z", ()),
    ],
)
@pytest.mark.parametrize("end", ["objects/", "manifest/", f"objects/{CHANGED}/"])
def test_the_versions_that_are_asked_for(end: str, wanted: str | None, found: tuple[str, ...], server: Server) -> None:
    query = {} if end.endswith(f"{CHANGED}/") else {"match[id]": CHANGED}
    query |= {"match[version]": wanted} if wanted else {}
    answer = server.asks(f"{server.inbox}{end}", server.account, **query)
    assert answer.status_code == 200
    listed = answer.json().get("objects", [])
    assert tuple(one.get("modified") or one["version"] for one in listed) == found


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_the_specification_versions_that_are_asked_for(server: Server) -> None:
    assert len(ids(server, **{"match[spec_version]": "2.1"})) == LAST
    assert len(ids(server, **{"match[spec_version]": "2.0,2.1"})) == LAST


@pytest.mark.clause("TAXII 2.1 §3.4.1")
@pytest.mark.parametrize("end", ["objects/", "manifest/", f"objects/{MALWARE}/"])
def test_another_specification_version_is_never_given(end: str, server: Server) -> None:
    found = server.asks(f"{server.inbox}{end}", server.account, **{"match[spec_version]": "2.0"})
    assert (found.status_code, found.json()) == (200, {})


@pytest.mark.clause("TAXII 2.1 §3.4")
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=abc",
        "limit=",
        "limit=1.5",
        "limit=1&limit=1",
        "added_after=bogus",
        "added_after=2016-01-01",
        "added_after=",
        "added_after=2026-13-01T00:00:00Z",
        "added_after=2026-01-01T00:00:00Z&added_after=2026-01-01T00:00:00Z",
        "match[id]=malware",
        "match[id]=",
        "match[type]=Malware!",
        "match[type]=",
        "match[type]=malware&match[type]=indicator",
        "match[version]=bogus",
        "match[version]=all,last",
        "match[version]=last,last",
        "match[version]=",
        "match[spec_version]=two",
        "next=%00",
    ],
)
@pytest.mark.parametrize("end", ["objects/", "manifest/"])
def test_a_malformed_filter_is_refused_with_its_name(end: str, query: str, server: Server) -> None:
    found = server.asks(f"{server.inbox}{end}?{query}", server.account)
    assert found.status_code == 400
    assert found.json()["http_status"] == "400"
    assert query.partition("=")[0].removeprefix("match[").rstrip("]") in found.json()["description"]


# The manifest.


@pytest.mark.clause("TAXII 2.1 §5.3")
def test_the_manifest_has_one_record_for_each_version(server: Server) -> None:
    records = manifest(server, **{"match[version]": "all"})
    assert len({(r["id"], r["version"]) for r in records}) == len(records) == EVERY
    assert [set(r) for r in records] == [{"id", "date_added", "version", "media_type"}] * EVERY


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_a_version_goes_by_modified_else_created_else_what_the_server_says(server: Server) -> None:
    by_id = {record["id"]: record for record in manifest(server)}
    assert by_id[CHANGED]["version"] == CHANGES[2]
    assert by_id[ADDRESS]["version"] == by_id[ADDRESS]["date_added"]


@pytest.mark.clause("TAXII 2.1 §3.4.1")
def test_a_version_without_modified_goes_by_created(server: Server) -> None:
    by_id = {record["id"]: record for record in manifest(server)}
    assert by_id[STATEMENT]["version"] == "2026-11-20T08:00:00.000Z"


@pytest.mark.clause("TAXII 2.1 §5.3.1")
def test_the_media_type_of_a_record_is_one_of_its_collections(server: Server) -> None:
    for record in manifest(server):
        assert record["media_type"] == "application/stix+json;version=2.1"


# One object, and its versions.


@pytest.mark.clause("TAXII 2.1 §5.6")
def test_one_object_comes_in_an_envelope_too(server: Server) -> None:
    found = server.asks(f"{server.inbox}objects/{MALWARE}/", server.account)
    assert [one["id"] for one in found.json()["objects"]] == [MALWARE]
    assert found.headers[FIRST_HEADER] == found.headers[LAST_HEADER]


@pytest.mark.clause("TAXII 2.1 §5.6")
@pytest.mark.parametrize("stix_id", [HELD, FOR_ANOTHER, files.stix_id("malware", 999), "malware", "malware--0", "é"])
@pytest.mark.parametrize("end", ["", "versions/"])
def test_an_object_that_is_not_there_or_not_ones_own_is_not_found(end: str, stix_id: str, server: Server) -> None:
    found = server.asks(f"{server.inbox}objects/{stix_id}/{end}", server.account)
    assert (found.status_code, found.json()["description"]) == (404, "There is no such object in this collection.")


@pytest.mark.clause("TAXII 2.1 §5.6")
def test_an_object_that_the_filters_leave_out_is_an_empty_answer(server: Server) -> None:
    path = f"{server.inbox}objects/{MALWARE}/"
    for query in (
        {"match[version]": "2020-01-01T00:00:00Z"},
        {"added_after": "2100-01-01T00:00:00Z"},
    ):
        found = server.asks(path, server.account, **query)
        assert (found.status_code, found.json()) == (200, {})


@pytest.mark.clause("TAXII 2.1 §5.8")
def test_the_versions_of_an_object(server: Server) -> None:
    found = server.asks(f"{server.inbox}objects/{CHANGED}/versions/", server.account)
    assert found.json() == {"versions": list(CHANGES)}
    stamps = [r["date_added"] for r in manifest(server, **{"match[version]": "all", "match[id]": CHANGED})]
    assert (found.headers[FIRST_HEADER], found.headers[LAST_HEADER]) == (stamps[0], stamps[-1])
    assert [modified_key(v) for v in found.json()["versions"]] == sorted(modified_key(v) for v in CHANGES)


@pytest.mark.clause("TAXII 2.1 §5.8")
def test_versions_are_paged_by_the_date_in_the_header(server: Server) -> None:
    path, query, found = f"{server.inbox}objects/{CHANGED}/versions/", {"limit": "1"}, []
    while True:
        answer = server.asks(path, server.account, **query)
        found += answer.json()["versions"]
        if not answer.json().get("more"):
            break
        query["added_after"] = answer.headers[LAST_HEADER]
    assert tuple(found) == CHANGES
