"""What an indicator asks for together, or a file is, as one MISP object: of the templates `file` and `domain-ip`.

Source: MISP's object templates; the table of relations is that by which such objects are read (`formats.misp`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.edges.formats.misp.templates import TEMPLATES, Form
from kenesh.edges.formats.misp.values import hash_path
from kenesh.stix.patterns import joint_tests
from kenesh.watch.values import Kind, canonical, recognise

_NO_HASH_OF_FILES: Final = frozenset({"pehash", "impfuzzy", "cdhash"})
_KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.SHA512)}


@dataclass(frozen=True, slots=True)
class Relation:
    """An attribute's place in an object. `finds`: whoever has the value has the thing, whatever else is asked for."""

    name: str
    type: str
    category: str
    finds: bool = False


@dataclass(frozen=True, slots=True)
class ObjectTemplate:
    """A template, and its relations by the object paths of STIX."""

    name: str
    uuid: str
    version: str
    meta_category: str
    relations: Mapping[str, Relation]


def _file_relations() -> Iterator[tuple[str, Relation]]:
    yield "file:name", Relation("filename", "filename", "Payload delivery")
    yield "file:size", Relation("size-in-bytes", "size-in-bytes", "Other")
    for name, slot in TEMPLATES["file"].slots.items():
        if slot.form is Form.HASH and name not in _NO_HASH_OF_FILES:
            finds = name.startswith(("md5", "sha"))
            yield hash_path("file", slot.key), Relation(name, name, "Payload delivery", finds)


FILE: Final = ObjectTemplate("file", "688c46fb-5edb-40a3-8273-1af7923e2215", "24", "file", dict(_file_relations()))
DOMAIN_IP: Final = ObjectTemplate(
    "domain-ip",
    "43b3b146-77eb-4931-b4cc-b66c60f28734",
    "11",
    "network",
    {
        "domain-name:value": Relation("domain", "domain", "Network activity"),
        "domain-name:resolves_to_refs[*].value": Relation("ip", "ip-dst", "Network activity"),
    },
)
_BY_TYPE: Final = {"file": FILE, "domain-name": DOMAIN_IP}

#: A template, and for each relation its value.
Described = tuple[ObjectTemplate, list[tuple[Relation, str]]]


def described(stix_type: str, value: Mapping[str, Any]) -> Described | None:
    """The object that it is; None where it says less than two things, or one for which the template has no place."""
    tests = _of_file(value) if stix_type == "file" else _of_indicator(value) if stix_type == "indicator" else []
    template = _BY_TYPE.get(tests[0][0].partition(":")[0]) if len(tests) > 1 else None
    if template is None:
        return None
    found = [(template.relations.get(path), constant) for path, constant in tests]
    placed = [(relation, said) for relation, text in found if relation and (said := _checked(relation, text))]
    return (template, placed) if len(placed) == len(tests) else None


def _of_indicator(indicator: Mapping[str, Any]) -> list[tuple[str, str]]:
    pattern = indicator.get("pattern")
    is_stix = indicator.get("pattern_type", "stix") == "stix" and isinstance(pattern, str)
    return joint_tests(str(pattern)) if is_stix else []


def _of_file(file: Mapping[str, Any]) -> list[tuple[str, str]]:
    hashes = file.get("hashes")
    said = {"file:name": file.get("name"), "file:size": file.get("size")}
    said |= {hash_path("file", name): text for name, text in hashes.items()} if isinstance(hashes, dict) else {}
    return [(path, str(text)) for path, text in said.items() if isinstance(text, str | int)]


def _checked(relation: Relation, text: str) -> str:
    """The value as MISP takes it for the relation; "" where it is none of its kind."""
    if not text.isprintable():
        return ""
    if (kind := _KINDS.get(relation.type)) is not None:
        return canonical(kind, text) or ""
    if relation.type in ("domain", "ip-dst"):
        atom = recognise(text)
        wanted = {Kind.DOMAIN} if relation.type == "domain" else {Kind.IPV4, Kind.IPV6}
        return atom.value if atom is not None and atom.kind in wanted else ""
    return text
