"""Constituents (`kenesh.parties.constituents.ConstituentRows`), and how much is looked up (`MeterRows`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.erasing import ERASED
from kenesh.edges.store.inserting import insert_new
from kenesh.parties.constituents import Constituent
from kenesh.parties.metering import KEPT, Metered

_c, _l, _o = s.constituents.c, s.looked_up.c, s.constituent_groups.c


def _constituent(row: Any) -> Constituent:
    return Constituent(
        num=row.num,
        name=row.name,
        groups=frozenset(row.groups.split()),
        mail=row.mail,
        made_at=Instant(row.made_at),
        told_upto=Instant(row.told_upto),
        told_on=None if row.told_on is None else Instant(row.told_on),
    )


class Constituents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, groups: frozenset[str], mail: str, at: Instant) -> Constituent:
        said = {"name": name, "groups": " ".join(sorted(groups)), "mail": mail, "made_at": at, "told_upto": 0}
        num: int = self._connection.execute(s.constituents.insert().values(said).returning(_c.num)).scalar_one()
        return Constituent(num, name, groups, mail, at)

    def all(self) -> list[Constituent]:
        found = select(s.constituents).where(_c.name.is_not(None)).order_by(_c.num)
        return [_constituent(row) for row in self._connection.execute(found)]

    def find(self, name: str) -> Constituent | None:
        row = self._connection.execute(select(s.constituents).where(_c.name == name)).first()
        return None if row is None else _constituent(row)

    def by_num(self, num: int) -> Constituent | None:
        row = self._connection.execute(select(s.constituents).where(_c.num == num)).first()
        return None if row is None else _constituent(row)

    def change(self, num: int, **values: Any) -> None:
        if "groups" in values:
            values["groups"] = " ".join(sorted(values["groups"]))
        self._connection.execute(update(s.constituents).where(_c.num == num).values(values))

    def remove(self, constituent: Constituent) -> None:
        self.change(constituent.num, name=None, mail="", groups=())
        # No octet of the name stays in SQLite's write-ahead log either.
        self._connection.info[ERASED] = True

    def groups(self) -> Mapping[str, str]:
        return {row.ref: row.name for row in self._connection.execute(select(s.constituent_groups).order_by(_o.name))}

    def add_group(self, ref: str, name: str, at: Instant) -> None:
        insert_new(self._connection, s.constituent_groups, [{"ref": ref, "name": name, "made_at": at}])


class Meter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on(self, who: str, day: Instant) -> Metered:
        found = select(s.looked_up).where(_l.who == who, _l.day == day)
        row = self._connection.execute(found).first()
        return Metered(day, 0, refused=False) if row is None else _metered(row)

    def since(self, who: str, day: Instant) -> list[Metered]:
        found = select(s.looked_up).where(_l.who == who, _l.day >= day).order_by(_l.day.desc())
        return [_metered(row) for row in self._connection.execute(found)]

    def add(self, who: str, day: Instant, values: int, *, refused: bool = False) -> None:
        counted = update(s.looked_up).where(_l.who == who, _l.day == day)
        said = {"asked": _l.asked + values} | ({"refused": 1} if refused else {})
        if not self._connection.execute(counted.values(said)).rowcount:
            row = {"who": who, "day": day, "asked": values, "refused": int(refused)}
            self._connection.execute(s.looked_up.insert().values(row))
            self._connection.execute(delete(s.looked_up).where(_l.day < day - KEPT))


def _metered(row: Any) -> Metered:
    return Metered(Instant(row.day), row.asked, bool(row.refused))
