"""The record of an epoch held in memory, checked whole."""

from __future__ import annotations

from dataclasses import replace

from kenesh.basis.instants import SECOND, Instant, instant_of
from kenesh.basis.merkle import root_of
from kenesh.ledger.acts import Act, ActKind, RecordedAct, act_digest
from kenesh.ledger.checking import verify
from kenesh.ledger.log import Epoch, LogHead, leaves

START = instant_of("2026-11-25T01:00:00Z")
SECRET = b"k" * 32
SALT = b"s" * 32
EPOCH = Epoch(1, START)


def recorded(number: int, second: int) -> RecordedAct:
    act = Act(ActKind.LOGIN_MADE, Instant(START + second * SECOND), f"account--{number}", "desk")
    return RecordedAct(number, act, SALT, act_digest(act, SALT))


ACTS = {0: [recorded(1, 3)], 2: [recorded(2, 21), recorded(3, 22)]}
STORED = leaves(SECRET, 1, 0, 4, {interval: [one.digest for one in acts] for interval, acts in ACTS.items()})
HEADS = [LogHead(1, size, root_of(STORED[:size]), EPOCH.starts(size)) for size in (1, 3, 4)]


def test_a_record_that_holds_has_no_faults() -> None:
    assert verify(EPOCH, SECRET, ACTS, STORED, HEADS) == []
    assert verify(EPOCH, SECRET, {}, [], []) == []


def test_a_changed_act_is_named() -> None:
    one = ACTS[2][1]
    assert one.act is not None
    changed = replace(one, act=replace(one.act, who="account--nobody"))
    faults = verify(EPOCH, SECRET, {**ACTS, 2: [ACTS[2][0], changed]}, STORED, HEADS)
    assert faults == ["Act 3 (login-made, 2026-11-25 01:00:22Z) is not what was recorded."]


def test_an_act_that_was_taken_away_leaves_an_interval_that_does_not_hold() -> None:
    (fault,) = verify(EPOCH, SECRET, {0: ACTS[0], 2: ACTS[2][:1]}, STORED, HEADS)
    assert fault.startswith("Interval 2 of epoch 1, from 2026-11-25 01:00:20Z: act 2 does not give its leaf")


def test_an_act_moved_to_another_interval_is_found_in_both() -> None:
    faults = verify(EPOCH, SECRET, {1: ACTS[0], 2: ACTS[2]}, STORED, HEADS)
    assert [fault.split(",")[0] for fault in faults] == ["Interval 0 of epoch 1", "Interval 1 of epoch 1"]


def test_a_leaf_that_was_changed_with_its_acts_is_found_by_the_heads_after_it() -> None:
    acts = {0: ACTS[0]}
    rewritten = leaves(SECRET, 1, 0, 4, {0: [ACTS[0][0].digest]})
    faults = verify(EPOCH, SECRET, acts, rewritten, HEADS)
    assert [fault.split(",")[0] for fault in faults] == [
        "The head of epoch 1 with 3 leaves",
        "The head of epoch 1 with 4 leaves",
    ]


def test_acts_and_heads_beyond_the_leaves_are_faults() -> None:
    faults = verify(EPOCH, SECRET, ACTS, STORED[:2], HEADS)
    assert faults == [
        "Interval 2 holds acts and has no leaf.",
        "A head says 3 leaves, and 2 are stored.",
        "A head says 4 leaves, and 2 are stored.",
    ]


def test_an_act_that_cannot_be_read_or_put_into_form_is_named_and_stops_nothing() -> None:
    act = ACTS[0][0].act
    assert act is not None
    for broken in (replace(ACTS[0][0], act=None), replace(ACTS[0][0], act=replace(act, at=Instant(10**30)))):
        (fault,) = verify(EPOCH, SECRET, {**ACTS, 0: [broken]}, STORED, HEADS)
        assert fault.startswith("Act 1 ")
