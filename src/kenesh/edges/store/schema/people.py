"""Persons and clients of this node: accounts, sessions, passkeys and tokens. Of secrets a hash is kept, or a seal."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from kenesh.edges.store.schema.columns import Text, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, unique=True),  # NULL once erased
    Column("roles", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("cleared", Text),  # bodies; NULL for all of them
    Column("password", Text, nullable=False),
    Column("password_until", BigInteger),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("issuer", Text),
    Column("subject", Text),
    Column("made_at", BigInteger, nullable=False),
    Column("locked_at", BigInteger),
    UniqueConstraint("issuer", "subject"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("account", Integer, nullable=False, index=True),
    Column("stage", SmallInteger, nullable=False),
    Column("how", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "sha256"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_on", BigInteger),
)
