"""What a person of this node may see of what it holds: through the ways in which it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kenesh.holdings.feed import read_facts
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.release.audience import Audience, AudienceKind, audience_named
from kenesh.release.conditions import Facts
from kenesh.release.reader import Reader, ReaderKind


def holds_seen_by(reader: Reader, held: HeldVersion, holds: Iterable[Hold]) -> Iterator[tuple[Facts, Hold]]:
    """For each way in which the version is held, the facts by which the reader sees it or not."""
    for hold in holds:
        audience = audience_named(hold.audience_ref) or Audience(AudienceKind.GROUP, hold.audience_ref)
        yield (
            read_facts(
                reader,
                audience,
                held.marking_under(hold.label),
                addressed=_is_addressed(reader, audience),
                named=_is_named(reader, hold),
            ),
            hold,
        )


def _is_addressed(reader: Reader, audience: Audience) -> bool:
    if reader.kind is not ReaderKind.PERSON:
        return False
    return audience.kind is not AudienceKind.BODY or reader.is_cleared_for(audience.ref)


def _is_named(reader: Reader, hold: Hold) -> bool:
    """Who brought it in himself is named for it."""
    return reader.kind is ReaderKind.PERSON and hold.statement is None and hold.person == reader.name
