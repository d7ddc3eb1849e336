"""What is held: objects, their versions and octets, how they came, and the values in them."""

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

from kenesh.edges.store.schema.columns import Number, Text, metadata, partial

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
    partial("versions_in_conflict", "num", where="accepted = 0"),
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
    partial("proposals_open", "num", where="standing = 0"),
)

kept_pages = Table(  # that were read for the register of what was said
    "kept_pages",
    metadata,
    Column("num", Integer, primary_key=True, autoincrement=True),
    Column("ref", Text, nullable=False, unique=True),  # of the source that it is or will be
    Column("sha256", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("dated_on", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("succeeds", Text, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("stated", SmallInteger, nullable=False),
)

kept_rows = Table(  # `read` by machine, `said` by a person
    "kept_rows",
    metadata,
    Column("page", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("read", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", BigInteger),
    Column("ref", Text, nullable=False),
    PrimaryKeyConstraint("page", "number"),
    sqlite_with_rowid=False,
)

search_keys = Table(  # of versions that hold prose, as far as `searched` in the notes says
    "search_keys",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
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

atoms = Table(
    "atoms",
    metadata,
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "value", "version"),
    Index("atoms_by_version", "version"),
    sqlite_with_rowid=False,
)

#: The values whose SHA-256 stands in `atoms`.
long_values = Table(
    "long_values", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)
