"""What a person of this node may see of what it holds: through the ways in which it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kenesh.basis.instants import Instant
from kenesh.holdings.feed import read_facts
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.release.audience import Audience, AudienceKind, audience_named, person_audience
from kenesh.release.conditions import Facts
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.rules import Stage

#: A version, and a way in which a reader sees it.
Way = tuple[HeldVersion, Hold]


def ways_seen_by(
    tx: Transaction, reader: Reader, versions: Sequence[HeldVersion], now: Instant
) -> Released[tuple[Way, ...]]:
    """The ways in which the reader sees these versions now, in their order."""
    holds = tx.holds.in_force([held.num for held in versions])
    return only_released(
        Stage.READ,
        [
            (facts, (held, hold))
            for held in versions
            for facts, hold in holds_seen_by(reader, held, holds.get(held.num, ()), now)
        ],
    )


def holds_seen_by(
    reader: Reader, held: HeldVersion, holds: Iterable[Hold], now: Instant
) -> Iterator[tuple[Facts, Hold]]:
    """For each way in which the version is held, the facts by which the reader sees it or not."""
    for hold in holds:
        audience = _audience(hold.audience_ref, reader)
        yield (
            read_facts(
                reader,
                audience,
                held.marking_under(hold.label),
                addressed=_is_addressed(reader, audience),
                named=audience.kind is AudienceKind.PERSON or _is_named(reader, hold),
                valid=hold.caveats.hold_at(now),
                barred=hold.caveats.bar((reader.party_ref,) if reader.party_ref else ()),
            ),
            hold,
        )


def _audience(ref: str, reader: Reader) -> Audience:
    """The audience of a hold; of what is given to persons by name, a reader can tell only what is given to him."""
    if reader.party_ref and ref == person_audience(reader.party_ref, reader.name).ref:
        return Audience(AudienceKind.PERSON, ref)
    return audience_named(ref) or Audience(AudienceKind.GROUP, ref)


def _is_addressed(reader: Reader, audience: Audience) -> bool:
    """A person is in every circle of his party that he is cleared for, and in no group of constituents."""
    if reader.kind is not ReaderKind.PERSON or audience.kind is AudienceKind.GROUP:
        return False
    return audience.kind is not AudienceKind.BODY or reader.is_cleared_for(audience.ref)


def _is_named(reader: Reader, hold: Hold) -> bool:
    """Who brought it in himself is named for it."""
    return reader.kind is ReaderKind.PERSON and hold.statement is None and hold.person == reader.name
