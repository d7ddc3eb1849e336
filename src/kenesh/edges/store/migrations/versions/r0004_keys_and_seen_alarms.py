"""What was heard of parties' keys, and the keys before the present one; who saw an alarm, and why it is settled.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    statements = op.create_table(
        "key_statements",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("party", "said", "sha256"),
    )
    # Every line of keys begins with the card that was admitted by its fingerprint, or a newer one under its key.
    peers = op.get_bind().execute(sa.text("SELECT party, card, admitted_at FROM peers")).all()
    for party, card, at in peers:
        row = {"party": party, "said": "admitted", "sha256": sha256(card).digest(), "raw": bytes(card), "at": at}
        op.get_bind().execute(sa.insert(statements).values(row))
    op.add_column("peers", sa.Column("former", TEXT, nullable=False, server_default="[]"))
    op.add_column("peers", sa.Column("provisional_until", sa.BigInteger))
    op.add_column("alarms", sa.Column("seen_at", sa.BigInteger))
    op.add_column("alarms", sa.Column("seen_by", TEXT))
    op.add_column("alarms", sa.Column("seen_why", TEXT))
