"""Values proposed by texts; what feeds were asked to delete; heads of others' records, and frontiers of one's own.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("import", sa.Integer, nullable=False, index=True),
        sa.Column("key", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("doubt", TEXT, nullable=False),
        sa.Column("standing", sa.SmallInteger, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Index(
            "proposals_open", "num", postgresql_where=sa.text("standing = 0"), sqlite_where=sa.text("standing = 0")
        ),
    )
    op.create_table(
        "taken_back",
        sa.Column("feed", sa.Integer, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("feed", "stamp"),
    )
    op.create_table(
        "ledger_frontiers",
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("epoch", "size"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "witnessed_heads",
        sa.Column("party", TEXT, nullable=False),
        sa.Column("kid", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("heard_from", TEXT, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
        sa.Column("standing", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("party", "kid", "epoch", "size", "root"),
        sqlite_with_rowid=False,
    )
