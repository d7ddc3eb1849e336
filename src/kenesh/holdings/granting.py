"""What makes a version visible, and what ends it: grants in an audience's collections, in the order of their stamps."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import GIVEN_BACK, Collection, Grant, HeldVersion
from kenesh.release.audience import Audience, AudienceKind, collection_id
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

#: Stamps of one act lie up to this many microseconds apart, so that they tell nothing of what was withheld between.
MAX_GAP: Final = 16
#: Circles of which a reader sees what came after its term began there.
_READ_FROM_A_TERM: Final = frozenset({AudienceKind.BODY, AudienceKind.CLASS})


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

    def visible_versions(
        self, tx: Transaction, audience: Audience, objects: Many[int], caveats: Caveats = NO_CAVEATS
    ) -> dict[int, Grant]:
        """The grants in force by which these objects are released to the audience, by version.

        As far as they are no narrower than the caveats: who may read under those may read by these.
        """
        found: dict[int, Grant] = {}
        # Asked while reading too: a collection that nobody got anything in is not made for the question.
        for collection in tx.grants.collections():
            if collection.audience == audience:
                there = tx.grants.in_collection(collection.num, objects)
                found |= {grant.version: grant for grant in _as_wide(tx, there, caveats) if grant.is_released}
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
        caveats: Caveats = NO_CAVEATS,
    ) -> list[Grant]:
        """New grants for what is not yet visible in the collection, each with its own stamp.

        A release takes the place of what was only given back, and of a grant whose caveats leave out more than its own.
        """
        collection = self.collection(tx, audience, channel)
        known = tx.grants.in_collection(collection.num, {item.object for item in items})
        wide = _as_wide(tx, known, caveats)
        there = {grant.version for grant in wide if grant.is_released or statement == GIVEN_BACK}
        asked = {item.version for item in items} - there
        tx.grants.end([grant for grant in known if grant.version in asked], now, "released")
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
            self._show_again(tx, grants, now)

    def _show_again(self, tx: Transaction, ended: Sequence[Grant], now: Instant) -> None:
        """An earlier version that is the last again gets a new stamp: readers passed it over for the one that ended.

        Not in circles that are read from a term on: to whoever came later it would be shown for the first time.
        """
        open_always = {c.num for c in tx.grants.collections() if c.audience.kind not in _READ_FROM_A_TERM}
        newest: dict[tuple[int, int], ModifiedKey] = {}
        for grant in ended:
            place = (grant.collection, grant.object)
            newest[place] = max(grant.key, newest.get(place, grant.key))
        again = []
        for collection in {grant.collection for grant in ended} & open_always:
            left: dict[int, Grant] = {}
            for grant in tx.grants.in_collection(collection, {g.object for g in ended if g.collection == collection}):
                left[grant.object] = max(grant, left.get(grant.object, grant), key=lambda g: (g.key, g.stamp))
            again += [grant for obj, grant in left.items() if grant.key < newest[collection, obj]]
        stamps = tx.grants.stamps(now, [1 + self._chance.below(MAX_GAP) for _ in again])
        for grant, stamp in zip(again, stamps, strict=True):
            tx.grants.restamp(grant, stamp)


def _as_wide(tx: Transaction, grants: Sequence[Grant], caveats: Caveats) -> list[Grant]:
    """Those by whose release all may read who may read under the caveats."""
    statements = tx.statements.get({grant.statement for grant in grants if grant.is_released}) if grants else {}
    narrow = {num for num, statement in statements.items() if not caveats.carry(statement.caveats)}
    return [grant for grant in grants if grant.statement not in narrow]
