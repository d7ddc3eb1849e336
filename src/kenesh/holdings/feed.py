"""The feed: which collections a reader has, and their pages, all through the one decision.

Levels that the reader may see are found by the Python reading; each row is selected by the SQL reading; and each level
that anything stands at is decided once more, before what stands there is read. Source: TAXII 2.1 §3.3-3.5, §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

from kenesh.basis.instants import Instant
from kenesh.holdings.pages import Limit, Named, Page, PageQuery, PageRead
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import Collection, View
from kenesh.parties.hosts import meant_with
from kenesh.parties.terms import is_honoured
from kenesh.release.audience import CLASSES, PEERS, PUBLIC, Audience, AudienceKind, body_audience
from kenesh.release.conditions import Fact, Facts
from kenesh.release.decision import Released, condition_sql, decide, only_released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.rules import NO, YES, Stage
from kenesh.stix.marking import Tlp
from kenesh.taxii.paging import MAX_PAGE_OCTETS, fitting, page_limit

T = TypeVar("T")
_ALWAYS = Instant(0)
_CLASSES: Final = frozenset(CLASSES.values())
_NOWHERE = body_audience("kenesh-body--00000000-0000-0000-0000-000000000000")


def read_facts(
    reader: Reader,
    audience: Audience,
    tlp: Tlp,
    *,
    since_term: bool = True,
    addressed: bool = True,
    in_force: bool = True,
    named: bool = False,
    ceiling: Tlp = Tlp.RED,
    valid: bool = True,
    barred: bool = False,
) -> Facts:
    """The facts of one grant, for a reader who is or is not of its audience."""
    yes = int(addressed), int(since_term), int(in_force), int(named), int(ceiling), int(valid), int(barred)
    return _facts(int(tlp), int(audience.kind), int(reader.kind), *yes)


@lru_cache(maxsize=4096)
def _facts(
    tlp: int,
    audience: int,
    reader: int,
    addressed: int,
    since_term: int,
    in_force: int,
    named: int,
    ceiling: int,
    valid: int,
    barred: int,
) -> Facts:
    """Thousands of grants have the same facts, which are decided once where they are one object."""
    return MappingProxyType(
        {
            Fact.MARKING: tlp,
            Fact.AUDIENCE: audience,
            Fact.READER: reader,
            Fact.ADDRESSED: addressed,
            Fact.SINCE_TERM: since_term,
            Fact.IN_FORCE: in_force,
            Fact.NAMED: named,
            Fact.CEILING: ceiling,
            Fact.VALID: valid,
            Fact.BARRED: barred,
        }
    )


def term_stamp(tx: Transaction, audience: Audience, party_ref: str, now: Instant) -> Instant | None:
    """From which stamp on the party's term opens the audience; None where it has no term in force that was applied."""
    admitted = tx.parties.admitted()
    stamps = [
        stored.stamp
        for stored in tx.terms.of_party(party_ref)
        if stored.term.audience_ref == audience.ref
        and stored.stamp is not None
        and stored.term.is_in_force(now)
        and stored.term.kid in admitted.get(party_ref, ())
        and is_honoured(tx.parties.list_heard_at(stored.term.membership_id), now)
    ]
    return min(stamps) if stamps else None


def opening(tx: Transaction, audience: Audience, reader: Reader, now: Instant) -> Instant | None:
    """From which stamp on the audience is open to the reader; None where he does not belong to it."""
    match audience.kind:
        case AudienceKind.PUBLIC:
            return _ALWAYS
        case AudienceKind.PEERS:
            return _ALWAYS if reader.kind is ReaderKind.PEER else None
        case AudienceKind.PARTY:
            stands_for = reader.kind in (ReaderKind.PEER, ReaderKind.ACCOUNT)
            return _ALWAYS if stands_for and reader.party_ref == audience.ref else None
        case AudienceKind.BODY | AudienceKind.CLASS if reader.kind is ReaderKind.PEER and reader.party_ref:
            return term_stamp(tx, audience, reader.party_ref, now)
        case AudienceKind.GROUP:
            # A group is this party's own: whoever is put into it gets what the party gives to it, from the beginning.
            is_in = reader.kind is ReaderKind.CONSTITUENT and audience.ref in reader.groups
            return _ALWAYS if is_in else None
        case _:
            return None


def refs_of(tx: Transaction, party_ref: str | None, now: Instant) -> tuple[str, ...]:
    """By which ids a caveat or a ceiling may mean the party: its own, and those of its classes in the council now.

    And likewise those of the party that runs its node, and of its state: what is not for them is not for it.
    """
    if party_ref is None:
        return ()
    readers = meant_with(tx.parties, party_ref)
    terms = (stored.term for one in readers for stored in tx.terms.of_party(one))
    classes = {term.audience_ref for term in terms if term.audience_ref in _CLASSES and term.is_in_force(now)}
    return (*readers, *sorted(classes))


def ceiling_of(tx: Transaction, refs: Iterable[str]) -> Tlp:
    """The strictest marking that goes to who goes by these ids; TLP:RED, which is everything, where none is set."""
    ceilings = tx.parties.ceilings()
    return min((ceilings[ref] for ref in refs if ref in ceilings), default=Tlp.RED)


def _view(tx: Transaction, collection: Collection, reader: Reader, after: Instant, limit: Limit, ceiling: Tlp) -> View:
    levels = _levels(collection.audience.kind, reader.kind, ceiling)
    limited = limit if tx.statements.is_limited(collection.audience.ref, limit) else None
    # A node takes in only what a release lists: what its party's clients posted here is no release to it.
    released_only = reader.kind is ReaderKind.PEER and _is_inbox(collection)
    return View(collection, after, levels, released_only=released_only, limit=limited, ceiling=ceiling)


@lru_cache(maxsize=256)
def _levels(audience: AudienceKind, reader: ReaderKind, ceiling: Tlp) -> tuple[Tlp, ...]:
    """What one who belongs to an audience may see of what is released to it."""
    return tuple(level for level in Tlp if decide(Stage.READ, _to_a_member(level, audience, reader, ceiling)).allowed)


def _to_a_member(level: Tlp, audience: AudienceKind, reader: ReaderKind, ceiling: Tlp) -> Facts:
    """The facts of a grant in force, made since the term of one who belongs to its audience."""
    known = {"addressed": YES, "since_term": YES, "in_force": YES, "named": NO, "valid": YES, "barred": NO}
    return _facts(int(level), int(audience), int(reader), ceiling=int(ceiling), **known)


def _is_inbox(collection: Collection) -> bool:
    return collection.audience.kind is AudienceKind.PARTY


def views(tx: Transaction, reader: Reader, now: Instant) -> list[View]:
    """The collections that the reader has, in a fixed order (TAXII 2.1 §3.3)."""
    limit, ceiling = _limits(tx, reader, now)
    found = []
    # Of a circle in which he is not, not even this is asked: how many there are is a secret too.
    for collection in tx.grants.collections_of(_refs_that_may_open(tx, reader)):
        after = opening(tx, collection.audience, reader, now)
        if after is not None:
            found.append(_view(tx, collection, reader, after, limit, ceiling))
    return found


def _refs_that_may_open(tx: Transaction, reader: Reader) -> set[str]:
    """The audiences that `opening` may open to him, and perhaps some more."""
    refs = {PUBLIC.ref, PEERS.ref, *reader.groups}
    if reader.party_ref is not None:
        refs |= {reader.party_ref, *(stored.term.audience_ref for stored in tx.terms.of_party(reader.party_ref))}
    return refs


def _limits(tx: Transaction, reader: Reader, now: Instant) -> tuple[Limit, Tlp]:
    """What caveats are asked of for the reader, and the strictest marking that goes to him."""
    is_constituent = reader.kind is ReaderKind.CONSTITUENT
    # What is said of its party and of that one's classes is about what goes from state to state.
    limit = Limit(tuple(sorted(reader.groups)) if is_constituent else refs_of(tx, reader.party_ref, now), now)
    return limit, ceiling_of(tx, limit.refs)


def view_of(tx: Transaction, reader: Reader, collection_id: str, now: Instant) -> View | None:
    """One collection as the reader sees it; None where it is absent or not his: the two look alike."""
    may_open = tx.grants.collections_of(_refs_that_may_open(tx, reader))
    collection = next((one for one in may_open if one.id == collection_id), None)
    # Of what is absent the same is asked as of what is withheld: neither takes longer.
    after = opening(tx, _NOWHERE if collection is None else collection.audience, reader, now)
    if collection is None or after is None:
        return None
    return _view(tx, collection, reader, after, *_limits(tx, reader, now))


def _conditions(view: View, reader: Reader) -> dict[Tlp, str]:
    """The decision at each level as SQL over a grant's row: what is known beforehand stands in it as numbers.

    A view begins with its reader's term, so that by now all is known, and the condition is a plain yes or no, but for
    what the caveats of a release say.
    """
    kind = view.collection.audience.kind
    limited = view.limit is not None
    return {level: _condition(level, kind, reader.kind, view.ceiling, limited=limited) for level in view.levels}


#: What only the caveats of a grant's release can say.
_LIMITS: Final = {Fact.VALID: "{valid}", Fact.BARRED: "{barred}"}


@lru_cache(maxsize=256)
def _condition(level: Tlp, audience: AudienceKind, reader: ReaderKind, ceiling: Tlp, *, limited: bool) -> str:
    known = _to_a_member(level, audience, reader, ceiling)
    if not limited:
        return condition_sql(Stage.READ, {}, known)
    return condition_sql(Stage.READ, _LIMITS, {fact: value for fact, value in known.items() if fact not in _LIMITS})


def _standing(view: View, reader: Reader, asked: PageRead) -> Iterator[tuple[Facts, Tlp]]:
    """The levels of a page, each with the facts of what stands there."""
    for level, first in asked.levels():
        # Where the first is before the reader's term, nothing is his: the SQL has left none of it.
        since_term = first > view.after
        yield read_facts(reader, view.collection.audience, level, since_term=since_term, ceiling=view.ceiling), level


def _fitting(asked: PageRead, levels: tuple[Tlp, ...], limit: int) -> tuple[int, bool]:
    """How many objects make one page, and whether more follow."""
    count, octets = asked.extent(levels)
    if octets + count <= MAX_PAGE_OCTETS:
        return min(count, page_limit(limit)), count > limit
    fit = fitting(asked.sizes(levels), limit)
    return fit, fit < count


def page(tx: Transaction, reader: Reader, view: View, query: PageQuery) -> Released[Page[bytes]]:
    """One page of octets by stamp, bounded in objects and octets; `more` says that something visible follows."""

    def octets(asked: PageRead, levels: tuple[Tlp, ...]) -> Page[bytes]:
        # Nearly every page fits, and is read without being measured first.
        whole = asked.octets_within(levels, page_limit(query.limit), MAX_PAGE_OCTETS)
        if whole is not None:
            return whole
        fit, more = _fitting(asked, levels, query.limit)
        return replace(asked.octets(levels, fit), more=more)

    return _page(tx, reader, view, query, octets)


def manifest(tx: Transaction, reader: Reader, view: View, query: PageQuery) -> Released[Page[tuple[Named, ...]]]:
    """The same page by the names of its versions alone."""

    def names(asked: PageRead, levels: tuple[Tlp, ...]) -> Page[tuple[Named, ...]]:
        fit, more = _fitting(asked, levels, query.limit)
        return replace(asked.names(levels, fit), more=more)

    return _page(tx, reader, view, query, names)


def _page(
    tx: Transaction,
    reader: Reader,
    view: View,
    query: PageQuery,
    read: Callable[[PageRead, tuple[Tlp, ...]], Page[T]],
) -> Released[Page[T]]:
    asked = tx.grants.page(view, _conditions(view, reader), query)
    # What is not released is not even read.
    return only_released(Stage.READ, _standing(view, reader, asked)).map(lambda levels: read(asked, levels))
