"""Taking versions in: judged, marked, stored with their bytes, and announced. One transaction a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.holdings.events import (
    ConflictsFound,
    Listeners,
    MarkingTightened,
    VersionsAccepted,
    VersionsDisplaced,
    announce,
)
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import (
    UNVERSIONED,
    Accepted,
    Arrival,
    Conflict,
    Hold,
    KnownObject,
    KnownVersion,
    Source,
    Taken,
)
from kenesh.holdings.writers import Claim, Outcome, Verdict, judge
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import Marking, Tlp, is_fixed, marking_of
from kenesh.stix.objects import Version, is_statement_marking

_NAME_LENGTH = 200


@dataclass(slots=True)
class _Batch:
    """Rows in the making; the state of each object as the batch goes on."""

    known: dict[str, KnownObject]
    next_object: int
    next_version: int
    statements: frozenset[str]
    versions: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    cited: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    new_ids: dict[str, None] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    accepted: list[Accepted] = field(default_factory=list)
    unchanged: list[tuple[int, Arrival]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    displaced: list[int] = field(default_factory=list)
    promoted: list[int] = field(default_factory=list)
    proved: list[int] = field(default_factory=list)
    tightened: set[int] = field(default_factory=set)


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
        batch = self._open(tx, arrivals)
        for arrival in arrivals:
            creator = arrival.version.created_by_ref
            claim = Claim(
                key=arrival.version.modified or UNVERSIONED,
                sha256=arrival.version.sha256,
                creator=creator if creator in parties else None,
                giver=arrival.source.party_ref,
                proved=arrival.proved and creator in parties,
            )
            _settle(batch, arrival, claim, judge(batch.known.get(arrival.version.id), claim), now)
        self._write(tx, batch, now)
        self._announce(tx, batch, now)
        return Taken(tuple(batch.accepted), tuple(num for num, _ in batch.unchanged), tuple(batch.conflicts))

    def _open(self, tx: Transaction, arrivals: Sequence[Arrival]) -> _Batch:
        cited = {
            ref
            for arrival in arrivals
            for ref in (*arrival.version.marking_refs, *arrival.version.granular_refs)
            if not is_fixed(ref)
        }
        here = {a.version.id for a in arrivals if is_statement_marking(a.version)}
        statements = (tx.versions.statement_markings(cited) if cited else frozenset()) | here
        known = tx.versions.known({arrival.version.id for arrival in arrivals})
        next_object, next_version = tx.versions.next_nums()
        return _Batch(known, next_object, next_version, frozenset(statements))

    def _write(self, tx: Transaction, batch: _Batch, now: Instant) -> None:
        objects = [_object_row(batch.known[i]) for i in batch.new_ids]
        tx.versions.add(objects, batch.versions, batch.links, batch.cited)
        for nums, accepted, proved, why in (
            (batch.displaced, False, False, "the author's own version took its place"),
            (batch.promoted, True, True, None),
            (batch.proved, True, True, None),
        ):
            if nums:
                tx.versions.set_accepted(nums, accepted=accepted, proved=proved, why=why)
        changed = [batch.known[i] for i in batch.changed]
        tx.versions.update_objects([_object_changes(o) for o in changed])
        held = tx.holds.in_force([num for num, _ in batch.unchanged]) if batch.unchanged else {}
        for num, arrival in batch.unchanged:
            if not any(_is_same_way(hold, arrival.source) for hold in held.get(num, ())):
                batch.holds.append(_hold_row(num, arrival, now))
        tx.holds.add(batch.holds)
        # What gave way, came back or is held anew may change which version is the newest that is held.
        if batch.displaced or batch.promoted or any(not held.get(num) for num, _ in batch.unchanged):
            tx.versions.recompute_current({o.num for o in batch.known.values()})

    def _announce(self, tx: Transaction, batch: _Batch, now: Instant) -> None:
        markings = {a.arrival.version.id for a in batch.accepted if is_statement_marking(a.arrival.version)}
        if markings:
            remark_citing(tx, markings)
        if batch.displaced:
            announce(self._listeners, tx, VersionsDisplaced(tuple(batch.displaced)), now)
        if batch.accepted:
            announce(self._listeners, tx, VersionsAccepted(tuple(batch.accepted)), now)
        if batch.tightened:
            announce(self._listeners, tx, MarkingTightened(tuple(sorted(batch.tightened))), now)
        if batch.conflicts:
            announce(self._listeners, tx, ConflictsFound(tuple(batch.conflicts)), now)


def remark_citing(tx: Transaction, markings: Iterable[str]) -> None:
    """What cites markings that have just become known is marked anew: it no longer counts as RED for them."""
    for version, whole_refs, granular_refs in tx.versions.citing(set(markings)):
        cited = {*whole_refs, *granular_refs}
        known = tx.versions.statement_markings(cited)
        marking = marking_of(whole_refs, granular_refs, known)
        tx.versions.remark(version, marking.tlp, whole=marking.whole)


def _settle(batch: _Batch, arrival: Arrival, claim: Claim, verdict: Verdict, now: Instant) -> None:
    """Writes down what the verdict means."""
    batch.displaced += verdict.displaces
    known = batch.known.get(arrival.version.id)
    match verdict.outcome:
        case Outcome.SAME:
            assert verdict.known is not None
            batch.unchanged.append((verdict.known.num, arrival))
            if claim.proved and not verdict.known.proved and known is not None:
                batch.proved.append(verdict.known.num)
                _change(batch, replace(known, proved=True))
        case Outcome.CONFLICT:
            num = verdict.known.num if verdict.known else _add_version(batch, arrival, claim, now, why=verdict.why)
            batch.conflicts.append(Conflict(arrival.version.id, num, arrival.source.party_ref, verdict.why))
        case Outcome.NEW | Outcome.PROMOTED:
            if verdict.known is not None:
                num = verdict.known.num
                batch.promoted.append(num)
            else:
                num = _add_version(batch, arrival, claim, now, why=None)
            batch.holds.append(_hold_row(num, arrival, now))
            _count(batch, arrival, claim, num)
            batch.accepted.append(Accepted(num, batch.known[arrival.version.id].num, arrival))


def _add_version(batch: _Batch, arrival: Arrival, claim: Claim, now: Instant, *, why: str | None) -> int:
    version = arrival.version
    known = batch.known.get(version.id)
    if known is None:
        known = _new_object(batch, version, claim)
    num = batch.next_version
    batch.next_version += 1
    marking = marking_of(version.marking_refs, version.granular_refs, batch.statements)
    batch.versions.append(_version_row(num, known.num, arrival, claim, marking, now, why))
    seen = KnownVersion(num, claim.key, claim.sha256, why is None, claim.proved)
    batch.known[version.id] = replace(known, versions=(*known.versions, seen))
    batch.links += [{"target": ref, "version": num} for ref in version.references]
    batch.cited += _cited_rows(num, version)
    return num


def _cited_rows(num: int, version: Version) -> list[dict[str, Any]]:
    """All markings of a version that cites one which the fixed table does not know: it may be marked anew later."""
    if all(is_fixed(ref) for ref in (*version.marking_refs, *version.granular_refs)):
        return []
    cited = {(ref, 0) for ref in version.marking_refs} | {(ref, 1) for ref in version.granular_refs}
    return [{"marking": ref, "version": num, "granular": granular} for ref, granular in sorted(cited)]


def _new_object(batch: _Batch, version: Version, claim: Claim) -> KnownObject:
    writer = claim.creator or claim.giver
    known = KnownObject(batch.next_object, version.id, version.type, writer, claim.giver, False, Tlp.CLEAR, False, None)
    batch.next_object += 1
    batch.known[version.id] = known
    batch.new_ids[version.id] = None
    return known


def _count(batch: _Batch, arrival: Arrival, claim: Claim, num: int) -> None:
    """The accepted version counts for its object: marking, revocation, proof, and which is current."""
    version = arrival.version
    known = batch.known[version.id]
    marking = marking_of(version.marking_refs, version.granular_refs, batch.statements)
    tightened = marking.tlp > known.tlp and version.id not in batch.new_ids
    if tightened:
        batch.tightened.add(known.num)
    current = num if _is_newest(known, claim.key, num) else known.current
    changed = replace(
        known,
        tlp=max(known.tlp, marking.tlp),
        revoked=known.revoked or version.revoked,
        proved=known.proved or claim.proved,
        current=current,
    )
    _change(batch, changed)


def _is_newest(known: KnownObject, key: ModifiedKey, num: int) -> bool:
    return all(v.key <= key for v in known.versions if v.accepted and v.num != num)


def _change(batch: _Batch, known: KnownObject) -> None:
    batch.known[known.id] = known
    if known.id not in batch.new_ids:
        batch.changed.add(known.id)


def _object_row(known: KnownObject) -> dict[str, Any]:
    row = {"num": known.num, "id": known.id, "type": known.type, "writer": known.writer, "giver": known.giver}
    return row | _object_changes(known)


def _object_changes(known: KnownObject) -> dict[str, Any]:
    return {
        "num": known.num,
        "proved": int(known.proved),
        "tlp": int(known.tlp),
        "revoked": int(known.revoked),
        "current": known.current,
    }


def _version_row(
    num: int, obj: int, arrival: Arrival, claim: Claim, marking: Marking, now: Instant, why: str | None
) -> dict[str, Any]:
    version = arrival.version
    return {
        "num": num,
        "object": obj,
        "modified_key": claim.key,
        "modified": version.value.get("modified") if version.modified is not None else None,
        "sha256": version.sha256,
        "created_by": version.created_by_ref,
        "tlp": int(marking.tlp),
        "whole": int(marking.whole),
        "revoked": int(version.revoked),
        "accepted": int(why is None),
        "proved": int(claim.proved),
        "added_at": now,
        "is_statement": int(is_statement_marking(version)),
        "name": version.name[:_NAME_LENGTH],
        "why": why,
        "source": arrival.source.party_ref if why else None,
        "raw": version.raw,
    }


def _hold_row(num: int, arrival: Arrival, now: Instant) -> dict[str, Any]:
    source = arrival.source
    return {
        "version": num,
        "party": source.party_ref,
        "audience_ref": source.audience_ref,
        "statement": source.statement,
        "position": arrival.position,
        "import": source.import_num,
        "person": source.person,
        "label": NO_LABEL if source.label is None else int(source.label),
        "since": now,
        "ended_at": None,
    }


def _is_same_way(hold: Hold, source: Source) -> bool:
    """Whether the node holds it already in the way in which it comes again."""
    if source.statement is not None:
        return hold.statement == source.statement
    return hold.party_ref == source.party_ref and hold.statement is None
