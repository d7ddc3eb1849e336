"""Actors, malware, tools and techniques as the tags by which MISP knows their galaxy clusters.

A cluster that came from MISP has its tag with it. Else MITRE's galaxies are named where the object bears MITRE's
number, and the general ones where it bears none; a technique without a number names no cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kenesh.basis.printable import visible
from kenesh.holdings.leaving import ABOUT

_MAX_NAME: Final = 200
_PREFIX: Final = "misp-galaxy:"
#: The galaxy of what has no number of MITRE's. MISP's galaxy `tool` holds malware too.
_GENERAL: Final = {"threat-actor": "threat-actor", "intrusion-set": "threat-actor", "malware": "tool", "tool": "tool"}
_MITRE: Final = frozenset({"intrusion-set", "malware", "tool", "attack-pattern"})


def galaxy_tag(stix_type: str, value: Mapping[str, Any]) -> str:
    """The tag of the cluster that the object is; "" where it plainly is none."""
    name = value.get("name")
    if stix_type not in ABOUT or not isinstance(name, str):
        return ""
    labels = value.get("labels")
    for label in labels if isinstance(labels, list) else ():
        if isinstance(label, str) and label.startswith(_PREFIX) and label.isprintable():
            return label[:_MAX_NAME]
    number = _mitre_number(value)
    if number and stix_type in _MITRE:
        return _tag(f"mitre-{stix_type}", f"{name} - {number}")
    return _tag(_GENERAL[stix_type], name) if stix_type in _GENERAL else ""


def _mitre_number(value: Mapping[str, Any]) -> str:
    references = value.get("external_references")
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, dict) and reference.get("source_name") == "mitre-attack":
            number = reference.get("external_id")
            if isinstance(number, str) and number.isascii() and number.replace(".", "").isalnum():
                return number[:20]
    return ""


def _tag(galaxy: str, cluster: str) -> str:
    # A quotation mark would end the name of the cluster.
    return f'{_PREFIX}{galaxy}="{visible(cluster, _MAX_NAME).replace(chr(34), chr(39))}"'
