"""Objects for the stories, each as small as it may be. All of it is made up."""

from __future__ import annotations

from typing import Any

from tests.federation.fakes import MORNING

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import SECOND, stix_timestamp
from kenesh.parties.party import party_id
from kenesh.stix.marking import Tlp


def moment(seconds: int) -> str:
    """So many seconds after the morning on which the stories begin."""
    return stix_timestamp(MORNING + seconds * SECOND)


def indicator(
    value: str, tlp: Tlp | None = Tlp.GREEN, *, by: str | None = None, version: int = 0, **more: Any
) -> dict[str, Any]:
    """An indicator for a domain. Its id follows from the value, so that versions of one value are versions of one."""
    found = _common(f"indicator--{named_uuid('test', value)}", tlp, by, version)
    found |= {"name": f"Seen: {value}", "pattern": f"[domain-name:value = '{value}']", "pattern_type": "stix"}
    return found | {"valid_from": moment(0), "indicator_types": ["malicious-activity"]} | more


def malware(name: str, tlp: Tlp | None = Tlp.GREEN, *, by: str | None = None, **more: Any) -> dict[str, Any]:
    found = _common(f"malware--{named_uuid('test', name)}", tlp, by, 0)
    return found | {"name": name, "is_family": False} | more


def relationship(source: str, target: str, tlp: Tlp | None = Tlp.GREEN, *, by: str | None = None) -> dict[str, Any]:
    found = _common(f"relationship--{named_uuid('test', source, target)}", tlp, by, 0)
    return found | {"relationship_type": "indicates", "source_ref": source, "target_ref": target}


def address(value: str, tlp: Tlp | None = None, **more: Any) -> dict[str, Any]:
    """A cyber-observable: it has no author, and no `modified`."""
    found: dict[str, Any] = {"type": "ipv4-addr", "spec_version": "2.1", "value": value}
    found["id"] = f"ipv4-addr--{named_uuid('test', value)}"
    return found | ({"object_marking_refs": [tlp.marking_ref]} if tlp is not None else {}) | more


def file(sha256: str, tlp: Tlp | None = None, **hashes: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "file", "spec_version": "2.1", "id": f"file--{named_uuid('test', sha256)}"}
    found["hashes"] = {"SHA-256": sha256, **hashes}
    return found | ({"object_marking_refs": [tlp.marking_ref]} if tlp is not None else {})


def marking(name: str, definition: dict[str, Any], *, by: str | None = None) -> dict[str, Any]:
    """A marking-definition of somebody's own."""
    found: dict[str, Any] = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{named_uuid('test', name)}",
        "created": moment(0),
        "name": name,
        **definition,
    }
    return found | ({"created_by_ref": party_id(by)} if by else {})


STATEMENT = {"definition_type": "statement", "definition": {"statement": "Copyright of the author."}}


def _common(stix_id: str, tlp: Tlp | None, by: str | None, version: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": stix_id.partition("--")[0],
        "spec_version": "2.1",
        "id": stix_id,
        "created": moment(0),
        "modified": moment(version),
    }
    found |= {"object_marking_refs": [tlp.marking_ref]} if tlp is not None else {}
    return found | ({"created_by_ref": party_id(by)} if by else {})
