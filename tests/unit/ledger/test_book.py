"""Stories of a node's record: how it is written, closed, caught up, erased from, and found out."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from tests.unit.ledger.memory import MemoryRows

from kenesh.basis.instants import HOUR, SECOND, Instant, instant_of
from kenesh.basis.merkle import Frontier, root_of
from kenesh.basis.problem import FaultProblem, StoreProblem
from kenesh.ledger import book
from kenesh.ledger.acts import Act, ActKind, act_digest
from kenesh.ledger.log import LogHead, SignedHead, leaves
from kenesh.ledger.ports import LedgerRows

START = instant_of("2026-11-25T01:00:00Z")
SECRET = b"k" * 32
KEY = b"the key of the node"


def sign(octets: bytes) -> str:
    return hmac.digest(KEY, octets, "sha256").hex()


def is_signed(octets: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(octets), signature)


def after(seconds: float) -> Instant:
    return Instant(START + int(seconds * SECOND))


def happens(rows: MemoryRows, seconds: float, subject: str = "desk", kind: ActKind = ActKind.LOGIN_MADE) -> int:
    act = Act(kind, after(seconds), "account--gulnara", subject, {"from": "192.0.2.1"})
    return book.record(rows, act, hashlib.sha256(f"{seconds}{subject}".encode()).digest())


def close(rows: MemoryRows, seconds: float) -> SignedHead | None:
    return book.close_until(rows, after(seconds), SECRET, sign)


def faults(rows: MemoryRows, *witnessed: LogHead) -> list[str]:
    return book.verify(rows, SECRET, is_signed, witnessed)


@pytest.fixture
def rows() -> MemoryRows:
    """A node that was initialised, had four acts in its first minute, and closed each interval as it ended."""
    rows = MemoryRows()
    port: LedgerRows = rows
    book.begin_epoch(port, START)
    for second in range(1, 61):
        if second in (4, 5, 33, 58):
            happens(rows, second, f"subject-{second}")
        close(rows, second)
    return rows


def test_a_minute_makes_six_leaves_and_each_act_stands_in_its_own(rows: MemoryRows) -> None:
    assert [row.place for row in rows.table.values()] == [(1, 0), (1, 0), (1, 3), (1, 5)]
    assert len(rows.kept_leaves[1]) == 6
    assert [one.head.size for one in rows.kept_heads] == [1, 2, 3, 4, 5, 6]
    assert rows.kept_heads[-1].head == LogHead(1, 6, root_of(rows.kept_leaves[1]), after(60))
    assert faults(rows) == []


def test_nothing_is_closed_before_its_time_or_without_an_epoch(rows: MemoryRows) -> None:
    assert close(rows, 69.999) is None
    assert close(rows, 70) is not None
    with pytest.raises(FaultProblem):
        close(MemoryRows(), 10)


def test_a_clock_that_went_back_closes_nothing_and_loses_nothing(rows: MemoryRows) -> None:
    assert close(rows, 20) is None
    happens(rows, 20)
    assert close(rows, 70) is not None
    assert rows.table[5].place == (1, 6)
    assert faults(rows) == []


def test_an_act_whose_transaction_was_slow_goes_into_the_first_interval_still_open(rows: MemoryRows) -> None:
    late, in_time = happens(rows, 41), happens(rows, 85)
    close(rows, 90)
    assert rows.table[late].place == (1, 6)
    assert rows.table[in_time].place == (1, 8)
    assert faults(rows) == []


def test_an_act_of_the_running_interval_waits(rows: MemoryRows) -> None:
    number = happens(rows, 71)
    close(rows, 75)
    assert rows.table[number].place is None
    assert faults(rows) == []
    close(rows, 80)
    assert rows.table[number].place == (1, 7)


def test_a_node_that_slept_gets_a_leaf_for_each_interval_and_one_head(rows: MemoryRows) -> None:
    head = close(rows, 24 * 3600)
    assert head is not None
    assert head.head.size == 8640 == len(rows.kept_leaves[1])
    assert len(rows.kept_heads) == 7
    assert rows.frontiers[1] == Frontier().extended(rows.kept_leaves[1])
    assert faults(rows) == []


def test_a_very_long_sleep_is_closed_in_portions(rows: MemoryRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "MAX_CLOSED", 5)
    sizes = []
    while head := close(rows, 200):
        sizes.append(head.head.size)
    assert sizes == [11, 16, 20]
    assert faults(rows) == []


def test_heads_can_be_made_each_hour_only() -> None:
    rows = MemoryRows()
    book.begin_epoch(rows, START)
    made = [
        book.close_until(rows, Instant(START + minute * 60 * SECOND), SECRET, sign, head_every=HOUR // (10 * SECOND))
        for minute in range(0, 125, 5)
    ]
    assert [one.head.size for one in made if one] == [360, 720]
    assert faults(rows) == []


def test_two_that_close_at_once_do_not_both_append(rows: MemoryRows) -> None:
    before = rows.frontier(1)
    close(rows, 70)
    with pytest.raises(StoreProblem):
        rows.append_leaves(1, [b"x" * 32], before.extended([b"x" * 32]))


def test_an_act_changed_in_the_database_is_found_and_named(rows: MemoryRows) -> None:
    row = rows.table[3]
    assert row.recorded.act is not None
    row.recorded = replace(row.recorded, act=replace(row.recorded.act, who="account--somebody-else"))
    assert faults(rows) == ["Act 3 (login-made, 2026-11-25 01:00:33Z) is not what was recorded."]


def test_an_act_changed_together_with_its_digest_is_found_by_its_interval(rows: MemoryRows) -> None:
    row = rows.table[3]
    assert row.recorded.act is not None and row.recorded.salt is not None
    act = replace(row.recorded.act, who="account--somebody-else")
    row.recorded = replace(row.recorded, act=act, digest=act_digest(act, row.recorded.salt))
    (fault,) = faults(rows)
    assert fault.startswith("Interval 3 of epoch 1, from 2026-11-25 01:00:30Z: act 3 does not give its leaf")


def test_an_act_taken_out_of_the_database_is_found(rows: MemoryRows) -> None:
    del rows.table[1]
    (fault,) = faults(rows)
    assert fault.startswith("Interval 0 of epoch 1, from 2026-11-25 01:00:00Z: act 2 does not give its leaf")


def test_the_only_act_of_an_interval_taken_out_is_found(rows: MemoryRows) -> None:
    del rows.table[4]
    (fault,) = faults(rows)
    assert fault.startswith("Interval 5 of epoch 1, from 2026-11-25 01:00:50Z: that nothing happened does not give")


def test_an_act_slipped_into_the_past_is_found(rows: MemoryRows) -> None:
    number = happens(rows, 15)
    rows.table[number].place = (1, 1)
    (fault,) = faults(rows)
    assert fault.startswith("Interval 1 of epoch 1, from 2026-11-25 01:00:10Z: act 5 does not give its leaf")


def rewrite(rows: MemoryRows) -> None:
    """Take act 1 out, and make leaves and frontier anew: what somebody does who has the store and the log's secret."""
    del rows.table[1]
    digests = {interval: list(acts.values()) for interval, acts in rows.placed(1, 0, None).items()}
    rows.kept_leaves[1] = leaves(SECRET, 1, 0, 6, digests)
    rows.frontiers[1] = Frontier().extended(rows.kept_leaves[1])


def test_a_past_rewritten_down_to_the_leaves_is_found_by_the_signed_heads(rows: MemoryRows) -> None:
    rewrite(rows)
    found = faults(rows)
    assert len(found) == 6
    assert found[0] == (
        "The head of epoch 1 with 1 leaves, of 2026-11-25 01:00:10Z, does not hold: the leaves give another root."
    )


def test_heads_made_anew_without_the_key_are_found_by_their_signatures(rows: MemoryRows) -> None:
    rewrite(rows)
    heads = [replace(one.head, root=root_of(rows.kept_leaves[1][: one.head.size])) for one in rows.kept_heads]
    rows.kept_heads = [SignedHead(head, "forged") for head in heads]
    assert faults(rows)[0] == "The head of epoch 1 with 1 leaves is not signed by this node."


def test_a_past_rewritten_with_the_node_s_own_key_is_found_by_a_head_that_a_peer_kept(rows: MemoryRows) -> None:
    kept = rows.kept_heads[2].head
    rewrite(rows)
    rows.kept_heads = []
    assert faults(rows) == []
    assert faults(rows, kept) == [
        "The head of epoch 1 with 3 leaves, of 2026-11-25 01:00:30Z, does not hold: the leaves give another root."
    ]


def test_leaves_cut_off_at_the_end_are_missed_by_the_heads_and_by_the_acts(rows: MemoryRows) -> None:
    del rows.kept_leaves[1][5:]
    assert faults(rows) == [
        "The frontier kept for epoch 1 is not that of its 5 leaves.",
        "Interval 5 of epoch 1 has no leaf, and holds acts 4.",
        "A head of epoch 1 says 6 leaves, and 5 are stored.",
    ]


def test_a_past_forgotten_with_its_whole_epoch_is_missed_by_a_peer(rows: MemoryRows) -> None:
    kept = rows.kept_heads[-1].head
    assert faults(MemoryRows(), kept) == ["Others hold a head of epoch 1, and there is no such epoch here."]
    assert faults(rows, kept) == []


def test_a_damaged_frontier_is_found_before_it_does_harm(rows: MemoryRows) -> None:
    rows.frontiers[1] = replace(rows.frontiers[1], peaks=rows.frontiers[1].peaks[::-1])
    assert faults(rows) == ["The frontier kept for epoch 1 is not that of its 6 leaves."]


def test_with_another_secret_no_leaf_holds_and_the_list_of_faults_stays_short(rows: MemoryRows) -> None:
    close(rows, 3600)
    found = book.verify(rows, b"another secret" * 3)
    assert len(found) == book.MAX_FAULTS + 1
    assert found[-1] == "There are more than 100 faults; only the first are listed."


def test_an_erased_act_keeps_its_place_and_leaves_nothing_to_guess_from(rows: MemoryRows) -> None:
    erasing = Act(ActKind.CONTENT_ERASED, after(65), "account--gulnara", "act 3", {"number": 3, "by": "court order"})
    book.erase(rows, 3, erasing, b"e" * 32)
    close(rows, 70)
    assert rows.table[3].recorded.act is None
    assert rows.table[3].recorded.salt is None
    assert faults(rows) == []


def test_an_act_erased_in_silence_is_a_fault(rows: MemoryRows) -> None:
    rows.erase(3)
    assert faults(rows) == ["Act 3 is erased, and no act says so."]


def test_an_erasure_that_says_something_else_is_not_made(rows: MemoryRows) -> None:
    for kind, details in [(ActKind.SERVED, {"number": 3}), (ActKind.CONTENT_ERASED, {"number": 4})]:
        with pytest.raises(ValueError, match="erases act 3"):
            book.erase(rows, 3, Act(kind, after(65), "account--gulnara", "act 3", details), b"e" * 32)
    assert rows.table[3].recorded.act is not None


def test_a_restored_node_begins_an_epoch_and_both_can_be_checked(rows: MemoryRows) -> None:
    waiting = happens(rows, 62)
    epoch = book.begin_epoch(rows, after(100))
    assert epoch.number == 2
    happens(rows, 104, kind=ActKind.NODE_RESTORED)
    head = close(rows, 120)
    assert head is not None
    assert (head.head.epoch, head.head.size) == (2, 2)
    assert rows.table[waiting].place == (2, 0)
    assert faults(rows) == []


def test_the_size_of_a_busy_node_s_log_is_that_of_a_silent_one(rows: MemoryRows) -> None:
    silent = MemoryRows()
    book.begin_epoch(silent, START)
    close(silent, 60)
    assert silent.frontier(1).size == rows.frontier(1).size
    assert silent.kept_heads[-1].head.at == rows.kept_heads[-1].head.at
