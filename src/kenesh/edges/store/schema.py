"""The tables. What a rule or a query reads stands in a column; no query looks into an object's bytes.

`tlp` columns hold `Tlp`, `kind` columns `AudienceKind`; instants are microseconds. Grants are clustered by (collection,
tlp, stamp): a page is one range for each level that the reader may see; what ended is moved to `past_grants`, so that
no read passes over it. A change here needs a revision in `migrations/versions`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects import postgresql

metadata = MetaData()

#: Compared, sorted and searched by code point on both databases: never by a locale's collation.
Text = AnyText().with_variant(postgresql.TEXT(collation="C"), "postgresql")
#: SQLite counts rows by a column of exactly this type, and no other.
Number = BigInteger().with_variant(Integer, "sqlite")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


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


meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

objects = Table(
    "objects",
    metadata,
    Column("num", Number, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("writer", Text, nullable=False),  # the party that alone may state it
    Column("giver", Text, nullable=False),  # the party from which it first came
    Column("proved", SmallInteger, nullable=False),  # the writer's own proof was seen
    Column("tlp", SmallInteger, nullable=False),  # the strictest of its versions' markings and of `said_tlp`
    Column("said_tlp", SmallInteger, nullable=False),  # what its writer said of it apart from its versions
    Column("revoked", SmallInteger, nullable=False),
    Column("current", BigInteger),  # the newest accepted version with a hold in force
    Index("objects_by_type", "type", "num"),
)

versions = Table(
    "versions",
    metadata,
    Column("num", Number, primary_key=True, autoincrement=False),
    Column("object", BigInteger, nullable=False),
    Column("modified_key", Text, nullable=False),  # '' where the object has no `modified`
    Column("modified", Text),  # as the object writes it
    Column("created", Text),  # as the object writes it, where it has no `modified`: its version is named by that
    Column("created_key", Text),
    Column("sha256", LargeBinary, nullable=False),
    Column("created_by", Text),
    Column("tlp", SmallInteger, nullable=False),
    Column("whole", SmallInteger, nullable=False),
    Column("revoked", SmallInteger, nullable=False),
    Column("accepted", SmallInteger, nullable=False),
    Column("proved", SmallInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("is_statement", SmallInteger, nullable=False),  # a statement marking; 2 counts once it is proved
    Column("name", Text, nullable=False),
    Column("why", Text),  # of a conflict
    Column("source", Text),  # of a conflict: the party from which it came
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("object", "modified_key", "sha256", name="versions_by_content"),
    _partial("versions_in_conflict", "num", where="accepted = 0"),
)

#: The octets from which a version was translated, as they came: STIX 2.0, an advisory.
originals = Table(
    "originals",
    metadata,
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("raw", LargeBinary, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("target", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("target", "version"),
    Index("links_by_version", "version"),
    sqlite_with_rowid=False,
)

cited_markings = Table(
    "cited_markings",
    metadata,
    Column("marking", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("granular", SmallInteger, nullable=False),
    PrimaryKeyConstraint("marking", "version", "granular"),
    Index("cited_markings_by_version", "version"),
    sqlite_with_rowid=False,
)

imports = Table(
    "imports",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("finished", SmallInteger, nullable=False),
)

import_versions = Table(
    "import_versions",
    metadata,
    Column("import", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("import", "version"),
    sqlite_with_rowid=False,
)

import_remarks = Table(
    "import_remarks",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("import", Integer, nullable=False, index=True),
    Column("refused", SmallInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

proposals = Table(  # values found in texts, until a person judges them
    "proposals",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("import", Integer, nullable=False, index=True),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("doubt", Text, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("object", Text, nullable=False),
    _partial("proposals_open", "num", where="standing = 0"),
)

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
    Index("grants_by_statement", "statement"),
    Index("grants_by_type", "collection", "type", "tlp", "stamp"),
    # What is the last for nobody is in neither; the first holds all that a page of it asks, and the table is not read.
    _partial("grants_last", *_PLACE, "version", "octets", "sup", "late", where="sup > tlp AND late = 0"),
    _partial("grants_last_late", *_PLACE, where="sup > tlp AND late = 1"),
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

holds = Table(
    "holds",
    metadata,
    Column("num", Number, primary_key=True, autoincrement=True),
    Column("version", BigInteger, nullable=False),
    Column("party", Text, nullable=False),  # from whom; one's own for an import
    Column("audience_ref", Text, nullable=False),
    Column("statement", Integer),
    Column("position", Integer),  # of its entry in the release
    Column("import", Integer),
    Column("person", Text, nullable=False),
    Column("label", SmallInteger, nullable=False),  # -1 where none was said
    Column("since", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("holds_by_version", "version"),
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

atoms = Table(
    "atoms",
    metadata,
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "value", "version"),
    sqlite_with_rowid=False,
)

#: The values whose SHA-256 stands in `atoms`.
long_values = Table(
    "long_values", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)

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
    _partial("ledger_acts_pending", "num", where="epoch IS NULL"),
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
