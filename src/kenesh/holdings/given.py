"""What was given to a reader, release by release: the grants that his collections show, through the same decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.holdings.feed import read_facts, views
from kenesh.holdings.leaving import LOAD, Leaving, Load, items_of
from kenesh.holdings.ports import Transaction, chunks
from kenesh.holdings.rows import Grant, HeldVersion, Statement, View
from kenesh.holdings.words import strictest_words
from kenesh.release.caveats import NO_CAVEATS
from kenesh.release.conditions import Facts
from kenesh.release.decision import Released, only_released
from kenesh.release.reader import Reader
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

_NO_OBJECT = 0


@dataclass(frozen=True, slots=True)
class Given:
    """A release of which the reader sees something.

    Attributes:
        tlp: the strictest marking among what he sees of it.
        changed_at: when something was last added to it or taken from it.
        views: the collections that he has, this one's among them.
    """

    statement: Statement
    view: View
    views: tuple[View, ...]
    tlp: Tlp
    changed_at: Instant


def releases_to(tx: Transaction, reader: Reader, now: Instant) -> Released[tuple[Given, ...]]:
    """The releases of which something is visible to the reader now, in the order in which they were made."""
    candidates = []
    his = content_of(tx, reader, now)
    for view in his:
        rows = tx.grants.by_statement(view)
        facts_of = _Facts(tx, reader, view, {num for num, _, _ in rows})
        candidates += [(facts_of(num, tlp), (view, num, tlp, stamp)) for num, tlp, stamp in rows]
    return only_released(Stage.READ, candidates).map(lambda seen: _given(tx, his, seen))


def content_of(tx: Transaction, reader: Reader, now: Instant) -> tuple[View, ...]:
    """The collections of content that the reader has."""
    return tuple(view for view in views(tx, reader, now) if view.collection.channel is Channel.CONTENT)


class _Facts:
    """The facts of grants in one view, under the caveats of their releases."""

    def __init__(self, tx: Transaction, reader: Reader, view: View, statements: Many[int]) -> None:
        self._reader = reader
        self._view = view
        found = tx.statements.get(statements) if view.limit else {}
        self._caveats = {num: statement.caveats for num, statement in found.items()}

    def __call__(self, statement: int, tlp: Tlp, *, since_term: bool = True) -> Facts:
        caveats, limit = self._caveats.get(statement, NO_CAVEATS), self._view.limit
        return read_facts(
            self._reader,
            self._view.collection.audience,
            tlp,
            since_term=since_term,
            ceiling=self._view.ceiling,
            valid=limit is None or caveats.hold_at(limit.now),
            barred=limit is not None and caveats.bar(limit.refs),
        )


def _given(tx: Transaction, his: tuple[View, ...], seen: Sequence[tuple[View, int, Tlp, Instant]]) -> tuple[Given, ...]:
    statements = tx.statements.get({num for _, num, _, _ in seen})
    by_release: dict[int, list[tuple[View, Tlp, Instant]]] = defaultdict(list)
    for view, num, tlp, stamp in seen:
        by_release[num].append((view, tlp, stamp))
    of_view: dict[int, set[int]] = defaultdict(set)
    for num, found in by_release.items():
        of_view[found[0][0].collection.num].add(num)
    ends = {collection: tx.grants.last_ends(collection, nums) for collection, nums in of_view.items()}
    return tuple(
        Given(
            statement=statements[num],
            view=found[0][0],
            views=his,
            tlp=max(tlp for _, tlp, _ in found),
            changed_at=max(*(stamp for _, _, stamp in found), ends[found[0][0].collection.num].get(num, Instant(0))),
        )
        for num, found in sorted(by_release.items())
    )


def loads_of(
    tx: Transaction, reader: Reader, given: Given, types: frozenset[str] = frozenset()
) -> Iterator[Released[Load]]:
    """What the reader sees of one release, piece by piece, with the marking-definitions that it cites."""
    for part in seen_of(tx, reader, given, types):
        yield part.map(lambda seen: _load(tx, reader, given, seen))


def seen_of(
    tx: Transaction, reader: Reader, given: Given, types: frozenset[str] = frozenset()
) -> Iterator[Released[tuple[Grant, ...]]]:
    """The grants of one release that the reader sees, piece by piece; of these types, or of all where none is named."""
    grants = tx.grants.seen_of_statement(given.view, given.statement.num, types)
    for part in chunks(sorted(grants, key=lambda grant: grant.stamp), LOAD):
        yield _seen(tx, reader, given.view, part)


def _seen(tx: Transaction, reader: Reader, view: View, grants: Sequence[Grant]) -> Released[tuple[Grant, ...]]:
    """Of grants in the collection those that the reader sees."""
    here = [grant for grant in grants if grant.collection == view.collection.num]
    facts_of = _Facts(tx, reader, view, {grant.statement for grant in here})
    return only_released(
        Stage.READ,
        [(facts_of(grant.statement, grant.tlp, since_term=grant.stamp > view.after), grant) for grant in here],
    )


def _markings(tx: Transaction, reader: Reader, view: View, seen: Sequence[Grant]) -> tuple[Grant, ...]:
    cited = tx.versions.cited_markings({grant.version for grant in seen})
    objects = {held.object for held in tx.versions.current_of(cited).values()} if cited else set()
    return _seen(tx, reader, view, tx.grants.in_collection(view.collection.num, objects)).value


def _load(tx: Transaction, reader: Reader, given: Given, seen: Sequence[Grant]) -> Load:
    markings = _markings(tx, reader, given.view, seen)
    items, definitions = (_items(tx, reader, given.views, grants) for grants in (seen, markings))
    return Load(items, definitions, strictest_words(tx, {grant.version for grant in seen}))


def _newest(tx: Transaction, reader: Reader, his: Sequence[View], held: Iterable[HeldVersion]) -> set[int]:
    """The numbers of those versions that are, of what the reader has, the newest of their objects.

    What a newer version was given to others changes nothing for him: it would tell of it.
    """
    held = list(held)
    newest = {each.num for each in tx.versions.current_of({each.id for each in held}).values()}
    behind = {each.object for each in held if each.num not in newest}
    last: dict[int, Grant] = {}
    for view in his if behind else ():
        for grant in _seen(tx, reader, view, tx.grants.in_collection(view.collection.num, behind)).value:
            if grant.object not in last or grant.key > last[grant.object].key:
                last[grant.object] = grant
    return newest | {grant.version for grant in last.values()}


def _items(tx: Transaction, reader: Reader, his: Sequence[View], grants: Sequence[Grant]) -> tuple[Leaving, ...]:
    held: dict[int, HeldVersion] = {each.num: each for each in tx.versions.held([grant.version for grant in grants])}
    holds = tx.holds.in_force(list(held))
    shown = [(held[g.version], g.tlp, holds.get(g.version, [])) for g in grants if g.version in held]
    released = {num: statement.caveats for num, statement in tx.statements.get({g.statement for g in grants}).items()}
    newest = _newest(tx, reader, his, held.values())
    return items_of(tx, shown, newest, {g.version: released[g.statement] for g in grants if g.statement in released})


def newest_given(
    tx: Transaction, reader: Reader, his: Iterable[View], objects: Many[int]
) -> Released[tuple[Grant, ...]]:
    """Of these objects what the reader's collections show him: each one's newest version, as he sees it.

    Of what has no `modified` every statement is one; what stands in several collections comes from the first.
    """
    candidates = []
    for view in his:
        # Where nothing is asked for, the store is asked the same: what is unknown and what is withheld look alike.
        grants = tx.grants.in_collection(view.collection.num, objects or (_NO_OBJECT,))
        facts_of = _Facts(tx, reader, view, {grant.statement for grant in grants})
        candidates += [
            (facts_of(grant.statement, grant.tlp, since_term=grant.stamp > view.after), grant) for grant in grants
        ]
    return only_released(Stage.READ, candidates).map(_newest_of)


def _newest_of(seen: Sequence[Grant]) -> tuple[Grant, ...]:
    newest: dict[int, Grant] = {}
    for grant in seen:
        if grant.object not in newest or grant.key > newest[grant.object].key:
            newest[grant.object] = grant
    by_version = {grant.version: grant for grant in reversed(seen) if grant.key == newest[grant.object].key}
    return tuple(by_version[num] for num in sorted(by_version))
