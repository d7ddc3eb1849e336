"""Feeds (`kenesh.federation.ports.FeedRows`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.federation.ports import Feed, Scheme
from kenesh.stix.marking import Tlp

_f = s.feeds.c


def _feed(row: Any) -> Feed:
    return Feed(
        name=row.name,
        url=row.url,
        scheme=Scheme(row.scheme),
        user=row.user,
        certificate=row.certificate,
        key=row.key,
        label=Tlp(row.label),
        licence=row.licence,
        every_s=row.every_s,
        carries=row.carries,
        added_after=row.added_after,
        pushed=Instant(row.pushed),
        asked_at=None if row.asked_at is None else Instant(row.asked_at),
        said=row.said,
    )


class Feeds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Feed]:
        return [_feed(row) for row in self._connection.execute(select(s.feeds).order_by(_f.name))]

    def find(self, name: str) -> Feed | None:
        row = self._connection.execute(select(s.feeds).where(_f.name == name)).first()
        return None if row is None else _feed(row)

    def add(self, feed: Feed) -> None:
        values = {
            "name": feed.name,
            "url": feed.url,
            "scheme": feed.scheme.value,
            "user": feed.user,
            "certificate": feed.certificate,
            "key": feed.key,
            "label": int(feed.label),
            "licence": feed.licence,
            "every_s": feed.every_s,
            "carries": feed.carries,
            "pushed": feed.pushed,
            "said": feed.said,
        }
        self._connection.execute(s.feeds.insert().values(values))

    def remove(self, name: str) -> None:
        num = select(_f.num).where(_f.name == name).scalar_subquery()
        self._connection.execute(delete(s.taken_back).where(s.taken_back.c.feed == num))
        self._connection.execute(delete(s.feeds).where(_f.name == name))

    def advance(self, name: str, added_after: str) -> None:
        self._set(name, added_after=added_after)

    def advance_push(self, name: str, stamp: Instant) -> None:
        self._set(name, pushed=stamp)

    def note(self, name: str, at: Instant, said: str) -> None:
        self._set(name, asked_at=at, said=said[:500])

    def _set(self, name: str, **values: Any) -> None:
        self._connection.execute(update(s.feeds).where(_f.name == name).values(**values))
