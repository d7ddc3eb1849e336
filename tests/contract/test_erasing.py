"""What is erased leaves the file and its log, at once or as soon as nobody reads by the log any more."""

from __future__ import annotations

from pathlib import Path

from tests.contract.making import put_version

from kenesh.edges.store.database import Database, open_engine

CANARY = b"canary-71c0f4"


def octets_of(store: Database) -> bytes:
    path = Path(str(store.engine.url.database))
    return b"".join(found.read_bytes() for found in path.parent.glob(f"{path.name}*"))


def test_what_is_erased_is_in_the_file_and_its_log_no_more(sqlite_store: Database) -> None:
    with sqlite_store.writing() as tx:
        version = put_version(tx, 1, raw=CANARY)
    assert CANARY in octets_of(sqlite_store)
    with sqlite_store.writing() as tx:
        assert tx.versions.erase([version]) == ()
        assert tx.versions.held([version]) == []
    assert CANARY not in octets_of(sqlite_store)


def test_while_somebody_reads_nobody_waits_and_the_log_is_emptied_after_a_later_act(sqlite_store: Database) -> None:
    with sqlite_store.writing() as tx:
        version = put_version(tx, 1, raw=CANARY)
    other = Database(open_engine(sqlite_store.engine.url.render_as_string(hide_password=False)))
    with other.reading() as reading:
        assert reading.versions.raw([version]) == {version: CANARY}
        with sqlite_store.writing() as tx:
            tx.versions.erase([version])
        assert reading.versions.raw([version]) == {version: CANARY}, "one who reads sees one state"
        assert CANARY in octets_of(sqlite_store)
    with sqlite_store.writing():
        pass
    assert CANARY not in octets_of(sqlite_store)
    other.close()


def test_what_was_not_erased_after_all_is_there(sqlite_store: Database) -> None:
    class _Fault(Exception):
        pass

    with sqlite_store.writing() as tx:
        version = put_version(tx, 1, raw=CANARY)
    try:
        with sqlite_store.writing() as tx:
            tx.versions.erase([version])
            raise _Fault
    except _Fault:
        pass
    with sqlite_store.writing() as tx:
        assert tx.versions.raw([version]) == {version: CANARY}
