"""Atoms of what is held (`kenesh.watch.ports.AtomRows`). Of a long value the index has the SHA-256."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256

from sqlalchemy import Connection, func, select, tuple_

from kenesh.edges.store import schema as s
from kenesh.edges.store.given_atoms import find_given
from kenesh.edges.store.inserting import insert, insert_new
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import View
from kenesh.watch.values import Atom, Kind

_a = s.atoms.c
#: PostgreSQL's index takes entries of some 2,700 octets; a URL may be longer, and is never cut.
_LONGEST = 600
_HASHED = "sha256:"


def _key(value: str) -> str:
    return value if len(value) <= _LONGEST else _HASHED + sha256(value.encode()).hexdigest()


class Atoms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Sequence[tuple[int, Atom]], *, are_new: bool = False) -> None:
        # In the order of the index: scattered insertion is what slows a growing store down.
        keys = sorted((atom.kind.value, _key(atom.value), version) for version, atom in rows)
        long = {_key(atom.value): atom.value for _, atom in rows if len(atom.value) > _LONGEST}
        put = insert if are_new else insert_new
        put(self._connection, s.atoms, [{"kind": k, "value": v, "version": n} for k, v, n in keys])
        insert_new(self._connection, s.long_values, [{"key": k, "value": v} for k, v in sorted(long.items())])

    def find(self, atoms: Collection[Atom]) -> list[tuple[Atom, int]]:
        by_key = {(atom.kind.value, _key(atom.value)): atom for atom in atoms}
        found = []
        for part in chunks(sorted(by_key), 300):
            statement = select(s.atoms).where(tuple_(_a.kind, _a.value).in_(part))
            rows = self._connection.execute(statement)
            found += [(by_key[row.kind, row.value], row.version) for row in rows]
        return found

    def find_given(self, view: View, atoms: Collection[Atom]) -> list[tuple[Atom, int]]:
        by_kind: dict[Kind, dict[str, Atom]] = defaultdict(dict)
        for atom in atoms:
            by_kind[atom.kind][_key(atom.value)] = atom
        return [
            (by_key[value], version)
            for kind, by_key in sorted(by_kind.items())
            for value, version in find_given(self._connection, view, kind.value, by_key)
        ]

    def all_watched(self) -> Iterator[tuple[int, Atom]]:
        v, o, long = s.versions.c, s.objects.c, s.long_values.c
        statement = (
            select(_a.version, _a.kind, func.coalesce(long.value, _a.value).label("whole"))
            .join_from(s.atoms, s.versions, v.num == _a.version)
            .join(s.objects, o.num == v.object)
            .outerjoin(s.long_values, long.key == _a.value)
            .where(o.type == "indicator", o.revoked == 0, o.current.is_not(None), v.accepted == 1)
        )
        for row in self._connection.execute(statement.execution_options(yield_per=5000)):
            yield row.version, Atom(Kind(row.kind), row.whole)
