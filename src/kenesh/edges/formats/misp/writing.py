"""The words in which everything of an event is written: ids, times, labels and markings of one STIX object."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import SECOND, stix_timestamp
from kenesh.basis.problem import UsageProblem
from kenesh.edges.formats.misp.levels import Level
from kenesh.watch.forms import ascii_lower

#: What stands for an attribute, an object, a cluster that STIX has no type for; misp-stix has the same two first.
ATTRIBUTE: Final = "x-misp-attribute"
OBJECT: Final = "x-misp-object"
OTHERS: Final = "x-misp-galaxy-cluster"

#: Under which these three are announced as types (STIX 2.1 §7.3).
EXTENSION: Final = f"extension-definition--{named_uuid('misp', 'extension-definition')}"
ANNOUNCED: Final = {"extensions": {EXTENSION: {"extension_type": "new-sdo"}}}

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The last second of the year 9999.
_LAST: Final = 253_402_300_799


def uuid_in(text: str | None) -> str:
    """The UUID as STIX writes it, in small letters; '' where it is none."""
    uuid = ascii_lower(text or "")
    return uuid if _UUID.fullmatch(uuid) else ""


@lru_cache(65_536)
def at(seconds: int, milliseconds: int = 0) -> str:
    """The STIX timestamp of MISP's."""
    return stix_timestamp(seconds * SECOND + milliseconds * 1000)


def checked(seconds: int | None) -> int:
    """Raises: UsageProblem: it is no time of this era."""
    if seconds is None or not 0 <= seconds <= _LAST:
        raise UsageProblem("Its timestamp is missing or no time.", advice="Export it again from MISP.")
    return seconds


def of_this_era(seconds: int | None, otherwise: int) -> int:
    """A time that may be missing; one that is none, as milliseconds where MISP has seconds, counts as missing."""
    return seconds if seconds and 0 < seconds <= _LAST else otherwise


def versioned(stix_type: str, uuid: str, creator: str | None, seconds: int, level: Level) -> dict[str, Any]:
    """The head of an object that has versions."""
    head = {"type": stix_type, "spec_version": "2.1", "id": f"{stix_type}--{uuid}"}
    if creator is not None and not level.hides_source:
        head["created_by_ref"] = creator
    return head | {"created": at(seconds), "modified": at(seconds, level.milliseconds)}


def observable(said: dict[str, Any], level: Level) -> dict[str, Any]:
    """An observable, marked as what states it is."""
    return said | {"spec_version": "2.1"} | marked(level)


def marked(level: Level) -> dict[str, Any]:
    refs = level.refs
    return {"object_marking_refs": refs} if refs else {}


def relationship(source: str, verb: str, target: str) -> dict[str, Any]:
    """What is said of two objects, without its head."""
    return {"relationship_type": verb, "source_ref": source, "target_ref": target}
