"""The caveats of releases, and for whom they are not; ceilings of parties and classes.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ceilings",
        sa.Column("ref", TEXT, primary_key=True),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
    )
    op.create_table(
        "caveats",
        sa.Column("statement", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("chain", TEXT, nullable=False),
        sa.Column("pap", sa.SmallInteger, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("source_hidden", sa.SmallInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger),
        sa.Index(
            "caveats_by_end",
            "valid_until",
            postgresql_where=sa.text("valid_until IS NOT NULL"),
            sqlite_where=sa.text("valid_until IS NOT NULL"),
        ),
    )
    op.create_table(
        "not_for",
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("statement", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("ref", "statement"),
        sa.Index("not_for_by_statement", "statement"),
        sqlite_with_rowid=False,
    )
