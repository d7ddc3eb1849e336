"""A batch in the making: the state of each object as one arrival after the other is settled, and the rows to write.

What a batch gives does not depend on where it was cut: the state here goes on exactly as it would from store to store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from kenesh.basis.instants import Instant, modified_key
from kenesh.holdings.rows import (
    ONCE_PROVED,
    UNVERSIONED,
    Accepted,
    Arrival,
    Conflict,
    Hold,
    KnownObject,
    KnownVersion,
    Source,
)
from kenesh.holdings.writers import Claim, Outcome, Verdict
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.marking import DEFINITION, Marking, Tlp, is_fixed, marking_of
from kenesh.stix.objects import MARKING_DEFINITION, Version, is_statement_marking

_NAME_LENGTH = 200


@dataclass(slots=True)
class Batch:
    """What the store knew (`before`), what it will know (`known`), and what is to be written.

    Attributes:
        statements: for each giver the marking-definitions that count as statements in what it gave.
        held_anew: known versions that came again, perhaps in one more way.
        markings: marking-definitions that somebody states, or proves, who did not before.
        displaced: versions that gave way, and why.
        restated: known versions that count otherwise than before: the id of their object, and why.
        unsure: objects whose newest held version the store must find anew.
    """

    before: Mapping[str, KnownObject]
    next_object: int
    next_version: int
    statements: Mapping[str, frozenset[str]]
    now: Instant
    known: dict[str, KnownObject] = field(init=False)
    versions: dict[int, dict[str, Any]] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    cited: list[dict[str, Any]] = field(default_factory=list)
    originals: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    ways: set[tuple[int, object]] = field(default_factory=set)
    held_anew: list[tuple[int, Arrival]] = field(default_factory=list)
    markings: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    accepted: list[Accepted] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    proved: list[Accepted] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    displaced: dict[int, str] = field(default_factory=dict)
    restated: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = dict(self.before)

    def settle(self, arrival: Arrival, claim: Claim, verdict: Verdict) -> None:
        """Writes down what the verdict means."""
        stix_id = arrival.version.id
        if verdict.outcome is Outcome.CONFLICT:
            self._set_apart(arrival, claim, verdict)
            return
        for num, why in verdict.displaces.items():
            self._restate(stix_id, num, why, accepted=False)
            self.displaced[num] = why
        if verdict.outcome is Outcome.SAME:
            assert verdict.known is not None
            self._keep(arrival, claim, verdict.known)
        else:
            self._take(arrival, claim, verdict.known)
        if verdict.displaces:
            self._weigh(stix_id)

    def _set_apart(self, arrival: Arrival, claim: Claim, verdict: Verdict) -> None:
        """The version does not count; it is kept as evidence."""
        if verdict.known is None:
            num = self._add_version(arrival, claim, why=verdict.why)
        else:
            num = verdict.known.num
            if claim.proved and not verdict.known.proved:
                self._restate(arrival.version.id, num, verdict.why, proved=True)
        version, source = arrival.version, arrival.source.party_ref
        self.conflicts.append(Conflict(version.id, num, source, verdict.why, version.sha256))

    def _keep(self, arrival: Arrival, claim: Claim, there: KnownVersion) -> None:
        """The content is known: it is held in one more way, and perhaps proved only now."""
        self.unchanged.append(there.num)
        self.held_anew.append((there.num, arrival))
        if claim.proved and not there.proved:
            self._restate(arrival.version.id, there.num, None, proved=True)
            self._note_marking(arrival)
            known = self.known[arrival.version.id]
            if known.writer == claim.creator:
                self._change(replace(known, proved=True))
            self.proved.append(Accepted(there.num, known.num, arrival))

    def _take(self, arrival: Arrival, claim: Claim, there: KnownVersion | None) -> None:
        """The version counts from now on, be it new or a conflict until now."""
        if there is None:
            num = self._add_version(arrival, claim, why=None)
            self.hold(num, arrival)
        else:
            num = there.num
            self.displaced.pop(num, None)
            self._restate(arrival.version.id, num, None, accepted=True, proved=there.proved or claim.proved)
            self.held_anew.append((num, arrival))
        self._count(arrival, claim, num)
        self.accepted.append(Accepted(num, self.known[arrival.version.id].num, arrival, is_new=there is None))

    def hold(self, num: int, arrival: Arrival) -> None:
        """The node holds the version in the way in which it came, once for each way."""
        way = (num, way_of(arrival.source))
        if way not in self.ways:
            self.ways.add(way)
            self.holds.append(_hold_row(num, arrival, self.now))
            self._note_marking(arrival)

    def _note_marking(self, arrival: Arrival) -> None:
        if arrival.version.type == MARKING_DEFINITION:
            self.markings.add(arrival.version.id)

    def _add_version(self, arrival: Arrival, claim: Claim, *, why: str | None) -> int:
        version = arrival.version
        known = self.known.get(version.id) or self._new_object(version, claim)
        num = self.next_version
        self.next_version += 1
        marking = _marking(version, self.statements[known.giver])
        self.versions[num] = _version_row(num, known.num, arrival, claim, marking, self.now, why)
        seen = KnownVersion(num, claim.key, claim.sha256, why is None, claim.proved, marking.tlp, claim.revoked)
        self.known[version.id] = replace(known, versions=(*known.versions, seen))
        self.links += [{"target": ref, "version": num} for ref in version.references]
        self.cited += _cited_rows(num, version)
        if version.original:
            self.originals.append({"version": num, "raw": version.original})
        return num

    def _new_object(self, version: Version, claim: Claim) -> KnownObject:
        writer = claim.creator or claim.giver
        num = self.next_object
        self.next_object += 1
        return KnownObject(num, version.id, version.type, writer, claim.giver, False, Tlp.CLEAR, False, None)

    def _count(self, arrival: Arrival, claim: Claim, num: int) -> None:
        """The accepted version counts for its object: marking, revocation, proof, and which is current."""
        known = self.known[arrival.version.id]
        proved = known.proved or (claim.proved and known.writer == claim.creator)
        current = num if _is_newest(known, claim, num) else known.current
        if claim.key == UNVERSIONED:
            # Another party's statement of the same observable neither marks nor revokes this one.
            self._change(replace(known, proved=proved, current=current))
            return
        (mine,) = (v for v in known.versions if v.num == num)
        tlp, revoked = max(known.tlp, mine.tlp), known.revoked or mine.revoked
        self._change(replace(known, proved=proved, current=current, tlp=tlp, revoked=revoked))

    def _restate(
        self, stix_id: str, num: int, why: str | None, *, accepted: bool | None = None, proved: bool | None = None
    ) -> None:
        """The version counts otherwise than before, or is proved now; None leaves it as it is."""
        known = self.known[stix_id]
        there = next(v for v in known.versions if v.num == num)
        restated = replace(
            there,
            accepted=there.accepted if accepted is None else accepted,
            proved=there.proved if proved is None else proved,
        )
        versions = tuple(restated if v is there else v for v in known.versions)
        self.known[stix_id] = replace(known, versions=versions)
        self.restated[num] = (stix_id, why)

    def _weigh(self, stix_id: str) -> None:
        """The object's marking and revocation anew, after some of its versions gave way."""
        known = self.known[stix_id]
        counting = [v for v in known.versions if v.accepted]
        tlp = max([known.said_tlp, *(v.tlp for v in counting)])
        self.unsure.add(known.num)
        self._change(replace(known, tlp=tlp, revoked=any(v.revoked for v in counting)))

    def _change(self, known: KnownObject) -> None:
        self.known[known.id] = known
        self.touched.add(known.id)

    def new_objects(self) -> Iterator[KnownObject]:
        """Objects that the store had not."""
        return (self.known[i] for i in self.known if i not in self.before)

    def changed_objects(self) -> Iterator[KnownObject]:
        """Objects that the store had otherwise."""
        return (self.known[i] for i in self.touched if i in self.before)

    def moved(self) -> dict[int, tuple[Tlp, Tlp]]:
        """How strictly the objects that the store had were marked, and are now."""
        return {known.num: (self.before[known.id].tlp, known.tlp) for known in self.changed_objects()}

    def settled(self, num: int) -> KnownVersion:
        """A restated version as it counts at the end of the batch."""
        versions = self.known[self.restated[num][0]].versions
        return next(v for v in versions if v.num == num)


def way_of(source: Source) -> object:
    """In which way the node holds what comes so: two that are equal are one hold."""
    if source.statement is not None:
        return source.statement
    return (source.party_ref, source.audience_ref, source.person)


def way_of_hold(hold: Hold) -> object:
    """The way in which the node holds it, as `way_of` says it."""
    return hold.statement if hold.statement is not None else (hold.party_ref, hold.audience_ref, hold.person)


def _is_newest(known: KnownObject, claim: Claim, num: int) -> bool:
    """Whether the version is newer than the one held until now; of equal ones the later counts."""
    current = next((v for v in known.versions if v.num == known.current), None)
    return current is None or (current.key, current.num) <= (claim.key, num)


def _cited_rows(num: int, version: Version) -> list[dict[str, Any]]:
    """All markings of a version that cites one which the fixed table does not know: it may be marked anew later."""
    if all(is_fixed(ref) for ref in (*version.marking_refs, *version.granular_refs)):
        return []
    cited = {(ref, 0) for ref in version.marking_refs} | {(ref, 1) for ref in version.granular_refs}
    return [{"marking": ref, "version": num, "granular": granular} for ref, granular in sorted(cited)]


def _version_row(
    num: int, obj: int, arrival: Arrival, claim: Claim, marking: Marking, now: Instant, why: str | None
) -> dict[str, Any]:
    version = arrival.version
    # Checked where it was read. What has neither, a cyber-observable, goes by the date that it was added.
    created = version.value.get("created") if version.modified is None else None
    return {
        "num": num,
        "object": obj,
        "modified_key": claim.key,
        "modified": version.value.get("modified") if version.modified is not None else None,
        "created": created,
        "created_key": None if created is None else modified_key(created),
        "sha256": version.sha256,
        "created_by": version.created_by_ref,
        "tlp": int(marking.tlp),
        "whole": int(marking.whole),
        "revoked": int(claim.revoked),
        "accepted": int(why is None),
        "proved": int(claim.proved),
        "added_at": now,
        "is_statement": _statement(version, claim),
        "name": version.name[:_NAME_LENGTH],
        "why": why,
        "source": arrival.source.party_ref if why else None,
        "raw": version.raw,
    }


def _statement(version: Version, claim: Claim) -> int:
    if not is_statement_marking(version):
        return 0
    return 1 if claim.creator is None else ONCE_PROVED


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


def _marking(version: Version, statements: Iterable[str]) -> Marking:
    if version.type == MARKING_DEFINITION and not version.marking_refs and not version.granular_refs:
        return DEFINITION
    return marking_of(version.marking_refs, version.granular_refs, statements)
