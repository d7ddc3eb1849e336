"""A sound advisory becomes a report, the vulnerabilities in it, the products they concern, and what is to be done.

The report's version keeps the whole document as it came (`originals`): whatever STIX has no words for is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.printable import visible
from kenesh.edges.formats.csaf.products import Product, products_of
from kenesh.edges.formats.dating import dated, utc
from kenesh.stix.files import Piece, Refusal
from kenesh.stix.marking import Tlp

_encode: Final = msgspec.json.Encoder().encode
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Advisory:
    """What all objects of an advisory have in common: who states them, when, how they are marked."""

    key: tuple[str, str]
    author: str
    created: str
    modified: str
    marking: dict[str, Any]

    def id_of(self, stix_type: str, *parts: str) -> str:
        return f"{stix_type}--{named_uuid('csaf', *self.key, *parts)}"

    def head(self, stix_type: str, *parts: str) -> dict[str, Any]:
        own = {"type": stix_type, "spec_version": "2.1", "id": self.id_of(stix_type, *parts)}
        times = {"created_by_ref": self.author, "created": self.created, "modified": self.modified}
        return own | times | self.marking


def translated(document: Values, octets: bytes) -> Iterator[Piece | Refusal]:
    """The objects of an advisory that holds by the mandatory tests.

    Source: CSAF 2.0 §3.2; STIX 2.1 §4.
    """
    head = document["document"]
    tracking, publisher = head["tracking"], head["publisher"]
    created, modified = utc(tracking["initial_release_date"]), utc(tracking["current_release_date"])
    if created is None or modified is None:
        yield Refusal("document.tracking", "It gives no time that can be read for its first or its current release.")
        return
    author = _publisher(publisher)
    key = (publisher["namespace"], tracking["id"])
    advisory = _Advisory(key, author["id"], min(created, modified), modified, _marking(head))
    yield Piece("document.publisher", _encode(author))
    products = {}
    for product in products_of(document.get("product_tree", {})):
        products[product.id] = advisory.id_of("software", product.id)
        yield Piece("product_tree", _encode(_software(product, products[product.id], advisory.marking)))
    refs = list(products.values())
    for index, vulnerability in enumerate(document.get("vulnerabilities", ())):
        path = f"vulnerabilities[{index}]"
        for said in _of_vulnerability(advisory, vulnerability, index, products):
            refs += [said["id"]] if said["type"] != "relationship" else []
            yield Piece(path, _encode(said))
    yield Piece("document", _encode(_report(advisory, head, refs or [author["id"]])), tuple(_remarks(head)), octets)


def _publisher(publisher: Values) -> dict[str, Any]:
    stix_id = f"identity--{named_uuid('csaf', publisher['namespace'])}"
    said = {"type": "identity", "spec_version": "2.1", "id": stix_id, "name": publisher["name"]}
    said |= {"identity_class": "organization"}
    if contact := publisher.get("contact_details"):
        said["contact_information"] = contact
    return dated(said)


def _marking(head: Values) -> dict[str, Any]:
    """The label of TLP 1 by the name that it has in TLP 2.0; an advisory without one is unmarked, as it came.

    Source: CSAF 2.0 §3.2.1.5.2: AMBER, GREEN, RED, WHITE; FIRST TLP 2.0: WHITE became CLEAR.
    """
    label = head.get("distribution", {}).get("tlp", {}).get("label")
    return {} if label is None else {"object_marking_refs": [Tlp.named(label).marking_ref]}


def _remarks(head: Values) -> Iterator[str]:
    if text := head.get("distribution", {}).get("text"):
        yield f"Its condition of distribution stands in the report, and no marking says it: {visible(text, 200)}"
    if (status := head["tracking"]["status"]) != "final":
        yield f"Its publisher calls it {status}."


def _report(advisory: _Advisory, head: Values, refs: list[str]) -> dict[str, Any]:
    tracking = head["tracking"]
    said: dict[str, Any] = {
        "name": head["title"],
        "report_types": ["vulnerability"],
        "published": advisory.created,
        "object_refs": list(dict.fromkeys(refs)),
        "labels": [f'csaf:category="{head["category"]}"', f'csaf:version="{tracking["version"]}"'],
        "external_references": [{"source_name": "csaf", "external_id": tracking["id"]}, *_references(head)],
    }
    if notes := _notes(head):
        said["description"] = notes
    if lang := head.get("lang"):
        said["lang"] = lang
    if text := head.get("distribution", {}).get("text"):
        said["x_csaf_distribution"] = text
    return advisory.head("report") | said


def _notes(part: Values) -> str:
    """The notes as one text, each under its title."""
    notes = (
        f"{note['title']}\n{note['text']}" if note.get("title") else note["text"] for note in part.get("notes", ())
    )
    return "\n\n".join(notes)


def _references(part: Values) -> list[dict[str, str]]:
    given = part.get("references", ())
    return [
        {"source_name": one.get("category", "external"), "description": one["summary"], "url": one["url"]}
        for one in given
    ]


def _software(product: Product, stix_id: str, marking: dict[str, Any]) -> dict[str, Any]:
    said = {"type": "software", "spec_version": "2.1", "id": stix_id, "name": product.name}
    for key, item in (("vendor", product.vendor), ("version", product.version), ("x_csaf_purl", product.purl)):
        if item:
            said[key] = item
    # STIX 2.1 §6.14 asks for the bound form of version 2.3; the older one stands beside.
    if product.cpe:
        said["cpe" if product.cpe.startswith("cpe:2.3:") else "x_csaf_cpe"] = product.cpe
    return said | {"x_csaf_product_id": product.id} | marking


def _of_vulnerability(
    advisory: _Advisory, vulnerability: Values, index: int, products: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """The vulnerability as this publisher states it, then each remediation with what it mitigates."""
    name = vulnerability.get("cve") or vulnerability.get("title") or f"Vulnerability {index + 1}"
    own = vulnerability.get("cve") or str(index)
    said = advisory.head("vulnerability", own) | {"name": name}
    if notes := _notes(vulnerability):
        said["description"] = notes
    references = [{"source_name": "cve", "external_id": vulnerability["cve"]}] if "cve" in vulnerability else []
    references += [{"source_name": "cwe", "external_id": vulnerability["cwe"]["id"]}] if "cwe" in vulnerability else []
    references += [
        {"source_name": one["system_name"], "external_id": one["text"]} for one in vulnerability.get("ids", ())
    ]
    if references := references + _references(vulnerability):
        said["external_references"] = references
    vectors = [
        score[kind]["vectorString"] for score in vulnerability.get("scores", ()) for kind in _SCORES if kind in score
    ]
    if vectors:
        said["x_csaf_cvss"] = list(dict.fromkeys(vectors))
    if threats := [f"{one['category']}: {one['details']}" for one in vulnerability.get("threats", ())]:
        said["x_csaf_threats"] = threats
    for status, ids in vulnerability.get("product_status", {}).items():
        said[f"x_csaf_{status}_refs"] = [products[one] for one in ids if one in products]
    yield said
    for place, remediation in enumerate(vulnerability.get("remediations", ())):
        yield from _of_remediation(advisory, remediation, (own, str(place)), said["id"], products)


_SCORES: Final = ("cvss_v3", "cvss_v2")


def _of_remediation(
    advisory: _Advisory, remediation: Values, own: tuple[str, str], mitigates: str, products: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    name = f"{remediation['category']}: {remediation['details'].partition(chr(10))[0]}"
    said = advisory.head("course-of-action", *own) | {"name": name[:200], "description": remediation["details"]}
    if url := remediation.get("url"):
        said["external_references"] = [{"source_name": "csaf", "url": url}]
    if date := utc(remediation.get("date")):
        said["x_csaf_date"] = date
    if refs := [products[one] for one in remediation.get("product_ids", ()) if one in products]:
        said["x_csaf_product_refs"] = refs
    yield said
    link = {"relationship_type": "mitigates", "source_ref": said["id"], "target_ref": mitigates}
    yield advisory.head("relationship", *own) | link
