"""Heads of other nodes' records, as both databases keep them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kenesh.basis.instants import Instant, instant_of
from kenesh.edges.store.database import Database
from kenesh.ledger.log import LogHead, SignedHead
from kenesh.ledger.ports import WitnessRows
from kenesh.ledger.witness import Standing, WitnessedHead

START = instant_of("2026-11-25T01:00:00Z")
KZ, KEY = "identity--kz", "k" * 43


def head(size: int, root: bytes = b"r", *, epoch: int = 1, standing: Standing = Standing.HOLDS) -> WitnessedHead:
    signed = SignedHead(LogHead(epoch, size, root * 32, Instant(START + size)), "signature")
    return WitnessedHead(KZ, KEY, signed, "identity--tr", START, standing)


@pytest.fixture
def rows(store: Database) -> Iterator[WitnessRows]:
    with store.writing() as tx:
        yield tx.witnessed


def test_a_head_is_kept_once_and_read_as_it_was(rows: WitnessRows) -> None:
    assert rows.add(head(8))
    assert not rows.add(replace(head(8), heard_from=KZ))
    assert rows.of_size(KZ, KEY, 1, 8) == [head(8)]
    assert rows.of_size(KZ, "another key", 1, 8) == []


def test_two_heads_of_one_size_stand_beside_each_other(rows: WitnessRows) -> None:
    against = head(8, b"x", standing=Standing.CONTRADICTS)
    assert rows.add(head(8)) and rows.add(against)
    assert rows.of_size(KZ, KEY, 1, 8) == [head(8), against]
    assert rows.last(KZ, KEY) == head(8)
    assert rows.standing(KZ, KEY, Standing.CONTRADICTS, 9) == [against]


def test_the_last_is_of_the_last_epoch(rows: WitnessRows) -> None:
    assert rows.last(KZ, KEY) is None
    for one in (head(8), head(16), head(4, epoch=2), head(32, standing=Standing.HEARD)):
        rows.add(one)
    assert rows.last(KZ, KEY) == head(4, epoch=2)
    assert rows.last(KZ, KEY, 1) == head(16)
    assert rows.of_epoch(KZ, KEY, 1, 8, 9) == [head(16)]
    assert rows.of_epoch(KZ, KEY, 1, -1, 1) == [head(8)]


def test_what_was_heard_is_settled(rows: WitnessRows) -> None:
    rows.add(head(8, standing=Standing.HEARD))
    rows.settle(head(8), Standing.HOLDS)
    assert rows.standing(KZ, KEY, Standing.HEARD, 9) == []
    assert rows.last(KZ, KEY) == head(8)


def test_the_oldest_that_hold_are_let_go_and_no_evidence_is(rows: WitnessRows) -> None:
    against = head(2, b"x", standing=Standing.CONTRADICTS)
    for one in (against, *(head(size) for size in (1, 2, 3)), head(1, epoch=2)):
        rows.add(one)
    rows.thin(KZ, KEY, 9)
    assert len(rows.of_epoch(KZ, KEY, 1, -1, 9)) == 3
    rows.thin(KZ, KEY, 2)
    assert rows.of_epoch(KZ, KEY, 1, -1, 9) == [head(3)]
    assert rows.of_epoch(KZ, KEY, 2, -1, 9) == [head(1, epoch=2)]
    assert rows.standing(KZ, KEY, Standing.CONTRADICTS, 9) == [against]
