"""What somebody should look at: alarms, until a person says that they are settled, and what waits in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.doors.services import Services, Transaction
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Quarantined
from kenesh.holdings.alarms import Alarm
from kenesh.ledger.acts import ActKind
from kenesh.parties.party import party_code

_MAX_WHY: Final = 1_000


def alarms(services: Services, last: int, *, with_seen: bool = False) -> list[Alarm]:
    """The newest alarms that nobody acknowledged; `with_seen`: the others too."""
    with services.store.reading() as tx:
        return tx.alarms.recent(last) if with_seen else tx.alarms.unseen(last)


def acknowledge(services: Services, nums: Sequence[int], why: str, who: str) -> list[Alarm]:
    """Alarms are settled: who says so, and why, stays with them and in the record.

    Raises:
        UnknownProblem: there is no alarm of that number. UsageProblem: no reason is given.
    """
    if not why.strip() or len(why) > _MAX_WHY or not why.isprintable():
        raise UsageProblem("Why is it settled?", advice=f"Say it: --why TEXT, of at most {_MAX_WHY} characters.")
    now, found = services.clock.now(), []
    with services.store.writing() as tx:
        for num in nums:
            alarm = tx.alarms.find(num)
            if alarm is None:
                raise UnknownProblem(f"There is no alarm {num}.", advice="`kenesh alarms` lists them.")
            tx.alarms.acknowledge(num, who, why, now)
            # What it is about stays here: an alarm may name what not every reader of the record may see.
            services.record(tx, ActKind.ALARM_ACKNOWLEDGED, who, alarm.code, number=num, why=why)
            found.append(alarm)
    services.wake()
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits in quarantine, and whose it is."""

    party: str
    item: Quarantined


def waiting(services: Services, code: str, last: int) -> list[Waiting]:
    """What waits of every party, or of one; so many of each, the oldest first."""
    with services.store.reading() as tx:
        named = {tx.parties.code_of(ref): ref for ref in tx.quarantine.counts()}
        refs = [(name, ref) for name, ref in sorted(named.items()) if code in ("", name)]
        return [Waiting(name, item) for name, ref in refs for item in tx.quarantine.of_party(ref, 0, last)]


def waiting_item(services: Services, num: int) -> Waiting:
    """One thing that waits, with its octets as they came.

    Raises:
        UnknownProblem: nothing of that number waits.
    """
    with services.store.reading() as tx:
        item = tx.quarantine.find(num)
        if item is None:
            raise UnknownProblem(f"Nothing of number {num} waits.", advice="`kenesh quarantine list` lists what does.")
        return Waiting(tx.parties.code_of(item.party_ref), item)


def retry(services: Services, code: str, who: str) -> dict[str, tuple[int, int]]:
    """Tries again what waits; by party, how much was taken in, and how much waits still.

    Raises:
        UnknownPartyProblem: no node of that party is admitted here.
    """
    found = {}
    for peer in _peers(services, code):
        with services.store.writing() as tx:
            if (before := _count(tx, peer)) == 0:
                continue
            services.receiving.retry(tx, peer, services.clock.now())
            left = _count(tx, peer)
            if left < before:
                services.record(tx, ActKind.OBJECT_READMITTED, who, peer.party_ref, count=before - left)
            found[peer.code] = (before - left, left)
    services.wake()
    return found


def _peers(services: Services, code: str) -> list[Peer]:
    with services.store.reading() as tx:
        if not code:
            return tx.peers.all()
        peer = tx.peers.by_code(party_code(code))
    if peer is None:
        raise UnknownPartyProblem(f"No node of {visible(code, 20)} is admitted here.")
    return [peer]


def _count(tx: Transaction, peer: Peer) -> int:
    return tx.quarantine.counts().get(peer.party_ref, (0, 0))[0]
