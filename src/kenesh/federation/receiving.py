"""What a peer's page brings, held against its releases: applied, or put into quarantine with its bytes.

Statements first, content after. What no release of that peer to that audience lists is not taken; nothing blocks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.basis.problem import Problem, UntrustedProblem
from kenesh.federation.ports import Peer, Quarantined, Transaction
from kenesh.federation.proofs import proves
from kenesh.federation.taking import Withdrawals, record_statement
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival, Awaited, Source
from kenesh.parties.keys import PublicKey
from kenesh.release.manifest import Entry, Proof
from kenesh.release.statements import RELEASE, WITHDRAWAL, ReleaseStatement, read_release, read_withdrawal
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader
from kenesh.stix.register import Channel

MAX_QUARANTINED: Final = 20_000
NOT_LISTED: Final = "no release to this audience lists it"
_ID: Final = re.compile(rb'"id"\s*:\s*"([a-z0-9-]{1,250}--[0-9a-fA-F-]{36})"')


@dataclass(frozen=True, slots=True)
class Origin:
    """In whose collection, for which audience, something was read or posted."""

    peer: Peer
    audience_ref: str
    channel: Channel


@dataclass(slots=True)
class Applied:
    """What became of what came. `statements`: releases and withdrawals that are new here."""

    received: int = 0
    unchanged: int = 0
    quarantined: int = 0
    statements: int = 0


class Receiving:
    """Applies what peers give."""

    def __init__(self, reader: ObjectReader, ingest: Ingest, withdrawals: Withdrawals) -> None:
        self._reader = reader
        self._ingest = ingest
        self._withdrawals = withdrawals

    def apply(self, tx: Transaction, origin: Origin, objects: Sequence[bytes], now: Instant) -> Applied:
        """Takes in what holds; the rest waits in quarantine. The same objects again change nothing."""
        applied = Applied()
        content = []
        for octets in objects:
            version = self._read(tx, origin, octets, applied, now)
            if version is None:
                continue
            if version.type in (RELEASE.name, WITHDRAWAL.name):
                self._statement(tx, origin, version, applied, now)
            else:
                content.append(version)
        self._content(tx, origin, content, applied, now)
        return applied

    def _read(self, tx: Transaction, origin: Origin, octets: bytes, applied: Applied, now: Instant) -> Version | None:
        try:
            return self._reader.read(octets)
        except Problem as problem:
            found = _ID.search(octets[:100_000])
            object_id = found[1].decode() if found else "(no id)"
            self._put_aside(tx, origin, object_id, octets, problem.detail, applied, now)
            return None

    def _put_aside(
        self, tx: Transaction, origin: Origin, object_id: str, raw: bytes, reason: str, applied: Applied, now: Instant
    ) -> None:
        count, _ = tx.quarantine.counts().get(origin.peer.party_ref, (0, 0))
        if count >= MAX_QUARANTINED:
            raise UntrustedProblem(
                f"{origin.peer.code} has sent more than {MAX_QUARANTINED} objects that do not hold.",
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
            self._accept(tx, origin, version, now)
        except UntrustedProblem as problem:
            self._put_aside(tx, origin, version.id, version.raw, problem.detail, applied, now)
            return
        applied.received += 1
        applied.statements += 1

    def _accept(self, tx: Transaction, origin: Origin, version: Version, now: Instant) -> None:
        """Checks the statement, records it in its chain, and acts on it.

        Raises:
            UntrustedProblem: it does not hold.
        """
        peer, audience = origin.peer, origin.audience_ref
        if version.type == RELEASE.name:
            release = read_release(version.value, party_ref=peer.party_ref, audience_ref=audience, key=peer.key)
            num = record_statement(tx, self._ingest, version, release, peer, now)
            self._await(tx, origin, release, num, now)
        else:
            withdrawal = read_withdrawal(version.value, party_ref=peer.party_ref, audience_ref=audience, key=peer.key)
            record_statement(tx, self._ingest, version, withdrawal, peer, now)
            self._withdrawals.apply(tx, peer, withdrawal, now)

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
        if not versions:
            return
        peer, audience = origin.peer, origin.audience_ref
        awaited: dict[tuple[str, bytes], list[Awaited]] = {}
        for item in tx.statements.awaited(peer.party_ref, audience, {v.id for v in versions}):
            awaited.setdefault((item.object_id, item.sha256), []).append(item)
        arrivals, settled = [], []
        keys = {p.party_ref: p.key for p in tx.peers.all()}
        for version in versions:
            listed = awaited.pop((version.id, version.sha256), [])
            if not listed and not self._is_held_from(tx, origin, version):
                self._put_aside(tx, origin, version.id, version.raw, NOT_LISTED, applied, now)
            for item in listed:
                key = keys.get(version.created_by_ref or "")
                proved = version.created_by_ref == peer.party_ref or _is_proved(item, version, key)
                source = Source(peer.party_ref, audience, item.label, item.statement)
                arrivals.append(Arrival(version, source, proved, item.position))
                settled.append((item.statement, item.position))
        taken = self._ingest.take(tx, arrivals, now)
        tx.statements.arrived(settled)
        applied.received += len(taken.accepted) + len(taken.conflicts)
        applied.unchanged += len(taken.unchanged)

    def _is_held_from(self, tx: Transaction, origin: Origin, version: Version) -> bool:
        """Whether that content came from the peer for this audience before: a page that is read again."""
        num = tx.versions.content_num(version.id, version.sha256)
        if num is None:
            return False
        holds = tx.holds.ever(num)
        return any(h.party_ref == origin.peer.party_ref and h.audience_ref == origin.audience_ref for h in holds)

    def retry(self, tx: Transaction, peer: Peer, now: Instant) -> Applied:
        """Tries again what waits in quarantine: keys, terms or releases may have come since."""
        total = Applied()
        waiting = tx.quarantine.of_party(peer.party_ref, 0, MAX_QUARANTINED)
        for (audience_ref, channel), items in _by_origin(waiting).items():
            for item in items:
                tx.quarantine.remove(item.num)
            applied = self.apply(tx, Origin(peer, audience_ref, channel), [item.raw for item in items], now)
            total.received += applied.received
            total.statements += applied.statements
        return total


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


def _is_proved(item: Awaited, version: Version, key: PublicKey | None) -> bool:
    if item.proof is None:
        return False
    proof = Proof.read(msgspec.json.decode(item.proof))
    return proves(proof, key, version.id, version.value.get("modified"), version.sha256)
