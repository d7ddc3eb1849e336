"""Taking versions in: judged, marked, stored with their bytes, and announced. One transaction a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kenesh.basis.instants import Instant
from kenesh.holdings.batch import Batch, way_of_hold
from kenesh.holdings.events import (
    ConflictsFound,
    Event,
    Listeners,
    MarkingTightened,
    VersionsAccepted,
    VersionsDisplaced,
    VersionsProved,
    announce,
)
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import UNVERSIONED, Arrival, Conflict, KnownObject, Taken
from kenesh.holdings.writers import Claim, judge
from kenesh.stix.marking import Tlp, is_fixed, marking_of
from kenesh.stix.objects import is_statement_marking


class Ingest:
    """Takes arrivals in.

    `party_refs` says which identities are parties; `listeners` hear what happened.
    """

    def __init__(self, party_refs: Callable[[Transaction], frozenset[str]], listeners: Listeners) -> None:
        self._party_refs = party_refs
        self._listeners = listeners

    def take(self, tx: Transaction, arrivals: Sequence[Arrival], now: Instant) -> Taken:
        """Judges each arrival and stores what is new. The same arrivals again change nothing."""
        parties = self._party_refs(tx)
        batch = _open(tx, arrivals, parties, now)
        for arrival in arrivals:
            claim = _claim(arrival, parties)
            batch.settle(arrival, claim, judge(batch.known.get(arrival.version.id), claim))
        tightened = _write(tx, batch)
        taken = _taken(batch)
        self._announce(tx, batch, taken, tightened)
        return taken

    def _announce(self, tx: Transaction, batch: Batch, taken: Taken, tightened: tuple[int, ...]) -> None:
        """Who listens hears what gave way first, so that nothing is done for what does not count any more."""
        displaced = tuple(num for num in batch.displaced if num not in batch.versions)
        proved = tuple(item for item in batch.proved if item.num not in batch.displaced)
        events: list[tuple[Sequence[Any], Event]] = [
            (displaced, VersionsDisplaced(displaced)),
            (taken.accepted, VersionsAccepted(taken.accepted)),
            (proved, VersionsProved(proved)),
            (tightened, MarkingTightened(tightened)),
            (taken.conflicts, ConflictsFound(taken.conflicts)),
        ]
        for items, event in events:
            if items:
                announce(self._listeners, tx, event, batch.now)


def _claim(arrival: Arrival, parties: frozenset[str]) -> Claim:
    version = arrival.version
    creator = version.created_by_ref if version.created_by_ref in parties else None
    return Claim(
        key=version.modified or UNVERSIONED,
        sha256=version.sha256,
        creator=creator,
        giver=arrival.source.party_ref,
        proved=arrival.proved and creator is not None,
        # A cyber-observable has no such property; whoever writes it there says nothing.
        revoked=version.revoked and version.modified is not None,
    )


def _open(tx: Transaction, arrivals: Sequence[Arrival], parties: frozenset[str], now: Instant) -> Batch:
    known = tx.versions.known({arrival.version.id for arrival in arrivals})
    next_object, next_version = tx.versions.next_nums()
    return Batch(known, next_object, next_version, _statements(tx, arrivals, known, parties), now)


def _statements(
    tx: Transaction, arrivals: Sequence[Arrival], known: Mapping[str, KnownObject], parties: frozenset[str]
) -> dict[str, frozenset[str]]:
    """For each giver the markings that count as statements in what it gave, in the store or in this batch.

    A marking counts as its own party says it; one that names no party, as the giver says of what itself gives: another
    could call it a mere statement.
    """
    cited: dict[str, set[str]] = defaultdict(set)
    here: dict[str, dict[str, bool]] = defaultdict(dict)
    for arrival in arrivals:
        version, source = arrival.version, arrival.source.party_ref
        giver = known[version.id].giver if version.id in known else source
        cited[giver].update(ref for ref in (*version.marking_refs, *version.granular_refs) if not is_fixed(ref))
        if version.type == "marking-definition" and version.modified is None:
            rightful = arrival.proved or version.created_by_ref not in parties
            counts = is_statement_marking(version) and rightful
            here[source][version.id] = here[source].get(version.id, True) and counts
    found = {}
    for giver, refs in cited.items():
        stored = tx.versions.statement_markings(refs, [giver]) if refs else frozenset()
        new = {ref for ref, is_statement in here[giver].items() if is_statement and ref not in known}
        found[giver] = stored | new
    return found


def _write(tx: Transaction, batch: Batch) -> tuple[int, ...]:
    """Writes the batch; gives the objects that are marked more strictly than before."""
    _restate(tx, batch)
    objects = [_object_row(known) for known in batch.new_objects()]
    tx.versions.add(objects, list(batch.versions.values()), batch.links, batch.cited)
    tx.versions.keep_originals(batch.originals)
    tx.versions.update_objects([_object_changes(known) for known in batch.changed_objects()])
    _hold_anew(tx, batch)
    tx.holds.add(batch.holds)
    if batch.unsure:
        tx.versions.recompute_current(batch.unsure)
    moved = batch.moved()
    if batch.markings:
        _move(moved, remark_citing(tx, batch.markings))
    return tuple(sorted(obj for obj, (was, now) in moved.items() if now > was))


def _restate(tx: Transaction, batch: Batch) -> None:
    """Versions that count otherwise than before: in the rows that are still to be written, or in the store."""
    changes: dict[tuple[bool, bool, str | None], list[int]] = defaultdict(list)
    for num, (_, why) in batch.restated.items():
        state = batch.settled(num)
        if num in batch.versions:
            batch.versions[num] |= {"accepted": int(state.accepted), "proved": int(state.proved), "why": why}
        else:
            changes[state.accepted, state.proved, why].append(num)
    for (accepted, proved, why), nums in changes.items():
        tx.versions.set_accepted(nums, accepted=accepted, proved=proved, why=why)


def _hold_anew(tx: Transaction, batch: Batch) -> None:
    """What is held already in the way in which it comes again is not held twice."""
    held = tx.holds.in_force({num for num, _ in batch.held_anew}) if batch.held_anew else {}
    batch.ways |= {(num, way_of_hold(hold)) for num, holds in held.items() for hold in holds}
    for num, arrival in batch.held_anew:
        batch.hold(num, arrival)
        if num not in held:
            # What was held in no way may be the newest again.
            batch.unsure.add(batch.known[arrival.version.id].num)


def _taken(batch: Batch) -> Taken:
    """What became of the arrivals; what gave way within the batch counts as a conflict."""
    stays = tuple(item for item in batch.accepted if item.num not in batch.displaced)
    conflicts = [
        Conflict(
            a.arrival.version.id, a.num, a.arrival.source.party_ref, batch.displaced[a.num], a.arrival.version.sha256
        )
        for a in batch.accepted
        if a.num in batch.displaced
    ]
    return Taken(stays, tuple(batch.unchanged), (*batch.conflicts, *conflicts))


Moved = dict[int, tuple[Tlp, Tlp]]


def _move(moved: Moved, further: Moved) -> None:
    """Joins two moves of one object's marking into one."""
    for obj, (was, now) in further.items():
        moved[obj] = (moved.get(obj, (was, now))[0], now)


def remark_citing(tx: Transaction, markings: Iterable[str]) -> Moved:
    """What cites markings of which something has just become known is marked anew; gives how objects were, and are.

    What counts as a statement does not count as RED any more.
    """
    refs: dict[str, set[str]] = defaultdict(set)
    citing = tx.versions.citing(set(markings))
    for _, giver, whole, granular in citing:
        refs[giver] |= {*whole, *granular}
    known = {giver: tx.versions.statement_markings(cited, [giver]) for giver, cited in refs.items()}
    by_marking = defaultdict(list)
    for version, giver, whole, granular in citing:
        marking = marking_of(whole, granular, known[giver])
        by_marking[marking.tlp, marking.whole].append(version)
    moved: Moved = {}
    for (tlp, covers), versions in by_marking.items():
        _move(moved, tx.versions.remark(versions, tlp, whole=covers))
    return moved


def _object_row(known: KnownObject) -> dict[str, Any]:
    row = {"num": known.num, "id": known.id, "type": known.type, "writer": known.writer, "giver": known.giver}
    return row | {"said_tlp": int(known.said_tlp)} | _object_changes(known)


def _object_changes(known: KnownObject) -> dict[str, Any]:
    return {
        "num": known.num,
        "proved": int(known.proved),
        "tlp": int(known.tlp),
        "revoked": int(known.revoked),
        "current": known.current,
    }
