"""Acting on what peers withdraw or mark more strictly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

import msgspec

from kenesh.basis.instants import Instant, ModifiedKey, modified_key
from kenesh.basis.problem import Problem
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.federation.withdrawing import Withdrawing
from kenesh.holdings.rows import UNVERSIONED, Awaited, HeldVersion, Hold, KnownObject, Statement
from kenesh.parties.keys import kid_of
from kenesh.release.audience import PEERS, PUBLIC
from kenesh.release.recalls import Recall
from kenesh.release.statements import WITHDRAWAL, Place, WithdrawalStatement, Withdrawn

#: Marks an object more strictly, and passes that on; gives the codes of those to whom it had been passed on.
Tighten = Callable[[Transaction, int, Withdrawn, Instant, Recall | None], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Said:
    """A withdrawal as it counts: whose, and which of that party's releases came before it."""

    peer: Peer
    earlier: Mapping[int, Statement]
    recall: Recall | None

    def takes_back(self, hold: Hold, item: Withdrawn, author_ref: str | None) -> bool:
        """Whether it ends that way of holding; `author_ref` is the author where the word is his, said or passed on."""
        if hold.statement is None:
            # What was imported here from a file is this node's own to keep or let go.
            return False
        if hold.party_ref == self.peer.party_ref:
            release = self.earlier.get(hold.statement)
            return release is not None and item.release_ref in (None, release.id)
        # An author's word that others pass on may be an old one: of what he gave himself he tells himself.
        return author_ref is not None and item.release_ref is None and hold.party_ref != author_ref


@dataclass(slots=True)
class Tally:
    """What a withdrawal came to here, for the answer to who asks.

    Attributes:
        objects: which of its objects were held. kept: those of them that stay, since they came from elsewhere too.
        gone: the versions that nothing holds any more. forwarded_to: whom they had been passed on to, by code.
    """

    objects: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    forwarded_to: set[str] = field(default_factory=set)


Answer = Callable[[Transaction, Peer, WithdrawalStatement, Tally, Instant], None]


class Withdrawals:
    """Applies what peers withdraw or mark more strictly."""

    def __init__(self, withdrawing: Withdrawing, tighten: Tighten, answer: Answer) -> None:
        self._withdrawing = withdrawing
        self._tighten = tighten
        self._answer = answer
        self.own_ref = withdrawing.own_ref

    def apply(
        self, tx: Transaction, peer: Peer, statement: WithdrawalStatement, said_at: ModifiedKey, now: Instant
    ) -> None:
        """Ends the holds that the withdrawal covers; an author's word ends every way in which the object came.

        What the peer released afterwards stays: what bears a later number in the same chain, and a later time of the
        peer's own, `said_at`, which orders its own statements alone.
        """
        known = tx.versions.known({item.id for item in statement.withdraws})
        releases = {item.statement for item in self._awaited(tx, peer, statement)}
        holds = tx.holds.in_force([version.num for obj in known.values() for version in obj.versions])
        releases |= {h.statement for of_version in holds.values() for h in of_version if h.statement is not None}
        said = _Said(peer, _earlier(tx, peer, statement.place, said_at, releases), statement.recall)
        taken = Tally()
        for item in statement.withdraws:
            if item.label is None:
                # Content that has not come yet is not awaited any more.
                nums = [num for num, release in said.earlier.items() if item.release_ref in (None, release.id)]
                tx.statements.cancel_awaited(nums, item.id)
            obj = known.get(item.id)
            if obj is not None:
                self._apply(tx, said, obj, item, taken, now)
        self._answer(tx, peer, statement, taken, now)

    def _awaited(self, tx: Transaction, peer: Peer, statement: WithdrawalStatement) -> list[Awaited]:
        """Of what it takes back what has not come yet, whichever audience of this node it was released to."""
        ids = {item.id for item in statement.withdraws if item.label is None}
        own = {stored.term.audience_ref for stored in tx.terms.of_party(self.own_ref)}
        audiences = {statement.place.audience_ref, self.own_ref, PUBLIC.ref, PEERS.ref} | own
        return [item for ref in sorted(audiences) for item in tx.statements.awaited(peer.party_ref, ref, ids)]

    def apply_later(self, tx: Transaction, peer: Peer, releases: Collection[int], now: Instant) -> None:
        """Releases that come late, behind withdrawals that were said after them, are taken back at once."""
        for statement, said_at in _later(tx, peer, releases):
            self.apply(tx, peer, statement, said_at, now)

    def mark_later(self, tx: Transaction, peer: Peer, releases: Collection[int], ids: Set[str], now: Instant) -> None:
        """Content that comes behind the word that marks it more strictly is marked so at once."""
        for statement, said_at in _later(tx, peer, releases):
            marked = tuple(item for item in statement.withdraws if item.label is not None and item.id in ids)
            if marked:
                self.apply(tx, peer, replace(statement, withdraws=marked), said_at, now)

    def _apply(
        self, tx: Transaction, said: _Said, obj: KnownObject, item: Withdrawn, taken: Tally, now: Instant
    ) -> None:
        author_ref = obj.writer if self._is_authors(tx, said.peer, obj, item) else None
        if item.label is not None:
            if author_ref is not None or _states_alone(said.peer, obj):
                taken.forwarded_to.update(self._tighten(tx, obj.num, item, now, said.recall))
                holds = tx.holds.in_force([version.num for version in obj.versions])
                if any(hold.party_ref == said.peer.party_ref for ways in holds.values() for hold in ways):
                    taken.objects.add(obj.id)
            return
        covered = [held for held in tx.versions.all_of(obj.id) if _covers(item, held)]
        holds = tx.holds.in_force([held.num for held in covered])
        ended = [h for of_version in holds.values() for h in of_version if said.takes_back(h, item, author_ref)]
        tx.holds.end([hold.num for hold in ended], now)
        tx.versions.recompute_current([obj.num])
        left = tx.holds.in_force([held.num for held in covered])
        # A copy out of a file is kept, and is no ground to go on passing on what its author takes back.
        still = {n for n, of_version in left.items() if author_ref is None or any(h.statement for h in of_version)}
        gone = [held for held in covered if held.num in holds and held.num not in still]
        taken.forwarded_to.update(self._withdrawing.pass_on(tx, gone, item, now, said.recall))
        # Of what did not come from the peer it learns nothing, not even whether it is here.
        touched = {n for n, ways in holds.items() if any(said.takes_back(way, item, author_ref) for way in ways)}
        taken.gone |= touched - left.keys()
        if touched:
            taken.objects.add(obj.id)
        if touched & left.keys():
            taken.kept.add(obj.id)

    def _is_authors(self, tx: Transaction, peer: Peer, obj: KnownObject, item: Withdrawn) -> bool:
        """Whether the author says so: the peer is the proved writer, or the entry bears the writer's own signature."""
        if obj.writer == peer.party_ref:
            return obj.proved
        writer = tx.peers.by_ref(obj.writer)
        if writer is None or item.author_signature is None:
            return False
        try:
            by = writer.key_named(kid_of(item.author_signature)) or writer.key
            by.verify(item.author_signature, item.author_statement())
        except Problem:
            return False
        return True


def _states_alone(peer: Peer, obj: KnownObject) -> bool:
    """Whether the peer alone may state the object, also where nobody is named as its author.

    Of what has no versions everybody states his own: one's marking says nothing of the others'.
    """
    return obj.writer == peer.party_ref and all(version.key != UNVERSIONED for version in obj.versions)


def _later(tx: Transaction, peer: Peer, releases: Collection[int]) -> Iterator[tuple[WithdrawalStatement, ModifiedKey]]:
    """The withdrawals that were said after the first of these releases, which are of one chain of the peer's."""
    found = tx.statements.get(releases).values()
    if not found:
        return
    first = min(found, key=lambda s: s.number)
    (said_first,) = tx.versions.held([first.version])
    said = tx.statements.of_party(peer.party_ref, first.audience_ref)
    chain = [s for s in said if s.caveats.not_for == first.caveats.not_for]
    later = [s.version for s in chain if s.type == WITHDRAWAL.name and s.number > first.number]
    for held in tx.versions.held(later):
        # A node that was founded anew numbers from 1: what its party said before that is older all the same.
        if held.key >= said_first.key:
            value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            withdraws = tuple(Withdrawn.read(wire) for wire in value["withdraws"])
            at = Place(first.audience_ref, value["number"], None, first.caveats.not_for)
            yield WithdrawalStatement(held.id, peer.party_ref, at, "", withdraws, Recall.read(value)), held.key


def _earlier(tx: Transaction, peer: Peer, place: Place, said_at: ModifiedKey, nums: Set[int]) -> dict[int, Statement]:
    """Of these releases those of the peer that came before a statement of its own."""
    releases = [s for s in tx.statements.get(nums).values() if s.party_ref == peer.party_ref]
    times = {held.num: held.key for held in tx.versions.held([s.version for s in releases])}

    def is_earlier(release: Statement) -> bool:
        if (release.audience_ref, release.caveats.not_for) == (place.audience_ref, place.not_for):
            return release.number < place.number or times[release.version] < said_at
        return times[release.version] <= said_at

    return {release.num: release for release in releases if is_earlier(release)}


def _covers(item: Withdrawn, held: HeldVersion) -> bool:
    return item.up_to is None or held.key <= modified_key(item.up_to)
