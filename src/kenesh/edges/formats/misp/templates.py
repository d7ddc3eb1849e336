"""What an object of a known template says: the observable that its attributes describe together, and its pattern.

Source: MISP's object templates; STIX 2.1 §6. An attribute that has no place in the observable stays beside it, as
`x_misp_...`, so that nothing is lost. Of a template that is not in this table nothing is made one: see `events`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from kenesh.edges.formats.misp.models import Attribute
from kenesh.edges.formats.misp.values import HASHES, Meaning, Observable, address_type, hash_path
from kenesh.watch.forms import ascii_lower


class Form(Enum):
    """How an attribute stands in the observable."""

    TEXT = "a property"
    NUMBER = "a property that is a whole number"
    HASH = "one of the hashes"
    REF = "a reference to an observable of its own"
    REFS = "one of several such references"
    VALUE = "a property of the registry key's one value"
    PROTOCOL = "one of the protocols"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an attribute stands. `of` is the type of what is referred to (with its property), '' for an address."""

    key: str
    form: Form = Form.TEXT
    of: str = "ip:value"


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its observable, the slots by relation, and what the observable needs besides."""

    type: str
    slots: Mapping[str, Slot]
    needs: frozenset[str] = frozenset()
    always: Mapping[str, Any] = field(default_factory=dict)


_HASH_SLOTS: Final = {name: Slot(algorithm, Form.HASH) for name, algorithm in HASHES.items()}
_MAIL: Final = "email-addr:value"
_PORTS: Final = {f"{end}-port": Slot(f"{end}_port", Form.NUMBER) for end in ("src", "dst")}
_ENDS: Final = {f"{kind}-{end}": Slot(f"{end}_ref", Form.REF) for kind in ("ip", "hostname") for end in ("src", "dst")}
_PROTOCOLS: Final = {f"layer{number}-protocol": Slot("protocols", Form.PROTOCOL) for number in (3, 4, 7)}
_TRAFFIC: Final = Template(
    "network-traffic",
    {
        **_ENDS,
        **_PORTS,
        **_PROTOCOLS,
        "ip": Slot("dst_ref", Form.REF),
        "hostname": Slot("dst_ref", Form.REF, "domain-name:value"),
        "hostname-src": Slot("src_ref", Form.REF, "domain-name:value"),
        "hostname-dst": Slot("dst_ref", Form.REF, "domain-name:value"),
    },
)

TEMPLATES: Final[Mapping[str, Template]] = {
    "file": Template(
        "file",
        {
            **_HASH_SLOTS,
            "filename": Slot("name"),
            "size-in-bytes": Slot("size", Form.NUMBER),
            "mimetype": Slot("mime_type"),
            "path": Slot("parent_directory_ref", Form.REF, "directory:path"),
        },
    ),
    "domain-ip": Template(
        "domain-name",
        {
            "domain": Slot("value"),
            "hostname": Slot("value"),
            "ip": Slot("resolves_to_refs", Form.REFS),
        },
        frozenset({"value"}),
    ),
    "url": Template("url", {"url": Slot("value")}, frozenset({"value"})),
    "ip-port": _TRAFFIC,
    "network-connection": _TRAFFIC,
    "network-socket": _TRAFFIC,
    "email": Template(
        "email-message",
        {
            "from": Slot("from_ref", Form.REF, _MAIL),
            "to": Slot("to_refs", Form.REFS, _MAIL),
            "cc": Slot("cc_refs", Form.REFS, _MAIL),
            "bcc": Slot("bcc_refs", Form.REFS, _MAIL),
            "subject": Slot("subject"),
            "message-id": Slot("message_id"),
            "email-body": Slot("body"),
        },
        always={"is_multipart": False},
    ),
    "registry-key": Template(
        "windows-registry-key",
        {
            "key": Slot("key"),
            "name": Slot("name", Form.VALUE),
            "data": Slot("data", Form.VALUE),
            "data-type": Slot("data_type", Form.VALUE),
        },
        frozenset({"key"}),
    ),
    "x509": Template(
        "x509-certificate",
        {
            **{f"x509-fingerprint-{name}": Slot(HASHES[name], Form.HASH) for name in ("md5", "sha1", "sha256")},
            "issuer": Slot("issuer"),
            "subject": Slot("subject"),
            "serial-number": Slot("serial_number"),
        },
    ),
    "process": Template("process", {"pid": Slot("pid", Form.NUMBER), "command-line": Slot("command_line")}),
    "mutex": Template("mutex", {"name": Slot("name")}, frozenset({"name"})),
    "asn": Template("autonomous-system", {"asn": Slot("number", Form.NUMBER)}, frozenset({"number"})),
    "user-account": Template("user-account", {"username": Slot("account_login"), "user-id": Slot("user_id")}),
}


def described(template: Template, attributes: Sequence[tuple[str, Attribute]], uuid: str) -> Meaning | None:
    """The observable that the attributes (each with its UUID) describe; its pattern asks for those that are `to_ids`.

    None where they do not suffice for one.
    """
    main: Observable = {"type": template.type, "id": f"{template.type}--{uuid}", **template.always}
    others: list[Observable] = []
    tests: list[tuple[str, str | int]] = []
    for own_uuid, attribute in attributes:
        slot = template.slots.get(attribute.object_relation or "")
        found = _put(main, others, slot, attribute.text, own_uuid) if slot is not None else None
        if found is None:
            _put_beside(main, attribute)
        elif attribute.to_ids:
            tests += [(f"{template.type}:{path}", constant) for path, constant in found]
    if template.type == "network-traffic" and "protocols" not in main:
        main["protocols"] = sorted({other["type"][:4] for other in others if other["type"] != "domain-name"}) or ["tcp"]
    is_enough = template.needs <= main.keys() and len(main) > 2 + len(template.always)
    return Meaning(tuple(tests), (main, *others)) if is_enough else None


#: What a pattern asks for, below the observable's type.
_Found = list[tuple[str, str | int]]


def _put(main: Observable, others: list[Observable], slot: Slot, text: str, uuid: str) -> _Found | None:
    """Puts the attribute where it belongs, and gives its comparisons; None where it has no room there."""
    match slot.form:
        case Form.HASH:
            return _hash(main, slot, text)
        case Form.REF | Form.REFS:
            return _reference(main, others, slot, text, uuid)
        case Form.VALUE:
            values = main.setdefault("values", [{}])
            path = f"values[*].{slot.key}"
            return [(path, text)] if values[0].setdefault(slot.key, text) == text else None
        case Form.PROTOCOL:
            main.setdefault("protocols", []).append(ascii_lower(text))
            return [("protocols[*]", main["protocols"][-1])]
    number = ascii_lower(text).removeprefix("as")
    if slot.form is Form.NUMBER and not (number.isdecimal() and number.isascii() and len(number) < 16):
        return None
    constant = int(number) if slot.form is Form.NUMBER else text
    return [(slot.key, constant)] if constant != "" and main.setdefault(slot.key, constant) == constant else None


def _hash(main: Observable, slot: Slot, text: str) -> _Found | None:
    hashes = main.setdefault("hashes", {})
    path = hash_path("", slot.key)[1:]
    return [(path, text)] if hashes.setdefault(slot.key, text) == text else None


def _reference(main: Observable, others: list[Observable], slot: Slot, text: str, uuid: str) -> _Found | None:
    is_list = slot.form is Form.REFS
    if not text or (not is_list and slot.key in main):
        return None
    stix_type, _, key = slot.of.partition(":")
    stix_type = address_type(text) if stix_type == "ip" else stix_type
    other = {"type": stix_type, "id": f"{stix_type}--{uuid}", key: text}
    others.append(other)
    if is_list:
        main.setdefault(slot.key, []).append(other["id"])
        return [(f"{slot.key}[*].{key}", text)]
    main[slot.key] = other["id"]
    kind: _Found = [(f"{slot.key}.type", stix_type)] if main["type"] == "network-traffic" else []
    return [*kind, (f"{slot.key}.{key}", text)]


_NO_NAME: Final = re.compile(r"[^a-z0-9_]+")


def _put_beside(main: Observable, attribute: Attribute) -> None:
    """Keeps an attribute under a name of its own; several under one name become a list."""
    relation = attribute.object_relation or attribute.type
    name = "x_misp_" + _NO_NAME.sub("_", ascii_lower(relation))[:100]
    if name not in main:
        main[name] = attribute.text
    elif isinstance(main[name], list):
        main[name].append(attribute.text)
    else:
        main[name] = [main[name], attribute.text]
