"""The store's revisions: frozen operations that give exactly the tables of the schema, all of them or none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from tests.contract.making import ALL_LEVELS, BODY, NOW, OPEN, a_query, a_view, content, grant, put_version
from tests.unit.parties.signers import AZ
from tests.unit.parties.test_card import card

import kenesh
from kenesh.basis.instants import Instant
from kenesh.basis.problem import StoreProblem
from kenesh.edges.store import migration
from kenesh.edges.store.database import Database, open_engine
from kenesh.edges.store.migration import HEAD, bring_to, check_store, create_store, migrate, revisions
from kenesh.edges.store.schema import caveats, grants, metadata, not_for, secrets, statements
from kenesh.federation.key_lines import known_of_keys
from kenesh.holdings.pages import Limit, Page
from kenesh.holdings.rows import View
from kenesh.parties.party import party_id
from kenesh.release.audience import PUBLIC, group_audience
from kenesh.stix.marking import Tlp
from kenesh.watch.values import Atom, Kind

GRID = group_audience(party_id("AZ"), "grid")
VERSIONS = Path(migration.__file__).parent / "migrations" / "versions"
_CATALOGUES = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name",),
    "postgresql": (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, collation_name"
        " FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2",
        "SELECT tablename, indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%' ORDER BY 1, 2",
    ),
}


def catalogue(engine: Engine) -> list[tuple[str, ...]]:
    """Everything that the database itself says of its tables: also what alembic does not compare."""
    with engine.connect() as connection:
        rows = [row for query in _CATALOGUES[engine.dialect.name] for row in connection.execute(text(query))]
    return [tuple(re.sub(r"\s+", " ", str(value)).strip() for value in row) for row in rows]


def emptied(engine: Engine) -> None:
    with engine.connect() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")


def test_migrating_an_empty_database_gives_exactly_the_schema(empty_url: str) -> None:
    engine = open_engine(empty_url)
    create_store(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    migrated = catalogue(engine)
    emptied(engine)
    metadata.create_all(engine)
    assert migrated == catalogue(engine)
    assert len(migrated) > 50
    engine.dispose()


def test_a_store_of_an_earlier_revision_is_moved_on_to_exactly_the_schema(empty_url: str) -> None:
    engine = open_engine(empty_url)
    for revision in revisions():
        with Database(engine).writing() as tx:
            bring_to(tx.connection, revision)
    check_store(engine)
    one_by_one = catalogue(engine)
    emptied(engine)
    metadata.create_all(engine)
    assert one_by_one == catalogue(engine)
    engine.dispose()


@pytest.mark.postgresql
def test_every_text_compares_by_code_point_on_postgresql(postgresql_store: Database) -> None:
    with postgresql_store.engine.connect() as connection:
        query = (
            "SELECT DISTINCT data_type, collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
            " AND data_type IN ('text', 'character varying')"
        )
        assert connection.execute(text(query)).all() == [("text", "C")]


def test_the_newest_revision_is_the_one_that_this_release_works_with() -> None:
    config = Config()
    config.set_main_option("script_location", "kenesh.edges.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_revision_is_frozen(path: Path) -> None:
    """It reads nothing of the package, whose tables go on changing."""
    assert "kenesh" not in path.read_text("utf-8")


def test_a_store_is_made_once_and_only_in_an_empty_database(empty_url: str) -> None:
    engine = open_engine(empty_url)
    create_store(engine)
    check_store(engine)
    migrate(engine)
    check_store(engine)
    with pytest.raises(StoreProblem) as refused:
        create_store(engine)
    assert refused.value.sentence() == "There is something in that database already. Give the node an empty one."
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE ledger_heads (x INTEGER)")
    with pytest.raises(StoreProblem, match="ledger_heads"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["ledger_heads"]
    engine.dispose()


def test_a_store_of_another_revision_is_not_opened(store: Database) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreProblem) as refused:
        check_store(store.engine)
    assert refused.value.sentence() == (
        f"The store has revision 0999; this release works with {HEAD}."
        " An older one is moved on by `kenesh upgrade`; for a newer one install the release that wrote it."
    )


def test_opening_a_store_does_not_import_alembic(sqlite_store: Database) -> None:
    code = (
        "import sys; from kenesh.edges.store.database import open_engine;"
        "from kenesh.edges.store.migration import check_store;"
        f"check_store(open_engine({str(sqlite_store.engine.url)!r})); print('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_wheel_carries_the_migrations(tmp_path: Path) -> None:
    """Built and unpacked elsewhere, it makes a store."""
    root = Path(kenesh.__file__).parents[2]
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, capture_output=True, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "1"})
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import kenesh; from kenesh.edges.store.database import open_engine;"
        "from kenesh.edges.store.migration import check_store, create_store;"
        f"engine = open_engine('sqlite:///{tmp_path}/s.db'); create_store(engine); check_store(engine);"
        "print(kenesh.__file__)"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout.startswith(str(tmp_path))


#: What stores were made by. A change to the tables is a revision of its own.
WRITTEN = {"r0001_first.py": "62b684f0784ec330c80471fc7a33c7a325ec3f1c15b2c76118cac39910d3565a"}


def test_a_revision_by_which_stores_were_made_is_never_changed() -> None:
    found = {name: sha256((VERSIONS / name).read_bytes()).hexdigest() for name in WRITTEN}
    assert found == WRITTEN


def test_what_a_store_of_the_first_revision_holds_is_read_after_it_was_moved_on(empty_url: str) -> None:
    database = Database(open_engine(empty_url))
    with database.writing() as tx:
        bring_to(tx.connection, revisions()[0])
    with database.writing() as tx:
        given = grant(tx, put_version(tx, 1, raw=b'{"a":1}'), Tlp.GREEN)
    migrate(database.engine)
    check_store(database.engine)
    with database.writing() as tx:
        asked = tx.grants.page(a_view(tx), dict.fromkeys(ALL_LEVELS, OPEN), a_query())
        assert asked.octets(ALL_LEVELS, 9) == Page(b'{"a":1}', 1, given.stamp, given.stamp)
        assert tx.proposals.open(None, 9) == []
    database.close()


def test_tokens_go_on_with_the_scopes_that_they_had_and_sessions_do_not(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with Database(engine).writing() as tx:
        bring_to(tx.connection, "0002")
        for number, kind in enumerate(("token", "metrics", "session", "login")):
            secret = {"sha256": bytes([number]) * 32, "kind": kind, "name": kind, "party": "identity--x"}
            tx.connection.execute(secrets.insert().values(**secret, made_at=number, expires_at=9))
        bring_to(tx.connection, HEAD)
        assert [(one.name, one.scopes) for one in tx.tokens.all()] == [
            ("token", ("misp:read", "taxii:read", "taxii:write")),
            ("metrics", ("figures:read",)),
        ]
        assert [tx.secrets.of_kind(kind) == [] for kind in ("token", "metrics", "session", "login")] == [
            *[True] * 3,
            False,
        ]
    engine.dispose()


def test_a_node_that_was_admitted_before_keys_were_kept_begins_its_line_with_the_card_that_is_there(
    empty_url: str,
) -> None:
    engine = open_engine(empty_url)
    value = card()
    with Database(engine).writing() as tx:
        bring_to(tx.connection, "0003")
        tx.connection.execute(
            text(
                "INSERT INTO peers (party, code, name, url, x, kid, serial, valid_until, card, depositary, admitted_at,"
                " last_error, skew)"
                " VALUES (:party, 'AZ', 'AZ', 'https://az.example', :x, :kid, 3, 9, :card, 0, 7, '', 0)"
            ),
            {"party": party_id("AZ"), "x": AZ.public.x, "kid": AZ.kid, "card": msgspec.json.encode(value)},
        )
    migrate(engine)
    with Database(engine).reading() as tx:
        known, peer = known_of_keys(tx, party_id("AZ")), tx.peers.by_ref(party_id("AZ"))
    assert known is not None
    assert (known.anchor.card.key, known.anchor.at) == (AZ.public, 7)
    assert peer is not None
    assert (peer.kids, peer.provisional_until) == ((AZ.kid,), None)
    engine.dispose()


def test_what_was_given_before_is_found_by_its_values_after_a_store_was_moved_on(empty_url: str) -> None:
    """In the collections in which values are looked up, and in no other."""
    database, atom = Database(open_engine(empty_url)), Atom(Kind.DOMAIN, "evil.example")
    with database.writing() as tx:
        bring_to(tx.connection, "0006")
    with database.writing() as tx:
        # As the release before wrote them.
        for number, audience in enumerate((PUBLIC, GRID, BODY), 1):
            tx.atoms.add([(put_version(tx, number), atom)])
            row = {"collection": content(tx, audience).num, "tlp": 1, "stamp": number, "version": number}
            row |= {"object": number, "modified_key": "", "statement": 1, "type": "indicator", "octets": 9}
            tx.connection.execute(grants.insert().values(**row, sup=9, late=0))
    migrate(database.engine)
    check_store(database.engine)
    with database.reading() as tx:
        views = [View(content(tx, audience), Instant(0), ALL_LEVELS) for audience in (PUBLIC, GRID, BODY)]
        assert [tx.atoms.find_given(view, [atom]) for view in views] == [[(atom, 1)], [(atom, 2)], []]
    database.close()


def test_what_was_given_under_caveats_before_is_limited_after_a_store_was_moved_on(empty_url: str) -> None:
    """For whom it is not, and from when it is over: of its own audience, while a grant of it is in force."""
    database, kz = Database(open_engine(empty_url)), party_id("KZ")
    with database.writing() as tx:
        bring_to(tx.connection, "0006")
    with database.writing() as tx:
        # As the release before wrote them.
        for number, (audience, valid_until, ref) in enumerate(((PUBLIC, NOW - 1, None), (GRID, None, kz)), 1):
            row = {"id": f"kenesh-release--{number}", "type": "kenesh-release", "version": 0, "party": party_id("AZ")}
            row |= {"audience_ref": audience.ref, "number": 1, "sha256": b"", "label": 1, "follow": 0, "objects": 1}
            tx.connection.execute(statements.insert().values(**row, num=number, reason="", at=NOW))
            said = {"statement": number, "chain": "", "pap": -1, "purpose": "", "source_hidden": 0}
            tx.connection.execute(caveats.insert().values(**said, valid_until=valid_until))
            if ref is not None:
                tx.connection.execute(not_for.insert().values(ref=ref, statement=number))
    migrate(database.engine)
    check_store(database.engine)
    with database.writing() as tx:
        asked = [(audience.ref, Limit(refs, NOW)) for audience in (PUBLIC, GRID) for refs in ((kz,), ())]
        assert [tx.statements.is_limited(*one) for one in asked] == [False] * 4
        for number in (1, 2):
            grant(tx, put_version(tx, number), Tlp.CLEAR, statement=number)
        assert [tx.statements.is_limited(*one) for one in asked] == [True, True, True, False]
        assert not tx.statements.is_limited(PUBLIC.ref, Limit((), Instant(NOW - 1)))
    database.close()
