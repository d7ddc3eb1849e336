"""What makes a version visible, and what ends it: grants in an audience's collections, in the order of their stamps."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import Collection, Grant, HeldVersion
from kenesh.release.audience import Audience, collection_id
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

#: Stamps of one act lie up to this many microseconds apart, so that they tell nothing of what was withheld between.
MAX_GAP: Final = 16


@dataclass(frozen=True, slots=True)
class Granting:
    """A version that is to become visible, under its effective marking."""

    version: int
    object: int
    key: ModifiedKey
    tlp: Tlp


def granting_of(held: HeldVersion, label: Tlp | None) -> Granting:
    """The version as a release with that label grants it."""
    return Granting(held.num, held.object, held.key, held.marking_under(label))


class Grants:
    """Gives and ends grants on this node. `control_types` travel in the control twin."""

    def __init__(self, own_ref: str, control_types: frozenset[str], chance: Chance) -> None:
        self._own_ref = own_ref
        self._control_types = control_types
        self._chance = chance

    def channel_of(self, stix_type: str) -> Channel:
        """In which of an audience's two collections a type travels."""
        return Channel.CONTROL if stix_type in self._control_types else Channel.CONTENT

    def collection(self, tx: Transaction, audience: Audience, channel: Channel) -> Collection:
        """The audience's collection on this node."""
        return tx.grants.collection(audience, channel, str(collection_id(self._own_ref, audience.ref, channel)))

    def visible_versions(self, tx: Transaction, audience: Audience, objects: Many[int]) -> dict[int, Grant]:
        """The grants in force of these objects to the audience, by version."""
        found: dict[int, Grant] = {}
        # Asked while reading too: a collection that nobody got anything in is not made for the question.
        for collection in tx.grants.collections():
            if collection.audience == audience:
                found |= {grant.version: grant for grant in tx.grants.in_collection(collection.num, objects)}
        return found

    def grant(
        self,
        tx: Transaction,
        audience: Audience,
        channel: Channel,
        items: Sequence[Granting],
        *,
        statement: int,
        now: Instant,
    ) -> list[Grant]:
        """New grants for what is not yet visible in the collection, each with its own stamp."""
        collection = self.collection(tx, audience, channel)
        there = {grant.version for grant in tx.grants.in_collection(collection.num, {item.object for item in items})}
        fresh = list({item.version: item for item in items if item.version not in there}.values())
        gaps = [1 + self._chance.below(MAX_GAP) for _ in fresh]
        stamps = tx.grants.stamps(now, gaps)
        grants = [
            Grant(collection.num, item.tlp, stamp, item.version, item.object, item.key, statement)
            for item, stamp in zip(fresh, stamps, strict=True)
        ]
        tx.grants.append(grants)
        return grants

    def end(self, tx: Transaction, grants: Sequence[Grant], now: Instant, why: str) -> None:
        """The grants are over: what they showed is not there any more, for anybody."""
        if grants:
            tx.grants.end(grants, now, why)
