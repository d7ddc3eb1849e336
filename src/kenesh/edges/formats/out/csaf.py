"""A CSAF provider's folder: one's own advisories, a ROLIE feed for each label, the hashes, and the provider's metadata.

It is published as it stands at the address that --url says. An advisory leaves once it holds by the mandatory tests of
CSAF 2.0. Source: CSAF 2.0 §5.1 (file names), §7.1.7, §7.1.11 to §7.1.15, §7.1.18, §7.1.19.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256, sha512
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from kenesh.basis.instants import instant_of, stix_timestamp
from kenesh.basis.problem import TooLargeProblem, UsageProblem
from kenesh.edges.formats.csaf.reading import faults
from kenesh.edges.formats.out.advisories import LABELS, Publisher, advisory, texts
from kenesh.edges.formats.out.form import Form, Loads
from kenesh.holdings.leaving import Leaving, Order
from kenesh.parties.party import party_id
from kenesh.watch.forms import ascii_lower

_TYPES: Final = frozenset({"report", "vulnerability", "software", "course-of-action", "relationship"})
#: An advisory is put together from objects that may lie anywhere in the selection.
MAX_OBJECTS: Final = 100_000
_NOT_IN_NAMES: Final = re.compile(r"[^+\-a-z0-9]+")
_SCHEMA: Final = "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json"


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    base = _base(order)
    publisher = Publisher(order.party, "{0.scheme}://{0.netloc}".format(urlsplit(base)))
    reports, known = _gathered(loads, order)
    feeds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in reports:
        report = item.value()
        if (label := LABELS.get(item.tlp)) is None:
            order.tally.leave_out(item.held.id, f"CSAF 2.0 has no label for {item.tlp.label}")
            continue
        document = advisory(report, item.tlp, known, publisher)
        if fault := next(faults(document), None):
            order.tally.leave_out(item.held.id, f"{fault.path}: {fault.reason}")
            continue
        order.tally.written += 1
        name = _file_name(document, label)
        yield from _hashed(name, msgspec.json.format(msgspec.json.encode(document)))
        feeds[label].append(_entry(document, f"{base}{name}"))
    for label in sorted(feeds):
        yield _feed_name(label), msgspec.json.format(msgspec.json.encode(_feed(feeds[label], label, base)))
    yield "provider-metadata.json", msgspec.json.format(msgspec.json.encode(_metadata(order, publisher, base, feeds)))


def _base(order: Order) -> str:
    parts = urlsplit(order.url)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise UsageProblem(
            "A CSAF folder holds its own addresses.", advice="Say --url https://NAME/PATH/, where it will be published."
        )
    return order.url.rstrip("/") + "/"


def _gathered(loads: Loads, order: Order) -> tuple[list[Leaving], dict[str, dict[str, Any]]]:
    """One's own reports on vulnerabilities, and whatever they may name."""
    reports, known = [], {}
    for load in loads:
        for item in load.value.items:
            if not item.counts:
                continue
            value = known[item.held.id] = item.value()
            if item.held.type == "report" and "vulnerability" in texts(value.get("report_types")):
                # What this node brought in of others is held as its own word too; the object itself says whose it is.
                if item.held.writer == item.held.created_by == party_id(order.party):
                    reports.append(item)
                else:
                    order.tally.leave_out(item.held.id, "it is another's advisory; its author publishes it")
        if len(known) > MAX_OBJECTS:
            raise TooLargeProblem(
                f"More than {MAX_OBJECTS} objects are selected.", advice="Select the reports' import."
            )
    return reports, known


def _file_name(document: dict[str, Any], label: str) -> str:
    """Where the file stands: its label's folder, the year, and the number in small letters (§5.1)."""
    tracking = document["document"]["tracking"]
    stem = _NOT_IN_NAMES.sub("_", ascii_lower(tracking["id"]))
    return f"{ascii_lower(label)}/{tracking['initial_release_date'][:4]}/{stem}.json"


def _hashed(name: str, octets: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, octets
    stem = name.rpartition("/")[2]
    yield f"{name}.sha256", f"{sha256(octets).hexdigest()}  {stem}\n".encode()
    yield f"{name}.sha512", f"{sha512(octets).hexdigest()}  {stem}\n".encode()


def _entry(document: dict[str, Any], url: str) -> dict[str, Any]:
    head = document["document"]
    links = [("self", url), ("hash", f"{url}.sha256"), ("hash", f"{url}.sha512")]
    return {
        "id": head["tracking"]["id"],
        "title": head["title"],
        "link": [{"rel": rel, "href": href} for rel, href in links],
        "published": head["tracking"]["initial_release_date"],
        "updated": head["tracking"]["current_release_date"],
        "content": {"type": "application/json", "src": url},
        "format": {"schema": _SCHEMA, "version": "2.0"},
    }


def _feed_name(label: str) -> str:
    return f"csaf-feed-tlp-{ascii_lower(label)}.json"


def _feed(entries: list[dict[str, Any]], label: str, base: str) -> dict[str, Any]:
    """RFC 8322 as CSAF writes it in JSON: the newest first."""
    newest = sorted(entries, key=lambda entry: instant_of(entry["updated"]), reverse=True)
    return {
        "feed": {
            "id": f"csaf-feed-tlp-{ascii_lower(label)}",
            "title": f"Advisories, TLP:{label}",
            "link": [{"rel": "self", "href": f"{base}{_feed_name(label)}"}],
            "category": [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}],
            "updated": newest[0]["updated"],
            "entry": newest,
        }
    }


def _metadata(order: Order, publisher: Publisher, base: str, feeds: dict[str, Any]) -> dict[str, Any]:
    listed = [
        {"summary": f"Advisories, TLP:{label}", "tlp_label": label, "url": f"{base}{_feed_name(label)}"}
        for label in sorted(feeds)
    ]
    metadata: dict[str, Any] = {
        "canonical_url": f"{base}provider-metadata.json",
        "last_updated": stix_timestamp(order.now),
        "list_on_CSAF_aggregators": "WHITE" in feeds,
        "metadata_version": "2.0",
        "mirror_on_CSAF_aggregators": False,
        "publisher": publisher.wire(),
        "role": "csaf_provider",
    }
    return metadata | ({"distributions": [{"rolie": {"feeds": listed}}]} if listed else {})


CSAF: Final = Form("csaf", ".json", _write, _TYPES, in_folder=True, asks_url=True)
