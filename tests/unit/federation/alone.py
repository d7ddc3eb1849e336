"""One node by itself, in memory: no network, no disk, and a clock that stands still until it is stepped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, cast

import msgspec
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from tests.federation.fakes import FakeChance, FakeClock

from kenesh.basis.instants import SECOND
from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.doors.services import Services
from kenesh.edges.store.database import Database
from kenesh.edges.store.schema import metadata
from kenesh.federation.releasing import Outcome
from kenesh.holdings.rows import Arrival, Source
from kenesh.ledger.book import begin_epoch
from kenesh.node.wiring import wire
from kenesh.parties.card import make_card
from kenesh.parties.keys import SigningKey
from kenesh.parties.own import Own
from kenesh.parties.party import party_id


class NoHome:
    """What a node asks of its folder, without one."""

    @contextmanager
    def turn(self, name: str, wait_s: float = 0) -> Iterator[bool]:
        yield True

    def wake(self) -> None:
        pass


class Alone:
    """KZ's node; the others are known to it by their cards alone."""

    def __init__(self, *others: str) -> None:
        arguments = {"check_same_thread": False}
        engine = create_engine("sqlite://", poolclass=StaticPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
        metadata.create_all(engine)
        self.database = Database(engine)
        self.clock = FakeClock()
        chance = FakeChance(self.clock, "KZ")
        signer = _signer("KZ")
        self.own = Own("KZ", "CERT of KZ", signer, signer.kid, "http://kz.test")
        nowhere = cast(Any, None)
        self.services: Services = wire(
            self.own, cast(Any, NoHome()), self.database, nowhere, nowhere, bytes(32), self.clock, chance
        )
        with self.database.writing() as tx:
            tx.notes.set(f"code:{self.own.ref}", "KZ")
            begin_epoch(tx.ledger, self.clock.now())
        for code in others:
            self.meets(code)

    def meets(self, code: str, *, depositary: bool = False) -> None:
        """Admits another party's node."""
        signer = _signer(code)
        card = make_card(
            signer,
            party=code,
            name=f"CERT of {code}",
            url=f"http://{code.lower()}.test",
            recovery_kid=signer.kid,
            serial=1,
            now=self.clock.now(),
        )
        acts.add_peer(self.services, card, signer.kid, "officer", depositary=depositary)

    def holds(self, *values: dict[str, Any], giver: str = "KZ") -> None:
        """The objects are held, imported here or given by another."""
        ref = party_id(giver)
        source = Source(ref, ref, None if giver == "KZ" else cast(Any, 1), person="officer" if giver == "KZ" else "")
        reader = self.services.reader
        arrivals = [
            Arrival(reader.read(msgspec.json.encode(v)), source, v.get("created_by_ref") == ref) for v in values
        ]
        with self.database.writing() as tx:
            self.services.author.take(tx, arrivals, self.clock.now())

    def releases(self, *words: str, to: str, **wish: Any) -> Outcome:
        self.clock.step(SECOND)
        return acts.release(self.services, Wish(words=words, to=to, **wish), "officer")

    def given_to(self, code: str) -> Sequence[str]:
        """The ids of the content in a party's inbox, in the order in which it was given."""
        with self.database.reading() as tx:
            collections = {c.num for c in tx.grants.collections() if c.audience.ref == party_id(code)}
            held = {h.num: h for h in tx.versions.held(self._granted(tx, collections))}
            grants = [g for n in collections for g in tx.grants.in_collection(n, {h.object for h in held.values()})]
            ids = [held[g.version].id for g in sorted(grants, key=lambda g: g.stamp)]
        return [stix_id for stix_id in ids if not stix_id.startswith("kenesh-release--")]

    def _granted(self, tx: Any, collections: set[int]) -> list[int]:
        statements = tx.statements.recent(1000)
        grants = [g for s in statements for g in tx.grants.of_statement(s.num)]
        return [g.version for g in grants if g.collection in collections]


def _signer(code: str) -> Any:
    return SigningKey(sha256(f"key of {code}".encode()).digest()).signer()
