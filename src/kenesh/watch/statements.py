"""What was said on the telephone, made an object: a value, how it may be passed on, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.stix.marking import Tlp
from kenesh.watch.values import Atom, Kind

_COMPARISONS: Final[Mapping[Kind, str]] = {
    Kind.IPV4: "ipv4-addr:value =",
    Kind.IPV6: "ipv6-addr:value =",
    Kind.IPV4_NET: "ipv4-addr:value ISSUBSET",
    Kind.IPV6_NET: "ipv6-addr:value ISSUBSET",
    Kind.DOMAIN: "domain-name:value =",
    Kind.URL: "url:value =",
    Kind.EMAIL: "email-addr:value =",
    Kind.MD5: "file:hashes.MD5 =",
    Kind.SHA1: "file:hashes.'SHA-1' =",
    Kind.SHA256: "file:hashes.'SHA-256' =",
    Kind.SHA512: "file:hashes.'SHA-512' =",
}


def pattern_of(atom: Atom) -> str:
    """The STIX pattern that tests for the value, which no character in it can leave.

    Source: STIX 2.1 §9.6: a backslash and an apostrophe are escaped by a backslash, and nothing else is.
    """
    literal = atom.value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{_COMPARISONS[atom.kind]} '{literal}']"


def indicator_object(
    atom: Atom, *, tlp: Tlp, note: str, created_by_ref: str, now: Instant, uuid: UUID
) -> dict[str, Any]:
    """An indicator of malicious activity, valid from now, named by its value and described by the note.

    Source: STIX 2.1 §4.7.
    """
    stamp = stix_timestamp(now)
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid}",
        "created_by_ref": created_by_ref,
        "created": stamp,
        "modified": stamp,
        "name": atom.value,
        **({"description": note.strip()} if note.strip() else {}),
        "indicator_types": ["malicious-activity"],
        "pattern": pattern_of(atom),
        "pattern_type": "stix",
        "valid_from": stamp,
        "object_marking_refs": [tlp.marking_ref],
    }
