"""Resuming after a restore: what this node stated since its backup is read back from those who got it.

Each statement carries this node's own signature: a peer can keep one back, and can invent none. A withdrawal counts at
once, so that nothing is served again that was taken back. What a release listed is not in the store, and a person is
told. Numbers and the record begin anew (`kenesh.federation.numbering`; `kenesh.ledger.log.Epoch`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from kenesh.basis.instants import HOUR, Instant, modified_key, taxii_timestamp
from kenesh.basis.problem import DamagedProblem, Problem, UnreachableProblem, UntrustedProblem
from kenesh.federation.authoring import Author
from kenesh.federation.chains import caveats_said, statement_row
from kenesh.federation.numbering import begin_anew
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Line, Lines, Store, Transaction
from kenesh.federation.session import MAX_PAGE_READ_OCTETS
from kenesh.holdings.feed import read_facts
from kenesh.holdings.granting import Grants
from kenesh.holdings.importing import HELD_AS
from kenesh.holdings.rows import Arrival, Grant, Source, Statement
from kenesh.ledger.book import begin_epoch
from kenesh.ledger.log import INTERVAL
from kenesh.parties.keys import kid_of
from kenesh.parties.own import Own
from kenesh.release.audience import party_audience
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import peer_reader
from kenesh.release.rules import Stage
from kenesh.release.statements import RELEASE, WITHDRAWAL, WithdrawalStatement, Withdrawn, read_release, read_withdrawal
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.reading import ObjectReader
from kenesh.taxii.envelope import read_envelope
from kenesh.taxii.paging import MAX_PAGE, MAX_PAGE_OCTETS

PATH: Final = "/api/stated"
#: Clocks differ, and what was known already is passed over.
_BEFORE: Final = HOUR
_MAX_PAGES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Stated:
    """Some of what a party stated, as this node got it. `next`: how many to skip for the rest; 0 where this is all."""

    objects: tuple[bytes, ...]
    next: int


@dataclass(slots=True)
class ReadBack:
    """What a restored node heard of itself."""

    releases: int = 0
    withdrawals: int = 0


def stated_by(tx: Transaction, party_ref: str, since: Instant, skip: int) -> Released[Stated]:
    """What a party itself stated to this node or a circle of it, taken in here since an instant."""
    there = [s for s in tx.statements.of_party(party_ref, None) if s.at >= since]
    part = sorted(there, key=lambda s: s.num)[skip : skip + MAX_PAGE]
    raws = tx.versions.raw([s.version for s in part])
    page: list[bytes] = []
    room = MAX_PAGE_OCTETS
    for statement in part:
        room -= len(raws[statement.version])
        if room < 0 and page:
            break
        page.append(raws[statement.version])
    rest = skip + len(page)
    facts = read_facts(peer_reader(party_ref), party_audience(party_ref), Tlp.AMBER_STRICT, addressed=True, named=False)
    released = only_released(Stage.READ, [(facts, raw) for raw in page])
    return released.map(lambda objects: Stated(objects, rest if rest < len(there) else 0))


class Resuming:
    """Lets a restored node speak again, once it has heard what it had said."""

    def __init__(
        self, own: Own, store: Store, reader: ObjectReader, author: Author, grants: Grants, lines: Lines
    ) -> None:
        self._own = own
        self._store = store
        self._reader = reader
        self._author = author
        self._grants = grants
        self._lines = lines

    def ask(self, peer: Peer, made_at: Instant) -> list[bytes]:
        """What the peer has of this node's statements since its backup.

        Raises:
            UnreachableProblem, UntrustedProblem: it does not say.
        """
        found: list[bytes] = []
        since, skip = quote(taxii_timestamp(Instant(made_at - _BEFORE))), 0
        with self._lines.open(peer) as line:
            for _ in range(_MAX_PAGES):
                page, more = self._page(peer, line, f"{PATH}?since={since}&skip={skip}")
                found += page
                if not page or not more:
                    return found
                skip += len(page)
        raise UnreachableProblem(f"{peer.code} goes on after {_MAX_PAGES} pages.")

    def _page(self, peer: Peer, line: Line, path: str) -> tuple[Sequence[bytes], bool]:
        answer = line.get(path)
        if answer.status != 200:
            raise UnreachableProblem(
                f"{peer.code} does not say what this node stated (status {answer.status}).",
                advice="Ask them whether their node is of this release, and has admitted this one.",
            )
        envelope = read_envelope(answer.body, max_octets=MAX_PAGE_READ_OCTETS)
        return envelope.objects, envelope.more

    def take(self, tx: Transaction, octets: Sequence[bytes], now: Instant) -> ReadBack:
        """Takes this node's own statements back into their chains; whatever is not its own is passed over."""
        found = ReadBack()
        mine = [version for one in octets if (version := self._own_statement(one)) is not None]
        for version in sorted(mine, key=lambda v: (v.value["audience_ref"], v.value["number"])):
            if tx.statements.find(version.id) is None:
                self._take(tx, version, found, now)
        return found

    def _own_statement(self, octets: bytes) -> Version | None:
        try:
            version = self._reader.read(octets)
        except Problem:
            return None
        return version if version.type in (RELEASE.name, WITHDRAWAL.name) else None

    def _take(self, tx: Transaction, version: Version, found: ReadBack, now: Instant) -> None:
        value = version.value
        read = read_release if version.type == RELEASE.name else read_withdrawal
        try:
            key = self._own.keys[kid_of(str(value["signatures"][0]))]
            statement = read(value, party_ref=self._own.ref, audience_ref=value["audience_ref"], key=key)
        except (UntrustedProblem, DamagedProblem, KeyError):
            return
        source = Source(self._own.ref, self._own.ref, HELD_AS)
        taken = self._author.take(tx, [Arrival(version, source, proved=True)], now)
        if not taken:
            return
        row = statement_row(statement, version, taken[0].num, self._own.ref, now)
        tx.statements.add(row, caveats_said(statement))
        if isinstance(statement, WithdrawalStatement):
            found.withdrawals += 1
            self._end(tx, statement, now)
            return
        found.releases += 1
        text = (
            f"Released to {value['audience_ref']} after the backup, number {value['number']}, {value['count']} objects:"
            " those who got it keep it, and this node no longer has it. Import it anew, and release or withdraw it."
        )
        tx.alarms.raise_alarm("lost-release", version.id, text, now)

    def _end(self, tx: Transaction, statement: WithdrawalStatement, now: Instant) -> None:
        """Ends what the store of the backup would serve again."""
        for item in statement.withdraws:
            versions = tx.versions.all_of(item.id)
            if not versions:
                continue
            grants = tx.grants.of_objects([versions[0].object])
            releases = tx.statements.get({grant.statement for grant in grants})
            ended = [g for g in grants if g.is_released and _is_taken_back(g, releases[g.statement], statement, item)]
            self._grants.end(tx, ended, now, "withdrawn before the restore")

    def begin_anew(self, tx: Transaction, now: Instant) -> None:
        """New numbers, and a new epoch of the record, each beyond whatever was given before."""
        begin_anew(tx, now)
        begin_epoch(tx.ledger, now, at_least=now // INTERVAL)


def _is_taken_back(grant: Grant, release: Statement, statement: WithdrawalStatement, item: Withdrawn) -> bool:
    """Whether the withdrawal covers that grant. A stricter marking ends it too; a person says what follows."""
    if (release.party_ref, release.audience_ref) != (statement.party_ref, statement.place.audience_ref):
        return False
    if item.label is not None and grant.tlp >= item.label:
        return False
    is_covered = item.up_to is None or grant.key <= modified_key(item.up_to)
    return is_covered and item.release_ref in (None, release.id)
