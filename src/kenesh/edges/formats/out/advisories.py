"""A report of one's own, with the vulnerabilities and products that it names, as an advisory of CSAF 2.0.

The fields are those that an imported advisory becomes (`kenesh.edges.formats.csaf.advisories`), read backwards; nothing
is said that the objects do not say. Source: CSAF 2.0 §3.2, §4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.stix.marking import Tlp

Values = Mapping[str, Any]

#: CSAF 2.0 knows TLP 1.0. AMBER+STRICT has no label there, and AMBER would be wider.
LABELS: Final[Mapping[Tlp, str]] = {Tlp.CLEAR: "WHITE", Tlp.GREEN: "GREEN", Tlp.AMBER: "AMBER"}
STATUSES: Final = (
    *("first_affected", "first_fixed", "fixed", "known_affected", "known_not_affected"),
    *("last_affected", "recommended", "under_investigation"),
)
_CATEGORIES: Final = ("mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: a coordinator, under the address of its own site."""

    name: str
    namespace: str

    def wire(self) -> dict[str, str]:
        return {"category": "coordinator", "name": self.name, "namespace": self.namespace}


def advisory(report: Values, tlp: Tlp, known: Mapping[str, Values], publisher: Publisher) -> dict[str, Any]:
    """The document of a report; `known` are the objects that leave with it, by id."""
    named = [known[ref] for ref in texts(report.get("object_refs")) if ref in known]
    products = {each["id"]: each for each in named if each["type"] == "software"}
    links = [each for each in known.values() if each["type"] == "relationship"]
    found = [_vulnerability(v, known, links, products) for v in named if v["type"] == "vulnerability"]
    head: dict[str, Any] = {
        "csaf_version": "2.0",
        "title": _text(report, "name"),
        "publisher": publisher.wire(),
        "distribution": {"tlp": {"label": LABELS[tlp]}},
        "tracking": _tracking(report, publisher),
        **_notes(report),
        **_references(report),
    }
    if lang := _text(report, "lang"):
        head["lang"] = lang
    is_whole = bool(found) and all("product_status" in each and "notes" in each for each in found)
    document: dict[str, Any] = {"document": {"category": _category(is_whole)} | head}
    if products:
        document["product_tree"] = {"full_product_names": [_product(each) for each in products.values()]}
    if found:
        document["vulnerabilities"] = found
    return document


def _category(is_whole: bool) -> str:
    """A security advisory says of each vulnerability which products it concerns (§4.4); what does not is the base."""
    return "csaf_security_advisory" if is_whole else "csaf_base"


def tracking_id(report: Values, publisher: Publisher) -> str:
    """The number that it bears already, else one that follows from the report's id."""
    given = (_text(ref, "external_id") for ref in _external(report) if _text(ref, "source_name") == "csaf")
    return next(filter(None, given), f"{publisher.name}-{report['id'][-36:]}")


def _tracking(report: Values, publisher: Publisher) -> dict[str, Any]:
    """Of earlier versions the first is known, by its date: `created` (STIX 2.1 §3.6)."""
    first, last = _text(report, "created"), _text(report, "modified")
    history = [{"number": "1", "date": first, "summary": "First release."}]
    if last != first:
        history.append({"number": "2", "date": last, "summary": "Newest release."})
    return {
        "id": tracking_id(report, publisher),
        "status": "final",
        "version": history[-1]["number"],
        "initial_release_date": first,
        "current_release_date": last,
        "revision_history": history,
    }


def _notes(said: Values) -> dict[str, Any]:
    text = _text(said, "description")
    return {"notes": [{"category": "description", "text": text}]} if text else {}


def _references(said: Values) -> dict[str, Any]:
    found = [
        {"category": "external", "summary": _text(ref, "description") or _text(ref, "source_name"), "url": ref["url"]}
        for ref in _external(said)
        if _text(ref, "url")
    ]
    return {"references": found} if found else {}


def _product(software: Values) -> dict[str, Any]:
    words = [_text(software, name) for name in ("vendor", "name", "version")]
    product: dict[str, Any] = {"name": " ".join(filter(None, words)), "product_id": software["id"]}
    helper = {"cpe": _text(software, "cpe"), "purl": _text(software, "x_csaf_purl")}
    if helper := {name: text for name, text in helper.items() if text}:
        product["product_identification_helper"] = helper
    return product


def _vulnerability(
    vulnerability: Values, known: Mapping[str, Values], links: Iterable[Values], products: Mapping[str, Values]
) -> dict[str, Any]:
    said: dict[str, Any] = {"title": _text(vulnerability, "name")}
    said |= _notes(vulnerability) | _references(vulnerability)
    identified = [(_text(ref, "source_name"), _text(ref, "external_id")) for ref in _external(vulnerability)]
    if cve := next((text for system, text in identified if system == "cve" and text), None):
        said["cve"] = cve
    if ids := [
        {"system_name": system, "text": text} for system, text in identified if text and system not in ("cve", "cwe")
    ]:
        said["ids"] = ids
    if statuses := _statuses(vulnerability, links, products):
        said["product_status"] = statuses
    if remedies := list(_remedies(vulnerability, known, links, products)):
        said["remediations"] = remedies
    return said


def _statuses(vulnerability: Values, links: Iterable[Values], products: Mapping[str, Values]) -> dict[str, list[str]]:
    found = {
        status: [ref for ref in texts(vulnerability.get(f"x_csaf_{status}_refs")) if ref in products]
        for status in STATUSES
    }
    has = [
        link["source_ref"]
        for link in links
        if link.get("relationship_type") == "has"
        and link["target_ref"] == vulnerability["id"]
        and link["source_ref"] in products
    ]
    said = {ref for refs in found.values() for ref in refs}
    found["known_affected"] += [ref for ref in dict.fromkeys(has) if ref not in said]
    return {status: list(dict.fromkeys(refs)) for status, refs in found.items() if refs}


def _remedies(
    vulnerability: Values, known: Mapping[str, Values], links: Iterable[Values], products: Mapping[str, Values]
) -> Iterator[dict[str, Any]]:
    for link in links:
        action = known.get(link["source_ref"])
        if link.get("relationship_type") != "mitigates" or link["target_ref"] != vulnerability["id"]:
            continue
        if action is None or action["type"] != "course-of-action":
            continue
        category, _, _ = _text(action, "name").partition(":")
        concerned = [ref for ref in texts(action.get("x_csaf_product_refs")) if ref in products]
        affected = concerned or [r for refs in _statuses(vulnerability, links, products).values() for r in refs]
        if affected:
            yield {
                "category": category if category in _CATEGORIES else "mitigation",
                "details": _text(action, "description") or _text(action, "name"),
                "product_ids": list(dict.fromkeys(affected)),
            }


def _external(said: Values) -> list[Values]:
    given = said.get("external_references")
    return [ref for ref in given if isinstance(ref, Mapping)] if isinstance(given, list) else []


def _text(said: Values, name: str) -> str:
    """The text of a property; "" where it is none: what no schema holds may be anything."""
    text = said.get(name)
    return text if isinstance(text, str) else ""


def texts(value: object) -> list[str]:
    """The texts of a list; nothing of what is none."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
