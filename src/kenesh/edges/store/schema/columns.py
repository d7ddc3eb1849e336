"""What the tables share: one metadata, and types that mean the same on both databases."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Index, Integer, MetaData, text
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects import postgresql

metadata: Final = MetaData()

#: Compared, sorted and searched by code point on both databases: never by a locale's collation.
Text: Final = AnyText().with_variant(postgresql.TEXT(collation="C"), "postgresql")
#: SQLite counts rows by a column of exactly this type, and no other.
Number: Final = BigInteger().with_variant(Integer, "sqlite")


def partial(name: str, *columns: str, where: str) -> Index:
    """An index over the rows for which a condition holds."""
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))
