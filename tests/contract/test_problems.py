"""What a database cannot do is said in a sentence with the next step."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool
from tests.contract.making import NOW, put_version
from tests.contract.postgresql import PostgreSql

from kenesh.basis.problem import Problem, StoreProblem, UnreachableProblem, UsageProblem
from kenesh.edges.store import database, problems
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import check_store


def refusal(database: Database) -> Problem:
    """What opening the store raises."""
    with pytest.raises(Problem) as refused:
        check_store(database.engine)
    database.close()
    return refused.value


def test_a_database_that_nobody_serves_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        problem = refusal(Database(open_engine(f"postgresql://kenesh@127.0.0.1:{unused.getsockname()[1]}/kenesh")))
    assert isinstance(problem, UnreachableProblem)
    assert problem.detail.startswith("The database does not answer: ")
    assert problem.advice == "Start it, or look at `database` in kenesh.toml."


@pytest.mark.postgresql
def test_a_database_that_is_not_there_is_unreachable(postgresql: PostgreSql) -> None:
    problem = refusal(Database(open_engine(postgresql.url("no_such"))))
    assert isinstance(problem, UnreachableProblem)
    assert '"no_such" does not exist' in problem.detail


@pytest.mark.postgresql
def test_a_database_that_goes_away_within_a_transaction_is_unreachable(postgresql_store: Database) -> None:
    with pytest.raises(UnreachableProblem), postgresql_store.writing() as tx:
        put_version(tx, 1)
        pid = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        url = postgresql_store.engine.url.set(drivername="postgresql").render_as_string()
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        put_version(tx, 2)
    with postgresql_store.reading() as tx:
        assert tx.versions.count() == {}


def test_an_empty_database_is_no_store(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE something (x INTEGER)")
    problem = refusal(Database(engine))
    assert problem.sentence() == "The database holds no store of Kenesh. Is `database` in kenesh.toml right?"


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    problem = refusal(Database(open_engine(f"sqlite:///{tmp_path / 'gone.db'}")))
    assert problem.sentence() == f"There is no store at {tmp_path / 'gone.db'}. Restore it from a backup."
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"this is a letter and no database " * 100)
    problem = refusal(Database(open_engine(f"sqlite:///{tmp_path / 'store.db'}")))
    assert isinstance(problem, StoreProblem)
    assert problem.advice == "Keep a copy of it, then restore a backup."


def test_a_damaged_page_is_said_to_be_damage(sqlite_store: Database) -> None:
    with sqlite_store.writing() as tx:
        for number in range(200):
            put_version(tx, number, raw=b"x" * 1000)
    sqlite_store.close()
    path = Path(str(sqlite_store.engine.url.database))
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * (path.stat().st_size - 8192))
    with pytest.raises(StoreProblem, match="damaged"), sqlite_store.reading() as tx:
        tx.versions.count()


def test_a_folder_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem) as refused, Database(open_engine(f"sqlite:///{tmp_path}/no/store.db")).writing():
        pass
    assert refused.value.sentence() == "The store cannot be opened. Look at the folder's owner and permissions."


def test_a_full_disk_changes_nothing_and_is_said(sqlite_store: Database) -> None:
    with sqlite_store.writing() as tx:
        put_version(tx, 1)
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(StoreProblem) as refused, sqlite_store.writing() as tx:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
        for number in range(2, 100):
            put_version(tx, number, raw=b"x" * 5000)
    assert refused.value.sentence() == (
        "The disk is full; nothing was changed. Make room on the disk that holds the store, then repeat."
    )
    assert refused.value.retryable
    with sqlite_store.writing() as tx:
        assert tx.versions.count() == {"indicator": 1}
        tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        put_version(tx, 2)


def test_a_store_that_may_not_be_written_is_read_and_said(sqlite_store: Database) -> None:
    path = sqlite_store.engine.url.database
    read_only = Database(open_engine(f"sqlite:///file:{path}?mode=ro&uri=true"))
    check_store(read_only.engine)
    with read_only.reading() as tx:
        assert tx.versions.count() == {}
    with pytest.raises(StoreProblem) as refused, read_only.writing() as tx:
        put_version(tx, 1)
    assert refused.value.detail == "The store can be read and not written."
    read_only.close()


def test_nothing_can_be_written_while_reading(store: Database) -> None:
    with pytest.raises(StoreProblem, match="read and not written"), store.reading() as tx:
        tx.notes.set("a", "b")
    with store.writing() as tx:
        tx.notes.set("a", "c")
    with store.reading() as tx:
        assert tx.notes.get("a") == "c"


def test_a_writer_waits_for_another_process_and_not_for_ever(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 1)
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS[:2], "PRAGMA busy_timeout=200"))
    one, other = Database(open_engine(store_url)), Database(open_engine(store_url))
    with one.writing(), pytest.raises(StoreProblem) as refused, other.writing():
        pass
    assert refused.value.sentence() == (
        "Another process has held the store for more than 30 s. Wait for it, then repeat."
    )
    one.close()
    other.close()


def test_a_reader_who_finds_no_connection_is_told_to_wait(store: Database) -> None:
    engine = create_engine(store.engine.url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
    narrow = Database(engine)
    with engine.connect(), pytest.raises(StoreProblem, match="Too many"), narrow.reading():
        pass
    narrow.close()


def test_many_readers_at_once_all_find_a_connection(store: Database) -> None:
    together = threading.Barrier(24, timeout=20)

    def read() -> None:
        with store.reading() as tx:
            tx.versions.count()
            together.wait()

    threads = [threading.Thread(target=read) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not together.broken


def test_a_refusal_of_the_node_s_own_goes_through_as_it_is(store: Database) -> None:
    with pytest.raises(UsageProblem, match="mine"), store.writing() as tx:
        tx.notes.set("a", "b")
        raise UsageProblem("mine")
    with store.reading() as tx:
        assert tx.notes.get("a") is None


def test_what_breaks_a_rule_of_the_tables_is_refused_and_rolled_back(store: Database) -> None:
    with pytest.raises(StoreProblem, match="The store refused: "), store.writing() as tx:
        tx.statuses.add("one", "x", b"", NOW)
        tx.statuses.add("one", "x", b"", NOW)
    with store.reading() as tx:
        assert tx.statuses.find("one", "x") is None


@pytest.mark.parametrize("said", ["disk I/O error", "could not write: Input/output error"])
def test_a_failing_disk_is_not_called_full(said: str) -> None:
    problem = problems._problem(said, is_gone=True)
    assert (
        problem.sentence() == "The disk that holds the store fails; nothing was changed. Look at the disk, then repeat."
    )


def test_sqlite_keeps_its_promises_to_the_disk(sqlite_store: Database) -> None:
    with sqlite_store.reading() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert tx.connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


@pytest.mark.parametrize("count", [2, 60])
def test_rows_that_clash_are_refused_by_either_way_of_inserting(store: Database, count: int) -> None:
    """Few rows are inserted, many are copied, where the database can copy."""
    with pytest.raises(StoreProblem, match="The store refused: "), store.writing() as tx:
        owed = {"statement": 1, "position": 1, "object_id": "x", "sha256": b"", "proof": None}
        tx.statements.await_content([owed] * count)
    with store.writing() as tx:
        assert tx.versions.count() == {}


@pytest.mark.postgresql
def test_a_database_that_goes_away_while_rows_are_copied_is_unreachable(postgresql_store: Database) -> None:
    with pytest.raises(UnreachableProblem), postgresql_store.writing() as tx:
        pid = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        url = postgresql_store.engine.url.set(drivername="postgresql").render_as_string()
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        owed = {"statement": 1, "object_id": "x", "sha256": b"", "proof": None}
        tx.statements.await_content([owed | {"position": n} for n in range(99)])
    with postgresql_store.reading() as tx:
        assert tx.versions.count() == {}
