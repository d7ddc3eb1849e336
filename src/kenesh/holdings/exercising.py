"""Which versions were made up for an exercise, and which circles play one."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from kenesh.holdings.ports import Transaction
from kenesh.parties.bodies import BODY
from kenesh.stix.exercise import EXERCISE


def of_exercise(tx: Transaction, nums: Collection[int]) -> frozenset[int]:
    """Of these versions those that are marked as of an exercise, in whole or in part."""
    return tx.marked.by(EXERCISE, nums) if nums else frozenset()


def plays(tx: Transaction, audience_ref: str) -> bool:
    """Whether the audience is a circle that its keeper formed to play an exercise."""
    if not audience_ref.startswith(f"{BODY.name}--"):
        return False
    body = tx.versions.current_of([audience_ref]).get(audience_ref)
    return body is not None and _says_so(tx.versions.raw([body.num])[body.num])


def _says_so(raw: bytes) -> bool:
    return msgspec.json.decode(raw).get("exercise") is True
