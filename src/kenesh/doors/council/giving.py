"""What is said to a whole body: stated, released to it, and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kenesh.doors.casework import By, give_room
from kenesh.doors.services import Services, Transaction
from kenesh.ledger.acts import ActKind


def give(services: Services, tx: Transaction, ref: str, value: Mapping[str, Any], by: By) -> None:
    """States the object within the body, and releases it to the whole of it.

    Raises:
        RefusedProblem: a marking stands against it; then nothing was stated.
    """
    give_room(services, tx, ref, [value], by)
    services.record(tx, ActKind.OBJECT_STATED, by.who, str(value["id"]), body=ref)
