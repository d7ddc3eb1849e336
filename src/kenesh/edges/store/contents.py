"""What stands on a page: the octets or the names of versions, in the page's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kenesh.edges.store import schema as s
from kenesh.edges.store.driver import rows
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Named

_v, _o = s.versions.c, s.objects.c
_IN: Final = 500

# Each is looked up by the primary key. A page has a thousand, and a parameter for each costs more than the rows.
_OCTETS_SQLITE: Final = "SELECT v.raw FROM json_each(:nums) n CROSS JOIN versions v ON v.num = n.value"
_OCTETS_POSTGRESQL: Final = (
    "SELECT v.raw FROM unnest(CAST(:nums AS bigint[])) WITH ORDINALITY AS n (value, place)"
    " JOIN versions v ON v.num = n.value ORDER BY n.place"
)
_NAMES: Final = (
    select(_v.num, _o.id, func.coalesce(_v.modified, _v.created))
    .join_from(s.versions, s.objects, _v.object == _o.num)
    .where(_v.num.in_(bindparam("nums", expanding=True)))
)


def octets_of(connection: Connection, nums: Sequence[int]) -> list[bytes]:
    """The octets of these versions as they came."""
    if connection.dialect.name == "sqlite":
        found = rows(connection, _OCTETS_SQLITE, {"nums": msgspec.json.encode(nums).decode()})
    else:
        found = rows(connection, _OCTETS_POSTGRESQL, {"nums": list(nums)})
    return [row[0] for row in found]


def names_of(connection: Connection, nums: Sequence[int]) -> list[Named]:
    """What these versions go by."""
    found: dict[int, Named] = {}
    for part in chunks(sorted(nums), _IN):
        found.update({row[0]: Named(row[1], row[2]) for row in connection.execute(_NAMES, {"nums": part})})
    return [found[num] for num in nums]
