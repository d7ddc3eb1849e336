"""A question about rows whose column holds one of many values: each batch of an import asks for thousands."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Connection, Select, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from kenesh.holdings.ports import chunks

#: Values in one statement: far below what SQLite takes.
_IN: Final = 500
_NAME: Final = "among"


class Among:
    """The question, and the column; rows of one value come together, in the order that the question has."""

    def __init__(self, asked: Select[Any], column: Column[Any]) -> None:
        self._in_parts = asked.where(column.in_(bindparam(_NAME, expanding=True)))
        # PostgreSQL takes them as one value: a parameter for each costs the driver more than finding them.
        self._at_once = asked.where(column == any_(bindparam(_NAME, type_=ARRAY(column.type))))

    def rows(self, connection: Connection, values: Many[Any]) -> Iterator[Any]:
        """The answers."""
        if not values:
            return
        if connection.dialect.name == "sqlite":
            for part in chunks(sorted(values), _IN):
                yield from connection.execute(self._in_parts, {_NAME: part})
        else:
            yield from connection.execute(self._at_once, {_NAME: list(values)})
