"""A MISP event: an attribute for each value, tagged with its marking; as wide as the strictest marking allows.

What an indicator asks for together, and a file with its name and hashes, is an object of the template `file` or
`domain-ip`; of it only a file's hashes are to be searched for. Actors, malware, tools and techniques are galaxy tags of
the event. Every identifier follows from what it names, so that a second reading brings no second attribute. What has no
value that an attribute can hold is left out and counted. Source: MISP core format, draft of November 2025; taxonomies
tlp, PAP; MISP's object templates and galaxies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from uuid import UUID

import msgspec

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import SECOND, instant_of, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.edges.formats.out.form import THE_FILE, Form, Loads
from kenesh.edges.formats.out.misp_galaxies import galaxy_tag
from kenesh.edges.formats.out.misp_objects import Described, described
from kenesh.holdings.leaving import Leaving, Order
from kenesh.holdings.words import Words
from kenesh.parties.party import party_id
from kenesh.stix.marking import Tlp
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
_GALAXY_COLOUR: Final = "#0088cc"
_MAX_TEXT: Final = 1000
#: So many octets of objects wait in memory, more on the disk.
MAX_WAITING: Final = 8 * 1024 * 1024


def _write(loads: Loads, order: Order) -> Iterator[tuple[str, bytes]]:
    head = msgspec.json.encode({"Event": _event(order)})
    # The event is open still: its attributes follow, and then its two braces.
    yield THE_FILE, head.removesuffix(b"}}") + b',"Attribute":['
    between = b""
    # The objects stand after all attributes: until then they wait, and not in memory where there are many.
    with SpooledTemporaryFile(MAX_WAITING) as objects:
        for name, part in _parts(loads, order):
            if name == "Object":
                objects.write((b",\n" if objects.tell() else b"") + msgspec.json.encode(part))
                continue
            yield THE_FILE, between + msgspec.json.encode(part)
            between = b",\n"
        if objects.tell():
            yield THE_FILE, b'],"Object":['
        objects.seek(0)
        while octets := objects.read(65_536):
            yield THE_FILE, octets
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
        "Tag": [_tlp_tag(tlp), *({"name": name, "colour": _GALAXY_COLOUR} for name in _galaxies(order))],
    }


def _galaxies(order: Order) -> list[str]:
    found = {galaxy_tag(item.held.type, item.value()) for item in order.conditions.about.values()}
    return sorted(found - {""})


def _tlp_tag(tlp: Tlp) -> dict[str, str]:
    return {"name": tlp.label.lower(), "colour": _COLOURS[tlp]}


def _parts(loads: Loads, order: Order) -> Iterator[tuple[str, dict[str, Any]]]:
    """("Attribute" or "Object", what it is)."""
    for text in sorted((*order.conditions.licences, *order.conditions.statements)):
        uuid = named_uuid("misp-condition", str(order.uuid), text)
        yield "Attribute", _attribute(uuid, "comment", "Other", visible(text, _MAX_TEXT), order) | {"to_ids": False}
    for load in loads:
        words = load.value.words
        for item in load.value.items:
            if item.held.type == "marking-definition":
                continue
            found = list(_of_object(item, words, order))
            is_tag = item.held.id in order.conditions.about and bool(galaxy_tag(item.held.type, item.value()))
            if not found and not is_tag:
                order.tally.leave_out(item.held.id, "it has no value that an attribute can hold")
                continue
            order.tally.written += 1
            yield from found


def _of_object(item: Leaving, words: Words, order: Order) -> Iterator[tuple[str, dict[str, Any]]]:
    value = item.value()
    pap = item.pap(value, words)
    tags = [_tlp_tag(item.tlp), *([{"name": pap.label, "colour": "#888888"}] if pap is not None else [])]
    may_act = (pap is None or pap.may_act) and not why_not_in_force(item, value, order.now)
    is_indicator = item.held.type == "indicator"
    if (together := described(item.held.type, value)) is not None:
        yield "Object", _object(item, together, {"Tag": tags}, order, may_act=may_act and is_indicator)
        return
    sole = sole_atom(value) if is_indicator else None
    for atom in atoms_in(item.held.type, value):
        kind, category = _TYPES[atom.kind]
        said = {"to_ids": may_act and atom == sole, "Tag": tags}
        yield "Attribute", _named(item, kind, category, atom.value, order) | said
    rule, pattern = value.get("pattern_type"), value.get("pattern")
    if rule in _RULES and isinstance(pattern, str):
        yield "Attribute", _named(item, rule, _RULES[rule], pattern, order) | {"to_ids": may_act, "Tag": tags}


def _object(item: Leaving, together: Described, tags: dict[str, Any], order: Order, *, may_act: bool) -> dict[str, Any]:
    """Of what is asked for together only what finds the thing by itself is to be searched for."""
    template, said = together
    attributes = [
        _named(item, relation.type, relation.category, text, order)
        | {"object_relation": relation.name, "to_ids": may_act and relation.finds, **tags}
        for relation, text in said
    ]
    return {
        "uuid": str(named_uuid("misp-object", item.held.id)),
        "name": template.name,
        "meta-category": template.meta_category,
        "template_uuid": template.uuid,
        "template_version": template.version,
        "timestamp": max(attribute["timestamp"] for attribute in attributes),
        "distribution": _INHERITED,
        "comment": visible(f"{item.held.name} ({item.held.id})", _MAX_TEXT),
        "Attribute": attributes,
    }


def _values(stix_type: str, value: Mapping[str, Any]) -> list[str]:
    """The values of the attributes that an object becomes."""
    if (together := described(stix_type, value)) is not None:
        return [text for _, text in together[1]]
    rule, pattern = value.get("pattern_type"), value.get("pattern")
    rules = [pattern] if rule in _RULES and isinstance(pattern, str) else []
    return [*(atom.value for atom in atoms_in(stix_type, value)), *rules]


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


MISP: Final = Form("misp", ".misp.json", _write, heads=True, values=_values)
