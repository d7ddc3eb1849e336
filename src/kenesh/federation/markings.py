"""Authors' words on markings: an object goes out with the strictest marking that its author ever gave it.

The octets of a version say its own marking alone. Where another version, or its author's word, marks the object more
strictly, that word goes along, as its author signed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kenesh.federation.ports import Transaction
from kenesh.holdings.rows import HeldVersion
from kenesh.release.statements import WITHDRAWAL, Withdrawn


def stricter_than_they_say(items: Sequence[HeldVersion]) -> list[HeldVersion]:
    """The versions whose object is marked more strictly than they say. What has no versions is marked as it stands."""
    return [held for held in items if held.key and held.object_tlp > held.tlp]


def words_of_others(tx: Transaction, items: Sequence[HeldVersion]) -> list[Withdrawn]:
    """For each of these the word by which it is marked so: its author's where this node has it, else this node's."""
    wanted = {held.id: held for held in items}
    holds = tx.holds.in_force([held.num for held in items])
    givers = {hold.party_ref for of_version in holds.values() for hold in of_version}
    found: dict[str, Withdrawn] = {}
    for word in _words(tx, givers | {held.writer for held in items}, wanted):
        known = found.get(word.id)
        if known is None or (known.label or 0) < (word.label or 0):
            found[word.id] = word
    return [found.get(i, Withdrawn(i, held.modified, label=held.object_tlp)) for i, held in wanted.items()]


def _words(tx: Transaction, parties: set[str], wanted: Mapping[str, HeldVersion]) -> Iterator[Withdrawn]:
    """The signed words on their markings that these parties said or passed on."""
    statements = [s for party in sorted(parties) for s in tx.statements.of_party(party, None)]
    for statement in statements:
        if statement.type == WITHDRAWAL.name:
            value = msgspec.json.decode(tx.versions.raw([statement.version])[statement.version])
            for wire in value["withdraws"]:
                if wire["id"] in wanted and "label" in wire and "author_signature" in wire:
                    yield Withdrawn.read(wire)
