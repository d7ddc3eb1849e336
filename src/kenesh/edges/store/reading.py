"""A page read: its levels, its extent, and what stands on it, each in one statement.

The database puts the objects of a page together. A row for each of them would cost Python more than finding it, and
would let every other thread in between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from kenesh.basis.instants import Instant
from kenesh.edges.store.driver import no_value_beyond, rows
from kenesh.edges.store.pages import Asked, asked
from kenesh.holdings.pages import Named, Page, PageQuery
from kenesh.holdings.rows import View
from kenesh.stix.marking import Tlp

_EXTENT: Final = "SELECT count(*), coalesce(sum(octets), 0) FROM ({page}) AS p"
_SIZES: Final = "SELECT p.octets FROM ({page}) AS p ORDER BY p.stamp"

# SQLite reads the parts of a CROSS JOIN in the order in which they are written, and so puts the octets together in the
# page's. For PostgreSQL it is written down.
_OCTETS_SQLITE: Final = (
    "SELECT count(*), min(p.stamp), max(p.stamp), CAST(group_concat(v.raw) AS BLOB)"
    " FROM ({page}) AS p CROSS JOIN versions v ON v.num = p.version"
)
_OCTETS_POSTGRESQL: Final = (
    "SELECT count(*), min(p.stamp), max(p.stamp), string_agg(v.raw, CAST(',' AS bytea) ORDER BY p.stamp)"
    " FROM ({page}) AS p JOIN versions v ON v.num = p.version"
)
_NAMES: Final = (
    "SELECT o.id, coalesce(v.modified, v.created), p.stamp FROM ({page}) AS p"
    " CROSS JOIN versions v JOIN objects o ON o.num = v.object WHERE v.num = p.version ORDER BY p.stamp"
)


class PageReading:
    """Fulfils `kenesh.holdings.ports.PageRead`."""

    def __init__(
        self,
        connection: Connection,
        view: View,
        conditions: Mapping[Tlp, str],
        query: PageQuery,
        objects: Sequence[int],
    ) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._limit = query.limit
        self._asked: Asked = asked(view, conditions, query, objects, is_sqlite=self._is_sqlite)

    @cached_property
    def _standing(self) -> dict[int, Instant]:
        """The numbers of the parts in which anything stands, with the first stamp there: a page merges no others."""
        if not self._asked.members:
            return {}
        found = rows(self._connection, self._asked.firsts(), self._asked.params)
        return {number: Instant(stamp) for number, stamp in found if stamp is not None}

    def levels(self) -> list[tuple[Tlp, Instant]]:
        first: dict[Tlp, Instant] = {}
        for number, stamp in self._standing.items():
            level = self._asked.members[number].level
            first[level] = min(first.get(level, stamp), stamp)
        return list(first.items())

    def extent(self, levels: Collection[Tlp]) -> tuple[int, int]:
        for count, octets in self._read(_EXTENT, levels, self._limit + 1):
            return count, octets
        return 0, 0

    def sizes(self, levels: Collection[Tlp]) -> list[int]:
        return [octets for (octets,) in self._read(_SIZES, levels, self._limit + 1)]

    def octets(self, levels: Collection[Tlp], count: int) -> Page[bytes]:
        statement = _OCTETS_SQLITE if self._is_sqlite else _OCTETS_POSTGRESQL
        for found, first, last, content in self._read(statement, levels, count):
            return Page(content or b"", found, first, last)
        return Page(b"")

    def octets_within(self, levels: Collection[Tlp], count: int, most: int) -> Page[bytes] | None:
        if not self._is_sqlite:
            found, octets = self.extent(levels)
            if octets + found > most:
                return None
            # PostgreSQL plans for as many as it is told, and might read a whole table for a thousand.
            return replace(self.octets(levels, min(found, count)), more=found > count)
        # To count them beforehand takes a sixth of the time of the page. SQLite gives up where they are too many.
        with no_value_beyond(self._connection, most):
            try:
                page = self.octets(levels, count)
            except DataError:
                return None
        return replace(page, more=page.count == count and self._is_more(levels, page.last))

    def _is_more(self, levels: Collection[Tlp], last: Instant | None) -> bool:
        return bool(self._read(_SIZES, levels, 1, after=last))

    def names(self, levels: Collection[Tlp], count: int) -> Page[tuple[Named, ...]]:
        named = tuple(Named(*row) for row in self._read(_NAMES, levels, count))
        return Page(named, len(named), named[0].stamp, named[-1].stamp) if named else Page(())

    def _read(
        self, statement: str, levels: Collection[Tlp], count: int, after: Instant | None = None
    ) -> list[tuple[Any, ...]]:
        numbers = [number for number in self._standing if self._asked.members[number].level in levels]
        if not numbers:
            return []
        page = self._asked.page(numbers)
        params = {**self._asked.params, "n": count}
        if after is not None:
            params["after"] = after
        return rows(self._connection, statement.format(page=page), params)
