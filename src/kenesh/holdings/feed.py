"""The feed: which collections a reader has, and their pages, all through the one decision.

Levels that the reader may see are found by the Python reading; each row is selected by the SQL reading; and what comes
back is decided once more before it is `Released`. Source: TAXII 2.1 §3.3-3.5, §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import TypeVar

from kenesh.basis.instants import Instant
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import Collection, Named, Page, PageKeys, PageQuery, View
from kenesh.release.audience import Audience, AudienceKind, body_audience
from kenesh.release.conditions import Fact, Facts
from kenesh.release.decision import Released, condition_sql, decide, only_released
from kenesh.release.reader import Reader, ReaderKind
from kenesh.release.rules import NO, YES, Stage
from kenesh.stix.marking import Tlp
from kenesh.taxii.paging import fitting

T = TypeVar("T")
_ALWAYS = Instant(0)
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
) -> Facts:
    """The facts of one grant, for a reader who is or is not of its audience."""
    yes = int(addressed), int(since_term), int(in_force), int(named)
    return _facts(int(tlp), int(audience.kind), int(reader.kind), *yes)


@lru_cache(maxsize=4096)
def _facts(tlp: int, audience: int, reader: int, addressed: int, since_term: int, in_force: int, named: int) -> Facts:
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
        }
    )


def term_stamp(tx: Transaction, audience: Audience, party_ref: str, now: Instant) -> Instant | None:
    """From which stamp on the party's term opens the audience; None where it has no term in force that was applied."""
    admitted = tx.parties.admitted()
    stamps = [
        stored.stamp
        for stored in tx.terms.of_audiences([audience.ref])
        if stored.term.party_ref == party_ref
        and stored.stamp is not None
        and stored.term.is_in_force(now)
        and admitted.get(party_ref) == stored.term.kid
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
        case _:
            return None


def _view(collection: Collection, reader: Reader, after: Instant) -> View:
    levels = tuple(t for t in Tlp if decide(Stage.READ, read_facts(reader, collection.audience, t)).allowed)
    # A node takes in only what a release lists: what its party's clients posted here is no release to it.
    return View(collection, after, levels, released_only=reader.kind is ReaderKind.PEER and _is_inbox(collection))


def _is_inbox(collection: Collection) -> bool:
    return collection.audience.kind is AudienceKind.PARTY


def views(tx: Transaction, reader: Reader, now: Instant) -> list[View]:
    """The collections that the reader has, in a fixed order (TAXII 2.1 §3.3)."""
    found = []
    for collection in tx.grants.collections():
        after = opening(tx, collection.audience, reader, now)
        if after is not None:
            found.append(_view(collection, reader, after))
    return found


def view_of(tx: Transaction, reader: Reader, collection_id: str, now: Instant) -> View | None:
    """One collection as the reader sees it; None where it is absent or not his: the two look alike."""
    collection = next((c for c in tx.grants.collections() if c.id == collection_id), None)
    # Of what is absent the same is asked as of what is withheld: neither takes longer.
    after = opening(tx, _NOWHERE if collection is None else collection.audience, reader, now)
    return None if collection is None or after is None else _view(collection, reader, after)


def _condition(view: View, reader: Reader) -> str:
    """The decision as SQL over a grant's row: what is known beforehand stands in it as numbers."""
    columns = {
        Fact.MARKING: "g.tlp",
        Fact.SINCE_TERM: f"(CASE WHEN g.stamp > {int(view.after)} THEN {YES} ELSE {NO} END)",
    }
    facts = read_facts(reader, view.collection.audience, Tlp.CLEAR)
    return condition_sql(Stage.READ, columns, {fact: facts[fact] for fact in facts.keys() - columns.keys()})


def _runs(view: View, reader: Reader, keys: PageKeys, fit: int) -> Iterator[tuple[Facts, slice]]:
    """The leading grants of a page in runs of one level, each with its facts."""
    start = 0
    for level, run in groupby(keys.levels[:fit]):
        stop = start + len(list(run))
        # Of a run that begins before the reader's term nothing is his: the SQL has left none in it.
        since_term = min(keys.stamps[start:stop]) > view.after
        yield read_facts(reader, view.collection.audience, Tlp(level), since_term=since_term), slice(start, stop)
        start = stop


def page(tx: Transaction, reader: Reader, view: View, query: PageQuery) -> Released[Page[bytes]]:
    """One page of octets by stamp, bounded in objects and octets; `more` says that something visible follows."""
    return _page(tx, reader, view, query, tx.versions.octets)


def manifest(tx: Transaction, reader: Reader, view: View, query: PageQuery) -> Released[Page[Named]]:
    """The same page by the names of its versions alone."""
    return _page(tx, reader, view, query, tx.versions.named)


def _page(
    tx: Transaction, reader: Reader, view: View, query: PageQuery, read: Callable[[list[int]], list[T]]
) -> Released[Page[T]]:
    keys = tx.grants.page(view, _condition(view, reader), query)
    fit = fitting(keys.octets, query.limit)

    def filled(runs: tuple[slice, ...]) -> Page[T]:
        # What is not released is not even read.
        stamps = [stamp for run in runs for stamp in keys.stamps[run]]
        versions = [version for run in runs for version in keys.versions[run]]
        return Page(tuple(stamps), tuple(read(versions)), more=fit < len(keys.stamps))

    return only_released(Stage.READ, _runs(view, reader, keys, fit)).map(filled)
