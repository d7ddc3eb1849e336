"""A CSAF provider's folder: one's own advisories, valid by the mandatory tests, with feeds, hashes and metadata."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from csaf.csaf.v20._validator import validate
from tests.cli import files
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit
from kenesh.parties.party import party_id

BASE = "https://cert.example/.well-known/csaf/"
REPORT, FLAW, PRODUCT, FIX = (
    files.stix_id(kind, n)
    for n, kind in enumerate(("report", "vulnerability", "software", "course-of-action"), start=50)
)


def stated(kind: str, number: int, tlp: str = "clear", **more: Any) -> dict[str, Any]:
    common = {"type": kind, "spec_version": "2.1", "id": files.stix_id(kind, number)}
    times = {"created": "2026-11-20T08:00:00.000Z", "modified": "2026-11-21T08:00:00.000Z"}
    own = {} if kind == "software" else times | {"created_by_ref": party_id("KZ")}
    return common | own | {"object_marking_refs": [files.TLP[tlp]]} | more


def advisory(tlp: str = "clear", number: int = 50) -> list[dict[str, Any]]:
    return [
        stated(
            "report",
            number,
            tlp,
            name='A flaw in "Gate"; 1 <2>',
            description="What is known of it.",
            report_types=["vulnerability"],
            published="2026-11-20T08:00:00Z",
            object_refs=[FLAW, PRODUCT, FIX],
        ),
        stated(
            "vulnerability",
            51,
            name="CVE-2026-1234",
            description="It lets anybody in.",
            external_references=[{"source_name": "cve", "external_id": "CVE-2026-1234"}],
            x_csaf_known_affected_refs=[PRODUCT],
        ),
        stated("software", 52, name="Gate", vendor="Example", version="1.0"),
        stated("course-of-action", 53, name="vendor_fix: Take 1.1", description="Take version 1.1."),
        stated("relationship", 54, relationship_type="mitigates", source_ref=FIX, target_ref=FLAW),
    ]


def published(kz: Officer, folder: Path, *objects: dict[str, Any]) -> dict[str, Any]:
    kz.document("import", files.written(folder, *objects))
    (folder / "out").mkdir()
    said: dict[str, Any] = kz.document(
        *("export", "--all", "--as", "csaf", "--url", BASE, "--out", str(folder / "out"))
    )
    return said


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_an_advisory_holds_by_every_mandatory_test(kz: Officer, tmp_path: Path) -> None:
    said = published(kz, tmp_path, *advisory())
    assert (said["written"], said["left_out"]) == (1, [])
    (path,) = (tmp_path / "out" / "white" / "2026").glob("*.json")
    document = read(path)
    failed = [r.id for r in validate(document, preset="mandatory").results if not r.passed and not r.skipped]
    assert failed == []
    assert document["document"]["category"] == "csaf_security_advisory"
    assert document["document"]["title"] == 'A flaw in "Gate"; 1 <2>'
    assert document["document"]["distribution"] == {"tlp": {"label": "WHITE"}}
    (flaw,) = document["vulnerabilities"]
    assert (flaw["cve"], flaw["product_status"]) == ("CVE-2026-1234", {"known_affected": [PRODUCT]})
    assert flaw["remediations"] == [
        {"category": "vendor_fix", "details": "Take version 1.1.", "product_ids": [PRODUCT]}
    ]
    assert path.name == document["document"]["tracking"]["id"].lower() + ".json"


def test_the_feed_and_the_metadata_name_what_is_there(kz: Officer, tmp_path: Path) -> None:
    published(kz, tmp_path, *advisory(), *advisory("amber", 60)[:1])
    out = tmp_path / "out"
    metadata = read(out / "provider-metadata.json")
    assert metadata["canonical_url"] == f"{BASE}provider-metadata.json"
    assert metadata["publisher"] == {"category": "coordinator", "name": "KZ", "namespace": "https://cert.example"}
    feeds = metadata["distributions"][0]["rolie"]["feeds"]
    assert [feed["tlp_label"] for feed in feeds] == ["AMBER", "WHITE"]
    for listed in feeds:
        feed = read(out / listed["url"].removeprefix(BASE))["feed"]
        assert feed["link"] == [{"rel": "self", "href": listed["url"]}]
        assert feed["category"] == [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}]
        (entry,) = feed["entry"]
        path = out / entry["content"]["src"].removeprefix(BASE)
        assert read(path)["document"]["tracking"]["id"] == entry["id"]
        for link, algorithm in zip(entry["link"][1:], ("sha256", "sha512"), strict=True):
            told = (out / link["href"].removeprefix(BASE)).read_text()
            assert told == f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  {path.name}\n"


def test_what_one_did_not_write_or_cannot_label_is_left_out(kz: Officer, tmp_path: Path) -> None:
    strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
    others = advisory(number=61)[0] | {"created_by_ref": files.stix_id("identity", 9)}
    hidden = advisory(number=62)[0] | {"object_marking_refs": [strict]}
    said = published(kz, tmp_path, *advisory()[1:], others, hidden)
    assert said["written"] == 0
    assert {told["first"][0] for told in said["left_out"]} == {others["id"], hidden["id"]}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["provider-metadata.json"]


def test_an_advisory_that_fails_a_mandatory_test_is_told_with_its_number(kz: Officer, tmp_path: Path) -> None:
    broken = advisory()
    broken[1] |= {"x_csaf_fixed_refs": [PRODUCT]}
    said = published(kz, tmp_path, *broken)
    (told,) = said["left_out"]
    assert "6.1.6" in told["reason"] and told["first"] == [REPORT]


@pytest.mark.parametrize("url", ["", "http://cert.example/", "cert.example", "https://cert.example/?x"])
def test_the_address_must_be_one_of_https(kz: Officer, tmp_path: Path, url: str) -> None:
    said = kz.says("export", "--all", "--as", "csaf", "--url", url, "--out", str(tmp_path))
    assert said.code == Exit.USAGE and "--url" in said.err
