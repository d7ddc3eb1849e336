"""The keys of texts (`kenesh.holdings.searching.SearchRows`)."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, and_, func, or_, select

from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert
from kenesh.holdings.searching import Hit

_k, _v, _o = s.search_keys.c, s.versions.c, s.objects.c
#: No word of a search is longer.
_WORD: Final = 60


class SearchKeys:
    """Fulfils `SearchRows`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> int:
        return self._connection.execute(select(func.max(_v.num))).scalar() or 0

    def without_key(self, after: int, types: Many[str], limit: int) -> list[int]:
        statement = select(_v.num).join_from(s.versions, s.objects, _v.object == _o.num)
        statement = statement.where(_v.num > after, _o.type.in_(list(types))).order_by(_v.num).limit(limit)
        return list(self._connection.execute(statement).scalars())

    def add(self, keys: Mapping[int, str]) -> None:
        if keys:
            rows = [{"version": num, "key": key} for num, key in keys.items()]
            insert(self._connection, s.search_keys, rows)

    def matching(self, wanted: Sequence[Sequence[str]], types: Many[str], before: int, limit: int) -> list[Hit]:
        each = [and_(*(_k.key.contains(f" {word[:_WORD]}", autoescape=True) for word in words)) for words in wanted]
        statement = select(_v.num, _o.id).join_from(s.search_keys, s.versions, _k.version == _v.num)
        statement = statement.join(s.objects, _v.object == _o.num)
        statement = statement.where(or_(*each), _v.num < before, _v.accepted == 1)
        if types:
            statement = statement.where(_o.type.in_(list(types)))
        statement = statement.order_by(_v.num.desc()).limit(limit)
        return [Hit(row.num, row.id) for row in self._connection.execute(statement)]
