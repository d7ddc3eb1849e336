"""What a client account of ours may write and take out again, and what it can never do. Of our own node alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import answering

from kenesh.node.settings import read_settings
from kenesh.parties.party import party_id

TAXII = "application/taxii+json;version=2.1"
COLLECTIONS = "/taxii2/kenesh/collections/"
LATER = "2026-11-21T08:00:00.000Z"


@dataclass(frozen=True)
class Client:
    """An account's client at a node, and its party's inbox."""

    http: httpx2.Client
    inbox: str

    def posts(self, *objects: dict[str, Any]) -> dict[str, Any]:
        found = self.http.post(f"{self.inbox}objects/", content=json.dumps({"objects": objects}).encode())
        assert found.status_code == 202, found.text
        status: dict[str, Any] = found.json()
        return status

    def reads(self, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"{self.inbox}objects/", params=query).json().get("objects", [])
        return found

    def deletes(self, stix_id: str, **query: str) -> int:
        return self.http.delete(f"{self.inbox}objects/{stix_id}/", params=query).status_code

    def gets(self, stix_id: str) -> int:
        return self.http.get(f"{self.inbox}objects/{stix_id}/").status_code

    def has(self, stix_id: str) -> bool:
        return bool(self.reads(**{"match[id]": stix_id}))


@dataclass(frozen=True)
class Node:
    """KZ's node, and the clients of three parties at it; AZ has two."""

    kz: Officer
    az_node: Officer
    az: Client
    az_too: Client
    tr: Client
    own: Client


def client(kz: Officer, name: str, party: str) -> Client:
    token = kz.document("token", name, "--party", party)["token"]
    url = read_settings(kz.home).url
    headers = {"Accept": TAXII, "Content-Type": TAXII}
    http = httpx2.Client(base_url=url, auth=(name, token), headers=headers, timeout=30)
    listed = http.get(COLLECTIONS).json()["collections"]
    (inbox,) = [one["id"] for one in listed if one["title"] == f"Inbox of {party}: objects"]
    return Client(http, f"{COLLECTIONS}{inbox}/")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    council = Council(tmp_path_factory.mktemp("homes"), tmp_path_factory.mktemp("accounts"))
    kz, az = council.officer("KZ"), council.officer("AZ").at(NOBODY_THERE)
    with answering(kz):
        kz.meets(az)
        clients = [client(kz, *who) for who in (("misp", "AZ"), ("opencti", "AZ"), ("misp", "TR"), ("misp", "KZ"))]
        yield Node(kz, az, *clients)
        for one in clients:
            one.http.close()


_numbers = iter(range(0x5000, 0x9000))


def new(tlp: str | None = "green", **more: Any) -> dict[str, Any]:
    return files.malware(next(_numbers), tlp) | more


def released(node: Node, value: dict[str, Any], folder: Path) -> str:
    """Imported at KZ, and released by it to AZ; the release's id."""
    node.kz.document("import", files.written(folder, value))
    return str(node.kz.document("release", value["id"], "--to", "AZ")["releases"][0])


# Writing.


def test_what_an_account_posts_is_held_and_given_back_to_its_party_s_accounts_alone(node: Node) -> None:
    value = new()
    assert node.az.posts(value)["success_count"] == 1
    assert node.az.reads(**{"match[id]": value["id"]}) == [value]
    assert node.az_too.has(value["id"])
    assert not node.tr.has(value["id"])
    assert not node.own.has(value["id"])
    assert node.kz.document("show", value["id"])["content"] == value


def test_a_post_is_an_import_with_its_counts_and_remarks(node: Node) -> None:
    good, bad = new(), files.broken(next(_numbers))
    status = node.az.posts(good, bad)
    assert (status["success_count"], status["failure_count"], status["status"]) == (1, 1, "complete")
    assert status["failures"][0]["id"] == bad["id"]
    assert "pattern" in status["failures"][0]["message"]
    record = node.kz.document("imports")[0]
    assert (record["source"], record["accepted"], record["refused"]) == ("posted by misp for AZ", 1, 1)


def test_what_is_unmarked_comes_back_and_is_held_as_amber_strict(node: Node) -> None:
    value = new(tlp=None)
    node.az.posts(value)
    assert node.az.has(value["id"])
    assert node.kz.document("show", value["id"])["tlp"] == "TLP:AMBER+STRICT"


def test_known_content_without_a_grant_in_force_is_given_back(node: Node, tmp_path: Path) -> None:
    value = new()
    node.kz.document("import", files.written(tmp_path, value))
    assert not node.az.has(value["id"])
    assert node.az.posts(value)["success_count"] == 1
    assert node.az.has(value["id"])


def test_the_status_is_the_same_of_the_new_the_known_and_the_conflicting(node: Node, tmp_path: Path) -> None:
    known, theirs, fresh = new(), new(), new()
    node.kz.document("import", files.written(tmp_path, known, theirs))
    conflicting = theirs | {"name": "Another"}
    said = [node.az.posts(value) for value in (known, conflicting, fresh)]
    for status, value in zip(said, (known, conflicting, fresh), strict=True):
        assert status.pop("successes") == [{"id": value["id"], "version": value["modified"]}]
        del status["id"], status["request_timestamp"]
    assert said[0] == said[1] == said[2]


def test_a_statement_between_nodes_is_not_for_clients_to_post(node: Node) -> None:
    body = node.kz.document("body", "add", "ops", "--title", "Operations")["body"]
    status = node.own.posts(node.kz.document("show", body)["content"])
    assert status["failure_count"] == 1
    assert "nodes" in status["failures"][0]["message"]


def test_a_large_envelope_is_taken_in_batches_of_one_import(node: Node) -> None:
    many = [new() for _ in range(1_100)]
    status = node.tr.posts(*many)
    assert status["success_count"] == len(status["successes"]) == 1_100
    assert node.kz.document("imports")[0]["accepted"] == 1_100
    first = node.tr.http.get(f"{node.tr.inbox}objects/").json()
    assert (len(first["objects"]), first["more"]) == (1_000, True)


def test_an_envelope_without_objects_is_an_empty_import(node: Node) -> None:
    assert node.az.posts()["total_count"] == 0


def test_the_record_names_the_account(node: Node) -> None:
    node.az.posts(new())
    audit = node.kz.document("audit", "verify")
    assert audit["faults"] == []


# What it can never do.


@pytest.mark.parametrize("change", [{"revoked": True}, {"name": "Mine"}, {"object_marking_refs": [files.TLP["red"]]}])
def test_a_post_displaces_revokes_and_re_marks_nothing_of_another_party(
    node: Node, tmp_path: Path, change: dict[str, Any]
) -> None:
    value = new()
    released(node, value, tmp_path)
    for modified in (value["modified"], LATER):
        assert node.az.posts(value | change | {"modified": modified})["success_count"] == 1
    assert node.az.reads(**{"match[id]": value["id"], "match[version]": "all"}) == [value]
    assert node.kz.document("show", value["id"])["content"] == value


def test_what_its_node_s_party_signed_an_own_account_does_not_replace(node: Node, tmp_path: Path) -> None:
    value = new(created_by_ref=party_id("KZ"))
    released(node, value, tmp_path)
    node.own.posts(value | {"revoked": True, "modified": LATER})
    assert node.az.reads(**{"match[id]": value["id"]}) == [value]


def test_red_that_an_account_posts_is_shown_to_nobody_of_that_name(node: Node) -> None:
    value = new("red")
    node.own.posts(value)
    assert not node.own.has(value["id"])
    assert node.kz.says("show", value["id"]).code != 0


def test_a_status_is_read_by_the_account_that_posted_and_no_other_of_its_party(node: Node) -> None:
    path = f"/taxii2/kenesh/status/{node.az.posts(new())['id']}/"
    assert node.az.http.get(path).status_code == 200
    assert node.az_too.http.get(path).status_code == 404


# Released besides.


def test_a_release_takes_the_place_of_what_was_given_back(node: Node, tmp_path: Path) -> None:
    value = new("clear")
    node.az.posts(value)
    before = node.az.http.get(f"{node.az.inbox}manifest/", params={"match[id]": value["id"]}).json()["objects"]
    released(node, value, tmp_path)
    after = node.az.http.get(f"{node.az.inbox}manifest/", params={"match[id]": value["id"]}).json()["objects"]
    assert len(before) == len(after) == 1
    assert before[0]["date_added"] < after[0]["date_added"]


def test_its_party_s_node_takes_only_what_a_release_lists(node: Node, tmp_path: Path) -> None:
    """What its clients posted here would else lie in its quarantine as something that no release lists."""
    posted, given = new(), new()
    node.az.posts(posted)
    released(node, given, tmp_path)
    node.az_node.meets(node.kz)
    assert node.az_node.says("sync").code == 0
    assert node.az_node.document("show", given["id"])["content"] == given
    assert node.az_node.says("show", posted["id"]).code != 0
    assert node.az_node.document("status")["quarantine"] == {}


def test_explain_says_that_the_node_does_not_see_what_its_client_posted(node: Node) -> None:
    value = new()
    node.az.posts(value)
    assert node.kz.document("explain", value["id"], "--to", "AZ")["allowed"] is False


# Taking out.


def test_who_posted_takes_it_out_again_and_may_post_it_anew(node: Node) -> None:
    value = new()
    node.az.posts(value)
    assert node.az.deletes(value["id"]) == 200
    assert (node.az.gets(value["id"]), node.az.has(value["id"])) == (404, False)
    assert node.az.deletes(value["id"]) == 404
    assert node.kz.document("show", value["id"])["content"] == value
    node.az.posts(value)
    assert node.az.gets(value["id"]) == 200


def test_every_version_goes_unless_one_is_named(node: Node) -> None:
    one = new()
    two, three = (one | {"modified": f"2026-11-2{n}T08:00:00.000Z"} for n in (2, 3))
    node.az.posts(one, two, three)
    assert node.az.deletes(one["id"], **{"match[version]": "2026-11-22T08:00:00Z"}) == 200
    assert node.az.reads(**{"match[id]": one["id"], "match[version]": "all"}) == [one, three]
    assert node.az.deletes(one["id"], **{"match[version]": "last"}) == 200
    assert node.az.reads(**{"match[id]": one["id"]}) == [one]
    assert node.az.deletes(one["id"], **{"match[spec_version]": "2.0"}) == 404
    node.az.posts(three)
    assert node.az.deletes(one["id"]) == 200
    assert node.az.gets(one["id"]) == 404


def test_another_account_of_the_party_does_not_take_it_out(node: Node) -> None:
    value = new()
    node.az.posts(value)
    assert node.az_too.deletes(value["id"]) == 403
    assert node.tr.http.delete(f"{node.az.inbox}objects/{value['id']}/").status_code == 404
    assert node.az.has(value["id"])


def test_what_was_released_is_not_its_reader_s_to_take_out(node: Node, tmp_path: Path) -> None:
    value = new()
    released(node, value, tmp_path)
    assert node.az.deletes(value["id"]) == 403
    assert node.az.has(value["id"])


def test_who_posted_takes_it_out_by_a_withdrawal_where_it_was_released_besides(node: Node, tmp_path: Path) -> None:
    value = new("clear")
    node.az.posts(value)
    release = released(node, value, tmp_path)
    assert node.az.deletes(value["id"]) == 200
    assert not node.az.has(value["id"])
    (control,) = [
        one["id"]
        for one in node.az.http.get(COLLECTIONS).json()["collections"]
        if one["title"] == "Inbox of AZ: releases and withdrawals"
    ]
    query = {"match[type]": "kenesh-withdrawal"}
    (*_, last) = node.az.http.get(f"{COLLECTIONS}{control}/objects/", params=query).json()["objects"]
    assert [(w["id"], w["release_ref"]) for w in last["withdraws"]] == [(value["id"], release)]


def test_an_account_of_the_node_s_own_party_is_its_staff(node: Node) -> None:
    other = client(node.kz, "desk", "KZ")
    value = new()
    node.own.posts(value)
    assert other.deletes(value["id"]) == 200
    assert not node.own.has(value["id"])
    other.http.close()


def test_where_nobody_writes_nobody_deletes(node: Node, tmp_path: Path) -> None:
    value = new("clear")
    node.kz.document("import", files.written(tmp_path, value))
    node.kz.document("release", value["id"], "--to", "public")
    (public,) = [
        one["id"] for one in node.own.http.get(COLLECTIONS).json()["collections"] if one["title"] == "public: objects"
    ]
    path = f"{COLLECTIONS}{public}/objects/{value['id']}/"
    assert node.own.http.delete(path).status_code == 403
    assert httpx2.delete(f"{read_settings(node.kz.home).url}{node.az.inbox}objects/{value['id']}/").status_code == 401


@pytest.mark.clause("T31", "TAXII 2.1 §5.1.1")
def test_who_has_no_collection_is_not_told_of_a_list(tmp_path_factory: pytest.TempPathFactory) -> None:
    council = Council(tmp_path_factory.mktemp("homes"), tmp_path_factory.mktemp("bare"))
    with answering(council.officer("KZ")) as kz:
        found = httpx2.get(f"{read_settings(kz.home).url}{COLLECTIONS}")
    assert (found.status_code, found.json()) == (200, {})


def test_stix_2_0_that_is_posted_is_given_back_as_2_1(node: Node) -> None:
    times = dict.fromkeys(("created", "modified"), "2026-11-20T08:00:00.000Z")
    old = {"type": "malware", "id": files.stix_id("malware", 7_020), "name": "Loader", "labels": ["worm"], **times}
    for _ in range(2):
        assert node.az.posts(old)["failure_count"] == 0
    (given,) = node.az.reads(**{"match[id]": old["id"]})
    assert (given["spec_version"], given["malware_types"]) == ("2.1", ["worm"])
