"""Advisories, all made up: checked first, then taken in with their products and what is to be done."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import pytest
from tests.unit.edges.formats.misp_events import READER

from kenesh.edges.formats.csaf import reading
from kenesh.edges.formats.recognising import pieces
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import TLP_BY_ID
from kenesh.stix.objects import Version

ADVISORY: dict[str, Any] = {
    "document": {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "title": "A door that opens by itself",
        "lang": "en",
        "distribution": {"tlp": {"label": "AMBER"}, "text": "For operators of doors."},
        "publisher": {"category": "vendor", "name": "Doors", "namespace": "https://doors.example"},
        "notes": [{"category": "summary", "title": "In short", "text": "It opens."}],
        "references": [{"category": "self", "summary": "This", "url": "https://doors.example/1.json"}],
        "tracking": {
            "id": "DOOR-1",
            "status": "final",
            "version": "2",
            "initial_release_date": "2026-01-01T10:00:00.000Z",
            "current_release_date": "2026-01-02T10:00:00.000+06:00",
            "revision_history": [
                {"date": "2026-01-01T10:00:00.000Z", "number": "1", "summary": "First."},
                {"date": "2026-01-02T10:00:00.000+06:00", "number": "2", "summary": "Second."},
            ],
        },
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor",
                "name": "Doors",
                "branches": [
                    {
                        "category": "product_name",
                        "name": "Door",
                        "branches": [
                            {
                                "category": "product_version",
                                "name": version,
                                "product": {"name": f"Door {version}", "product_id": f"D-{version}"},
                            }
                            for version in ("1", "2")
                        ],
                    }
                ],
            }
        ]
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2026-10001",
            "notes": [{"category": "description", "text": "A knock suffices."}],
            "product_status": {"known_affected": ["D-1"], "fixed": ["D-2"]},
            "remediations": [{"category": "vendor_fix", "details": "Take door 2.\nSoon.", "product_ids": ["D-1"]}],
            "threats": [{"category": "exploit_status", "details": "Seen in the wild."}],
        }
    ],
}


def read(value: dict[str, Any]) -> list[Piece | Refusal]:
    return list(pieces(io.BytesIO(json.dumps(value).encode())))


def versions(value: dict[str, Any]) -> dict[str, Version]:
    parts = read(value)
    assert [part for part in parts if isinstance(part, Refusal)] == []
    return {(v := READER.read(p.octets)).type + "/" + v.name: v for p in parts if isinstance(p, Piece)}


def changed(**document: Any) -> dict[str, Any]:
    value = copy.deepcopy(ADVISORY)
    value["document"] |= document
    return value


def test_an_advisory_is_a_report_of_vulnerabilities_products_and_remedies() -> None:
    made = versions(ADVISORY)
    report = made["report/A door that opens by itself"]
    old, new = made["software/Door 1"], made["software/Door 2"]
    hole, remedy = made["vulnerability/CVE-2026-10001"], made["course-of-action/vendor_fix: Take door 2."]
    assert set(report.references) == {old.id, new.id, hole.id, remedy.id}
    assert (old.value["vendor"], old.value["version"]) == ("Doors", "1")
    assert (hole.value["x_csaf_known_affected_refs"], hole.value["x_csaf_fixed_refs"]) == ([old.id], [new.id])
    assert remedy.value["x_csaf_product_refs"] == [old.id]
    link = next(version for version in made.values() if version.type == "relationship").value
    assert (link["source_ref"], link["relationship_type"], link["target_ref"]) == (remedy.id, "mitigates", hole.id)


def test_a_newer_release_of_an_advisory_is_a_newer_version_of_the_same_objects() -> None:
    value = changed()
    value["document"]["tracking"] |= {"version": "3", "current_release_date": "2026-01-03T10:00:00.000Z"}
    value["document"]["tracking"]["revision_history"].append(
        {"date": "2026-01-03T10:00:00.000Z", "number": "3", "summary": "Third."}
    )
    first, second = versions(ADVISORY), versions(value)
    assert {v.id for v in first.values()} == {v.id for v in second.values()}
    name = "report/A door that opens by itself"
    assert str(first[name].modified) < str(second[name].modified)


@pytest.mark.parametrize(
    ("label", "marked"),
    [("WHITE", "TLP:CLEAR"), ("GREEN", "TLP:GREEN"), ("AMBER", "TLP:AMBER"), ("RED", "TLP:RED"), (None, None)],
)
def test_a_label_of_tlp_1_is_that_of_tlp_2(label: str | None, marked: str | None) -> None:
    value = changed(distribution={"tlp": {"label": label}} if label else {"text": "As you like."})
    found = {
        tuple(TLP_BY_ID[ref].label for ref in v.marking_refs) for v in versions(value).values() if v.type != "identity"
    }
    assert found == {(marked,) if marked else ()}


def test_the_document_stays_as_it_came_with_its_report() -> None:
    octets = json.dumps(ADVISORY, indent=3).encode()
    parts = [part for part in pieces(io.BytesIO(octets)) if isinstance(part, Piece)]
    assert [part.original for part in parts if part.original] == [octets]
    assert b'"report"' in parts[-1].octets
    assert parts[-1].remarks[0].endswith("For operators of doors.")


def test_an_invalid_advisory_is_refused_with_the_number_of_the_test() -> None:
    value = changed()
    value["vulnerabilities"][0]["product_status"]["known_not_affected"] = ["D-1"]
    (refusal,) = read(value)
    assert isinstance(refusal, Refusal)
    assert refusal.path == "/vulnerabilities/0/product_status"
    assert "the mandatory test 6.1.6, 'Contradicting Product Status'" in refusal.reason


def test_what_the_schema_refuses_is_told_by_place() -> None:
    value = changed(title=7)
    (refusal,) = read(value)
    assert isinstance(refusal, Refusal)
    assert (refusal.path, "JSON schema of CSAF 2.0" in refusal.reason) == ("/document/title", True)


@pytest.mark.parametrize("edition", ["2.1", None, 2.0])
def test_another_edition_is_refused(edition: Any) -> None:
    (refusal,) = read(changed(csaf_version=edition))
    assert isinstance(refusal, Refusal)
    assert refusal.path == "document.csaf_version"


def test_without_the_checks_no_advisory_is_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    (refusal,) = read(ADVISORY)
    assert isinstance(refusal, Refusal)
    assert "kenesh[csaf]" in refusal.reason
