"""What a peer's page brings, held against its releases: applied, or put into quarantine with its bytes.

Statements first, content after. What no release of that peer to that audience lists is not taken; nothing blocks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import DamagedProblem, Problem, UntrustedProblem, UsageProblem
from kenesh.federation.chains import Chain, record_statement
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Quarantined, Transaction
from kenesh.federation.proofs import proves
from kenesh.federation.taking import Withdrawals
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival, Awaited, KnownObject, Source
from kenesh.parties.bodies import MEMBERSHIP, read_membership
from kenesh.release.manifest import Entry, Proof
from kenesh.release.statements import RELEASE, WITHDRAWAL, ReleaseStatement, read_release, read_withdrawal
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader
from kenesh.stix.register import Channel

#: So much of one peer's waits in quarantine; from then on this node reads no further there.
MAX_QUARANTINED: Final = 20_000
MAX_QUARANTINED_OCTETS: Final = 256 * 2**20
NOT_LISTED: Final = "no release to this audience lists it"
KEY_UNKNOWN: Final = "its author's key is not known here, and it came from another first"
_READ_AT_ONCE: Final = 500
_ID: Final = re.compile(rb'"id"\s*:\s*"([a-z0-9-]{1,250}--[0-9a-fA-F-]{36})"')


Authors = Mapping[str, Peer]
NoteKeys = Callable[[Transaction, Iterable[Version], Instant], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """In whose collection, for which audience, something was read or posted."""

    peer: Peer
    audience_ref: str
    channel: Channel


@dataclass(slots=True)
class Applied:
    """What became of what came.

    Attributes:
        unread: why an object cannot be read, by its place among those that came.
        statements: how many releases and withdrawals are new here. listed: the ids that these releases list.
        late: releases that came behind later statements of their chain, which is `chain`.
        room: objects and octets that still fit into the peer's quarantine; counted when it is first needed.
    """

    received: int = 0
    unchanged: int = 0
    quarantined: int = 0
    statements: int = 0
    unread: dict[int, str] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    late: list[int] = field(default_factory=list)
    chain: Chain = field(default_factory=Chain)
    room: tuple[int, int] | None = None


class Receiving:
    """Applies what peers give."""

    def __init__(self, reader: ObjectReader, ingest: Ingest, withdrawals: Withdrawals, note_keys: NoteKeys) -> None:
        self._reader = reader
        self._note_keys = note_keys
        self._ingest = ingest
        self._withdrawals = withdrawals

    def apply(self, tx: Transaction, origin: Origin, objects: Sequence[bytes], now: Instant) -> Applied:
        """Takes in what holds; the rest waits in quarantine. The same objects again change nothing."""
        applied = Applied(chain=Chain(self._withdrawals.own_ref))
        read = [self._read(tx, origin, place, octets, applied, now) for place, octets in enumerate(objects)]
        versions = [version for version in read if version is not None]
        statements = [v for v in versions if v.type in (RELEASE.name, WITHDRAWAL.name)]
        # In the order of their chain, whatever the page's.
        for version in sorted(statements, key=lambda v: v.value["number"]):
            self._statement(tx, origin, version, applied, now)
        self._withdrawals.apply_later(tx, origin.peer, applied.late, now)
        content = [v for v in versions if v.type not in (RELEASE.name, WITHDRAWAL.name)]
        self._content(tx, origin, content, applied, now)
        return applied

    def _read(
        self, tx: Transaction, origin: Origin, place: int, octets: bytes, applied: Applied, now: Instant
    ) -> Version | None:
        try:
            version = self._reader.read(octets)
            if version.type == MEMBERSHIP.name:
                # No schema knows which days exist.
                read_membership(version.value)
            return version
        except Problem as problem:
            found = _ID.search(octets[:100_000])
            object_id = found[1].decode() if found else "(no id)"
            applied.unread[place] = problem.detail
            self._put_aside(tx, origin, object_id, octets, problem.detail, applied, now)
            return None

    def _put_aside(
        self, tx: Transaction, origin: Origin, object_id: str, raw: bytes, reason: str, applied: Applied, now: Instant
    ) -> None:
        if applied.room is None:
            count, octets = tx.quarantine.counts().get(origin.peer.party_ref, (0, 0))
            applied.room = MAX_QUARANTINED - count, MAX_QUARANTINED_OCTETS - octets
        applied.room = applied.room[0] - 1, applied.room[1] - len(raw)
        if min(applied.room) < 0:
            raise UntrustedProblem(
                f"{origin.peer.code} has sent too much that does not hold.",
                advice="Look at `kenesh doctor`, and speak to them; reading from them stops here.",
            )
        audience, channel = origin.audience_ref, origin.channel
        if tx.quarantine.put(origin.peer.party_ref, audience, channel, object_id, raw, reason, now):
            applied.quarantined += 1

    def _statement(self, tx: Transaction, origin: Origin, version: Version, applied: Applied, now: Instant) -> None:
        there = tx.statements.find(version.id)
        if there is not None:
            if there.sha256 == version.sha256:
                applied.unchanged += 1
            else:
                self._put_aside(
                    tx, origin, version.id, version.raw, "another content stands under this id", applied, now
                )
            return
        try:
            self._accept(tx, origin, version, applied, now)
        except (UntrustedProblem, DamagedProblem, UsageProblem) as problem:
            self._put_aside(tx, origin, version.id, version.raw, problem.detail, applied, now)
            return
        applied.received += 1
        applied.statements += 1

    def _accept(self, tx: Transaction, origin: Origin, version: Version, applied: Applied, now: Instant) -> None:
        """Checks the statement, records it in its chain, and acts on it.

        Raises:
            UntrustedProblem, DamagedProblem, UsageProblem: it does not hold, or cannot be read.
        """
        peer, audience = origin.peer, origin.audience_ref
        key = peer.key_of(str(version.value["signatures"][0]), now)
        if version.type == RELEASE.name:
            release = read_release(version.value, party_ref=peer.party_ref, audience_ref=audience, key=key)
            num = record_statement(tx, self._ingest, version, release, peer, applied.chain, now)
            applied.listed.update(entry.id for entry in release.entries)
            self._await(tx, origin, release, num, now)
            last = tx.statements.last(peer.party_ref, audience, release.place.chain)
            if last is not None and last.num != num:
                applied.late.append(num)
        else:
            withdrawal = read_withdrawal(version.value, party_ref=peer.party_ref, audience_ref=audience, key=key)
            record_statement(tx, self._ingest, version, withdrawal, peer, applied.chain, now)
            assert version.modified is not None
            self._withdrawals.apply(tx, peer, withdrawal, version.modified, now)

    def _await(self, tx: Transaction, origin: Origin, release: ReleaseStatement, num: int, now: Instant) -> None:
        """Every entry awaits its content; what is held already is held by this release too, at once."""
        known = tx.versions.known({entry.id for entry in release.entries})
        nums = {(o.id, v.sha256): v.num for o in known.values() for v in o.versions}
        tx.statements.await_content([_awaited_row(num, i, entry) for i, entry in enumerate(release.entries)])
        there = [nums[entry.id, entry.sha256] for entry in release.entries if (entry.id, entry.sha256) in nums]
        if there:
            versions = [self._reader.read(raw) for raw in tx.versions.raw(there).values()]
            self._content(tx, origin, versions, Applied(), now)

    def _content(
        self, tx: Transaction, origin: Origin, versions: Sequence[Version], applied: Applied, now: Instant
    ) -> None:
        versions = list({(version.id, version.sha256): version for version in versions}.values())
        if not versions:
            return
        # They prove themselves: what lists them may be signed by the very key of which they tell.
        self._note_keys(tx, versions, now)
        awaited = self._awaited(tx, origin, versions)
        authors = {p.party_ref: p for p in tx.peers.all()}
        taken_in: list[tuple[Awaited, Arrival]] = []
        for version in versions:
            listed = awaited.get((version.id, version.sha256), [])
            why = self._waits_for(tx, origin, version, listed, authors)
            if why:
                self._put_aside(tx, origin, version.id, version.raw, why, applied, now)
            else:
                taken_in += [(item, _arrival(origin, version, item, authors)) for item in listed]
        taken = self._ingest.take(tx, [arrival for _, arrival in taken_in], now)
        tx.statements.arrived([(item.statement, item.position) for item, _ in taken_in])
        # What was said of the content after it was released, and before it came, holds for it.
        releases = {item.statement for item, _ in taken_in}
        self._withdrawals.mark_later(tx, origin.peer, releases, {v.id for v in versions}, now)
        applied.received += len(taken.accepted) + len(taken.conflicts)
        applied.unchanged += len(taken.unchanged)

    def _awaited(
        self, tx: Transaction, origin: Origin, versions: Sequence[Version]
    ) -> dict[tuple[str, bytes], list[Awaited]]:
        found: dict[tuple[str, bytes], list[Awaited]] = {}
        for item in tx.statements.awaited(origin.peer.party_ref, origin.audience_ref, {v.id for v in versions}):
            found.setdefault((item.object_id, item.sha256), []).append(item)
        return found

    def _waits_for(
        self, tx: Transaction, origin: Origin, version: Version, listed: Sequence[Awaited], authors: Authors
    ) -> str:
        """Why the content cannot be taken in yet; '' where it can, or was before."""
        if not listed:
            return "" if self._came_before(tx, origin, version) else NOT_LISTED
        if version.created_by_ref in authors or not any(item.proof for item in listed):
            return ""
        known = tx.versions.known({version.id}).get(version.id)
        return KEY_UNKNOWN if known is not None and _is_undecided(known, version, origin) else ""

    def _came_before(self, tx: Transaction, origin: Origin, version: Version) -> bool:
        """Whether that content came from the peer for this audience before: a page that is read again."""
        num = tx.versions.content_num(version.id, version.sha256)
        if num is None:
            return False
        party_ref, audience_ref = origin.peer.party_ref, origin.audience_ref
        if any(h.party_ref == party_ref and h.audience_ref == audience_ref for h in tx.holds.ever(num)):
            return True
        return any(c.version == num and c.source == party_ref for c in tx.versions.conflicts(version.id, 100))

    def keys_changed(self, tx: Transaction, peer: Peer) -> bool:
        """Whether something of the peer's has waited since before the newest key was admitted here."""
        oldest = tx.quarantine.of_party(peer.party_ref, 0, 1)
        return bool(oldest) and oldest[0].at < max(p.admitted_at for p in tx.peers.all())

    def retry(self, tx: Transaction, peer: Peer, now: Instant, listed: Collection[str] | None = None) -> Applied:
        """Tries again what waits in quarantine: all of it, or what releases that have come since list."""
        total = Applied()
        waiting = [i for i in _waiting(tx, peer) if listed is None or i.object_id in listed]
        for (audience_ref, channel), items in _by_origin(waiting).items():
            for item in items:
                tx.quarantine.remove(item.num)
            applied = self.apply(tx, Origin(peer, audience_ref, channel), [item.raw for item in items], now)
            total.received += applied.received
            total.statements += applied.statements
        return total


def _waiting(tx: Transaction, peer: Peer) -> Iterator[Quarantined]:
    """What waits of the peer's, read a part at a time."""
    last = 0
    while items := tx.quarantine.of_party(peer.party_ref, last, _READ_AT_ONCE):
        yield from items
        last = items[-1].num


def _by_origin(items: Sequence[Quarantined]) -> dict[tuple[str, Channel], list[Quarantined]]:
    found: dict[tuple[str, Channel], list[Quarantined]] = {}
    for item in items:
        found.setdefault((item.audience_ref, item.channel), []).append(item)
    return found


def _awaited_row(num: int, position: int, entry: Entry) -> dict[str, object]:
    return {
        "statement": num,
        "position": position,
        "object_id": entry.id,
        "sha256": entry.sha256,
        "proof": msgspec.json.encode(entry.proof.wire()) if entry.proof else None,
    }


def _is_undecided(known: KnownObject, version: Version, origin: Origin) -> bool:
    """Whether only the author's proof, which cannot be read yet, says if the content counts."""
    if known.proved or known.writer != version.created_by_ref or known.giver == origin.peer.party_ref:
        return False
    return not any(v.accepted and v.sha256 == version.sha256 for v in known.versions)


def _arrival(origin: Origin, version: Version, item: Awaited, authors: Authors) -> Arrival:
    by_peer = version.created_by_ref == origin.peer.party_ref
    proved = by_peer or _is_proved(item, version, authors.get(version.created_by_ref or ""))
    source = Source(origin.peer.party_ref, origin.audience_ref, item.label, item.statement)
    return Arrival(version, source, proved, item.position)


def _is_proved(item: Awaited, version: Version, author: Peer | None) -> bool:
    if item.proof is None:
        return False
    proof = Proof.read(msgspec.json.decode(item.proof))
    return proves(proof, author, version.id, version.value.get("modified"), version.sha256)
