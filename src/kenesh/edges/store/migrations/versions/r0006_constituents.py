"""Constituents, their groups and tokens; how many values each reader has looked up.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "constituents",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, unique=True),
        sa.Column("groups", TEXT, nullable=False),
        sa.Column("mail", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("told_upto", sa.BigInteger, nullable=False),
        sa.Column("told_on", sa.BigInteger),
    )
    op.create_table(
        "constituent_groups",
        sa.Column("ref", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "constituent_tokens",
        sa.Column("token", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("constituent", sa.Integer, nullable=False, index=True),
    )
    op.create_table(
        "looked_up",
        sa.Column("who", TEXT, nullable=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("refused", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("who", "day"),
        sqlite_with_rowid=False,
    )
