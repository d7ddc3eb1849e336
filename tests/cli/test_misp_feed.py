"""The MISP feed of a node over HTTP, as clients read it; its events are judged by pymisp's models and schema."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from pymisp import MISPEvent
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import answering

from kenesh.node.settings import read_settings

AMBER, GREEN, CLEAR = (files.stix_id("indicator", n) for n in (1, 2, 3))


@dataclass(frozen=True)
class Client:
    """Reads the feed with a key, or without one."""

    url: str
    headers: dict[str, str]

    def get(self, name: str) -> httpx2.Response:
        return httpx2.get(f"{self.url}/misp/{name}", headers=self.headers, timeout=30)

    def manifest(self) -> dict[str, Any]:
        found = self.get("manifest.json")
        assert found.status_code == 200, found.text
        events: dict[str, Any] = found.json()
        return events

    def event(self, uuid: str) -> dict[str, Any]:
        event: dict[str, Any] = self.get(f"{uuid}.json").json()["Event"]
        return event

    def values(self) -> set[str]:
        return {a["value"] for uuid in self.manifest() for a in self.event(uuid)["Attribute"]}


@pytest.fixture
def kz(council: Council, tmp_path: Path) -> Iterator[Officer]:
    kz = council.officer("KZ")
    for code in ("AZ", "TR"):
        kz.meets(council.officer(code).at(NOBODY_THERE))
    campaign = files.written(
        tmp_path,
        files.indicator(1, "evil.example", "amber", labels=["PAP:AMBER"]),
        files.indicator(2, "bad.example", "green"),
        files.indicator(3, "open.example", "clear"),
        files.malware(4),
    )
    kz.document("import", campaign)
    with answering(kz):
        yield kz


def client(kz: Officer, party: str | None, *, by_key: bool = True) -> Client:
    url = read_settings(kz.home).url
    if party is None:
        return Client(url, {})
    token = kz.document("token", f"misp of {party}", "--party", party)["token"]
    basic = f"Basic {b64encode(f'misp of {party}:{token}'.encode()).decode()}"
    return Client(url, {"Authorization": token if by_key else basic})


def test_a_client_sees_the_releases_to_its_party_and_no_other(kz: Officer) -> None:
    kz.document("release", AMBER, "--to", "AZ")
    kz.document("release", GREEN, "--to", "TR")
    kz.document("release", CLEAR, "--to", "public")
    assert client(kz, "AZ").values() == {"evil.example", "open.example"}
    assert client(kz, "TR", by_key=False).values() == {"bad.example", "open.example"}
    assert client(kz, None).values() == {"open.example"}
    (hidden,) = client(kz, "TR").manifest().keys() - client(kz, None).manifest().keys()
    refused, absent = (client(kz, "AZ").get(f"{name}.json") for name in (hidden, "x"))
    assert (refused.status_code, refused.text) == (absent.status_code, absent.text) == (404, absent.text)


@pytest.mark.parametrize("header", ["nonsense", "Basic nonsense", "Bearer nonsense", "Basic bm9uZTpub25l"])
def test_a_wrong_key_opens_nothing(kz: Officer, header: str) -> None:
    url = read_settings(kz.home).url
    assert httpx2.get(f"{url}/misp/manifest.json", headers={"Authorization": header}).status_code == 401


def test_an_event_holds_for_pymisp_and_says_its_markings(kz: Officer) -> None:
    kz.document("release", AMBER, GREEN, files.stix_id("malware", 4), "--to", "AZ", "--reason", "a campaign")
    az = client(kz, "AZ")
    (uuid,) = az.manifest()
    raw = az.event(uuid)
    schema = json.loads((resources("pymisp") / "data" / "schema.json").read_text())
    # A list of required names stands among the properties there, where no schema may.
    schema["defs"]["sharing_group"]["properties"].pop("required", None)
    assert list(jsonschema_rs.validator_for(schema).iter_errors({"Event": raw})) == []
    assert raw["Orgc"]["name"] == "KZ" and raw["published"] is True
    event = MISPEvent(strict_validation=True)
    event.load({"Event": raw})  # and takes it apart
    assert (str(event.uuid), event.info, event.distribution) == (uuid, "a campaign", 0)
    assert [tag.name for tag in event.tags] == ["tlp:amber", 'misp-galaxy:tool="Loader"']
    told = {a.value: (a.type, a.to_ids, a.distribution, [tag.name for tag in a.tags]) for a in event.attributes}
    assert told == {
        "evil.example": ("domain", False, 5, ["tlp:amber", "PAP:AMBER"]),
        "bad.example": ("domain", True, 5, ["tlp:green"]),
    }


def test_the_manifest_says_of_an_event_what_the_event_says(kz: Officer) -> None:
    kz.document("release", GREEN, "--to", "AZ")
    az = client(kz, "AZ")
    ((uuid, head),) = az.manifest().items()
    event = az.event(uuid)
    assert {name: event[name] for name in head} == head
    assert {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"} <= set(head)
    assert (head["distribution"], az.manifest()) == ("1", {uuid: head})


def test_the_label_of_a_release_is_never_widened(kz: Officer) -> None:
    kz.document("release", CLEAR, "--to", "AZ", "--tlp", "amber+strict")
    kz.document("release", CLEAR, "--to", "TR")
    for party, tag, distribution in (("AZ", "tlp:amber+strict", "0"), ("TR", "tlp:clear", "3")):
        (head,) = client(kz, party).manifest().values()
        assert ([each["name"] for each in head["Tag"]], head["distribution"]) == ([tag], distribution)


def test_what_is_withdrawn_vanishes_and_what_is_left_is_newer(kz: Officer) -> None:
    kz.document("release", AMBER, GREEN, "--to", "AZ")
    az = client(kz, "AZ")
    ((uuid, before),) = az.manifest().items()
    kz.document("withdraw", AMBER, "--reason", "an error")
    assert az.values() == {"bad.example"}
    assert int(az.manifest()[uuid]["timestamp"]) >= int(before["timestamp"])
    kz.document("withdraw", GREEN, "--reason", "an error")
    assert az.manifest() == {}
    assert az.get(f"{uuid}.json").status_code == 404
    assert az.get("hashes.csv").text == ""


def test_a_newer_version_that_was_given_to_others_changes_nothing(kz: Officer, tmp_path: Path) -> None:
    kz.document("release", CLEAR, "--to", "AZ")
    az = client(kz, "AZ")
    (uuid,) = az.manifest()
    before = az.get(f"{uuid}.json").text
    assert az.event(uuid)["Attribute"][0]["to_ids"] is True
    newer = files.indicator(3, "open.example", "clear", modified="2026-11-25T09:00:00.000Z")
    kz.document("import", files.written(tmp_path, newer, name="newer.json"))
    kz.document("release", CLEAR, "--to", "TR")
    assert az.get(f"{uuid}.json").text == before
    kz.document("release", CLEAR, "--to", "public")
    acting = {u: az.event(u)["Attribute"][0]["to_ids"] for u in az.manifest()}
    assert sorted(acting.values()) == [False, True]
    assert acting[uuid] is False


def test_the_hashes_are_those_of_the_values(kz: Officer) -> None:
    kz.document("release", AMBER, "--to", "AZ")
    az = client(kz, "AZ")
    (uuid,) = az.manifest()
    assert az.get("hashes.csv").text == f"{hashlib.md5(b'evil.example').hexdigest()},{uuid}\n"


def test_red_is_in_no_feed(kz: Officer, tmp_path: Path) -> None:
    red = files.indicator(9, "ministry.example", "red")
    kz.document("import", files.written(tmp_path, red, name="red.json"))
    assert kz.says("release", red["id"], "--to", "AZ").code != 0
    assert client(kz, "AZ").manifest() == {}


def test_what_is_asked_for_together_is_an_object_and_actors_and_techniques_are_tags(
    kz: Officer, tmp_path: Path
) -> None:
    together = f"[file:name = 'a.exe' AND file:hashes.'SHA-256' = '{'AB' * 32}']"
    technique = {"source_name": "mitre-attack", "external_id": "T1566"}
    things = [
        files.indicator(21, "x", "green", pattern=together),
        files.malware(22, "green") | {"type": "attack-pattern", "external_references": [technique], "name": "Phishing"},
    ]
    things[1]["id"] = files.stix_id("attack-pattern", 22)
    things[1].pop("is_family", None)
    kz.document("import", files.written(tmp_path, *things, name="more.json"))
    kz.document("release", *(one["id"] for one in things), "--to", "AZ")
    az = client(kz, "AZ")
    ((uuid, head),) = az.manifest().items()
    raw = az.event(uuid)
    assert {name: raw[name] for name in head} == head
    event = MISPEvent(strict_validation=True)
    event.load({"Event": raw})
    assert [tag.name for tag in event.tags] == ["tlp:green", 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"']
    (made,) = event.objects
    assert (made.name, raw["Attribute"]) == ("file", [])
    told = {a.object_relation: (a.type, a.value, a.to_ids) for a in made.attributes}
    assert told == {"filename": ("filename", "a.exe", False), "sha256": ("sha256", "ab" * 32, True)}
    wanted = [f"{hashlib.md5(value.encode()).hexdigest()},{uuid}" for value in ("a.exe", "ab" * 32)]
    assert az.get("hashes.csv").text.splitlines() == wanted
    assert az.get("hashes.csv").text.splitlines() == wanted, "and the same when they are known"
    kz.document("withdraw", things[0]["id"], "--reason", "an error")
    assert az.get("hashes.csv").text == ""


def test_an_event_of_a_selection_goes_to_a_file(kz: Officer, tmp_path: Path) -> None:
    out = tmp_path / "event.json"
    document = kz.document("export", "--all", "--as", "misp", "--out", str(out))
    event = MISPEvent(strict_validation=True)
    event.load_file(str(out))
    assert {a.value for a in event.attributes} == {"evil.example", "bad.example", "open.example"}
    assert (document["written"], document["left_out"]) == (4, [])
    assert (event.distribution, [tag.name for tag in event.tags]) == (0, ["tlp:amber", 'misp-galaxy:tool="Loader"'])
