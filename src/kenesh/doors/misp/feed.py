"""The files of the feed: manifest.json, hashes.csv, and an event for each release of which the reader sees something.

Source: MISP's feed format as its feed generator writes it. What was withdrawn is in none of the files; an event from
which something was taken has a later timestamp, so that whoever pulls reads it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from kenesh.basis.identifiers import named_uuid
from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.doors.misp.hashes import ValueHashes
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.given import Given, loads_of, releases_to, seen_of
from kenesh.holdings.leaving import ABOUT, Conditions, Order
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

FORM: Final = "misp"
#: What the manifest says of an event: all that the event says of itself but its own identifier and what is in it.
_NOT_IN_MANIFEST: Final = frozenset({"uuid", "Attribute", "Object"})


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed of one node, for one reader."""

    services: Services
    reader: Reader
    known: ValueHashes

    def manifest(self) -> bytes:
        """manifest.json: every event by its uuid."""
        with self.services.store.reading() as tx:
            events = {str(event_uuid(given)): self._head(tx, given) for given in self._given(tx).value}
        return msgspec.json.encode(events)

    def event(self, name: str) -> bytes:
        """One event.

        Raises:
            UnknownProblem: it is absent, withdrawn or withheld: the three look alike.
        """
        with self.services.store.reading() as tx:
            for given in self._given(tx).value:
                if name == str(event_uuid(given)):
                    return self._event(tx, given)
        raise UnknownProblem("There is no such event.")

    def hashes(self) -> Iterator[bytes]:
        """hashes.csv: the MD5 of each value, and the event in which it stands; an event at a time.

        What this reader sees is decided anew each time; only the hashes of a version, which never changes, are known.
        """
        with self.services.store.reading() as tx:
            everything = self._given(tx).value
        for given in everything:
            with self.services.store.reading() as tx:
                parts = [part.map(partial(self.known.of, tx)).value for part in seen_of(tx, self.reader, given)]
            uuid = event_uuid(given)
            yield "".join(f"{digest},{uuid}\n" for part in parts for digest in dict.fromkeys(part)).encode()

    def _given(self, tx: Transaction) -> Released[tuple[Given, ...]]:
        return releases_to(tx, self.reader, self.services.clock.now())

    def _head(self, tx: Transaction, given: Given) -> dict[str, Any]:
        conditions = Conditions(given.tlp)
        for load in loads_of(tx, self.reader, given, ABOUT):
            conditions.add(load.value)
        order = self._order(given, conditions)
        event = msgspec.json.decode(b"".join(octets for _, octets in self._write([], order)))["Event"]
        return {name: value for name, value in event.items() if name not in _NOT_IN_MANIFEST}

    def _event(self, tx: Transaction, given: Given) -> bytes:
        conditions = Conditions(given.tlp)
        for load in loads_of(tx, self.reader, given):
            conditions.add(load.value)
        order = self._order(given, conditions)
        return b"".join(octets for _, octets in self._write(loads_of(tx, self.reader, given), order))

    def _order(self, given: Given, conditions: Conditions) -> Order:
        label = given.statement.label
        # Never wider than the release: its label binds where the objects' own markings are wider.
        conditions.tlp = max(conditions.tlp, given.tlp if label is None else label)
        return Order(
            now=self.services.clock.now(),
            dated_at=Instant(max(given.changed_at, given.statement.at)),
            party=self.services.own.code,
            uuid=event_uuid(given),
            conditions=conditions,
            title=given.statement.reason or f"Released by {self.services.own.code}",
        )

    def _write(self, loads: Any, order: Order) -> Iterator[tuple[str, bytes]]:
        return self.services.forms[FORM].write(loads, order)


def event_uuid(given: Given) -> UUID:
    """The event of a release: the same at every reading, for every reader."""
    return named_uuid("misp-event", given.statement.id)
