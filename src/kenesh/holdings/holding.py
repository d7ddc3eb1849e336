"""What a person of this node may see of what it holds: through the ways in which it came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from kenesh.basis.instants import Instant
from kenesh.holdings.feed import read_facts
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.parties.bodies import BODY, MEMBERSHIP
from kenesh.release.audience import Audience, AudienceKind, audience_named, body_audience, person_audience
from kenesh.release.conditions import Facts
from kenesh.release.decision import Released, only_released
from kenesh.release.forwarding import FORWARD_REQUEST
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.recalls import RECEIPT
from kenesh.release.rules import Stage
from kenesh.release.statements import RELEASE, WITHDRAWAL

#: A version, and a way in which a reader sees it.
Way = tuple[HeldVersion, Hold]
#: What tells of a circle: who is in it, and what goes to it.
ABOUT_CIRCLES: Final = frozenset(
    kind.name for kind in (BODY, MEMBERSHIP, RELEASE, WITHDRAWAL, RECEIPT, FORWARD_REQUEST)
)
#: What of it is listed in a release, or answered by a receipt.
_TELLING: Final = ABOUT_CIRCLES - {RELEASE.name}


def ways_seen_by(
    tx: Transaction, reader: Reader, versions: Sequence[HeldVersion], now: Instant
) -> Released[tuple[Way, ...]]:
    """The ways in which the reader sees these versions now, in their order."""
    holds = tx.holds.in_force([held.num for held in versions])
    circles = circles_of(tx, versions)
    return only_released(
        Stage.READ,
        [
            (facts, (held, hold))
            for held in versions
            for facts, hold in holds_seen_by(
                reader, held, holds.get(held.num, ()), now, circles.get(held.num, frozenset())
            )
        ],
    )


def newest_seen_by(tx: Transaction, reader: Reader, ids: Collection[str], now: Instant) -> Released[tuple[Way, ...]]:
    """The ways in which the reader sees, of each of these objects, the newest version that he sees.

    A version that came through a circle neither hides the one before it from who is not cleared, nor is told to him.
    """
    newest = list(tx.versions.current_of(ids).values())
    seen = ways_seen_by(tx, reader, newest, now)
    behind = {held.id for held in newest} - {held.id for held, _ in seen.value}
    if not behind:
        return seen
    known = tx.versions.known(behind)
    every = tx.versions.held([version.num for one in known.values() for version in one.versions if version.accepted])
    older = ways_seen_by(tx, reader, every, now)
    last = {held.id: held.num for held, _ in sorted(older.value, key=lambda way: (way[0].key, way[0].num))}
    return older.map(lambda ways: (*seen.value, *(way for way in ways if last[way[0].id] == way[0].num)))


def newest_among(
    tx: Transaction, reader: Reader, found: Sequence[HeldVersion], now: Instant
) -> Released[tuple[Way, ...]]:
    """The ways in which the reader sees those of these versions that are the newest that he sees, in their order."""
    place = {held.num: at for at, held in enumerate(found)}
    ways = newest_seen_by(tx, reader, {held.id for held in found}, now)
    return ways.map(
        lambda ways: tuple(sorted((way for way in ways if way[0].num in place), key=lambda way: place[way[0].num]))
    )


def circles_of(tx: Transaction, versions: Collection[HeldVersion]) -> Mapping[int, AbstractSet[str]]:
    """Of those versions that tell of circles, which, by their numbers.

    A circle is a secret too: it, its members and what goes to it are seen by who is cleared for it, in whatever way
    word of it came. A release that brings a membership, and a receipt, tell of the circle as these do.
    """
    about = [held for held in versions if held.type in ABOUT_CIRCLES]
    if not about:
        return {}
    refs = {held.num: [held.id, *named] for held, named in _references(tx, about)}
    listed = _listed(tx, [held.num for held in about if held.type == RELEASE.name])
    # What a release lists, and what a receipt answers, names the circle one step further; a listed receipt, two.
    beyond = {ref for named in (*refs.values(), *listed.values()) for ref in named if _type_of(ref) in _TELLING}
    near = _references(tx, list(tx.versions.current_of(beyond).values()))
    answered = {ref for _, named in near for ref in named if _type_of(ref) == WITHDRAWAL.name}
    far = {held.id: named for held, named in _references(tx, list(tx.versions.current_of(answered).values()))}
    steps = {held.id: [held.id, *named, *(ref for one in named for ref in far.get(one, ()))] for held, named in near}
    found: dict[int, AbstractSet[str]] = {}
    for num, named in refs.items():
        told = [*named, *(ref for one in (*named, *listed.get(num, ())) for ref in steps.get(one, (one,)))]
        if circles := {ref for ref in told if _type_of(ref) == BODY.name}:
            found[num] = circles
    return found


def _type_of(ref: str) -> str:
    return ref.partition("--")[0]


def _references(tx: Transaction, held: Sequence[HeldVersion]) -> list[tuple[HeldVersion, Sequence[str]]]:
    refs = tx.versions.references([one.num for one in held]) if held else {}
    return [(one, refs.get(one.num, ())) for one in held]


class _Entry(msgspec.Struct):
    id: str = ""


class _Release(msgspec.Struct):
    entries: list[_Entry] = []


def _listed(tx: Transaction, nums: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """What each of these releases lists of what tells of a circle."""
    raws = tx.versions.raw(nums) if nums else {}
    lists = {num: msgspec.json.decode(raw, type=_Release).entries for num, raw in raws.items()}
    return {num: [entry.id for entry in entries if _type_of(entry.id) in _TELLING] for num, entries in lists.items()}


def holds_seen_by(
    reader: Reader, held: HeldVersion, holds: Iterable[Hold], now: Instant, circles: Collection[str] = ()
) -> Iterator[tuple[Facts, Hold]]:
    """For each way in which the version is held, the facts by which the reader sees it or not.

    `circles` are those of which it tells: one that he is not cleared for decides.
    """
    circle = min(circles, key=lambda ref: (reader.is_cleared_for(ref), ref), default=None)
    for hold in holds:
        audience = body_audience(circle) if circle else _audience(hold.audience_ref, reader)
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
