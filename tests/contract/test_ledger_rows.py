"""The record of acts on both databases: the same assertions as over the store in memory, and what a database adds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import cast

import pytest
from sqlalchemy import text
from tests.unit.ledger.memory import MemoryRows

from kenesh.basis.instants import SECOND, Instant, instant_of
from kenesh.basis.merkle import Frontier
from kenesh.basis.problem import StoreProblem
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.ledger import book
from kenesh.ledger.acts import Act, ActKind, RecordedAct, act_digest
from kenesh.ledger.log import Epoch, LogHead, SignedHead
from kenesh.ledger.ports import LedgerRows, PendingAct

START = instant_of("2026-11-25T01:00:00Z")
SECRET = b"k" * 32


def sign(octets: bytes) -> str:
    return hmac.digest(b"key", octets, "sha256").hex()


def is_signed(octets: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(octets), signature)


def after(seconds: float) -> Instant:
    return Instant(START + int(seconds * SECOND))


def act(seconds: float, subject: str = "desk") -> Act:
    return Act(ActKind.LOGIN_MADE, after(seconds), "account--gülnara", subject, {"from": "192.0.2.1", "tries": 2})


@pytest.fixture
def tx(store: Database) -> Iterator[StoreTransaction]:
    with store.writing() as transaction:
        yield transaction


@pytest.fixture
def rows(tx: StoreTransaction) -> LedgerRows:
    return tx.ledger


def salt(number: int) -> bytes:
    return hashlib.sha256(bytes([number])).digest()


def live(rows: LedgerRows) -> None:
    """A minute of a node's life, closed every ten seconds; then an erasure, and an act that waits."""
    book.begin_epoch(rows, START)
    for second in range(1, 61):
        if second in (4, 5, 33, 58):
            book.record(rows, act(second, f"subject {second}"), salt(second))
        book.close_until(rows, after(second), SECRET, sign)
    book.erase(rows, 2, Act(ActKind.CONTENT_ERASED, after(61), "desk", "act", {"number": 2}), salt(61))


def seen(rows: LedgerRows) -> dict[str, object]:
    """Everything that the port tells."""
    return {
        "acts": list(rows.acts(0, 99)),
        "two": list(rows.acts(1, 2)),
        "count": rows.count_acts(),
        "pending": list(rows.pending(after(1000))),
        "earlier": list(rows.pending(after(61))),
        "placed": {k: dict(v) for k, v in rows.placed(1, 0, None).items()},
        "some": {k: dict(v) for k, v in rows.placed(1, 3, 5).items()},
        "epochs": list(rows.epochs()),
        "leaves": list(rows.leaves(1, 0, 99)),
        "three": list(rows.leaves(1, 2, 5)),
        "frontier": rows.frontier(1),
        "heads": list(rows.heads(1, 0, None)),
        "some heads": list(rows.heads(1, 2, 4)),
    }


def test_a_store_tells_what_the_one_in_memory_tells(rows: LedgerRows) -> None:
    memory = MemoryRows()
    live(rows)
    live(memory)
    assert seen(rows) == seen(memory)
    assert book.verify(rows, SECRET, is_signed, ()) == []


def test_what_was_recorded_is_read_again_to_the_last_character(rows: LedgerRows) -> None:
    what = act(1)
    digest = act_digest(what, salt(1))
    number = rows.record(what, salt(1), digest)
    assert rows.acts(0, 9) == [RecordedAct(number, what, salt(1), digest)]
    assert rows.pending(after(2)) == [PendingAct(number, after(1), digest)]
    assert rows.pending(after(1)) == []


def test_an_epoch_without_leaves_has_an_empty_frontier(rows: LedgerRows) -> None:
    rows.add_epoch(Epoch(1, START))
    assert rows.frontier(1) == Frontier()
    assert list(rows.leaves(1, 0, 9)) == []
    assert list(rows.heads(1, 0, None)) == []
    assert rows.placed(1, 0, None) == {}
    rows.place(1, {})


def test_two_that_append_at_once_do_not_both_append(rows: LedgerRows) -> None:
    rows.add_epoch(Epoch(1, START))
    leaf = b"x" * 32
    before = rows.frontier(1)
    rows.append_leaves(1, [leaf], before.extended([leaf]))
    with pytest.raises(StoreProblem, match="at the same time"):
        rows.append_leaves(1, [leaf], before.extended([leaf]))
    assert rows.frontier(1) == before.extended([leaf])


def test_heads_are_kept_as_they_were_signed(rows: LedgerRows) -> None:
    heads = [SignedHead(LogHead(1, size, bytes([size]) * 32, after(size)), f"signature {size}") for size in (3, 1, 2)]
    for head in heads:
        rows.add_head(head, Frontier())
    assert [one.head.size for one in rows.heads(1, 0, None)] == [1, 2, 3]
    assert rows.heads(1, 2, 3) == [heads[0]]
    assert list(rows.heads(2, 0, None)) == []


@pytest.mark.parametrize("damage", ["kind = 'no-such-kind'", "details = 'no json'", "details = '[]'", "who = NULL"])
def test_an_act_that_cannot_be_read_stops_nothing(tx: StoreTransaction, damage: str) -> None:
    for second in (1, 2, 3):
        book.record(tx.ledger, act(second), salt(second))
    tx.connection.execute(text(f"UPDATE ledger_acts SET {damage} WHERE num = 2"))
    found = tx.ledger.acts(0, 9)
    assert [one.number for one in found] == [1, 2, 3]
    assert found[0].act == act(1) and found[2].act == act(3)
    assert (found[1].act, found[1].salt) == (None, salt(2))


def test_numbers_grow_also_after_an_act_that_was_rolled_back(store: Database) -> None:
    numbers = []
    for turn in range(3):
        try:
            with store.writing() as tx:
                number = book.record(tx.ledger, act(turn), salt(turn))
                if turn == 1:
                    raise InterruptedError
                numbers.append(number)
        except InterruptedError:
            continue
    assert numbers == sorted(set(numbers))
    with store.reading() as tx:
        assert [one.number for one in tx.ledger.acts(0, 9)] == numbers
        assert cast(LedgerRows, tx.ledger).count_acts() == 2
