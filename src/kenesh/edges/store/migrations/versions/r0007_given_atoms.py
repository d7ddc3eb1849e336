"""The atoms of what is given to those who look values up, and which atoms a version has.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

#: The content of the audiences that are open to constituents and accounts: the public, parties, and groups.
FILL = (
    "INSERT INTO given_atoms (collection, kind, value, tlp, stamp, version)"
    " SELECT g.collection, a.kind, a.value, g.tlp, g.stamp, g.version"
    " FROM collections c JOIN grants g ON g.collection = c.num JOIN atoms a ON a.version = g.version"
    " WHERE c.channel = 'content' AND c.kind IN (1, 4, 5)"
    " ORDER BY g.collection, a.kind, a.value, g.tlp, g.stamp"
)


def upgrade() -> None:
    op.create_index("atoms_by_version", "atoms", ["version"])
    op.create_table(
        "given_atoms",
        sa.Column("collection", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("tlp", sa.SmallInteger, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("collection", "kind", "value", "tlp", "stamp"),
        sqlite_with_rowid=False,
    )
    op.execute(FILL)
