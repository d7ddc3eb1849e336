"""Whatever is released, withdrawn and joined in whatever order, a constituent reads what the rules say.

And every way of reading says the same: the pages by SQL, the releases as a feed shows them, and the look-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.federation.objects import indicator
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import SECOND, Instant
from kenesh.basis.problem import Problem
from kenesh.doors import acts
from kenesh.doors.constituents import add_constituent, change_constituent
from kenesh.holdings.feed import page, views
from kenesh.holdings.given import loads_of, releases_to
from kenesh.holdings.pages import PageQuery
from kenesh.release.audience import AudienceKind
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel
from kenesh.watch.answering import look_up_given

GROUPS = ("group:a", "group:b", "sector:energy")
#: By their values: the marking, and who wrote them.
OBJECTS = {
    f"{tlp.name.lower().replace('_', '-')}.{by.lower()}.example": (tlp, by) for tlp in Tlp for by in ("KZ", "AZ")
}
VALUES = sorted(OBJECTS)
MADE = {value: indicator(value, tlp, by=by) for value, (tlp, by) in OBJECTS.items()}


@dataclass
class World:
    """What was given to whom, and in which groups the constituent is."""

    groups: frozenset[str] = frozenset()
    given: set[tuple[str, str]] = field(default_factory=set)

    def reads(self) -> set[str]:
        """What was given to its groups, and to the public."""
        return {value for value, to in self.given if to in self.groups or to == "public"}


Step = tuple[str, str, str]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("release"), st.sampled_from(VALUES), st.sampled_from([*GROUPS, "AZ", "public"])),
        st.tuples(st.just("withdraw"), st.sampled_from(VALUES), st.just("")),
        st.tuples(
            st.just("move"), st.sets(st.sampled_from(GROUPS)).map(lambda all_: " ".join(sorted(all_))), st.just("")
        ),
    ),
    max_size=12,
)


def do(kz: Alone, world: World, step: Step) -> None:
    what, name, to = step
    kz.clock.step(SECOND)
    if what == "move":
        world.groups = frozenset(name.split())
        said = {kind: [g.partition(":")[2] for g in world.groups if g.startswith(kind)] for kind in ("group", "sector")}
        change_constituent(kz.services, "Grid", "console", groups=said["group"], sectors=said["sector"])
        return
    try:
        if what == "release":
            kz.releases(MADE[name]["id"], to=to)
            world.given.add((name, to))
        else:
            acts.withdraw(kz.services, MADE[name]["id"], "a mistake", "officer")
            world.given = {one for one in world.given if one[0] != name}
        is_done = True
    except Problem:
        is_done = False
    if what == "withdraw":
        assert is_done or name not in {value for value, _ in world.given}
    elif to != "AZ":
        assert is_done is (OBJECTS[name][0] <= (Tlp.CLEAR if to == "public" else Tlp.AMBER))


def ways_of_reading(kz: Alone) -> Iterator[set[str]]:
    """The values that a constituent reads: page by page, release by release, and asked one by one."""
    with kz.services.reading() as tx:
        (one,) = tx.constituents.all()
        reader, now = kz.services.constituent(one), kz.clock.now()
        his = views(tx, reader, now)
        assert {view.collection.audience.kind for view in his} <= {AudienceKind.GROUP, AudienceKind.PUBLIC}
        content = [view for view in his if view.collection.channel is Channel.CONTENT]
        pages = [page(tx, reader, view, PageQuery(Instant(0), 1_000)).value.content for view in content]
        ids = {MADE[value]["id"]: value for value in VALUES}
        yield {ids[o["id"]] for octets in pages for o in msgspec.json.decode(b"[" + octets + b"]") if o["id"] in ids}
        given = releases_to(tx, reader, now).value
        loads = [load.value for release in given for load in loads_of(tx, reader, release)]
        yield {ids[item.held.id] for load in loads for item in load.items if item.held.id in ids}
        found = look_up_given(tx, kz.own, reader, VALUES, now).value
        assert all(known.held.id == MADE[one.value]["id"] for one in found for known in one.hits)
        yield {one.value for one in found if one.hits}


@settings(max_examples=30, deadline=None)
@given(done=steps)
def test_every_way_of_reading_shows_what_the_rules_say_and_no_more(done: list[Step]) -> None:
    kz = Alone("AZ")
    try:
        kz.holds(*(MADE[value] for value in VALUES if OBJECTS[value][1] == "KZ"))
        kz.holds(*(MADE[value] for value in VALUES if OBJECTS[value][1] == "AZ"), giver="AZ")
        add_constituent(kz.services, "Grid", ["a", "b"], ["energy"], "", "console")
        world = World(frozenset(GROUPS))
        for step in done:
            do(kz, world, step)
            assert list(ways_of_reading(kz)) == [world.reads()] * 3, step
    finally:
        kz.database.close()
