"""What marking-definitions say of PAP: of several statements of one the strictest holds, whoever made the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from kenesh.holdings.ports import Transaction
from kenesh.stix.pap import Pap, pap_of

#: Marking-definitions by their ids, each by the statement of it that says the strictest of PAP.
Words = Mapping[str, Mapping[str, Any]]


def strictest_words(tx: Transaction, versions: Collection[int]) -> Words:
    """Those that these versions cite, and that are known here.

    A marking-definition has no versions, and anybody may state one of the same id: a looser word widens nothing.
    """
    cited = tx.versions.cited_markings(versions) if versions else ()
    if not cited:
        return {}
    known = tx.versions.known(cited)
    nums = [version.num for one in known.values() for version in one.versions if version.accepted]
    found: dict[str, dict[str, Any]] = {}
    for value in map(msgspec.json.decode, tx.versions.raw(nums).values()):
        before = found.get(value["id"])
        if before is None or _said(value) > _said(before):
            found[value["id"]] = value
    return found


def _said(marking: Mapping[str, Any]) -> int:
    """How strict its word is, as of an object that it alone marks; below every level where it says nothing of PAP."""
    said = pap_of({"object_marking_refs": [marking["id"]]}, {marking["id"]: marking})
    return min(Pap) - 1 if said is None else said
