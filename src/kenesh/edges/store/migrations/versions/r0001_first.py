"""The first store.

Revision: 0001

Every table as it stood at the first release, in the order of `schema`, which has the comments. Frozen: it reads nothing
of this package, so that it makes the same store whatever `schema` becomes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Every table and index of an empty store."""
    _create_objects_and_versions()
    _create_imports()
    _create_grants()
    _create_statements_and_holds()
    _create_peers()
    _create_notices_and_atoms()
    _create_record_of_acts()


def _create_objects_and_versions() -> None:
    op.create_table("meta", sa.Column("name", TEXT, primary_key=True), sa.Column("value", TEXT, nullable=False))
    op.create_table(
        "objects",
        sa.Column("num", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("writer", TEXT, nullable=False),
        sa.Column("giver", TEXT, nullable=False),
        sa.Column("proved", sa.SmallInteger, nullable=False),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
        sa.Column("said_tlp", sa.SmallInteger, nullable=False),
        sa.Column("revoked", sa.SmallInteger, nullable=False),
        sa.Column("current", sa.BigInteger),
        sa.Index("objects_by_type", "type", "num"),
    )
    op.create_table(
        "versions",
        sa.Column("num", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("object", sa.BigInteger, nullable=False),
        sa.Column("modified_key", TEXT, nullable=False),
        sa.Column("modified", TEXT),
        sa.Column("created", TEXT),
        sa.Column("created_key", TEXT),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("created_by", TEXT),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
        sa.Column("whole", sa.SmallInteger, nullable=False),
        sa.Column("revoked", sa.SmallInteger, nullable=False),
        sa.Column("accepted", sa.SmallInteger, nullable=False),
        sa.Column("proved", sa.SmallInteger, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("is_statement", sa.SmallInteger, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("why", TEXT),
        sa.Column("source", TEXT),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("object", "modified_key", "sha256", name="versions_by_content"),
        sa.Index(
            "versions_in_conflict",
            "num",
            postgresql_where=sa.text("accepted = 0"),
            sqlite_where=sa.text("accepted = 0"),
        ),
    )
    op.create_table(
        "originals",
        sa.Column("version", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("target", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("target", "version"),
        sa.Index("links_by_version", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cited_markings",
        sa.Column("marking", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("granular", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("marking", "version", "granular"),
        sa.Index("cited_markings_by_version", "version"),
        sqlite_with_rowid=False,
    )


def _create_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("licence", TEXT, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("finished", sa.SmallInteger, nullable=False),
    )
    op.create_table(
        "import_versions",
        sa.Column("import", sa.Integer, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("import", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_remarks",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("import", sa.Integer, nullable=False, index=True),
        sa.Column("refused", sa.SmallInteger, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
    )


def _create_grants() -> None:
    op.create_table(
        "collections",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("last_stamp", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("audience_ref", "channel"),
    )
    op.create_table(
        "grants",
        sa.Column("collection", sa.Integer, nullable=False),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("object", sa.BigInteger, nullable=False),
        sa.Column("modified_key", TEXT, nullable=False),
        sa.Column("statement", sa.BigInteger, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("octets", sa.Integer, nullable=False),
        sa.Column("sup", sa.SmallInteger, nullable=False),
        sa.Column("late", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("collection", "tlp", "stamp"),
        sa.CheckConstraint("tlp BETWEEN 0 AND 4"),
        sa.Index("grants_by_object", "object", "collection", "modified_key"),
        sa.Index("grants_by_statement", "statement"),
        sa.Index("grants_by_type", "collection", "type", "tlp", "stamp"),
        sa.Index(
            "grants_last",
            "collection",
            "tlp",
            "stamp",
            "version",
            "octets",
            "sup",
            "late",
            postgresql_where=sa.text("sup > tlp AND late = 0"),
            sqlite_where=sa.text("sup > tlp AND late = 0"),
        ),
        sa.Index(
            "grants_last_late",
            "collection",
            "tlp",
            "stamp",
            postgresql_where=sa.text("sup > tlp AND late = 1"),
            sqlite_where=sa.text("sup > tlp AND late = 1"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "past_grants",
        sa.Column("collection", sa.Integer, nullable=False),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("object", sa.BigInteger, nullable=False),
        sa.Column("modified_key", TEXT, nullable=False),
        sa.Column("statement", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("collection", "stamp"),
        sa.Index("past_grants_by_object", "object"),
        sqlite_with_rowid=False,
    )


def _create_statements_and_holds() -> None:
    op.create_table(
        "statements",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("follow", sa.SmallInteger, nullable=False),
        sa.Column("objects", sa.Integer, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Index("statements_by_chain", "party", "audience_ref", "number"),
    )
    op.create_table(
        "holds",
        sa.Column("num", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("statement", sa.Integer),
        sa.Column("position", sa.Integer),
        sa.Column("import", sa.Integer),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Index("holds_by_version", "version"),
    )
    op.create_table(
        "awaited",
        sa.Column("statement", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("object_id", TEXT, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("proof", sa.LargeBinary),
        sa.PrimaryKeyConstraint("statement", "position"),
        sa.Index("awaited_by_content", "object_id", "sha256"),
    )
    op.create_table(
        "quarantine",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("object_id", TEXT, nullable=False),
        sa.Column("octets_sha256", sa.LargeBinary, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.UniqueConstraint("party", "audience_ref", "channel", "octets_sha256"),
        sa.Index("quarantine_by_party", "party", "size"),
    )
    op.create_table(
        "terms",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("membership", TEXT, nullable=False),
        sa.Column("kid", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("begins", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger),
        sa.Column("stated_at", sa.BigInteger, nullable=False),
        sa.Column("stamp", sa.BigInteger),
        sa.UniqueConstraint("audience_ref", "party", "membership", "begins"),
    )


def _create_peers() -> None:
    op.create_table(
        "packs",
        sa.Column("party", TEXT, nullable=False),
        sa.Column("outgoing", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("party", "outgoing", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feeds",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=False),
        sa.Column("certificate", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("licence", TEXT, nullable=False),
        sa.Column("every_s", sa.Integer, nullable=False),
        sa.Column("carries", TEXT, nullable=False),
        sa.Column("added_after", TEXT),
        sa.Column("pushed", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger),
        sa.Column("said", TEXT, nullable=False),
    )
    op.create_table(
        "peers",
        sa.Column("party", TEXT, primary_key=True),
        sa.Column("code", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("x", TEXT, nullable=False),
        sa.Column("kid", TEXT, nullable=False, unique=True),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger, nullable=False),
        sa.Column("card", sa.LargeBinary, nullable=False),
        sa.Column("depositary", sa.SmallInteger, nullable=False),
        sa.Column("admitted_at", sa.BigInteger, nullable=False),
        sa.Column("last_sync_at", sa.BigInteger),
        sa.Column("last_error", TEXT, nullable=False),
        sa.Column("skew", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("party", TEXT, nullable=False),
        sa.Column("collection_id", TEXT, nullable=False),
        sa.Column("added_after", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("party", "collection_id"),
    )
    op.create_table(
        "reads",
        sa.Column("collection", sa.Integer, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("collection", "party", "stamp"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secrets",
        sa.Column("sha256", sa.LargeBinary, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )


def _create_notices_and_atoms() -> None:
    op.create_table(
        "alarms",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.UniqueConstraint("code", "about", "text"),
    )
    op.create_table(
        "statuses",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "atoms",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table("long_values", sa.Column("key", TEXT, primary_key=True), sa.Column("value", TEXT, nullable=False))


def _create_record_of_acts() -> None:
    op.create_table(
        "ledger_acts",
        sa.Column("num", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", TEXT),
        sa.Column("who", TEXT),
        sa.Column("subject", TEXT),
        sa.Column("details", TEXT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("epoch", sa.Integer),
        sa.Column("interval", sa.BigInteger),
        sa.Index(
            "ledger_acts_pending",
            "num",
            postgresql_where=sa.text("epoch IS NULL"),
            sqlite_where=sa.text("epoch IS NULL"),
        ),
        sa.Index("ledger_acts_placed", "epoch", "interval"),
    )
    op.create_table(
        "ledger_epochs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger_leaves",
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("num", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("epoch", "num"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_heads",
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("epoch", "size"),
        sqlite_with_rowid=False,
    )
