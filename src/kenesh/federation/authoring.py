"""What this party states itself: made, read with the same checks as a stranger's, and taken in as proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kenesh.basis.instants import Instant
from kenesh.holdings.importing import HELD_AS
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import Accepted, Arrival, HeldVersion, Source
from kenesh.parties.own import Own
from kenesh.stix.reading import ObjectReader


class Author:
    """States objects in the name of this node's party."""

    def __init__(self, own: Own, reader: ObjectReader, ingest: Ingest) -> None:
        self._own = own
        self._reader = reader
        self._ingest = ingest

    def state(
        self,
        tx: Transaction,
        objects: Sequence[Mapping[str, Any]],
        now: Instant,
        person: str = "",
        audience_ref: str = "",
    ) -> list[HeldVersion]:
        """Takes the objects in as this party's own statements, in their order.

        What is said within a body, `audience_ref`, is seen by those persons here who are cleared for it.
        """
        source = Source(self._own.ref, audience_ref or self._own.ref, HELD_AS, person=person)
        arrivals = [Arrival(self._reader.read(msgspec.json.encode(o)), source, proved=True) for o in objects]
        taken = self._ingest.take(tx, arrivals, now)
        return tx.versions.held([item.num for item in taken.accepted])

    def take(self, tx: Transaction, arrivals: Sequence[Arrival], now: Instant) -> tuple[Accepted, ...]:
        """Takes statements of others in, whose own signature was checked."""
        return self._ingest.take(tx, arrivals, now).accepted
