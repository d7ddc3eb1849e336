"""The keys by which texts are searched: filled when somebody searches.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_keys",
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", TEXT, nullable=False),
    )
