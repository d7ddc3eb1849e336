"""Heads of other nodes' records, and the frontiers of one's own.

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
