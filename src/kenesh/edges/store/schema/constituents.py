"""Constituents of this node's party: their groups and tokens, and how much each reader has looked up."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, SmallInteger, Table

from kenesh.edges.store.schema.columns import Text, metadata

constituents = Table(
    "constituents",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, unique=True),  # NULL once removed
    Column("groups", Text, nullable=False),  # group:grid sector:energy
    Column("mail", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("told_upto", BigInteger, nullable=False),
    Column("told_on", BigInteger),
)

constituent_groups = Table(
    "constituent_groups",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
)

constituent_tokens = Table(
    "constituent_tokens",
    metadata,
    Column("token", Integer, primary_key=True, autoincrement=False),
    Column("constituent", Integer, nullable=False, index=True),
)

looked_up = Table(
    "looked_up",
    metadata,
    Column("who", Text, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("refused", SmallInteger, nullable=False),
    PrimaryKeyConstraint("who", "day"),
    sqlite_with_rowid=False,
)
