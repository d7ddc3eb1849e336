"""The flags by which a page knows the newest version of an object at once, without a look at the others.

`sup` is the lowest tlp among newer versions that were granted later: its reader sees them up to his ceiling.
`late` says that a newer version had been granted earlier: before a reader's term perhaps, so that each page must look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, update

from kenesh.edges.store import schema as s
from kenesh.edges.store.by_index import ByObject
from kenesh.holdings.rows import Grant

NOT_SUPERSEDED: Final = 9
_g = s.grants.c

_SUPERSEDE = (
    update(s.grants)
    .where(
        _g.object == bindparam("_object"),
        _g.collection == bindparam("_collection"),
        _g.modified_key <= bindparam("_key"),
        _g.sup > bindparam("_tlp"),
    )
    .values(sup=bindparam("_tlp"))
)
_SET_FLAGS = (
    update(s.grants)
    .where(_g.collection == bindparam("_collection"), _g.tlp == bindparam("_tlp"), _g.stamp == bindparam("_stamp"))
    .values(sup=bindparam("_sup"), late=bindparam("_late"))
)


_NEWEST_KEYS = ByObject("object, max(modified_key)", "GROUP BY object")
_STANDING = ByObject("*", "ORDER BY stamp")


def newest_keys(connection: Connection, collection: int, objects: Many[int]) -> dict[int, str]:
    """The newest key granted of each of these objects that has a grant in the collection."""
    return dict(_NEWEST_KEYS.rows(connection, collection, objects))


def supersede(connection: Connection, collection: int, later: Iterable[Grant]) -> None:
    """Brings down the flags of grants that were there before these later ones."""
    # Of several at one level the newest alone counts: whatever the others supersede, it supersedes too.
    newest: dict[tuple[int, int], Grant] = {}
    for grant in later:
        newest[grant.object, int(grant.tlp)] = max(grant, newest.get((grant.object, int(grant.tlp)), grant), key=_key)
    rows = [
        {"_object": obj, "_collection": collection, "_key": grant.key, "_tlp": tlp}
        for (obj, tlp), grant in newest.items()
    ]
    if rows:
        connection.execute(_SUPERSEDE, rows)


def _key(grant: Grant) -> str:
    return grant.key


def redo_flags(connection: Connection, collection: int, objects: Many[int]) -> None:
    """Sets the flags of these objects anew, after some of their grants ended or were marked otherwise."""
    by_object: dict[int, list[Any]] = defaultdict(list)
    for row in _STANDING.rows(connection, collection, objects):
        by_object[row.object].append(row)
    changed = [
        {"_collection": collection, "_tlp": row.tlp, "_stamp": row.stamp, "_sup": sup, "_late": late}
        for rows in by_object.values()
        for row, (sup, late) in zip(rows, flags_of([(r.modified_key, r.tlp) for r in rows]), strict=True)
        if (row.sup, row.late) != (sup, late)
    ]
    if changed:
        connection.execute(_SET_FLAGS, changed)


def flags_of(grants: Sequence[tuple[str, int]], newest: str = "") -> list[tuple[int, int]]:
    """`sup` and `late` of the grants of one object, (key, tlp) in the order of stamps; `newest` was granted before."""
    late = []
    for key, _ in grants:
        late.append(int(newest > key))
        newest = max(newest, key)
    sup = []
    later: dict[int, str] = {}  # by tlp: the newest key among the grants later than the one at hand
    for key, tlp in reversed(grants):
        sup.append(min((t for t, k in later.items() if k >= key), default=NOT_SUPERSEDED))
        later[tlp] = max(key, later.get(tlp, ""))
    return list(zip(reversed(sup), late, strict=True))
