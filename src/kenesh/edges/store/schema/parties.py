"""Who is who, and how far each line has come: terms, peers, feeds, packs, secrets, and what people are told."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from kenesh.edges.store.schema.columns import Text, metadata

terms = Table(
    "terms",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("audience_ref", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("membership", Text, nullable=False),
    Column("kid", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger),
    Column("stated_at", BigInteger, nullable=False),
    Column("stamp", BigInteger),  # when this node applied it; NULL until then
    UniqueConstraint("audience_ref", "party", "membership", "begins"),
    Index("terms_by_party", "party"),
)

peers = Table(
    "peers",
    metadata,
    Column("party", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("x", Text, nullable=False),
    Column("kid", Text, nullable=False, unique=True),
    Column("serial", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("depositary", SmallInteger, nullable=False),
    Column("admitted_at", BigInteger, nullable=False),
    Column("last_sync_at", BigInteger),
    Column("last_error", Text, nullable=False),
    Column("skew", BigInteger, nullable=False),
    Column("former", Text, nullable=False, server_default="[]"),  # a JSON array: the keys before the present one
    Column("provisional_until", BigInteger),
)

key_statements = Table(  # cards and revocations as they came: `peers` is what follows from them
    "key_statements",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("party", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("party", "said", "sha256"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("party", Text, nullable=False),
    Column("collection_id", Text, nullable=False),
    Column("added_after", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("party", "collection_id"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("label", SmallInteger, nullable=False),
    Column("licence", Text, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("carries", Text, nullable=False),
    Column("added_after", Text),
    Column("pushed", BigInteger, nullable=False),
    Column("asked_at", BigInteger),
    Column("said", Text, nullable=False),
)

taken_back = Table(  # versions that were withdrawn, and what a feed's server answered when asked to delete them
    "taken_back",
    metadata,
    Column("feed", Integer, nullable=False),
    Column("stamp", BigInteger, nullable=False),  # of the grant that ended
    Column("answer", SmallInteger, nullable=False),  # an HTTP status; 0 where it is not there any more
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("feed", "stamp"),
)

packs = Table(
    "packs",
    metadata,
    Column("party", Text, nullable=False),
    Column("outgoing", SmallInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("party", "outgoing", "number"),
    sqlite_with_rowid=False,
)

ceilings = Table(  # the strictest marking that goes to a party, or to a class of the council
    "ceilings",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("tlp", SmallInteger, nullable=False),
)

secrets = Table(  # one-time log-ins, sessions and API tokens: their SHA-256 alone is kept
    "secrets",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("seen_at", BigInteger),
    Column("seen_by", Text),
    Column("seen_why", Text),
    UniqueConstraint("code", "about", "text"),
)

statuses = Table(
    "statuses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
