"""Pages of a collection: what a reader sees of it, in the order of stamps, bounded, filtered, and never more."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.making import (
    ALL_LEVELS,
    AZ,
    BODY,
    KZ,
    NOW,
    OPEN,
    TR,
    a_key,
    a_query,
    a_view,
    an_id,
    content,
    grant,
    names_on,
    put_version,
)

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import page
from kenesh.holdings.pages import Limit, Page, PageQuery
from kenesh.holdings.rows import GIVEN_BACK, Grant, View
from kenesh.release.audience import party_audience
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.reader import peer_reader
from kenesh.stix.marking import Tlp
from kenesh.taxii.paging import MAX_PAGE_OCTETS

#: What lets everything through but what caveats leave out.
LIMITED = "{valid} = 1 AND {barred} = 0"
EVERYTHING = dict.fromkeys(ALL_LEVELS, OPEN)
GREEN, AMBER, RED = Tlp.GREEN, Tlp.AMBER, Tlp.RED


def keys_on(tx: StoreTransaction, view: View, query: PageQuery) -> list[tuple[str, str | None]]:
    """(id, modified) of each row of the page."""
    return [(named.id, named.version) for named in names_on(tx, view, query)]


def test_a_page_has_what_was_granted_in_the_order_of_stamps_and_how_many_octets_it_has(store: Database) -> None:
    with store.writing() as tx:
        made = [
            grant(tx, put_version(tx, number, raw=b"a" * number), tlp) for number, tlp in enumerate((AMBER, GREEN, RED))
        ]
        asked = tx.grants.page(a_view(tx), EVERYTHING, a_query())
        levels = sorted(asked.levels())
        assert levels == [(GREEN, made[1].stamp), (AMBER, made[0].stamp), (RED, made[2].stamp)]
        assert asked.extent(ALL_LEVELS) == (3, 3)
        assert asked.sizes(ALL_LEVELS) == [0, 1, 2]
        assert asked.octets(ALL_LEVELS, 3) == Page(b",a,aa", 3, made[0].stamp, made[2].stamp)
        assert [named.stamp for named in asked.names(ALL_LEVELS, 3).content] == [grant.stamp for grant in made]


def test_a_page_that_fits_is_read_at_once_and_of_another_nothing_is(store: Database) -> None:
    with store.writing() as tx:
        raws = [bytes([letter]) * 1_000 for letter in b"abc"]
        made = [grant(tx, put_version(tx, n, raw=raw), GREEN) for n, raw in enumerate(raws)]
        two, three = (tx.grants.page(a_view(tx), EVERYTHING, a_query(limit=n)) for n in (2, 3))
        every = Page(b",".join(raws), 3, made[0].stamp, made[2].stamp)
        assert three.octets_within([GREEN], 3, 3_003) == every
        assert [three.octets_within([GREEN], 3, most) for most in (3_002, 2_000, 500)] == [None] * 3
        assert two.octets_within([GREEN], 2, 4_000) == Page(b",".join(raws[:2]), 2, *[g.stamp for g in made[:2]], True)
        assert three.octets_within([], 3, 4_000) == Page(b"")
        # The bound is of this one question.
        assert three.octets([GREEN], 3) == every


def test_pages_that_would_be_too_large_hold_as_many_as_fit_and_the_next_begins_after_them(store: Database) -> None:
    half = MAX_PAGE_OCTETS // 2
    raws = [b"a" * (half - 1), b"b" * (half - 1), b"c", b"d" * MAX_PAGE_OCTETS, b"e"]
    with store.writing() as tx:
        for number, raw in enumerate(raws):
            grant(tx, put_version(tx, number, raw=raw), GREEN)
        after, found = Instant(0), []
        while not found or found[-1].more:
            found.append(page(tx, peer_reader(TR), a_view(tx, (Tlp.CLEAR, GREEN)), a_query(after=after)).value)
            assert found[-1].last is not None
            after = found[-1].last
    assert [one.content for one in found] == [b",".join(raws[:2]), *raws[2:]]
    assert [one.count for one in found] == [2, 1, 1, 1]


@pytest.mark.parametrize("query", [a_query(), a_query(every_version=True), a_query(ids=(an_id(1), an_id(2)))])
def test_of_what_stands_there_only_the_levels_that_were_decided_are_read(query: PageQuery, store: Database) -> None:
    with store.writing() as tx:
        grant(tx, put_version(tx, 1, raw=b"green"), GREEN)
        grant(tx, put_version(tx, 2, raw=b"red"), RED)
        asked = tx.grants.page(a_view(tx), EVERYTHING, query)
        assert {level for level, _ in asked.levels()} == {GREEN, RED}
        assert asked.octets([GREEN], 10).content == b"green"
        assert [named.id for named in asked.names([GREEN], 10).content] == [an_id(1)]
        assert (asked.extent([GREEN]), asked.sizes([GREEN])) == ((1, 5), [5])
        assert (asked.extent([]), asked.sizes([])) == ((0, 0), [])
        assert (asked.octets([], 10).content, asked.names([], 10).content) == (b"", ())


def test_other_collections_and_stricter_levels_and_what_ended_are_not_on_it(store: Database) -> None:
    with store.writing() as tx:
        seen = put_version(tx, 1)
        grant(tx, seen, GREEN)
        grant(tx, put_version(tx, 2), RED)
        grant(tx, put_version(tx, 3), GREEN, audience=party_audience(TR))
        tx.grants.end([grant(tx, put_version(tx, 4), GREEN)], NOW, "withdrawn")
        view = a_view(tx, (Tlp.CLEAR, GREEN))
        assert keys_on(tx, view, a_query()) == [(an_id(1), f"{a_key(1)}Z")]
        assert names_on(tx, a_view(tx, ()), a_query()) == ()


def test_the_decision_stands_in_every_row(store: Database) -> None:
    with store.writing() as tx:
        first, second = (grant(tx, put_version(tx, number), GREEN) for number in (1, 2))
        assert len(names_on(tx, a_view(tx), a_query(), "1 = 0")) == 0
        rows = names_on(tx, a_view(tx), a_query(), f"g.stamp > {first.stamp}")
    assert [row.stamp for row in rows] == [second.stamp]


def test_after_is_exclusive_and_never_before_the_term(store: Database) -> None:
    with store.writing() as tx:
        made = [grant(tx, put_version(tx, number), GREEN) for number in range(4)]
        view = a_view(tx, after=made[1].stamp)
        assert [r.stamp for r in names_on(tx, view, a_query())] == [made[2].stamp, made[3].stamp]
        later = names_on(tx, view, a_query(after=made[2].stamp))
    assert [row.stamp for row in later] == [made[3].stamp]


def test_one_row_beyond_the_limit_says_that_more_follows(store: Database) -> None:
    with store.writing() as tx:
        for number in range(5):
            grant(tx, put_version(tx, number), Tlp(number))
        assert len(names_on(tx, a_view(tx), a_query(limit=3))) == 4
        assert len(names_on(tx, a_view(tx), a_query(limit=5))) == 5


def test_types_and_ids_narrow_the_page(store: Database) -> None:
    with store.writing() as tx:
        for number, kind in enumerate(("indicator", "malware", "sighting", "indicator")):
            grant(tx, put_version(tx, number, type=kind), Tlp(number))
        view = a_view(tx)
        assert keys_on(tx, view, a_query(types=("malware", "sighting"))) == [
            (an_id(1, "malware"), f"{a_key(1)}Z"), (an_id(2, "sighting"), f"{a_key(1)}Z"),
        ]  # fmt: skip
        many = tuple(f"type-{number}" for number in range(40))
        assert [i for i, _ in keys_on(tx, view, a_query(types=(*many, "malware")))] == [an_id(1, "malware")]
        asked = (an_id(3), an_id(0), an_id(77))
        assert [i for i, _ in keys_on(tx, view, a_query(ids=asked))] == [an_id(0), an_id(3)]
        assert keys_on(tx, view, a_query(ids=asked, types=("malware",))) == []
        assert [i for i, _ in keys_on(tx, view, a_query(ids=asked, limit=1, after=NOW))] == [an_id(0), an_id(3)]
        assert keys_on(tx, view, a_query(ids=(an_id(77),))) == []


def granted(tx: StoreTransaction, versions: str, levels: list[Tlp]) -> list[Grant]:
    """Versions of object 1, named by the digits of their `modified`, granted in this order."""
    return [grant(tx, put_version(tx, 1, int(v)), tlp) for v, tlp in zip(versions, levels, strict=True)]


def found(tx: StoreTransaction, view: View, **asked: object) -> str:
    """The versions of object 1 on the page, by the last digit of their `modified`."""
    return "".join((modified or "--")[-2] for _, modified in keys_on(tx, view, a_query(**asked)))


def test_last_is_the_newest_that_this_reader_may_see(store: Database) -> None:
    with store.writing() as tx:
        granted(tx, "123", [GREEN, AMBER, RED])
        assert found(tx, a_view(tx)) == "3"
        assert found(tx, a_view(tx, (Tlp.CLEAR, GREEN, AMBER))) == "2"
        assert found(tx, a_view(tx, (Tlp.CLEAR, GREEN))) == "1"
        assert found(tx, a_view(tx, (GREEN, RED))) == "3"
        assert found(tx, a_view(tx), every_version=True) == "123"


def test_a_reader_may_see_levels_with_gaps_between_them(store: Database) -> None:
    """No rule gives them; a page is right for them all the same."""
    with store.writing() as tx:
        granted(tx, "12", [AMBER, GREEN])
        assert found(tx, a_view(tx, (Tlp.CLEAR, AMBER))) == "1"
        assert found(tx, a_view(tx, (GREEN,))) == "2"


def test_last_is_by_modified_and_not_by_what_was_granted_last(store: Database) -> None:
    with store.writing() as tx:
        granted(tx, "21", [GREEN, GREEN])
        assert found(tx, a_view(tx)) == "2"
        assert found(tx, a_view(tx), first=True, last=False) == "1"


def test_a_newer_version_from_before_the_term_hides_nothing(store: Database) -> None:
    """The newcomer gets v1 anew after his term began; that v2 was granted before it, he may not even feel."""
    with store.writing() as tx:
        newer, older = granted(tx, "21", [GREEN, GREEN])
        view = a_view(tx, after=newer.stamp)
        assert found(tx, view) == "1"
        assert found(tx, a_view(tx, after=older.stamp)) == ""


def test_what_a_withdrawn_version_hid_is_the_last_again(store: Database) -> None:
    with store.writing() as tx:
        made = granted(tx, "123", [GREEN, GREEN, GREEN])
        tx.grants.end([made[2]], NOW, "withdrawn")
        assert found(tx, a_view(tx)) == "2"
        tx.grants.end([made[1]], NOW, "withdrawn")
        assert found(tx, a_view(tx)) == "1"


def test_a_version_marked_more_strictly_is_the_last_for_fewer(store: Database) -> None:
    with store.writing() as tx:
        _, second = granted(tx, "12", [GREEN, GREEN])
        tx.grants.remark(second, RED)
        assert found(tx, a_view(tx)) == "2"
        assert found(tx, a_view(tx, (Tlp.CLEAR, GREEN))) == "1"
        (kept,) = [g for g in tx.grants.of_objects([second.object]) if g.version == second.version]
    assert (kept.tlp, kept.stamp) == (RED, second.stamp)


def test_first_and_exact_versions_and_several_of_them(store: Database) -> None:
    with store.writing() as tx:
        granted(tx, "1234", [GREEN, GREEN, GREEN, RED])
        view = a_view(tx, (Tlp.CLEAR, GREEN))
        assert found(tx, view, last=False, first=True) == "1"
        assert found(tx, view, last=False, keys=(a_key(2), a_key(4))) == "2"
        assert found(tx, view, last=True, first=True) == "13"
        assert found(tx, view, last=False, first=True, keys=(a_key(2),)) == "12"
        assert found(tx, a_view(tx), last=True, first=True, keys=(a_key(2),)) == "124"


def test_of_what_has_no_modified_the_statement_granted_last_is_the_last(store: Database) -> None:
    with store.writing() as tx:
        for raw in (b"one", b"two"):
            grant(tx, put_version(tx, 1, "", type="ipv4-addr", raw=raw), GREEN)
        assert octets(tx, a_query()) == [b"two"]
        assert octets(tx, a_query(last=False, first=True)) == [b"one"]
        assert octets(tx, a_query(last=False, keys=(ModifiedKey(""),))) == [b"one", b"two"]


def octets(tx: StoreTransaction, query: PageQuery) -> list[bytes]:
    """What the page's versions are made of."""
    asked = tx.grants.page(a_view(tx), EVERYTHING, query)
    return asked.octets(ALL_LEVELS, query.limit).content.split(b",")


def test_what_has_no_modified_is_found_by_created(store: Database) -> None:
    with store.writing() as tx:
        created = {"created": "2026-01-01T00:00:07.0Z", "created_key": a_key(7)}
        grant(tx, put_version(tx, 1, "", type="marking-definition", **created), GREEN)
        grant(tx, put_version(tx, 2, "", type="ipv4-addr"), GREEN)
        grant(tx, put_version(tx, 3, 7), GREEN)
        assert keys_on(tx, a_view(tx), a_query(last=False, keys=(a_key(7),))) == [
            (an_id(1, "marking-definition"), "2026-01-01T00:00:07.0Z"), (an_id(3), f"{a_key(7)}Z"),
        ]  # fmt: skip
        assert keys_on(tx, a_view(tx), a_query(last=False, keys=(a_key(8),))) == []
        assert keys_on(tx, a_view(tx), a_query(ids=(an_id(2, "ipv4-addr"),))) == [(an_id(2, "ipv4-addr"), None)]


@pytest.mark.parametrize("query", [a_query(), a_query(types=("indicator",)), a_query(ids=(an_id(1), an_id(2)))])
def test_what_was_given_back_hides_no_release_from_who_takes_only_releases(query: PageQuery, store: Database) -> None:
    with store.writing() as tx:
        released = grant(tx, put_version(tx, 1, 1))
        back = grant(tx, put_version(tx, 1, 2), statement=GIVEN_BACK)
        other = grant(tx, put_version(tx, 2, 1), statement=GIVEN_BACK)
        node = View(content(tx), Instant(0), ALL_LEVELS, released_only=True)
        assert _stamps(tx, a_view(tx), query) == [back.stamp, other.stamp]
        assert _stamps(tx, node, query) == [released.stamp]
        assert _stamps(tx, node, replace(query, every_version=True)) == [released.stamp]


steps = st.lists(
    st.tuples(
        st.sampled_from(("grant", "grant", "grant", "end", "remark", "restamp", "together")),
        st.integers(0, 5),
        st.integers(1, 6),
        st.sampled_from(ALL_LEVELS),
    ),
    min_size=4,
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(0, 2**32))
def test_last_and_first_are_what_an_independent_computation_finds(
    store: Database, steps: list[tuple[str, int, int, Tlp]], seed: int
) -> None:
    """Whatever was granted, ended and marked anew, in whatever order; for any reader's levels and term."""
    chance = random.Random(seed)
    with pytest.raises(_RolledBack), store.writing() as tx:
        over, barred = (Caveats(valid_until=Instant(NOW - 1)), Caveats(not_for=(AZ,)))
        _play(tx, steps, chance, (1, 1, GIVEN_BACK, a_release(tx, 1, over), a_release(tx, 2, barred)))
        closed = {num: s.caveats for num, s in tx.statements.get(range(1, 100)).items()}
        there = tx.grants.of_objects([h.object for n in range(6) for h in tx.versions.all_of(an_id(n))])
        stamps = [0, *(g.stamp for g in there)]
        for _ in range(6):
            levels = ALL_LEVELS[: chance.randrange(1, 6)] if chance.random() < 0.7 else (Tlp.CLEAR, Tlp.AMBER, RED)
            limit = chance.choice((None, Limit((AZ,), NOW), Limit((TR,), NOW), Limit((), Instant(NOW - 9))))
            view = View(content(tx), Instant(chance.choice(stamps)), levels, chance.random() < 0.3, limit)
            seen = [g for g in there if not _is_closed(closed.get(g.statement, NO_CAVEATS), limit)]
            query = a_query(after=chance.choice(stamps), limit=chance.randrange(1, 20), first=True, last=False)
            assert _stamps(tx, view, query) == _expected(seen, view, query)
            query = a_query(after=chance.choice(stamps), limit=chance.randrange(1, 20))
            assert _stamps(tx, view, query) == _expected(seen, view, query)
        raise _RolledBack


class _RolledBack(Exception):
    pass


def a_release(tx: StoreTransaction, number: int, caveats: Caveats) -> int:
    """A release to the body under caveats."""
    row = {
        "id": f"kenesh-release--{number}", "type": "kenesh-release", "version": 10**6 + number, "party": KZ,
        "audience_ref": BODY.ref, "number": number, "sha256": b"", "label": 1, "follow": 0, "objects": 1,
        "reason": "", "at": NOW,
    }  # fmt: skip
    return tx.statements.add(row, caveats)


def _is_closed(caveats: Caveats, limit: Limit | None) -> bool:
    return limit is not None and (caveats.bar(limit.refs) or not caveats.hold_at(limit.now))


def _play(
    tx: StoreTransaction, steps: list[tuple[str, int, int, Tlp]], chance: random.Random, releases: tuple[int, ...]
) -> None:
    made: dict[tuple[int, int], int] = {}
    for act, number, key, tlp in steps:
        there = tx.grants.in_collection(content(tx).num, [h.object for h in tx.versions.all_of(an_id(number))])
        if act in ("grant", "together"):
            keys = {key} if act == "grant" else {key, 7 - key, 1}
            versions = [made.setdefault((number, k), 0) or put_version(tx, number, k) for k in sorted(keys)]
            made |= {(number, k): v for k, v in zip(sorted(keys), versions, strict=True)}
            fresh = [v for v in versions if v not in {g.version for g in there}]
            chance.shuffle(fresh)
            held = {h.num: h for h in tx.versions.held(fresh)}
            stamps = tx.grants.stamps(NOW, [chance.randrange(1, 9) for _ in fresh])
            tx.grants.append(
                [
                    Grant(content(tx).num, tlp, s, v, held[v].object, held[v].key, chance.choice(releases))
                    for s, v in zip(stamps, fresh, strict=True)
                ]
            )
        elif there and act == "end":
            tx.grants.end(chance.sample(there, chance.randrange(1, len(there) + 1)), NOW, "withdrawn")
        elif there and act == "restamp":
            (stamp,) = tx.grants.stamps(NOW, [chance.randrange(1, 9)])
            tx.grants.restamp(chance.choice(there), stamp)
        elif there:
            tx.grants.remark(chance.choice(there), tlp)


def _stamps(tx: StoreTransaction, view: View, query: PageQuery) -> list[Instant]:
    return [row.stamp for row in names_on(tx, view, query, OPEN if view.limit is None else LIMITED)]


def _expected(there: list[Grant], view: View, query: PageQuery) -> list[Instant]:
    visible = [g for g in there if g.tlp in view.levels and g.stamp > view.after]
    visible = [g for g in visible if g.is_released or not view.released_only]
    choose = max if query.last else min
    chosen = [
        choose((g for g in visible if g.object == obj), key=lambda g: (g.key, g.stamp))
        for obj in {g.object for g in visible}
    ]
    return sorted(g.stamp for g in chosen if g.stamp > query.after)[: query.limit + 1]
