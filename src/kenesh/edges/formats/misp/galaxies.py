"""Galaxy clusters: well-known actors, tools and techniques, under the ids by which MISP and ATT&CK know them.

A cluster stands in many events, and ATT&CK states many of them itself, better: see `dating`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.edges.formats.dating import dated
from kenesh.edges.formats.misp.models import Cluster, Galaxy, Organisation
from kenesh.edges.formats.misp.writing import OTHERS, uuid_in

_MAX_TEXTS: Final = 200

#: The galaxies whose clusters STIX has a type for; MITRE's galaxies say the type in their name.
TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("threat-actor", "microsoft-activity-group", "360net-threat-actor", "eset-threat-actor"), "threat-actor"
    ),
    **dict.fromkeys(("android", "backdoor", "banker", "cryptominers", "malpedia", "ransomware", "stealer"), "malware"),
    **dict.fromkeys(("botnet", "exploit-kit", "rat", "tds", "tool"), "tool"),
    "branded-vulnerability": "vulnerability",
    "sector": "identity",
}
_MITRE: Final = ("attack-pattern", "course-of-action", "intrusion-set", "malware", "tool")
_WITH_ALIASES: Final = frozenset({"threat-actor", "intrusion-set", "malware", "tool"})


def type_of_galaxy(name: str) -> str:
    """The STIX type of a galaxy's clusters."""
    if name.startswith("mitre-"):
        return next((stix_type for stix_type in _MITRE if name.endswith(f"-{stix_type}")), OTHERS)
    return TYPES.get(name, OTHERS)


def cluster_object(galaxy: Galaxy, cluster: Cluster) -> dict[str, Any]:
    """The object of a cluster, without marking: who may know of a well-known actor is not for an event to say."""
    kind, value = cluster.type or galaxy.type or "", cluster.value or "?"
    stix_type = type_of_galaxy(kind)
    name, _, number = value.partition(" - ") if kind.startswith("mitre-") else (value, "", "")
    meta = cluster.meta if isinstance(cluster.meta, dict) else {}
    said: dict[str, Any] = {"name": name}
    if stix_type == OTHERS:
        said = {"x_misp_name": name, "x_misp_galaxy": kind}
    if cluster.description:
        said["description"] = cluster.description
    if stix_type == "malware":
        said["is_family"] = True
    elif stix_type == "identity":
        said["identity_class"] = "class"
    if stix_type in _WITH_ALIASES and (aliases := _texts(meta.get("synonyms"))):
        said["aliases"] = aliases
    references = [{"source_name": "mitre-attack", "external_id": number}] if number else []
    references += [{"source_name": "url", "url": url} for url in _texts(meta.get("refs")) if url.startswith("http")]
    if references:
        said["external_references"] = references
    stix_id = f"{stix_type}--{uuid_in(cluster.uuid) or named_uuid('misp', 'cluster', kind, value)}"
    labels = {"labels": [f'misp-galaxy:{kind}="{value}"']}
    digits = str(cluster.version or "")
    version = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0
    return dated({"type": stix_type, "spec_version": "2.1", "id": stix_id} | said | labels, version)


@lru_cache(1024)
def _organisation(name: str, uuid: str) -> dict[str, Any]:
    said = {"type": "identity", "spec_version": "2.1", "id": f"identity--{uuid}", "name": name}
    return dated(said | {"identity_class": "organization"}, 0)


def organisation_object(organisation: Organisation | None) -> dict[str, Any] | None:
    """The identity of an organisation; None where it has no name."""
    if organisation is None or not organisation.name:
        return None
    uuid = uuid_in(organisation.uuid) or str(named_uuid("misp", "org", organisation.name))
    return _organisation(organisation.name, uuid)


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items[:_MAX_TEXTS] if isinstance(item, str) and item]
