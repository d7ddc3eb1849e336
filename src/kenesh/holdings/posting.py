"""Posting: what a client account posts is imported, held, and given back to it in its party's inbox.

An account stands for its party and proves nobody's authorship: it is a giver like any other, so that what another party
wrote gives way to nothing that comes so. What is given back is released to nobody: it is seen by the party's accounts
alone, and not by its node, which takes only what a release lists. Source: TAXII 2.1 §5.5, §5.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kenesh.basis.instants import Instant
from kenesh.holdings.granting import Grants, granting_of
from kenesh.holdings.importing import BATCH, HELD_AS, Importing, ImportOutcome, Read
from kenesh.holdings.ports import Transaction, chunks
from kenesh.holdings.rows import GIVEN_BACK, Grant, Hold, Remark, Source
from kenesh.release.audience import party_audience
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.files import Piece
from kenesh.stix.register import Channel

_NOT_FOR_CLIENTS = "statements between nodes are made by nodes, and no client posts them"


@dataclass(frozen=True, slots=True)
class Posted:
    """What an account posts, read: the batches that it is taken in by, and why some objects are not, by place."""

    reader: Reader
    batches: tuple[Read, ...]
    failures: Mapping[int, str]


class Posting:
    """Takes in what accounts post, and lets them take it out again."""

    def __init__(self, own_ref: str, importing: Importing, grants: Grants) -> None:
        self._own_ref = own_ref
        self._importing = importing
        self._grants = grants

    def read(self, reader: Reader, objects: Sequence[bytes]) -> Posted:
        """Reads the objects as an import does; needs no transaction. There is always a batch."""
        pieces = [Piece(str(place), octets) for place, octets in enumerate(objects)]
        batches = tuple(self._read(part) for part in chunks(pieces, BATCH)) or (Read((), ()),)
        refused = [remark for batch in batches for remark in batch.remarks if remark.refused]
        return Posted(reader, batches, {int(remark.path): remark.reason for remark in refused})

    def _read(self, pieces: Sequence[Piece]) -> Read:
        read = self._importing.read(pieces)
        stray = [(path, v.id) for path, v in read.versions if self._grants.channel_of(v.type) is Channel.CONTROL]
        paths = {path for path, _ in stray}
        return replace(
            read,
            versions=tuple((path, version) for path, version in read.versions if path not in paths),
            remarks=(*read.remarks, *(Remark(True, path, i, _NOT_FOR_CLIENTS) for path, i in stray)),
        )

    def take(
        self, tx: Transaction, posted: Posted, batch: Read, outcome: ImportOutcome | None, now: Instant
    ) -> ImportOutcome:
        """Takes one batch in; whatever of it counts is given back, be it new here or known.

        `outcome` is that of the batches before; None for the first, with which the import begins.
        """
        party = _party(posted.reader)
        if outcome is None:
            given = f"posted by {posted.reader.name} for {tx.parties.code_of(party)}"
            outcome = self._importing.begin(tx, posted.reader.who, given)
        source = Source(party, self._own_ref, HELD_AS, import_num=outcome.num, person=posted.reader.who)
        taken = self._importing.take(tx, batch, source, outcome)
        held = tx.versions.held({*(item.num for item in taken.accepted), *taken.unchanged})
        back = [granting_of(version, HELD_AS) for version in held]
        self._grants.grant(tx, party_audience(party), Channel.CONTENT, back, statement=GIVEN_BACK, now=now)
        return outcome

    def finish(self, tx: Transaction, outcome: ImportOutcome) -> None:
        """The counts of the import."""
        self._importing.finish(tx, outcome)

    def may_take_out(self, tx: Transaction, reader: Reader, grants: Sequence[Grant]) -> bool:
        """Whether the reader posted every one of these himself, or is an account of this node's own party."""
        if reader.kind is not ReaderKind.ACCOUNT:
            return False
        holds = tx.holds.in_force({grant.version for grant in grants})
        return reader.party_ref == self._own_ref or all(
            any(_is_posted_by(reader, hold) for hold in holds.get(grant.version, ())) for grant in grants
        )


def _party(reader: Reader) -> str:
    assert reader.party_ref is not None, "an account stands for a party"
    return reader.party_ref


def _is_posted_by(reader: Reader, hold: Hold) -> bool:
    return hold.statement is None and (hold.party_ref, hold.person) == (reader.party_ref, reader.who)
