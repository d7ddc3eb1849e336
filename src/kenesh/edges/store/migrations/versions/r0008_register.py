"""Pages that were read for the register of what was said, and their rows until a person judged them.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "kept_pages",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ref", TEXT, nullable=False, unique=True),
        sa.Column("sha256", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("condition", TEXT, nullable=False),
        sa.Column("dated_on", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("succeeds", TEXT, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("stated", sa.SmallInteger, nullable=False),
    )
    op.create_table(
        "kept_rows",
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("read", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("standing", sa.SmallInteger, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger),
        sa.Column("ref", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("page", "number"),
        sqlite_with_rowid=False,
    )
