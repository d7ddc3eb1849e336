"""A MISP event: an attribute for each value, tagged with its marking; as wide as the strictest marking allows.

Every identifier follows from what it names, so that a second reading brings no second attribute. What has no value that
an attribute can hold is left out and counted. Source: MISP core format, draft of November 2025; taxonomies tlp, PAP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import SECOND, instant_of, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads
from kenesh.holdings.leaving import Leaving, Order
from kenesh.parties.party import party_id
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import pap_of
from kenesh.watch.atoms import atoms_in, sole_atom
from kenesh.watch.validity import why_not_in_force
from kenesh.watch.values import Kind

_TYPES: Final[Mapping[Kind, tuple[str, str]]] = {
    **dict.fromkeys((Kind.IPV4, Kind.IPV6, Kind.IPV4_NET, Kind.IPV6_NET), ("ip-dst", "Network activity")),
    Kind.DOMAIN: ("domain", "Network activity"),
    Kind.URL: ("url", "Network activity"),
    Kind.EMAIL: ("email-src", "Payload delivery"),
    **{kind: (kind.value, "Payload delivery") for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.SHA512)},
}
_RULES: Final = {"yara": "Payload installation", "sigma": "Payload installation"}
#: This community, where everybody may have it all of them; else the receiving organisation alone. MISP's level 2
#: (connected communities) says more than any label does.
_DISTRIBUTION: Final[Mapping[Tlp, str]] = {Tlp.CLEAR: "3", Tlp.GREEN: "1"}
_OWN_ORGANISATION: Final = "0"
_INHERITED: Final = "5"
_COLOURS: Final = {
    Tlp.CLEAR: "#FFFFFF", Tlp.GREEN: "#33FF00", Tlp.AMBER: "#FFC000", Tlp.AMBER_STRICT: "#FFC000", Tlp.RED: "#FF2B2B"
}  # fmt: skip
_MAX_TEXT: Final = 1000


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    head = msgspec.json.encode({"Event": _event(order)})
    # The event is open still: its attributes follow, and then its two braces.
    yield THE_FILE, head.removesuffix(b"}}") + b',"Attribute":['
    between = b""
    for attribute in _attributes(loads, order):
        yield THE_FILE, between + msgspec.json.encode(attribute)
        between = b",\n"
    yield THE_FILE, b"]}}\n"


def _event(order: Order) -> dict[str, Any]:
    tlp, dated_at = order.conditions.tlp, order.dated_at or order.now
    seconds = str(dated_at // SECOND)
    return {
        "uuid": str(order.uuid),
        "info": visible(order.title or f"Exported by {order.party}", _MAX_TEXT),
        "date": stix_timestamp(dated_at)[:10],
        "timestamp": seconds,
        "publish_timestamp": seconds,
        "published": True,
        "analysis": "2",
        "threat_level_id": "4",
        "distribution": _DISTRIBUTION.get(tlp, _OWN_ORGANISATION),
        "Orgc": {"name": order.party, "uuid": party_id(order.party).removeprefix("identity--")},
        "Tag": [_tlp_tag(tlp)],
    }


def _tlp_tag(tlp: Tlp) -> dict[str, str]:
    return {"name": tlp.label.lower(), "colour": _COLOURS[tlp]}


def _attributes(loads: Loads, order: Order) -> Iterator[dict[str, Any]]:
    for text in sorted((*order.conditions.licences, *order.conditions.statements)):
        uuid = named_uuid("misp-condition", str(order.uuid), text)
        yield _attribute(uuid, "comment", "Other", visible(text, _MAX_TEXT), order) | {"to_ids": False}
    for load in loads:
        markings = {marking.held.id: marking.value() for marking in load.value.markings}
        for item in load.value.items:
            if item.held.type == "marking-definition":
                continue
            found = list(_of_object(item, markings, order))
            if not found:
                order.tally.leave_out(item.held.id, "it has no value that an attribute can hold")
            order.tally.written += bool(found)
            yield from found


def _of_object(item: Leaving, markings: Mapping[str, Mapping[str, Any]], order: Order) -> Iterator[dict[str, Any]]:
    value = item.value()
    pap = pap_of(value, markings)
    tags = [_tlp_tag(item.tlp), *([{"name": pap.label, "colour": "#888888"}] if pap is not None else [])]
    may_act = (pap is None or pap.may_act) and not why_not_in_force(item, value, order.now)
    sole = sole_atom(value) if item.held.type == "indicator" else None
    for atom in atoms_in(item.held.type, value):
        kind, category = _TYPES[atom.kind]
        yield _named(item, kind, category, atom.value, order) | {"to_ids": may_act and atom == sole, "Tag": tags}
    rule, pattern = value.get("pattern_type"), value.get("pattern")
    if rule in _RULES and isinstance(pattern, str):
        yield _named(item, rule, _RULES[rule], pattern, order) | {"to_ids": may_act, "Tag": tags}


def _named(item: Leaving, kind: str, category: str, value: str, order: Order) -> dict[str, Any]:
    attribute = _attribute(named_uuid("misp-attribute", item.held.id, kind, value), kind, category, value, order)
    if item.held.modified is not None:
        attribute["timestamp"] = str(max(0, instant_of(item.held.modified) // SECOND))
    return attribute | {"comment": visible(f"{item.held.name} ({item.held.id})", _MAX_TEXT)}


def _attribute(uuid: UUID, kind: str, category: str, value: str, order: Order) -> dict[str, Any]:
    return {
        "uuid": str(uuid),
        "type": kind,
        "category": category,
        "value": value,
        "comment": "",
        "timestamp": str((order.dated_at or order.now) // SECOND),
        "distribution": _INHERITED,
        "disable_correlation": False,
    }


MISP: Final = Form("misp", ".misp.json", _write, heads=True)
