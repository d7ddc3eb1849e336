"""The atoms of what is given to those who look values up: kept beside the grants, collection by collection.

A look-up reads them in place of the atoms of everything that is held, so that what is withheld costs it nothing. They
are kept only where somebody asks: a peer's node reads pages, and looks values up at home.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from kenesh.edges.store import schema as s
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import View
from kenesh.release.audience import AudienceKind
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

#: The audiences that are open to constituents and to clients' accounts.
LOOKED_UP: Final = frozenset((AudienceKind.PUBLIC, AudienceKind.PARTY, AudienceKind.GROUP))
_IN: Final = 500
_LEVELS: Final = tuple(int(tlp) for tlp in Tlp)
_a, _g, _c, _i = s.atoms.c, s.grants.c, s.collections.c, s.given_atoms.c

_LOOKED_UP = select(_c.num).where(
    _c.num == bindparam("num"), _c.channel == Channel.CONTENT.value, _c.kind.in_([int(kind) for kind in LOOKED_UP])
)
# In the order of the index: scattered insertion is what slows a growing store down.
_OF_GRANTS = (
    select(_g.collection, _a.kind, _a.value, _g.tlp, _g.stamp, _g.version)
    .join_from(s.grants, s.atoms, _a.version == _g.version)
    .where(
        _g.collection == bindparam("collection"),
        _g.tlp.in_(_LEVELS),
        _g.stamp.in_(bindparam("stamps", expanding=True)),
    )
    .order_by(_a.kind, _a.value, _g.tlp, _g.stamp)
)
_NOTE = s.given_atoms.insert().from_select(["collection", "kind", "value", "tlp", "stamp", "version"], _OF_GRANTS)
_KEY: Final = ("collection", "kind", "value", "tlp", "stamp")
_FORGET = delete(s.given_atoms).where(*(_i[name] == bindparam(f"_{name}") for name in _KEY))
_FIND = select(_i.value, _i.version).where(
    _i.collection == bindparam("collection"),
    _i.kind == bindparam("kind"),
    _i.value.in_(bindparam("values", expanding=True)),
    _i.tlp.in_(bindparam("levels", expanding=True)),
    _i.stamp > bindparam("after"),
)


def note_given(connection: Connection, collection: int, stamps: Sequence[int]) -> None:
    """Notes the atoms of these grants, which are in force."""
    if _is_looked_up(connection, collection):
        for part in chunks(sorted(stamps), _IN):
            connection.execute(_NOTE, {"collection": collection, "stamps": part})


def forget_given(connection: Connection, collection: int, stamps: Sequence[int]) -> None:
    """Forgets the atoms of these grants, which are in force still, and will end or change."""
    if _is_looked_up(connection, collection):
        for part in chunks(sorted(stamps), _IN):
            rows = connection.execute(_OF_GRANTS, {"collection": collection, "stamps": part}).all()
            keys = [{f"_{name}": getattr(row, name) for name in _KEY} for row in rows]
            if keys:
                connection.execute(_FORGET, keys)


def find_given(connection: Connection, view: View, kind: str, values: Many[str]) -> list[tuple[str, int]]:
    """Of these values of that kind those that grants in the view have, each with the version that is granted."""
    within = {"collection": view.collection.num, "levels": [int(level) for level in view.levels], "after": view.after}
    found: list[tuple[str, int]] = []
    for part in chunks(sorted(values), _IN):
        rows = connection.execute(_FIND, {**within, "kind": kind, "values": part})
        found += [(row.value, row.version) for row in rows]
    return found


def _is_looked_up(connection: Connection, collection: int) -> bool:
    return connection.execute(_LOOKED_UP, {"num": collection}).first() is not None
