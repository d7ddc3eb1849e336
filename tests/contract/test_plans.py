"""How pages are read: by ranges of the key, up to the limit; what is withheld costs nothing, so nobody can time it."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from sqlalchemy import text
from tests.contract.making import AZ, BODY, KZ, NOW, TR, a_query, content

from kenesh.basis.instants import Instant
from kenesh.edges.store import pages
from kenesh.edges.store.database import Database
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.feed import _conditions
from kenesh.holdings.pages import PageQuery
from kenesh.holdings.rows import View
from kenesh.release.audience import party_audience
from kenesh.release.reader import peer_reader
from kenesh.stix.marking import Tlp

COUNT: Final = 30_000
LIMIT: Final = 200
LEVELS: Final = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT)

# A fourth of the grants in each collection, a fifth at each level; every third is superseded; malware is rare.
_NUMBERS: Final = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_FILL: Final = (
    "INSERT INTO objects (num, id, type, writer, giver, proved, tlp, said_tlp, revoked, current)"
    " SELECT i, 'indicator--' || i, CASE WHEN i % 500 < 20 THEN 'malware' ELSE 'indicator' END, 'a', 'a', 1, 0, 0, 0, i"
    " FROM n",
    "INSERT INTO versions (num, object, modified_key, modified, sha256, created_by, tlp, whole, revoked, accepted,"
    " proved, added_at, is_statement, name, raw)"
    " SELECT i, i, '2026', '2026Z', {octets}, 'a', 0, 1, 0, 1, 1, 1, 0, 'n', {octets} FROM n",
    "INSERT INTO grants (collection, tlp, stamp, version, object, modified_key, statement, type, octets, sup, late)"
    " SELECT {collection}, i / 4 % 5, {now} + i, i, i, '2026', i / 100,"
    " CASE WHEN i % 500 < 20 THEN 'malware' ELSE 'indicator' END, 300,"
    " CASE WHEN i % 3 = 0 THEN 0 ELSE 9 END, CASE WHEN i % 101 = 0 THEN 1 ELSE 0 END FROM n",
)
QUERIES: Final = {
    "all": a_query(limit=LIMIT, every_version=True),
    "last": a_query(limit=LIMIT),
    "first": a_query(limit=LIMIT, first=True, last=False),
    "last and first": a_query(limit=LIMIT, first=True),
    "from the middle": a_query(limit=LIMIT, after=Instant(NOW + COUNT // 2)),
    "one type": a_query(limit=LIMIT, types=("malware",)),
    "ids": a_query(limit=LIMIT, ids=tuple(f"indicator--{number}" for number in range(1, 400))),
}


def fill(tx: StoreTransaction, first: int, last: int, collection: str) -> None:
    """Grants with these numbers, each with an object of its own."""
    octets = "randomblob(300)" if tx.connection.dialect.name == "sqlite" else "decode(repeat(md5('a'), 20), 'hex')"
    for statement in _FILL:
        numbers = _NUMBERS.format(first=first, last=last)
        written = statement.format(octets=octets, now=NOW, collection=collection)
        tx.connection.execute(text(f"{numbers} {written}"))


def filled(store: Database) -> View:
    """The body's collection among three others, as a member sees it."""
    with store.writing() as tx:
        body, *_ = (content(tx, audience) for audience in (BODY, *(party_audience(p) for p in (AZ, TR, KZ))))
        fill(tx, 1, COUNT, "i % 4 + 1")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return View(body, Instant(0), LEVELS)


def planned(tx: StoreTransaction, view: View, query: PageQuery, explain: str) -> Any:
    """What the database says of the page's statement."""
    is_sqlite = tx.connection.dialect.name == "sqlite"
    objects = range(1, 400) if query.ids else ()
    page = pages.asked(view, conditions(view), query, objects, is_sqlite=is_sqlite)
    statement = page.page(range(len(page.members)))
    params = {**page.params, "n": query.limit + 1}
    return tx.connection.execute(text(f"{explain} {statement}"), params).all()


def conditions(view: View) -> dict[Tlp, str]:
    """The decision as a member's node meets it."""
    return _conditions(view, peer_reader(TR))


def scans(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of PostgreSQL's plan that read a table, each once."""
    inner = [part for child in plan.get("Plans", ()) for part in scans(child)]
    return [plan, *inner] if "Relation Name" in plan else inner


def visited(tx: StoreTransaction, view: View, query: PageQuery) -> int:
    """Of a page: the steps of SQLite's machine, in hundreds, or the rows that PostgreSQL read."""
    if tx.connection.dialect.name == "sqlite":
        steps: list[None] = []
        connection = tx.connection.connection.driver_connection
        assert connection is not None
        connection.set_progress_handler(lambda: steps.append(None), 100)
        asked = tx.grants.page(view, conditions(view), query)
        levels = [level for level, _ in asked.levels()]
        asked.octets(levels, min(asked.extent(levels)[0], query.limit))
        connection.set_progress_handler(None, 100)
        return len(steps)
    ((found,),) = planned(tx, view, query, "EXPLAIN (ANALYZE, FORMAT JSON)")
    parts = scans((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(sum(part["Actual Loops"] * sum(part.get(name, 0) for name in names) for part in parts))


_LAST: Final = [
    "COVERING INDEX grants_last (collection=? AND tlp=? AND stamp>?)",
    "INDEX grants_last_late (collection=? AND tlp=? AND stamp>?)",
]


@pytest.mark.parametrize(
    ("name", "indices"),
    [
        ("all", ["PRIMARY KEY (collection=? AND tlp=? AND stamp>?)"]),
        ("first", ["PRIMARY KEY (collection=? AND tlp=? AND stamp>?)"]),
        ("last and first", ["PRIMARY KEY (collection=? AND tlp=? AND stamp>?)"]),
        ("last", _LAST),
        ("from the middle", _LAST),
        ("one type", ["INDEX grants_by_type (collection=? AND type=? AND tlp=? AND stamp>?)"]),
        ("ids", ["INDEX grants_by_object (object=? AND collection=?)"]),
    ],
)
def test_on_sqlite_each_level_is_one_range(sqlite_store: Database, name: str, indices: list[str]) -> None:
    """Without statistics: a store of ours has none."""
    with sqlite_store.writing() as tx:
        view = View(content(tx), Instant(0), LEVELS)
        lines = [row[3] for row in planned(tx, view, QUERIES[name], "EXPLAIN QUERY PLAN")]
    read = [line for line in lines if " g " in line]
    assert read == [f"SEARCH g USING {index}" for index in indices for _ in LEVELS]
    probed = [line for line in lines if " n " in line]
    assert all(line.startswith("SEARCH n USING COVERING INDEX grants_by_object (object=? AND") for line in probed)
    assert not any(line.startswith("SCAN") and ("grants" in line or "versions" in line) for line in lines)


@pytest.mark.postgresql
def test_on_postgresql_each_level_is_a_walk_along_an_index_up_to_the_limit(postgresql_store: Database) -> None:
    view = filled(postgresql_store)
    with postgresql_store.reading() as tx:
        for name in ("all", "last", "first", "last and first", "from the middle"):
            ((found,),) = planned(tx, view, QUERIES[name], "EXPLAIN (ANALYZE, FORMAT JSON)")
            parts = [part for part in scans(found[0]["Plan"]) if part["Relation Name"] == "grants"]
            read = [part for part in parts if part["Alias"].startswith("g")]
            assert {part["Node Type"] for part in parts} <= {"Index Scan", "Index Only Scan"}, name
            wanted = {"grants_last", "grants_last_late"} if name in ("last", "from the middle") else {"grants_pkey"}
            assert {part["Index Name"] for part in read} == wanted, name
            assert len(read) == len(LEVELS) * len(wanted), name
            assert sum(part["Actual Rows"] for part in read) <= LIMIT + len(read) + 1, name


def test_what_is_withheld_is_not_visited(store: Database) -> None:
    """A page costs the same when four times as much lies beside it: in other collections, stricter, or ended."""
    view = filled(store)
    with store.reading() as tx:
        before = {name: visited(tx, view, query) for name, query in QUERIES.items()}
    with store.writing() as tx:
        fill(tx, COUNT + 1, COUNT + 30_000, "i % 3 + 2")
        fill(tx, COUNT + 30_001, COUNT + 60_000, "1")
        new = f"stamp > {NOW + COUNT + 30_000}"
        moved = "collection, tlp, stamp, version, object, modified_key, statement"
        tx.connection.execute(text(f"UPDATE grants SET tlp = 4 WHERE {new} AND stamp % 2 = 0"))
        ended = f"{new} AND stamp % 2 = 1"
        tx.connection.execute(
            text(f"INSERT INTO past_grants ({moved}, ended_at, why) SELECT {moved}, 1, '' FROM grants WHERE {ended}")
        )
        tx.connection.execute(text(f"DELETE FROM grants WHERE {ended}"))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    with store.reading() as tx:
        after = {name: visited(tx, view, query) for name, query in QUERIES.items()}
    assert after == pytest.approx(before, rel=0.02, abs=3)
    assert all(rows < 12 * LIMIT for rows in after.values())
