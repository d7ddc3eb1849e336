"""The caveats of releases: columns beside the statements that say them, which grants and holds cite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many

from sqlalchemy import Connection, bindparam, select

from kenesh.basis.instants import Instant
from kenesh.edges.store import schema as s
from kenesh.edges.store.inserting import insert
from kenesh.holdings.ports import chunks
from kenesh.release.caveats import NO_CAVEATS, Caveats, chain_of
from kenesh.release.conditions import NO_LABEL
from kenesh.stix.pap import Pap

_c, _n = s.caveats.c, s.not_for.c
_IN = 500
#: Stands in `limits` where a reader's id would, for the end that holds for everybody.
END = ""
# Asked with every page that comes or goes: put together once.
_CAVEATS = select(s.caveats).where(_c.statement.in_(bindparam("nums", expanding=True)))
_NOT_FOR = select(_n.statement, _n.ref).where(_n.statement.in_(bindparam("nums", expanding=True)))


def add_caveats(connection: Connection, statement: int, audience_ref: str, caveats: Caveats) -> None:
    """Those of a new statement to the audience; a statement without any has no row."""
    if caveats == NO_CAVEATS:
        return
    row = {
        "statement": statement,
        "chain": chain_of(caveats.not_for),
        "pap": NO_LABEL if caveats.pap is None else int(caveats.pap),
        "purpose": caveats.purpose,
        "source_hidden": int(caveats.source_hidden),
        "valid_until": caveats.valid_until,
    }
    insert(connection, s.caveats, [row])
    insert(connection, s.not_for, [{"statement": statement, "ref": ref} for ref in caveats.not_for])
    ends = [(END, caveats.valid_until)] if caveats.valid_until is not None else []
    limits = [*ends, *((ref, 0) for ref in caveats.not_for)]
    place = {"audience_ref": audience_ref, "statement": statement}
    insert(connection, s.limits, [place | {"ref": ref, "until": until} for ref, until in limits])


def caveats_of(connection: Connection, statements: Many[int]) -> dict[int, Caveats]:
    """Of these statements those that have caveats, with them."""
    found: dict[int, Caveats] = {}
    for part in chunks(sorted(set(statements)), _IN):
        rows = connection.execute(_CAVEATS, {"nums": part}).all()
        barred: dict[int, list[str]] = defaultdict(list)
        if rows:
            for statement, ref in connection.execute(_NOT_FOR, {"nums": part}):
                barred[statement].append(ref)
        for row in rows:
            found[row.statement] = Caveats(
                None if row.pap == NO_LABEL else Pap(row.pap),
                row.purpose,
                tuple(sorted(barred[row.statement])),
                bool(row.source_hidden),
                None if row.valid_until is None else Instant(row.valid_until),
            )
    return found
