"""Packing what a peer would read here, and unpacking what another packed: the same pages through the same checks.

A pack that comes twice, or before the one that it follows, does no harm: what a page brings is held against its
releases as ever, and the place up to which a collection was read moves only where nothing lies between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from kenesh.basis.chance import Clock
from kenesh.basis.instants import Instant, instant_of, taxii_timestamp
from kenesh.basis.problem import UntrustedProblem
from kenesh.federation import packs
from kenesh.federation.numbering import next_number
from kenesh.federation.packs import Header, Pack, Section
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Store, Transaction
from kenesh.federation.receiving import Origin, Receiving
from kenesh.holdings.feed import page, views
from kenesh.holdings.pages import PageQuery
from kenesh.parties.own import Own
from kenesh.parties.sealing import seal
from kenesh.release.audience import PEERS, PUBLIC, collection_id
from kenesh.release.reader import peer_reader
from kenesh.stix.register import Channel
from kenesh.taxii.envelope import envelope_bytes, read_envelope
from kenesh.taxii.paging import MAX_PAGE, MAX_PAGE_OCTETS

#: Old news opens no collection: so often what a pack brought is tried anew.
_MAX_ROUNDS: Final = 4
#: So many numbers that never came are told; a peer may say any number.
_MAX_MISSING: Final = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was made, sealed; it counts once `Packing.count` was told. `more`: another one is to follow."""

    number: int
    digest: str
    objects: int
    sealed: bytes
    marks: dict[str, str]
    more: bool


@dataclass(slots=True)
class Unpacked:
    """What a pack brought.

    Attributes:
        known: it was unpacked before. missing: numbers of that party's packs that have not come.
        waiting: sections of circles that this node does not know itself to be in, yet: they wait for an earlier pack.
    """

    party: str
    number: int
    received: int = 0
    quarantined: int = 0
    known: bool = False
    missing: list[int] = field(default_factory=list)
    waiting: int = 0


class Packing:
    """Packs and unpacks. `unseal` opens what was sealed to this node."""

    def __init__(
        self, own: Own, store: Store, receiving: Receiving, clock: Clock, unseal: Callable[[bytes], bytes]
    ) -> None:
        self._own = own
        self._store = store
        self._receiving = receiving
        self._clock = clock
        self._unseal = unseal

    def pack(self, peer: Peer, *, everything: bool = False) -> Made | None:
        """The next pack for a peer: what it may read here and was not packed yet; None where there is nothing.

        `everything` begins anew, for one that got lost.
        """
        now = self._clock.now()
        sections: list[Section] = []
        bodies: list[bytes] = []
        with self._store.reading() as tx:
            number, previous = tx.packs.last(peer.party_ref, outgoing=True)
            number = next_number(tx, number)
            marks, more = self._fill(tx, peer, now, everything, sections, bodies)
        if not sections:
            return None
        objects = sum(len(read_envelope(body).objects) for body in bodies)
        header = Header(
            iss=self._own.ref,
            aud=peer.kid,
            number=number,
            **({"previous": previous} if previous else {}),
            made_at=taxii_timestamp(now),
            sections=tuple(sections),
        )
        octets, digest = packs.written(header, bodies, self._own.signer)
        return Made(header.number, digest, objects, seal(octets, peer.key), marks, more)

    def _fill(
        self,
        tx: Transaction,
        peer: Peer,
        now: Instant,
        everything: bool,
        sections: list[Section],
        bodies: list[bytes],
    ) -> tuple[dict[str, str], bool]:
        """Pages of every collection that the peer has, what governs them first; gives how far each was packed."""
        reader, marks, room = peer_reader(peer.party_ref), dict[str, str](), packs.MAX_PACK_OCTETS
        found = views(tx, reader, now)
        for view in sorted(found, key=lambda v: v.collection.channel is not Channel.CONTROL):
            mark = f"packed/{view.collection.id}"
            after = None if everything else tx.cursors.get(peer.party_ref, mark)
            while True:
                query = PageQuery(instant_of(after) if after else Instant(0), MAX_PAGE, every_version=True)
                given = page(tx, reader, view, query).value
                if given.last is None:
                    break
                if room < MAX_PAGE_OCTETS and sections:
                    return marks, True
                body, last = envelope_bytes(given.content), taxii_timestamp(given.last)
                sections.append(packs.section(view.collection.audience.ref, view.collection.channel, after, last, body))
                bodies.append(body)
                room -= len(body)
                after = marks[mark] = last
        return marks, False

    def count(self, peer: Peer, made: Made) -> None:
        """What is in the pack is not packed again.

        Raises:
            UntrustedProblem: another process has packed for the same peer meanwhile.
        """
        now = self._clock.now()
        with self._store.writing() as tx:
            if tx.packs.last(peer.party_ref, outgoing=True)[0] != made.number - 1:
                raise UntrustedProblem("Another process packs for the same party just now.", advice="Repeat it.")
            for mark, last in made.marks.items():
                tx.cursors.set(peer.party_ref, mark, last, now)
            tx.packs.add(peer.party_ref, made.number, made.digest, now, outgoing=True)

    def unpack(self, sealed: bytes) -> Unpacked:
        """Takes in what a peer packed for this node.

        Raises:
            UntrustedProblem: it is not for this node, not from an admitted one, changed, or a second pack of a number.
            DamagedProblem: it is no pack.
        """
        octets = self._unseal(sealed)
        party_ref = packs.issuer(octets)
        with self._store.reading() as tx:
            peer = tx.peers.by_ref(party_ref)
        if peer is None:
            raise UntrustedProblem("The node that packed it is not admitted here.", advice="Admit it: kenesh peer add.")
        pack = packs.read(octets, lambda signature: peer.key_of(signature, self._clock.now()))
        if pack.header.aud not in self._own.keys:
            raise UntrustedProblem("It was packed for another node.")
        found = Unpacked(peer.code, pack.header.number)
        if self._is_known(peer, pack):
            found.known = True
            return found
        self._apply(peer, pack, found)
        self._note(peer, pack, found)
        return found

    def _is_known(self, peer: Peer, pack: Pack) -> bool:
        with self._store.reading() as tx:
            known = tx.packs.find(peer.party_ref, pack.header.number)
        if known is not None and known != pack.digest:
            raise UntrustedProblem(
                f"{peer.code} has packed two different packs with the number {pack.header.number}.",
                advice="Call them: one of the two may not be theirs, or their node was set back to an older state.",
            )
        return known is not None

    def _apply(self, peer: Peer, pack: Pack, found: Unpacked) -> None:
        left = list(zip(pack.header.sections, pack.bodies, strict=True))
        for _ in range(_MAX_ROUNDS):
            waiting = []
            for part, body in left:
                if not self._apply_section(peer, part, body, found):
                    waiting.append((part, body))
            if len(waiting) == len(left) or not waiting:
                break
            left = waiting
        found.waiting = len(waiting)
        with self._store.writing() as tx:
            # What waited in quarantine may have waited for this.
            found.received += self._receiving.retry(tx, peer, self._clock.now(), None).received
            found.quarantined = tx.quarantine.counts().get(peer.party_ref, (0, 0))[0]

    def _apply_section(self, peer: Peer, part: Section, body: bytes, found: Unpacked) -> bool:
        """Whether this node may read that collection; if so the page is applied as if it had been read there."""
        objects = read_envelope(body).objects
        now = self._clock.now()
        with self._store.writing() as tx:
            if part.audience not in self._audiences(tx):
                return False
            origin = Origin(peer, part.audience, part.channel)
            found.received += self._receiving.apply(tx, origin, objects, now).received
            uuid = str(collection_id(peer.party_ref, part.audience, part.channel))
            read_to = tx.cursors.get(peer.party_ref, uuid)
            if _leads_on(part, read_to):
                tx.cursors.set(peer.party_ref, uuid, part.last, now)
        return True

    def _audiences(self, tx: Transaction) -> set[str]:
        return {
            self._own.ref,
            PEERS.ref,
            PUBLIC.ref,
            *(stored.term.audience_ref for stored in tx.terms.of_party(self._own.ref)),
        }

    def _note(self, peer: Peer, pack: Pack, found: Unpacked) -> None:
        with self._store.writing() as tx:
            if not found.waiting:
                tx.packs.add(peer.party_ref, found.number, pack.digest, self._clock.now(), outgoing=False)
            there = tx.packs.numbers(peer.party_ref)
        gaps = (number for number in range(1, max(there, default=0)) if number not in there)
        found.missing = list(islice(gaps, _MAX_MISSING))


def _leads_on(part: Section, read_to: str | None) -> bool:
    """Whether nothing lies between what was read and this page, and the page leads further."""
    begins = instant_of(part.after) if part.after else Instant(0)
    so_far = instant_of(read_to) if read_to else Instant(0)
    return begins <= so_far < instant_of(part.last)
