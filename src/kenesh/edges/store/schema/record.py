"""The record of acts: its leaves and heads, and the heads of others."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table

from kenesh.edges.store.schema.columns import Number, Text, metadata, partial

ledger_acts = Table(
    "ledger_acts",
    metadata,
    Column("num", Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text),
    Column("who", Text),
    Column("subject", Text),
    Column("details", Text),  # a JSON object of texts and whole numbers
    Column("salt", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("epoch", Integer),  # both NULL until its interval is closed
    Column("interval", BigInteger),
    partial("ledger_acts_pending", "num", where="epoch IS NULL"),
    Index("ledger_acts_placed", "epoch", "interval"),
)

ledger_epochs = Table(
    "ledger_epochs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began_at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # hashes of 32 octets, one behind the other
)

ledger_leaves = Table(
    "ledger_leaves",
    metadata,
    Column("epoch", Integer, nullable=False),
    Column("num", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("epoch", "num"),
    sqlite_with_rowid=False,
)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("epoch", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("signature", Text, nullable=False),
    PrimaryKeyConstraint("epoch", "size"),
    sqlite_with_rowid=False,
)

ledger_frontiers = Table(
    "ledger_frontiers",
    metadata,
    Column("epoch", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # of the leaves of a head
    PrimaryKeyConstraint("epoch", "size"),
    sqlite_with_rowid=False,
)

#: Heads of the logs of others, and of this node's own where another holds one that it does not have.
witnessed_heads = Table(
    "witnessed_heads",
    metadata,
    Column("party", Text, nullable=False),
    Column("kid", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("signature", Text, nullable=False),
    Column("heard_from", Text, nullable=False),
    Column("heard_at", BigInteger, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    PrimaryKeyConstraint("party", "kid", "epoch", "size", "root"),
    sqlite_with_rowid=False,
)
