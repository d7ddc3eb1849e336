"""What is given and got: collections, grants, statements, and what waits for content."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from kenesh.edges.store.schema.columns import Text, metadata, partial

_PLACE = ("collection", "tlp", "stamp")


def _grant_columns() -> list[Column[object]]:
    return [
        Column("collection", Integer, nullable=False),
        Column("tlp", SmallInteger, nullable=False),
        Column("stamp", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("object", BigInteger, nullable=False),
        Column("modified_key", Text, nullable=False),
        Column("statement", BigInteger, nullable=False),
    ]


collections = Table(
    "collections",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("audience_ref", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("last_stamp", BigInteger, nullable=False),
    UniqueConstraint("audience_ref", "channel"),
)

grants = Table(
    "grants",
    metadata,
    *_grant_columns(),
    Column("type", Text, nullable=False),
    Column("octets", Integer, nullable=False),  # of the version: a page is bounded before its octets are read
    Column("sup", SmallInteger, nullable=False),  # the lowest tlp among newer versions granted later; 9 is none
    Column("late", SmallInteger, nullable=False),  # a newer version was granted earlier
    PrimaryKeyConstraint("collection", "tlp", "stamp"),
    CheckConstraint("tlp BETWEEN 0 AND 4"),
    Index("grants_by_object", "object", "collection", "modified_key"),
    Index("grants_by_statement", "statement", "collection", "tlp"),
    Index("grants_by_type", "collection", "type", "tlp", "stamp"),
    # What is the last for nobody is in neither; the first holds all that a page of it asks, and the table is not read.
    partial("grants_last", *_PLACE, "version", "octets", "sup", "late", where="sup > tlp AND late = 0"),
    partial("grants_last_late", *_PLACE, where="sup > tlp AND late = 1"),
    sqlite_with_rowid=False,
)

#: The atoms of grants in force, where constituents and accounts look values up: what is withheld is not among them.
given_atoms = Table(
    "given_atoms",
    metadata,
    Column("collection", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),  # as in `atoms`
    Column("tlp", SmallInteger, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("collection", "kind", "value", "tlp", "stamp"),
    sqlite_with_rowid=False,
)

past_grants = Table(
    "past_grants",
    metadata,
    *_grant_columns(),
    Column("ended_at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    PrimaryKeyConstraint("collection", "stamp"),
    Index("past_grants_by_object", "object"),
    Index("past_grants_by_statement", "statement", "collection", "ended_at"),
    sqlite_with_rowid=False,
)

statements = Table(
    "statements",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("version", BigInteger, nullable=False),  # the object itself, in `versions`
    Column("party", Text, nullable=False),
    Column("audience_ref", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("label", SmallInteger, nullable=False),  # -1 for a withdrawal
    Column("follow", SmallInteger, nullable=False),
    Column("objects", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("statements_by_chain", "party", "audience_ref", "number"),
)

caveats = Table(  # of the statements that have any
    "caveats",
    metadata,
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("chain", Text, nullable=False),  # '' for the chain that the whole audience reads
    Column("pap", SmallInteger, nullable=False),  # -1 where nothing is said
    Column("purpose", Text, nullable=False),
    Column("source_hidden", SmallInteger, nullable=False),
    Column("valid_until", BigInteger),
)

#: What the caveats of an audience's statements can withhold: for each reader it asks after these, and after no others.
limits = Table(
    "limits",
    metadata,
    Column("audience_ref", Text, nullable=False),
    Column("ref", Text, nullable=False),  # as in `not_for`; '' for the end of what is valid until then
    Column("until", BigInteger, nullable=False),  # 0 for whom it is not at all
    Column("statement", Integer, nullable=False),
    PrimaryKeyConstraint("audience_ref", "ref", "until", "statement"),
    sqlite_with_rowid=False,
)

not_for = Table(
    "not_for",
    metadata,
    Column("ref", Text, nullable=False),  # a party's identity, or a class audience
    Column("statement", Integer, nullable=False),
    PrimaryKeyConstraint("ref", "statement"),
    Index("not_for_by_statement", "statement"),
    sqlite_with_rowid=False,
)

awaited = Table(
    "awaited",
    metadata,
    Column("statement", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("proof", LargeBinary),  # the author's, as the entry carries it
    PrimaryKeyConstraint("statement", "position"),
    Index("awaited_by_content", "object_id", "sha256"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("party", Text, nullable=False),
    Column("audience_ref", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("octets_sha256", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),  # of `raw`, so that counting reads the index alone
    UniqueConstraint("party", "audience_ref", "channel", "octets_sha256"),
    Index("quarantine_by_party", "party", "size"),
)

reads = Table(
    "reads",
    metadata,
    Column("collection", Integer, nullable=False),
    Column("party", Text, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("collection", "party", "stamp"),
    sqlite_with_rowid=False,
)
