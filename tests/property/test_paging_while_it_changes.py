"""Whatever a client's habit, and whatever happens between its pages: it loses nothing, and `next` repeats nothing.

The real store and the real feed; the collection grows, and versions are taken out, while the client walks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from tests.contract.making import NOW, a_key, an_id, put_version
from tests.federation.fakes import FakeChance, FakeClock

from kenesh.basis.instants import Instant, instant_of
from kenesh.edges.store.database import Database
from kenesh.edges.store.schema import metadata
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import manifest, view_of
from kenesh.holdings.granting import Granting, Grants
from kenesh.holdings.pages import PageQuery
from kenesh.holdings.rows import GIVEN_BACK
from kenesh.release.audience import party_audience
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.taxii.filters import EVERY_VERSION, LAST_VERSION, Filters
from kenesh.taxii.paging import Walk, headers, next_token, start_of

KZ: Final = "identity--33333333-3333-5333-8333-333333333333"
AZ: Final = "identity--11111111-1111-5111-8111-111111111111"
INBOX: Final = party_audience(AZ)
CLIENT: Final = Reader(ReaderKind.ACCOUNT, AZ, "opencti")
SECRET: Final = b"s" * 32
OBJECTS: Final = 3


@dataclass
class Stage:
    """A collection, and what is in it. `(object, key)` names a version; each is granted at most once at a time."""

    tx: StoreTransaction
    grants: Grants = field(default_factory=lambda: Grants(KZ, frozenset(), FakeChance(FakeClock(NOW), "paging")))
    nums: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def collection(self) -> Any:
        return self.grants.collection(self.tx, INBOX, Channel.CONTENT)

    def give(self, obj: int, key: int) -> None:
        if (obj, key) not in self.nums:
            self.nums[obj, key] = put_version(self.tx, obj, key)
        num = self.nums[obj, key]
        known = self.tx.versions.known([an_id(obj)])[an_id(obj)]
        item = Granting(num, known.num, a_key(key), Tlp.GREEN)
        self.grants.grant(self.tx, INBOX, Channel.CONTENT, [item], statement=GIVEN_BACK, now=NOW)

    def take_out(self, obj: int, key: int) -> None:
        num = self.nums.get((obj, key))
        known = self.tx.versions.known([an_id(obj)]).get(an_id(obj))
        if num is None or known is None:
            return
        there = self.tx.grants.in_collection(self.collection.num, [known.num])
        self.grants.end(self.tx, [grant for grant in there if grant.version == num], NOW, "taken out")

    def visible(self, *, every: bool) -> set[tuple[str, str | None]]:
        _, items, _ = self.page(Instant(0), 1000, every=every)
        return set(items)

    def page(self, after: Instant, limit: int, *, every: bool) -> tuple[list[Instant], list[Any], bool]:
        view = view_of(self.tx, CLIENT, self.collection.id, NOW)
        assert view is not None
        query = PageQuery(after, limit, every_version=every, last=not every)
        found = manifest(self.tx, CLIENT, view, query).value
        return [n.stamp for n in found.content], [(n.id, n.version) for n in found.content], found.more


HABITS: Final = ("next", "header", "both", "both, in milliseconds")


@dataclass
class Walker:
    """A client on its way. It ends where a page says that nothing follows."""

    stage: Stage
    habit: str
    limit: int
    every: bool
    added_after: Instant | None = None
    token: str | None = None
    seen: list[tuple[Instant, Any]] = field(default_factory=list)

    def reads(self) -> bool:
        """One page; whether more was promised."""
        versions = EVERY_VERSION if self.every else LAST_VERSION
        asked = Filters(added_after=self.added_after, limit=self.limit, next=self.token, versions=versions)
        walk = Walk(self.stage.collection.id, "ACCOUNT/AZ/opencti", asked)
        stamps, items, more = self.stage.page(start_of(walk, SECRET) or Instant(0), self.limit, every=self.every)
        self.seen += zip(stamps, items, strict=True)
        self.token = next_token(walk, stamps[-1], SECRET) if more and self.habit != "header" else None
        if stamps and self.habit != "next":
            last = headers(stamps[0], stamps[-1])["X-TAXII-Date-Added-Last"]
            self.added_after = instant_of(last[:-4] + "Z" if self.habit.endswith("milliseconds") else last)
        return more


changes = st.lists(
    st.tuples(st.sampled_from(["give", "take out"]), st.integers(0, OBJECTS - 1), st.integers(1, 2)), max_size=4
)


@pytest.fixture(scope="module")
def memory() -> Any:
    engine = create_engine(
        "sqlite://",
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False},
    )
    metadata.create_all(engine)
    database = Database(engine)
    yield database
    database.close()


class _Over(Exception):
    """Ends an example without a trace in the store."""


def act(stage: Stage, happens: list[tuple[str, int, int]]) -> None:
    for what, obj, key in happens:
        if what == "give":
            stage.give(obj, key)
        else:
            stage.take_out(obj, key)


@pytest.mark.clause("TAXII 2.1 §3.5")
@pytest.mark.parametrize("habit", HABITS)
@settings(max_examples=60, deadline=None)
@given(
    before=changes,
    between=st.lists(changes, max_size=6),
    limit=st.integers(1, 3),
    every=st.booleans(),
    start=st.lists(st.tuples(st.just("give"), st.integers(0, OBJECTS - 1), st.integers(1, 2)), min_size=3, max_size=6),
)
# What was passed over for a newer version is the last again, behind the walker.
@example(
    before=[],
    between=[[("take out", 0, 2)]],
    limit=1,
    every=False,
    start=[("give", 0, 1), ("give", 1, 1), ("give", 0, 2)],
)
def test_a_walk_loses_nothing_and_next_repeats_nothing(
    memory: Database,
    habit: str,
    before: list[tuple[str, int, int]],
    between: list[list[tuple[str, int, int]]],
    limit: int,
    every: bool,
    start: list[tuple[str, int, int]],
) -> None:
    try:
        with memory.writing() as tx:
            stage = Stage(tx)
            act(stage, [*start, *before])
            walker = Walker(stage, habit, limit, every)
            for happens in [*between, *[[]] * 200]:
                if not walker.reads():
                    break
                act(stage, happens)
            else:
                raise AssertionError("the walk never ends")
            seen = {item for _, item in walker.seen}
            assert stage.visible(every=every) <= seen, "what is there was seen"
            if habit == "next":
                stamps = [stamp for stamp, _ in walker.seen]
                assert stamps == sorted(set(stamps)), "no grant comes twice"
            raise _Over
    except _Over:
        pass
