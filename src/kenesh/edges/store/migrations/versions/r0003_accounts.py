"""Accounts, sessions, passkeys, recovery codes; tokens have scopes. Tokens go on; whoever was at the desk logs in anew.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
TOKENS = (
    "INSERT INTO tokens (sha256, name, party, scopes, made_at, expires_at)"
    " SELECT sha256, name, party,"
    " CASE kind WHEN 'metrics' THEN 'figures:read' ELSE 'misp:read taxii:read taxii:write' END,"
    " made_at, expires_at FROM secrets WHERE kind IN ('token', 'metrics') ORDER BY made_at, sha256"
)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, unique=True),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("cleared", TEXT),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("password_until", sa.BigInteger),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger, nullable=False),
        sa.Column("issuer", TEXT),
        sa.Column("subject", TEXT),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("locked_at", sa.BigInteger),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "sessions",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("account", sa.Integer, nullable=False, index=True),
        sa.Column("stage", sa.SmallInteger, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "passkeys",
        sa.Column("credential", sa.LargeBinary, primary_key=True),
        sa.Column("account", sa.Integer, nullable=False, index=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "sha256"),
    )
    op.create_table(
        "tokens",
        sa.Column("num", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("party", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_on", sa.BigInteger),
    )
    op.execute(sa.text(TOKENS))
    op.execute(sa.text("DELETE FROM secrets WHERE kind <> 'login'"))
