"""Taking versions in: what the node knows afterwards does not depend on order, repetition, or where batches are cut."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.holdings.conftest import RolledBack
from tests.unit.holdings.stories import (
    ADDRESS,
    AMBER,
    AZ,
    CLEAR,
    GREEN,
    IT,
    KZ,
    MARKING,
    NOW,
    PARTIES,
    RED,
    TR,
    Heard,
    a_version,
    counting,
    from_party,
    newest,
    state_of,
    take,
)

from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.events import (
    ConflictsFound,
    MarkingTightened,
    VersionsAccepted,
    VersionsDisplaced,
    VersionsProved,
)
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival

EVENTS = (VersionsAccepted, VersionsProved, VersionsDisplaced, MarkingTightened, ConflictsFound)


def own(modified: int, words: str = "", **said: object) -> Arrival:
    """AZ's own version, given by AZ."""
    return from_party(a_version(IT, modified, words or f"az {modified}", by=AZ, **said), AZ, proved=True)


def passed_on(modified: int, words: str = "", **said: object) -> Arrival:
    """A version in AZ's name that TR gives without AZ's proof."""
    return from_party(a_version(IT, modified, words or f"tr {modified}", by=AZ, **said), TR)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def ingest(heard: Heard) -> Ingest:
    """Takes in, and lets `heard` hear everything."""
    return Ingest(lambda _: PARTIES, heard.listeners(*EVENTS))


def test_the_same_arrivals_again_change_nothing(tx: StoreTransaction, heard: Heard, ingest: Ingest) -> None:
    arrivals = [own(1, tlp=AMBER), own(2, tlp=AMBER), passed_on(3), from_party(a_version(ADDRESS, None), TR)]
    first = take(tx, *arrivals, ingest=ingest)
    assert (len(first.accepted), len(first.unchanged), len(first.conflicts)) == (3, 0, 1)
    before, holds = state_of(tx), tx.holds.of_object(1)
    heard.events.clear()
    again = take(tx, *arrivals, ingest=ingest)
    assert (len(again.accepted), len(again.unchanged), len(again.conflicts)) == (0, 3, 1)
    assert (state_of(tx), tx.holds.of_object(1)) == (before, holds)
    assert [type(event) for event in heard.events] == [ConflictsFound]


def test_an_object_twice_in_one_batch_is_one_object_held_once(tx: StoreTransaction) -> None:
    taken = take(tx, own(1), own(1), own(1))
    assert (len(taken.accepted), len(taken.unchanged)) == (1, 2)
    assert len(tx.holds.of_object(1)) == 1
    assert newest(tx) == "az 1"


def test_it_is_held_once_for_each_way_in_which_it_came(tx: StoreTransaction) -> None:
    version = a_version(by=None)
    ways = [
        from_party(version, KZ, person="gulnara"),
        from_party(version, KZ, person="aziz"),
        from_party(version, TR, statement=4),
        from_party(version, TR, statement=5),
        from_party(version, AZ),
    ]
    take(tx, *ways[:2])
    for _ in range(2):
        take(tx, *ways, *ways)
    holds = tx.holds.of_object(1)
    assert [(h.party_ref, h.person, h.statement) for h in holds] == [
        (KZ, "gulnara", None), (KZ, "aziz", None), (TR, "", 4), (TR, "", 5), (AZ, "", None),
    ]  # fmt: skip


def test_content_that_was_withdrawn_and_comes_again_is_the_newest_again(tx: StoreTransaction) -> None:
    take(tx, own(1), own(2))
    ended = [hold.num for hold in tx.holds.of_object(1)]
    tx.holds.end(ended, NOW)
    tx.versions.recompute_current([1])
    assert newest(tx) == ""
    taken = take(tx, own(1))
    assert len(taken.unchanged) == 1
    assert newest(tx) == "az 1"
    take(tx, own(2))
    assert newest(tx) == "az 2"


def test_an_older_version_is_the_newest_where_the_newer_was_withdrawn(tx: StoreTransaction) -> None:
    take(tx, own(2))
    tx.holds.end([hold.num for hold in tx.holds.of_object(1)], NOW)
    tx.versions.recompute_current([1])
    take(tx, own(1))
    assert newest(tx) == "az 1"


def test_the_author_s_proof_takes_the_place_of_what_another_gave(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    take(tx, passed_on(1), passed_on(2), ingest=ingest)
    take(tx, own(2), ingest=ingest)
    assert counting(tx) == ["az 2"] and newest(tx) == "az 2"
    assert [e.versions for e in heard.of(VersionsDisplaced)] == [(1, 2)]
    assert [c.why for c in tx.versions.conflicts(IT, 9)] == ["the author's own version took its place"] * 2
    assert {c.source for c in tx.versions.conflicts(IT, 9)} == {TR}


def test_what_gives_way_within_the_batch_was_never_there_for_anybody(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    taken = take(tx, passed_on(1), own(1), ingest=ingest)
    assert [item.num for item in taken.accepted] == [2]
    assert [(c.version, c.source) for c in taken.conflicts] == [(1, TR)]
    assert counting(tx) == ["az 1"]
    assert [type(event) for event in heard.events] == [VersionsAccepted, ConflictsFound]


def test_what_gave_way_and_comes_again_in_the_batch_does_not_count(tx: StoreTransaction) -> None:
    taken = take(tx, passed_on(1), own(2), passed_on(1))
    assert (len(taken.accepted), len(taken.unchanged), len(taken.conflicts)) == (1, 0, 2)
    assert counting(tx) == ["az 2"]


def test_proof_of_what_is_known_displaces_nothing_that_is_proved_in_the_same_batch(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    take(tx, passed_on(1, "one"), ingest=ingest)
    taken = take(tx, own(1, "one"), own(2, "two"), ingest=ingest)
    assert (len(taken.accepted), len(taken.unchanged)) == (1, 1)
    assert counting(tx) == ["one", "two"]
    assert heard.of(VersionsDisplaced) == []
    assert [[item.num for item in event.proved] for event in heard.of(VersionsProved)] == [[1]]
    assert all(held.proved for held in tx.versions.all_of(IT))


def test_a_conflict_that_becomes_rightful_is_accepted_once(tx: StoreTransaction, heard: Heard, ingest: Ingest) -> None:
    take(tx, own(1), passed_on(2, "two"), ingest=ingest)
    taken = take(tx, own(2, "two"), own(2, "two"), ingest=ingest)
    assert (len(taken.accepted), len(taken.unchanged)) == (1, 1)
    assert counting(tx) == ["az 1", "two"] and newest(tx) == "two"
    assert len(tx.holds.in_force([2])[2]) == 1
    assert tx.versions.conflicts(IT, 9) == []


def test_a_conflict_that_becomes_rightful_without_proof_is_not_called_proved(tx: StoreTransaction) -> None:
    nameless = a_version(IT, 2, "two")
    take(tx, from_party(a_version(IT, 1, "one"), TR), from_party(nameless, KZ))
    assert counting(tx) == ["one"]
    take(tx, from_party(nameless, TR))
    assert counting(tx) == ["one", "two"]
    assert [held.proved for held in tx.versions.all_of(IT)] == [False, False]


def test_a_false_revocation_dies_with_the_version_that_said_it(tx: StoreTransaction) -> None:
    """TR was first, and revoked in AZ's name: that must not kill AZ's indicator for ever."""
    take(tx, passed_on(5, revoked=True))
    take(tx, own(1))
    assert not state_of(tx)["revoked"]
    take(tx, own(9))
    assert counting(tx) == ["az 1", "az 9"] and newest(tx) == "az 9"


def test_a_false_marking_dies_with_the_version_that_said_it(tx: StoreTransaction, heard: Heard, ingest: Ingest) -> None:
    take(tx, passed_on(5, tlp=RED), ingest=ingest)
    take(tx, own(1, tlp=GREEN), ingest=ingest)
    assert state_of(tx)["tlp"] is GREEN
    assert heard.of(MarkingTightened) == []


def test_what_the_author_said_apart_from_its_versions_stays(tx: StoreTransaction) -> None:
    take(tx, passed_on(5, tlp=RED))
    tx.versions.tighten(1, AMBER)
    take(tx, own(1, tlp=GREEN))
    assert state_of(tx)["tlp"] is AMBER


def test_a_revocation_is_final_whatever_comes_first(tx: StoreTransaction, heard: Heard, ingest: Ingest) -> None:
    take(tx, own(1), own(3), own(4), ingest=ingest)
    take(tx, own(2, "over", revoked=True), ingest=ingest)
    assert counting(tx) == ["az 1", "over"] and newest(tx) == "over"
    assert state_of(tx)["revoked"]
    assert [event.versions for event in heard.of(VersionsDisplaced)] == [(2, 3)]
    assert [held.proved for held in tx.versions.all_of(IT)] == [True, True]


def test_an_address_is_not_revoked_or_marked_by_another_s_statement(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    ours, theirs = (
        a_version(ADDRESS, None, "ours", tlp=CLEAR),
        a_version(ADDRESS, None, "theirs", tlp=RED, revoked=True),
    )
    take(tx, from_party(ours, KZ), ingest=ingest)
    take(tx, from_party(theirs, TR), ingest=ingest)
    assert [(h.own_marking(), h.revoked) for h in tx.versions.all_of(ADDRESS)] == [(CLEAR, False), (RED, False)]
    assert heard.of(MarkingTightened) == []
    assert newest(tx, ADDRESS) == "theirs"


def test_a_stricter_version_tells_and_a_new_object_does_not(tx: StoreTransaction, heard: Heard, ingest: Ingest) -> None:
    take(tx, own(1, tlp=GREEN), ingest=ingest)
    assert heard.of(MarkingTightened) == []
    take(tx, own(3, tlp=AMBER), own(2, tlp=CLEAR), ingest=ingest)
    assert heard.of(MarkingTightened) == [MarkingTightened((1,))]
    take(tx, own(4, tlp=GREEN), ingest=ingest)
    assert len(heard.of(MarkingTightened)) == 1
    assert state_of(tx)["tlp"] is AMBER


def a_marking(giver: str, *, statement: bool = True, words: str = "") -> Arrival:
    kind = {"definition_type": "statement" if statement else "something else"}
    return from_party(a_version(MARKING, None, words, value=kind), giver)


def marking(tx: StoreTransaction) -> object:
    held = tx.versions.all_of(IT)[-1]
    return held.tlp, held.whole, held.object_tlp


def test_an_unknown_marking_counts_as_red_until_it_is_known_for_a_statement(tx: StoreTransaction) -> None:
    take(tx, own(1, cites=[MARKING], tlp=GREEN))
    assert marking(tx) == (RED, True, RED)
    take(tx, a_marking(TR))
    assert marking(tx) == (RED, True, RED), "another may not call it a mere statement"
    take(tx, a_marking(AZ))
    assert marking(tx) == (GREEN, True, GREEN)


def test_a_marking_counts_as_its_own_party_says_it(tx: StoreTransaction) -> None:
    """TR gives AZ's object with AZ's proof, and says in AZ's name that its marking is a mere statement."""
    statement = a_version(MARKING, None, by=AZ, value={"definition_type": "statement"})
    take(tx, from_party(own(1, cites=[MARKING], tlp=GREEN).version, TR, proved=True), from_party(statement, TR))
    assert marking(tx) == (RED, True, RED)
    take(tx, from_party(statement, KZ, proved=True))
    assert marking(tx) == (GREEN, True, GREEN)


def test_proof_of_a_marking_that_is_held_already_counts(tx: StoreTransaction) -> None:
    statement = a_version(MARKING, None, by=AZ, value={"definition_type": "statement"})
    take(tx, from_party(statement, TR), own(1, cites=[MARKING]))
    assert marking(tx) == (RED, True, RED)
    take(tx, from_party(statement, TR, proved=True))
    assert marking(tx) == (CLEAR, False, CLEAR)


@pytest.mark.parametrize("turned", [False, True])
def test_a_marking_in_the_same_batch_is_known_in_either_order(tx: StoreTransaction, turned: bool) -> None:
    batch = [own(1, cites=[MARKING]), a_marking(AZ)]
    take(tx, *(reversed(batch) if turned else batch))
    assert marking(tx) == (CLEAR, False, CLEAR)


def test_a_marking_of_which_its_giver_says_two_things_is_no_statement(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    take(tx, a_marking(AZ), own(1, cites=[MARKING]), ingest=ingest)
    assert marking(tx) == (CLEAR, False, CLEAR)
    take(tx, a_marking(AZ, statement=False), ingest=ingest)
    assert marking(tx) == (RED, True, RED)
    assert heard.of(MarkingTightened) == [MarkingTightened((2,))]


def test_a_new_statement_marking_in_the_batch_ends_no_release(
    tx: StoreTransaction, heard: Heard, ingest: Ingest
) -> None:
    """Between two looks the object seemed RED: nobody must act on that."""
    take(tx, a_marking(TR), own(1), ingest=ingest)
    take(tx, own(2, cites=[MARKING]), a_marking(AZ, words="as TR said it"), ingest=ingest)
    assert marking(tx) == (CLEAR, False, CLEAR)
    assert heard.of(MarkingTightened) == []


def test_links_names_and_leniences_come_with_the_version(tx: StoreTransaction) -> None:
    target = "malware--00000000-0000-4000-8000-000000000003"
    take(tx, own(1, refers_to=(target,), value={"name": "x" * 300}))
    (held,) = tx.versions.linked_to(target, ["indicator"])
    assert held.name == "x" * 200


def test_an_identity_that_is_no_party_proves_nothing(tx: StoreTransaction) -> None:
    stranger = "identity--99999999-9999-4999-8999-999999999999"
    take(tx, from_party(a_version(by=stranger), TR, proved=True))
    known = tx.versions.known([IT])[IT]
    assert (known.writer, known.proved, known.versions[0].proved) == (TR, False, False)


# What AZ states, alone or through TR; each time has one content, and what TR gives may be revoked or marked otherwise.
arrivals = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(("own", "own", "passed on", "passed on with proof")),
        st.booleans(),
        st.sampled_from((CLEAR, GREEN, AMBER, RED)),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda row: row[0],
)


def arrival(modified: int, how: str, revoked: bool, tlp: object) -> Arrival:
    version = a_version(IT, modified, f"{modified}", by=AZ, revoked=revoked and modified > 2, tlp=tlp)
    return from_party(version, AZ if how == "own" else TR, proved=how != "passed on")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals, st.integers(0, 2**32))
def test_whatever_the_order_repetition_and_cut_the_same_arrivals_give_the_same_state(
    memory: Database, rows: list[tuple[int, str, bool, object]], seed: int
) -> None:
    chance = random.Random(seed)
    listed = [arrival(*row) for row in rows]
    states = []
    for turn in range(3):
        played = listed + (chance.sample(listed, chance.randrange(len(listed) + 1)) if turn else [])
        if turn:
            chance.shuffle(played)
        with pytest.raises(RolledBack), memory.writing() as tx:
            while played:
                size = chance.randrange(1, len(played) + 1)
                take(tx, *played[:size])
                del played[:size]
            states.append(state_of(tx))
            raise RolledBack
    assert states[0] == states[1] == states[2]
