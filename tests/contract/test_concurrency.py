"""Many writers and readers at once: stamps grow with the commits, and a reader who pages by them misses nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.contract.making import ALL_LEVELS, NOW, a_query, content, names_on, put_version

from kenesh.basis.instants import Instant
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.rows import Grant, View
from kenesh.stix.marking import Tlp

WRITERS, ROUNDS, AT_ONCE = 4, 12, 5


def write_some(tx: StoreTransaction, writer: int, turn: int) -> list[Instant]:
    """A few grants; the writers' clocks differ by far more than a stamp's gap."""
    first = (writer * ROUNDS + turn) * AT_ONCE
    versions = [put_version(tx, first + i) for i in range(AT_ONCE)]
    held = tx.versions.held(versions)
    stamps = tx.grants.stamps(Instant(NOW + writer * 5), [1, 16, 2, 7, 1])
    # Whoever takes his stamps and is slow then would be overtaken, were there no lock.
    time.sleep(0.002)
    collection = content(tx).num
    tx.grants.append(
        [Grant(collection, Tlp(writer), s, h.num, h.object, h.key, 1) for s, h in zip(stamps, held, strict=True)]
    )
    return stamps


def test_a_reader_who_pages_by_stamp_misses_no_row(store: Database) -> None:
    with store.writing() as tx:
        collection = content(tx)
    view = View(collection, Instant(0), ALL_LEVELS)
    done = threading.Event()

    def write(writer: int) -> list[Instant]:
        made = []
        for turn in range(ROUNDS):
            with store.writing() as tx:
                made += write_some(tx, writer, turn)
        return made

    def read() -> list[Instant]:
        seen: list[Instant] = []
        while True:
            last_round = done.is_set()
            with store.reading() as tx:
                rows = names_on(tx, view, a_query(after=seen[-1] if seen else 0, limit=7, every_version=True))
            seen += [row.stamp for row in rows]
            if last_round and not rows:
                return seen

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(read)
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        made = [stamp for future in writing for stamp in future.result()]
        done.set()
        seen = reading.result()
    assert len(made) == len(set(made)) == WRITERS * ROUNDS * AT_ONCE
    assert seen == sorted(made)


def test_writers_of_two_processes_follow_one_another_too(store: Database, store_url: str) -> None:
    """Two `Database`s share no lock of Python's."""
    other = Database(open_engine(store_url))

    def write(database: Database, writer: int) -> list[Instant]:
        made = []
        for turn in range(ROUNDS):
            with database.writing() as tx:
                made += write_some(tx, writer, turn)
        return made

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(write, database, writer) for writer, database in enumerate((store, other))]
        made = [stamp for future in futures for stamp in future.result()]
    other.close()
    with store.reading() as tx:
        assert tx.versions.count() == {"indicator": 2 * ROUNDS * AT_ONCE}
    assert len(made) == len(set(made))


def test_a_reader_sees_one_state_from_beginning_to_end(store: Database) -> None:
    with store.reading() as before:
        assert before.versions.count() == {}
        with store.writing() as tx:
            put_version(tx, 1)
        assert before.versions.count() == {}
        assert before.versions.next_nums() == (1, 1)
    with store.reading() as after:
        assert after.versions.count() == {"indicator": 1}


def test_a_writer_that_raises_leaves_nothing(store: Database) -> None:
    with store.writing() as tx:
        put_version(tx, 1)
        (before,) = tx.grants.stamps(NOW, [1])
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        write_some(tx, 0, 1)
        tx.notes.set("a", "b")
        tx.alarms.raise_alarm("a", "b", "c", NOW)
        raise ZeroDivisionError
    with store.writing() as tx:
        assert tx.versions.count() == {"indicator": 1}
        assert (tx.notes.get("a"), tx.alarms.recent(9), tx.grants.of_objects(range(99))) == (None, [], [])
        (after,) = tx.grants.stamps(NOW, [1])
    assert after == before + 1


def test_a_writer_that_is_stopped_leaves_nothing(store: Database) -> None:
    with pytest.raises(KeyboardInterrupt), store.writing() as tx:
        put_version(tx, 1)
        raise KeyboardInterrupt
    with store.writing() as tx:
        assert tx.versions.count() == {}
