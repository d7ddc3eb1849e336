"""What reads go by in place of what is withheld: atoms of what is given, limits by audience, grants by statement.

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
ATOMS = (
    "INSERT INTO given_atoms (collection, kind, value, tlp, stamp, version)"
    " SELECT g.collection, a.kind, a.value, g.tlp, g.stamp, g.version"
    " FROM collections c JOIN grants g ON g.collection = c.num JOIN atoms a ON a.version = g.version"
    " WHERE c.channel = 'content' AND c.kind IN (1, 4, 5)"
    " ORDER BY g.collection, a.kind, a.value, g.tlp, g.stamp"
)
#: '' stands for the end of what is valid until then.
LIMITS = (
    "INSERT INTO limits (audience_ref, ref, until, statement)"
    " SELECT s.audience_ref, '', c.valid_until, s.num FROM caveats c JOIN statements s ON s.num = c.statement"
    " WHERE c.valid_until IS NOT NULL",
    "INSERT INTO limits (audience_ref, ref, until, statement)"
    " SELECT s.audience_ref, n.ref, 0, s.num FROM not_for n JOIN statements s ON s.num = n.statement",
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
    op.execute(ATOMS)
    op.create_table(
        "limits",
        sa.Column("audience_ref", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("statement", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("audience_ref", "ref", "until", "statement"),
        sqlite_with_rowid=False,
    )
    for statement in LIMITS:
        op.execute(statement)
    op.drop_index("caveats_by_end", "caveats")
    op.drop_index("grants_by_statement", "grants")
    op.create_index("grants_by_statement", "grants", ["statement", "collection", "tlp"])
    op.create_index("past_grants_by_statement", "past_grants", ["statement", "collection", "ended_at"])
    op.create_index("terms_by_party", "terms", ["party"])
