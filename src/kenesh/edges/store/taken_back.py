"""What was asked back from feeds' servers (`kenesh.federation.leftovers.TakenBackRows`)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert_new
from kenesh.federation.leftovers import Withdrawn

_t, _p, _g, _o, _v, _f = s.taken_back.c, s.past_grants.c, s.grants.c, s.objects.c, s.versions.c, s.feeds.c


class TakenBack:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, feed: str, collection: int, pushed: Instant, limit: int) -> list[Withdrawn]:
        asked = exists().where(_t.feed == _num_of(feed), _t.stamp == _p.stamp)
        statement = _withdrawn(literal(0)).where(_p.collection == collection, _p.stamp <= pushed, ~asked)
        statement = statement.where(_num_of(feed).is_not(None))
        return self._found(statement.order_by(_p.stamp).limit(limit))

    def note(self, feed: str, answers: Sequence[tuple[Instant, int]], at: Instant) -> None:
        num = self._connection.execute(select(_num_of(feed))).scalar()
        rows = [{"feed": num, "stamp": stamp, "answer": answer, "at": at} for stamp, answer in answers]
        if num is not None:
            insert_new(self._connection, s.taken_back, rows)

    def left(self, feed: str, limit: int) -> list[Withdrawn]:
        statement = _withdrawn(_t.answer).join(
            s.taken_back, and_(_t.stamp == _p.stamp, _t.feed == _num_of(feed), _t.answer != 0)
        )
        return self._found(statement.order_by(_p.stamp).limit(limit))

    def _found(self, statement: Select[tuple[int, str, str | None, bool, int]]) -> list[Withdrawn]:
        rows = self._connection.execute(statement)
        return [Withdrawn(Instant(row.stamp), row.id, row.modified, bool(row.whole), row.answer) for row in rows]


def _num_of(feed: str) -> ColumnElement[int | None]:
    return select(_f.num).where(_f.name == feed).scalar_subquery()


def _withdrawn(answer: ColumnElement[int]) -> Select[tuple[int, str, str | None, bool, int]]:
    """Grants that ended and whose version was not given to the same audience anew."""
    again = exists().where(_g.object == _p.object, _g.collection == _p.collection, _g.version == _p.version)
    others = exists().where(_g.object == _p.object, _g.collection == _p.collection)
    # A version that was erased since is named by its key, which is the same instant.
    erased = case((_v.num.is_(None) & (_p.modified_key != ""), _p.modified_key.concat("Z")), else_=_v.modified)
    columns = (
        _p.stamp,
        _o.id,
        erased.label("modified"),
        (~others).label("whole"),
        func.coalesce(answer, 0).label("answer"),
    )
    tables = s.past_grants.join(s.objects, _o.num == _p.object).outerjoin(s.versions, _v.num == _p.version)
    return select(*columns).select_from(tables).where(~again)
