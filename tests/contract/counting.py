"""What a read costs, counted and not timed; and many rows of what it is to pass over.

SQLite counts the steps of its machine, and PostgreSQL the rows and entries of indices that it read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import text
from tests.contract.making import NOW, a_key, content

from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.rows import Grant
from kenesh.release.audience import Audience
from kenesh.stix.marking import Tlp
from kenesh.watch.values import Atom, Kind

VALUE: Final = "evil.example"
ATOM: Final = Atom(Kind.DOMAIN, VALUE)

_NUMBERS: Final = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_HELD: Final = (
    "INSERT INTO objects (num, id, type, writer, giver, proved, tlp, said_tlp, revoked, current)"
    " SELECT i, 'indicator--' || i, 'indicator', 'a', 'a', 1, 0, 0, 0, i FROM n",
    "INSERT INTO versions (num, object, modified_key, modified, sha256, created_by, tlp, whole, revoked, accepted,"
    " proved, added_at, is_statement, name, raw)"
    f" SELECT i, i, '{a_key(1)}', '2026Z', {{octets}}, 'a', 0, 1, 0, 1, 1, 1, 0, 'n', {{octets}} FROM n",
    "INSERT INTO holds (version, party, audience_ref, person, label, since) SELECT i, 'a', 'a', '', -1, 1 FROM n",
)


def hold(tx: StoreTransaction, first: int, count: int, value: str = VALUE) -> list[int]:
    """So many indicators, from a number on, each of the value; `{}` in it stands for the number."""
    octets = "randomblob(32)" if tx.connection.dialect.name == "sqlite" else "decode(md5(i::text), 'hex')"
    for statement in _HELD:
        numbers = _NUMBERS.format(first=first, last=first + count - 1)
        insert, select = statement.split(" SELECT ", 1)
        tx.connection.execute(text(f"{numbers} {insert} SELECT {select.format(octets=octets)}"))
    nums = list(range(first, first + count))
    tx.atoms.add([(num, Atom(Kind.DOMAIN, value.format(num))) for num in nums])
    return nums


def give(tx: StoreTransaction, audience: Audience, nums: Sequence[int], tlp: Tlp, statement: int = 1) -> list[Grant]:
    """Grants of these versions in the audience's collection, by that release."""
    stamps = tx.grants.stamps(NOW, [1] * len(nums))
    num = content(tx, audience).num
    made = [Grant(num, tlp, stamp, n, n, a_key(1), statement) for n, stamp in zip(nums, stamps, strict=True)]
    tx.grants.append(made)
    return made


def read_by(tx: StoreTransaction, act: Callable[[], Any]) -> int:
    """What the act reads: the steps of SQLite's machine, in tens, or PostgreSQL's rows and entries of indices."""
    if tx.connection.dialect.name == "sqlite":
        steps: list[None] = []
        connection = tx.connection.connection.driver_connection
        assert connection is not None
        connection.set_progress_handler(lambda: steps.append(None), 10)
        act()
        connection.set_progress_handler(None, 10)
        return len(steps)
    counted = text(
        "SELECT sum(pg_stat_get_xact_tuples_returned(oid)) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"
    )
    before = tx.connection.execute(counted).scalar_one()
    act()
    return int(tx.connection.execute(counted).scalar_one() - before)


def analysed(store: Database) -> None:
    """PostgreSQL has statistics of what stands in its tables; a store of ours on SQLite has none."""
    if store.engine.dialect.name != "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def planned_by(tx: StoreTransaction, act: Callable[[], Any]) -> list[str]:
    """What SQLite says of the statements of the act."""
    said: list[str] = []
    connection = tx.connection.connection.driver_connection
    assert connection is not None
    connection.set_trace_callback(said.append)
    act()
    connection.set_trace_callback(None)
    return [row[3] for statement in said for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
