"""Collections, stamps and grants, and how far peers have read. Pages have a file of their own."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest
from sqlalchemy import text
from tests.contract.making import BODY, NOW, TR, a_key, a_view, an_id, content, grant, put_version

from kenesh.basis.instants import Instant
from kenesh.basis.problem import StoreProblem
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.rows import GIVEN_BACK, Collection, Grant, PastGrant
from kenesh.release.audience import PUBLIC, party_audience
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel


def test_a_collection_is_made_once_for_an_audience_and_channel(store: Database) -> None:
    with store.writing() as tx:
        assert tx.grants.collections() == []
        made = tx.grants.collection(BODY, Channel.CONTENT, "one")
        assert made == Collection(made.num, "one", BODY, Channel.CONTENT, Instant(0))
        assert tx.grants.collection(BODY, Channel.CONTENT, "another id") == made
        twin = tx.grants.collection(BODY, Channel.CONTROL, "two")
        public = tx.grants.collection(PUBLIC, Channel.CONTENT, "three")
        assert tx.grants.collections() == [made, twin, public]
    with store.reading() as tx:
        assert tx.grants.collection(BODY, Channel.CONTENT, "nothing is made") == made


def test_stamps_grow_by_their_gaps_whatever_the_clock_says(store: Database) -> None:
    with store.writing() as tx:
        assert tx.grants.stamps(NOW, []) == []
        assert tx.grants.stamps(NOW, [3, 1, 5]) == [NOW + 3, NOW + 4, NOW + 9]
        assert tx.grants.stamps(Instant(NOW - 10**9), [1]) == [NOW + 10]
    with store.writing() as tx:
        assert tx.grants.stamps(NOW, [2]) == [NOW + 12]
        assert tx.grants.stamps(Instant(NOW + 10**6), [1]) == [NOW + 10**6 + 1]


def test_a_collection_s_last_stamp_is_its_newest_grant_s(store: Database) -> None:
    with store.writing() as tx:
        grant(tx, put_version(tx, 1))
        second = grant(tx, put_version(tx, 2))
        grant(tx, put_version(tx, 3), audience=party_audience(TR))
        assert content(tx).last_stamp == second.stamp
        tx.grants.append([])
        tx.grants.end([second], NOW, "withdrawn")
        assert content(tx).last_stamp == second.stamp


def test_a_grant_at_a_new_stamp_comes_after_all_that_was_there(store: Database) -> None:
    with store.writing() as tx:
        first, second = grant(tx, put_version(tx, 1)), grant(tx, put_version(tx, 2), Tlp.RED)
        tx.grants.restamp(first, Instant(second.stamp + 5))
        (moved,) = tx.grants.of_objects([first.object])
        assert (moved.version, moved.tlp, moved.stamp) == (first.version, first.tlp, second.stamp + 5)
        assert content(tx).last_stamp == second.stamp + 5
        assert tx.grants.stamps(NOW, [1]) == [second.stamp + 1], "it is the caller who draws the stamp"


def test_grants_are_found_by_object_by_statement_and_by_collection(store: Database) -> None:
    with store.writing() as tx:
        one, two = put_version(tx, 1), put_version(tx, 2)
        first = grant(tx, one, Tlp.GREEN, statement=7)
        second = grant(tx, two, Tlp.RED, statement=7)
        third = grant(tx, one, Tlp.GREEN, statement=8, audience=party_audience(TR))
        assert tx.grants.of_objects([first.object]) == [first, third]
        assert tx.grants.of_objects([]) == []
        assert tx.grants.in_collection(first.collection, [first.object, second.object]) == [first, second]
        assert tx.grants.in_collection(third.collection, [first.object, second.object]) == [third]
        assert sorted(tx.grants.of_statement(7), key=lambda g: g.stamp) == [first, second]
        assert tx.grants.of_statement(9) == tx.grants.of_statement(7, frozenset({"malware"})) == []
        assert len(tx.grants.of_statement(7, frozenset({"malware", "indicator"}))) == 2
        assert sorted(tx.grants.seen_of_statement(a_view(tx), 7), key=lambda g: g.stamp) == [first, second]
        assert tx.grants.seen_of_statement(a_view(tx, (first.tlp,)), 7) == [first]
        assert tx.grants.seen_of_statement(a_view(tx), 8) == []


def test_what_a_party_granted_since_a_stamp_is_found_across_levels(store: Database) -> None:
    with store.writing() as tx:
        own, theirs = (_release(tx, number, party) for number, party in ((1, "own"), (2, "theirs")))
        made = [
            grant(tx, put_version(tx, number), tlp, statement=statement)
            for number, (tlp, statement) in enumerate(
                [(Tlp.RED, own), (Tlp.GREEN, own), (Tlp.CLEAR, theirs), (Tlp.CLEAR, own)]
            )
        ]
        collection = made[0].collection
        assert tx.grants.since(collection, Instant(0), "own") == [made[0], made[1], made[3]]
        assert tx.grants.since(collection, made[1].stamp, "own") == [made[1], made[3]]
        assert tx.grants.since(collection, made[1].stamp, "theirs") == [made[2]]


def _release(tx: StoreTransaction, number: int, party: str) -> int:
    return tx.statements.add(
        {
            "id": an_id(number, "kenesh-release"), "type": "kenesh-release", "version": 1, "party": party,
            "audience_ref": BODY.ref, "number": number, "sha256": b"h" * 32, "label": 1, "follow": 0, "objects": 1,
            "reason": "", "at": NOW,
        }
    )  # fmt: skip


def test_an_ended_grant_is_past_with_its_reason(store: Database) -> None:
    with store.writing() as tx:
        one, two = grant(tx, put_version(tx, 1)), grant(tx, put_version(tx, 2), audience=party_audience(TR))
        tx.grants.end([one, two], Instant(NOW + 5), "withdrawn")
        assert tx.grants.of_objects([one.object, two.object]) == []
        assert tx.grants.past_of_objects([one.object]) == [PastGrant(one, Instant(NOW + 5), "withdrawn")]
        assert len(tx.grants.past_of_objects([one.object, two.object])) == 2


def test_what_of_each_release_is_there_is_told_by_level_and_when_some_of_it_ended(store: Database) -> None:
    with store.writing() as tx:
        green = [grant(tx, put_version(tx, n), statement=7) for n in (1, 2)]
        amber = grant(tx, put_version(tx, 3), Tlp.AMBER, statement=7)
        other = grant(tx, put_version(tx, 4), statement=8)
        grant(tx, put_version(tx, 5), statement=GIVEN_BACK)
        view, collection = a_view(tx), content(tx).num
        told = {(7, Tlp.GREEN, green[1].stamp), (7, Tlp.AMBER, amber.stamp), (8, Tlp.GREEN, other.stamp)}
        assert set(tx.grants.by_statement(view)) == told
        assert set(tx.grants.by_statement(a_view(tx, (Tlp.GREEN,), green[1].stamp))) == {(8, Tlp.GREEN, other.stamp)}
        assert tx.grants.last_ends(collection, [7, 8]) == {}
        tx.grants.end([amber], Instant(NOW + 50), "withdrawn")
        tx.grants.end([other], Instant(NOW + 60), "withdrawn")
        assert tx.grants.by_statement(view) == [(7, Tlp.GREEN, green[1].stamp)]
        assert tx.grants.last_ends(collection, [7, 8, 9]) == {7: NOW + 50, 8: NOW + 60}
        assert tx.grants.last_ends(collection, [8]) == {8: NOW + 60}


def test_ending_twice_ends_once(store: Database) -> None:
    with store.writing() as tx:
        one = grant(tx, put_version(tx, 1))
        tx.grants.end([one, one], NOW, "withdrawn")
        tx.grants.end([one], Instant(NOW + 1), "again")
        assert [past.why for past in tx.grants.past_of_objects([one.object])] == ["withdrawn"]


def test_a_grant_that_was_marked_anew_ends_under_its_old_name_too(store: Database) -> None:
    """Who ends it may have read it before it was marked more strictly."""
    with store.writing() as tx:
        one = grant(tx, put_version(tx, 1), Tlp.GREEN)
        tx.grants.remark(one, Tlp.RED)
        tx.grants.remark(one, Tlp.AMBER)
        (there,) = tx.grants.of_objects([one.object])
        assert there.tlp is Tlp.AMBER
        tx.grants.end([one], NOW, "withdrawn")
        assert tx.grants.of_objects([one.object]) == []
        assert [past.grant for past in tx.grants.past_of_objects([one.object])] == [there]


def test_a_level_that_does_not_exist_is_refused_by_the_table(store: Database) -> None:
    with store.writing() as tx:
        made = grant(tx, put_version(tx, 1))
        collection = made.collection
    with pytest.raises(StoreProblem, match="refused"), store.writing() as tx:
        tx.connection.execute(text(f"UPDATE grants SET tlp = 5 WHERE collection = {collection}"))


def flags(tx: StoreTransaction) -> list[tuple[int, int]]:
    """(sup, late) of every grant, in the order of stamps."""
    return [(row.sup, row.late) for row in tx.connection.execute(text("SELECT sup, late FROM grants ORDER BY stamp"))]


def test_the_flags_say_what_supersedes_a_grant_and_what_came_out_of_order(store: Database) -> None:
    with store.writing() as tx:
        made = [
            grant(tx, put_version(tx, 1, key), tlp)
            for key, tlp in ((2, Tlp.GREEN), (3, Tlp.RED), (1, Tlp.GREEN), (4, Tlp.AMBER))
        ]
        grant(tx, put_version(tx, 2), Tlp.CLEAR)
        assert flags(tx) == [(2, 0), (2, 0), (2, 1), (9, 0), (9, 0)]
        tx.grants.end([made[3]], NOW, "withdrawn")
        assert flags(tx) == [(4, 0), (9, 0), (9, 1), (9, 0)]
        tx.grants.remark(made[1], Tlp.CLEAR)
        assert flags(tx) == [(0, 0), (9, 0), (9, 1), (9, 0)]
        tx.grants.end([made[0], made[1]], NOW, "withdrawn")
        assert flags(tx) == [(9, 0), (9, 0)]


def test_grants_of_one_object_given_together_supersede_one_another(store: Database) -> None:
    with store.writing() as tx:
        versions = [put_version(tx, 1, key) for key in (1, 2, 3)]
        held = {h.num: h for h in tx.versions.held(versions)}
        stamps = tx.grants.stamps(NOW, [1, 1, 1])
        collection = content(tx).num
        tx.grants.append(
            [
                Grant(collection, Tlp.GREEN, stamp, v, held[v].object, held[v].key, 1)
                for v, stamp in zip((versions[1], versions[0], versions[2]), stamps, strict=True)
            ][::-1]
        )
        assert flags(tx) == [(1, 0), (1, 1), (9, 0)]


def timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def test_an_object_with_thousands_of_versions_is_granted_and_withdrawn_in_no_time(sqlite_store: Database) -> None:
    """Nothing here grows with the square of the versions: that took minutes."""
    count = 4000
    with sqlite_store.writing() as tx:
        collection = content(tx).num
        put_version(tx, 1)
        stamps = tx.grants.stamps(NOW, [1] * count)
        many = [Grant(collection, Tlp.GREEN, s, 1, 1, a_key(n), 1) for n, s in enumerate(stamps)]
        assert timed(lambda: tx.grants.append(many[:2])) < 1
        assert timed(lambda: tx.grants.append(many[2:])) < 2
        assert timed(lambda: tx.grants.end(many[: count // 2], NOW, "withdrawn")) < 2
        assert flags(tx) == [(1, 0)] * (count // 2 - 1) + [(9, 0)]


def test_a_peer_s_reading_moves_forward_only(store: Database) -> None:
    with store.writing() as tx:
        tx.grants.record_read(1, TR, Instant(5), NOW)
        tx.grants.record_read(1, TR, Instant(4), Instant(NOW + 1))
        tx.grants.record_read(1, TR, Instant(5), Instant(NOW + 2))
        tx.grants.record_read(1, "another", Instant(3), Instant(NOW + 3))
        tx.grants.record_read(1, TR, Instant(9), Instant(NOW + 4))
        tx.grants.record_read(2, TR, Instant(1), NOW)
        assert tx.grants.reads(1) == [("another", 3, NOW + 3), (TR, 5, NOW), (TR, 9, NOW + 4)]
        assert tx.grants.reads(3) == []
