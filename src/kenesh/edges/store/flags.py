"""The flags by which a page knows the newest version of an object at once, without a look at the others.

`sup` is the lowest tlp among newer versions that were granted later: its reader sees them up to his ceiling.
`late` says that a newer version had been granted earlier: before a reader's term perhaps, so that each page must look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from kenesh.edges.store import schema as s
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Grant

NOT_SUPERSEDED: Final = 9
_IN: Final = 500
_g = s.grants.c

_SUPERSEDE = (
    update(s.grants)
    .where(
        _g.object == bindparam("_object"),
        _g.collection == bindparam("_collection"),
        _g.modified_key <= bindparam("_key"),
        _g.stamp < bindparam("_stamp"),
        _g.sup > bindparam("_tlp"),
    )
    .values(sup=bindparam("_tlp"))
)
_SET_FLAGS = (
    update(s.grants)
    .where(_g.collection == bindparam("_collection"), _g.tlp == bindparam("_tlp"), _g.stamp == bindparam("_stamp"))
    .values(sup=bindparam("_sup"), late=bindparam("_late"))
)


def newest_keys(connection: Connection, collection: int, objects: Many[int]) -> dict[int, str]:
    """The newest key granted of each of these objects that has a grant in the collection."""
    found: dict[int, str] = {}
    for part in chunks(sorted(objects), _IN):
        statement = select(_g.object, func.max(_g.modified_key)).where(_g.object.in_(part), _g.collection == collection)
        found.update({row[0]: row[1] for row in connection.execute(statement.group_by(_g.object))})
    return found


def supersede(connection: Connection, grants: Sequence[Grant]) -> None:
    """Brings down the flags of what these grants supersede. They are in the table already."""
    rows = [
        {"_object": g.object, "_collection": g.collection, "_key": g.key, "_stamp": g.stamp, "_tlp": int(g.tlp)}
        for g in grants
    ]
    if rows:
        connection.execute(_SUPERSEDE, rows)


def redo_flags(connection: Connection, collection: int, objects: Many[int]) -> None:
    """Sets the flags of these objects anew, after some of their grants ended or were marked otherwise."""
    for part in chunks(sorted(objects), _IN):
        statement = select(s.grants).where(_g.object.in_(part), _g.collection == collection).order_by(_g.stamp)
        by_object: dict[int, list[Any]] = defaultdict(list)
        for row in connection.execute(statement):
            by_object[row.object].append(row)
        changed = [
            {"_collection": collection, "_tlp": row.tlp, "_stamp": row.stamp, "_sup": sup, "_late": late}
            for rows in by_object.values()
            for row, sup, late in _flags(rows)
            if (row.sup, row.late) != (sup, late)
        ]
        if changed:
            connection.execute(_SET_FLAGS, changed)


def _flags(rows: Sequence[Any]) -> Iterator[tuple[Any, int, int]]:
    """Each grant of one object, the rows in the order of their stamps, with its `sup` and `late`."""
    late = _late(row.modified_key for row in rows)
    newest: dict[int, str] = {}  # by tlp: the newest key among the grants later than the one at hand
    for row, is_late in zip(reversed(rows), reversed(late), strict=True):
        above = [tlp for tlp, key in newest.items() if key >= row.modified_key]
        yield row, min(above, default=NOT_SUPERSEDED), is_late
        newest[row.tlp] = max(row.modified_key, newest.get(row.tlp, ""))


def _late(keys: Iterable[str]) -> list[int]:
    """For each key, in the order of their grants, whether a greater one stood before it."""
    found, greatest = [], ""
    for key in keys:
        found.append(int(greatest > key))
        greatest = max(greatest, key)
    return found
