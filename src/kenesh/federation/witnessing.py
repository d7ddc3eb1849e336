"""Keeping watch over each other's records: every head that a peer shows is held against those that were kept.

A node that rewrote its past shows a head to which no path leads from one that it signed before. A node that shows two
pasts to two peers is found out when one passes on to the other what it was shown. What does not hold is an alarm that
names the party and where the two histories part, and stops nothing.

Source: RFC 9162 §2.1.4.2, §11.3; design.md, idea 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kenesh.basis.chance import Chance, Clock
from kenesh.basis.instants import Instant
from kenesh.federation import record_faults as faults
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Line, Store, Transaction
from kenesh.federation.record_faults import Fault
from kenesh.federation.record_line import RecordLine, is_signed
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.ledger.log import LogHead, SignedHead
from kenesh.ledger.showing import is_of_this_log
from kenesh.ledger.witness import ShownHead, Standing, WitnessedHead, first_that_fails
from kenesh.parties.keys import PublicKey, kid_of
from kenesh.parties.own import Own

#: So many heads of a party are kept: more than two years, at one an hour.
MAX_KEPT: Final = 20_000
#: So many that another passed on wait to be held against what their own node shows, and so many are at once.
MAX_WAITING: Final = 100
_ASKED_AT_ONCE: Final = 20
#: So many of a party's heads that contradict others are kept, and passed on: one is proof enough.
MAX_CONTRADICTING: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What an exchange of heads brought: heads to keep, each with its standing, and what does not hold.

    `shown`: the head of its own record that the peer showed.
    """

    kept: tuple[WitnessedHead, ...] = ()
    faults: tuple[Fault, ...] = ()
    shown: LogHead | None = None


class Witnessing:
    """Exchanges heads with peers."""

    def __init__(self, own: Own, store: Store, clock: Clock, chance: Chance) -> None:
        self._own = own
        self._store = store
        self._clock = clock
        self._chance = chance

    def exchange(self, peer: Peer, line: Line) -> Found:
        """Asks the peer for its head and for those of others that it holds, checks all of them, and keeps them.

        Raises:
            UnreachableProblem: the line broke, and nothing of this exchange was kept. DamagedProblem: no heads came.
        """
        asked = RecordLine(line)
        heads = asked.heads()
        found = [self._own_word(peer, asked, [one for one in heads if one.party == peer.party_ref])]
        found += self._passed_on(peer, asked, [one for one in heads if one.party != peer.party_ref])
        self._keep(found)
        kept, told = (tuple(item for one in found for item in getattr(one, name)) for name in ("kept", "faults"))
        return Found(kept, told, found[0].shown)

    # What the peer says of its own record.

    def _own_word(self, peer: Peer, asked: RecordLine, heads: Sequence[ShownHead]) -> Found:
        with self._store.reading() as tx:
            last = _last_of(tx, peer)
            waiting = tx.witnessed.standing(peer.party_ref, peer.kid, Standing.HEARD, _ASKED_AT_ONCE)
        if not heads:
            return Found(faults=(faults.silent(peer.code, last.head),) if last else ())
        signed = max(heads, key=lambda one: (one.epoch, one.size)).signed()
        kid = kid_of(signed.signature)
        if any(former.kid == kid and former.revoked_since is not None for former in peer.former):
            # Its next head, within the hour, is by the key that took the revoked one's place.
            return Found()
        key = peer.key_named(kid)
        if key is None or not is_signed(key, signed):
            return Found(faults=(faults.unsigned(peer.code, signed.head),))
        shown, fault = self._against_the_last(peer, asked, signed, last)
        settled = [self._settled(peer, asked, one, shown) for one in waiting]
        told = [one for one in (fault, *(fault for _, fault in settled)) if one]
        return Found((*([shown] if shown else []), *(one for one, _ in settled)), tuple(told), signed.head)

    def _against_the_last(
        self, peer: Peer, asked: RecordLine, signed: SignedHead, last: WitnessedHead | None
    ) -> tuple[WitnessedHead | None, Fault | None]:
        """The head as it is to be kept, if it is, and what it shows."""
        head = signed.head
        kid, now = kid_of(signed.signature), self._clock.now()
        holds = WitnessedHead(peer.party_ref, kid, signed, peer.party_ref, now, Standing.HOLDS)
        if last is None:
            # The first one is believed; from then on it binds.
            return holds, None
        if head == last.head:
            return None, None
        if (head.epoch, head.size) < (last.head.epoch, last.head.size):
            return None, faults.shortened(peer.code, last.head, head)
        if head.epoch > last.head.epoch:
            return holds, faults.restarted(peer.code, last.head, head)
        if asked.follows(last.head, head):
            return holds, None
        kept = self._kept(peer, head.epoch, last.head.size)
        place = first_that_fails(kept, lambda one: asked.follows(one, head))
        good, bad = kept[place - 1] if place else None, kept[place] if place < len(kept) else last.head
        return replace(holds, standing=Standing.CONTRADICTS), faults.rewritten(peer.code, good, bad)

    def _kept(self, peer: Peer, epoch: int, until: int) -> list[LogHead]:
        with self._store.reading() as tx:
            kept = [w for kid in peer.kids for w in tx.witnessed.of_epoch(peer.party_ref, kid, epoch, -1, MAX_KEPT)]
        return sorted((one.head for one in kept if one.head.size <= until), key=lambda head: head.size)

    def _settled(
        self, peer: Peer, asked: RecordLine, heard: WitnessedHead, shown: WitnessedHead | None
    ) -> tuple[WitnessedHead, Fault | None]:
        """What another was shown, held against what this node was."""
        with self._store.reading() as tx:
            anchor = _last_of(tx, peer, heard.head.epoch)
        if shown is not None and shown.standing is Standing.HOLDS and shown.head.epoch == heard.head.epoch:
            anchor = shown
        if anchor is not None:
            old, new = sorted((anchor.head, heard.head), key=lambda one: one.size)
            if asked.follows(old, new):
                return replace(heard, standing=Standing.HOLDS), None
        return replace(heard, standing=Standing.CONTRADICTS), faults.not_of_this_history(peer.code, heard.head)

    # What the peer passes on of others.

    def _passed_on(self, teller: Peer, asked: RecordLine, heads: Iterable[ShownHead]) -> list[Found]:
        with self._store.reading() as tx:
            peers = {peer.party_ref: peer for peer in tx.peers.all()}
        found, of_party = [], Counter[str]()
        for one in heads:
            of_party[one.party] += 1
            if of_party[one.party] > 1 + MAX_CONTRADICTING:
                continue  # An honest node passes on no more of anybody's.
            signed, peer = one.signed(), peers.get(one.party)
            if one.party == self._own.ref and _is_by(one, self._own.keys.get(one.kid)):
                found.append(self._of_this_node(teller, asked, signed))
            # Of a party or a key that this node does not know, and of what was not signed, nothing follows.
            elif peer is not None and _is_by(one, peer.key):
                found.append(self._of_another(teller, asked, peer, signed))
        return found

    def _of_another(self, teller: Peer, asked: RecordLine, peer: Peer, signed: SignedHead) -> Found:
        head = signed.head
        with self._store.reading() as tx:
            known = tx.witnessed.of_size(peer.party_ref, peer.kid, head.epoch, head.size)
            waiting = len(tx.witnessed.standing(peer.party_ref, peer.kid, Standing.HEARD, MAX_WAITING))
        if any(one.head.root == head.root for one in known):
            return Found()
        heard = WitnessedHead(peer.party_ref, peer.kid, signed, teller.party_ref, self._clock.now(), Standing.HEARD)
        if not any(one.standing is Standing.HOLDS for one in known):
            return Found((heard,)) if waiting < MAX_WAITING else Found()
        ours = {one.size: one for one in self._kept(peer, head.epoch, head.size)}
        theirs = [one for one in asked.witnessed(peer.party_ref, head.epoch) if one.head.size in ours]
        good, bad = _parting(theirs, signed, peer.key, [ours[one.head.size].root == one.head.root for one in theirs])
        fault = faults.two_histories(peer.code, teller.code, good, bad)
        return Found((replace(heard, standing=Standing.CONTRADICTS),), (fault,))

    def _of_this_node(self, teller: Peer, asked: RecordLine, signed: SignedHead) -> Found:
        """A head of this node's own: one that it does not have was signed before somebody rewrote its store."""
        with self._store.reading() as tx:
            if is_of_this_log(tx.ledger, signed.head):
                return Found()
        theirs = asked.witnessed(self._own.ref, signed.head.epoch)
        with self._store.reading() as tx:
            place = first_that_fails(theirs, lambda one: is_of_this_log(tx.ledger, one.head))
        is_same = [at < place for at in range(len(theirs))]
        kid = kid_of(signed.signature)
        good, bad = _parting(theirs, signed, self._own.keys[kid], is_same)
        now = self._clock.now()
        kept = WitnessedHead(self._own.ref, kid, signed, teller.party_ref, now, Standing.CONTRADICTS)
        return Found((kept,), (faults.rewritten_here(self._own.code, teller.code, good, bad),))

    # Keeping.

    def _keep(self, found: Iterable[Found]) -> None:
        """Every head that is new, and every fault as an alarm and in this node's own record."""
        found = [one for one in found if one.kept or one.faults]
        if not found:
            return
        now = self._clock.now()
        with self._store.writing() as tx:
            for one in found:
                for head in one.kept:
                    _add(tx, head)
                for fault in one.faults:
                    self._tell(tx, fault, now)

    def _tell(self, tx: Transaction, fault: Fault, now: Instant) -> None:
        if tx.alarms.raise_alarm(fault.code, fault.party, fault.text, now):
            details: dict[str, str | int] = {"what": fault.code, "from_leaf": fault.from_leaf}
            act = Act(ActKind.PEER_HEAD_CONTRADICTED, now, self._own.code, fault.party, details)
            record(tx.ledger, act, self._chance.octets(16))


def heads_to_show(tx: Transaction, own: Own, last: SignedHead | None) -> list[ShownHead]:
    """What a node shows to its peers: its own last head, and of each other the last that holds and what contradicts."""
    heads = [ShownHead.of(own.ref, kid_of(last.signature), last)] if last else []
    for peer in tx.peers.all():
        held = _last_of(tx, peer)
        against = tx.witnessed.standing(peer.party_ref, peer.kid, Standing.CONTRADICTS, MAX_CONTRADICTING)
        heads += [ShownHead.of(one.party_ref, one.kid, one.signed) for one in ([held] if held else []) + against]
    return heads


def _add(tx: Transaction, head: WitnessedHead) -> None:
    if head.standing is Standing.CONTRADICTS:
        against = tx.witnessed.standing(head.party_ref, head.kid, Standing.CONTRADICTS, MAX_CONTRADICTING)
        if len(against) >= MAX_CONTRADICTING:
            return
    if not tx.witnessed.add(head):
        tx.witnessed.settle(head, head.standing)
    if head.standing is Standing.HOLDS:
        tx.witnessed.thin(head.party_ref, head.kid, MAX_KEPT)


def _last_of(tx: Transaction, peer: Peer, epoch: int | None = None) -> WitnessedHead | None:
    """The last head that holds: under the peer's present key, or under one before it, since the record goes on."""
    found = (tx.witnessed.last(peer.party_ref, kid, epoch) for kid in peer.kids)
    return next((one for one in found if one is not None), None)


def _is_by(one: ShownHead, key: PublicKey | None) -> bool:
    return key is not None and one.kid == key.kid and is_signed(key, one.signed())


def _parting(
    theirs: Sequence[SignedHead], strange: SignedHead, key: PublicKey, is_same: Sequence[bool]
) -> tuple[LogHead | None, LogHead]:
    """The last head up to which two histories are the same, and the first at which they are not.

    What another lists counts only where the key signed it; else the strange head alone is known.
    """
    place = first_that_fails(is_same, lambda same: same)
    good, bad = theirs[place - 1 : place] if place else [], theirs[place : place + 1]
    if not all(is_signed(key, one) for one in (*good, *bad)):
        good, bad = [], []
    return (good[0].head if good else None), (bad[0] if bad else strange).head
