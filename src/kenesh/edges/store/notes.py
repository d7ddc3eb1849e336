"""Alarms (`AlarmRows`) and the status resources of POSTs."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.holdings.alarms import Alarm

#: PostgreSQL's index takes entries of some 2,700 octets, and an alarm is looked for by its text.
_LONGEST: Final = 600


class Alarms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_alarm(self, code: str, about: str, text: str, at: Instant) -> bool:
        c, text = s.alarms.c, text[:_LONGEST]
        there = select(c.num).where(c.code == code, c.about == about, c.text == text)
        if self._connection.execute(there).first() is not None:
            return False
        self._connection.execute(s.alarms.insert().values(at=at, code=code, about=about, text=text))
        return True

    def recent(self, limit: int) -> list[Alarm]:
        return self._newest(select(s.alarms), limit)

    def unseen(self, limit: int) -> list[Alarm]:
        return self._newest(select(s.alarms).where(s.alarms.c.seen_at.is_(None)), limit)

    def find(self, num: int) -> Alarm | None:
        found = self._newest(select(s.alarms).where(s.alarms.c.num == num), 1)
        return found[0] if found else None

    def acknowledge(self, num: int, who: str, why: str, at: Instant) -> None:
        values = {"seen_at": at, "seen_by": who, "seen_why": why}
        self._connection.execute(update(s.alarms).where(s.alarms.c.num == num).values(values))

    def _newest(self, statement: Select[Any], limit: int) -> list[Alarm]:
        found = self._connection.execute(statement.order_by(s.alarms.c.num.desc()).limit(limit))
        return [
            Alarm(
                row.num,
                Instant(row.at),
                row.code,
                row.about,
                row.text,
                None if row.seen_at is None else Instant(row.seen_at),
                row.seen_by or "",
                row.seen_why or "",
            )
            for row in found
        ]


class Statuses:
    """Kept a day and longer after completion (TAXII 2.1 §4.3)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, status_id: str, owner: str, body: bytes, at: Instant) -> None:
        self._connection.execute(s.statuses.insert().values(id=status_id, owner=owner, body=body, at=at))

    def find(self, status_id: str, owner: str) -> bytes | None:
        c = s.statuses.c
        found = self._connection.execute(select(c.body).where(c.id == status_id, c.owner == owner)).scalar()
        return None if found is None else bytes(found)

    def forget(self, before: Instant) -> None:
        self._connection.execute(delete(s.statuses).where(s.statuses.c.at < before))


class Notes:
    """Small facts about the node itself, by name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        found: str | None = self._connection.execute(select(s.meta.c.value).where(s.meta.c.name == name)).scalar()
        return found

    def set(self, name: str, value: str) -> None:
        self._connection.execute(delete(s.meta).where(s.meta.c.name == name))
        self._connection.execute(s.meta.insert().values(name=name, value=value))
