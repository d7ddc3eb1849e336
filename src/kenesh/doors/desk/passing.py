"""What came and what went lately: releases and withdrawals, with the objects by name where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.identifiers import type_of
from kenesh.basis.instants import Instant
from kenesh.doors.desk.seen import Seen, seen_by_id
from kenesh.doors.services import Transaction
from kenesh.federation.audiences import ref_name
from kenesh.holdings.rows import Statement
from kenesh.release.audience import AudienceKind, audience_named
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.release.statements import WITHDRAWAL

#: What the council's nodes tell one another by themselves: nobody made it, and nobody has to read it.
MACHINERY: Final = frozenset(
    f"kenesh-{name}" for name in ("release", "withdrawal", "receipt", "membership", "card", "body")
)
ROWS: Final = 8
_LATEST: Final = 200
_NAMED_UP_TO: Final = 20
_NAMES: Final = 3


@dataclass(frozen=True, slots=True)
class Passed:
    """A release or withdrawal that came or went, and the first of its objects that the reader sees."""

    statement: Statement
    by: str
    to: str
    objects: tuple[Seen, ...]

    @property
    def is_withdrawal(self) -> bool:
        return self.statement.type == WITHDRAWAL.name

    @property
    def others(self) -> int:
        """How many of its objects are not named."""
        return self.statement.objects - len(self.objects)


def passed(
    tx: Transaction, reader: Reader, own_ref: str, now: Instant
) -> Released[tuple[tuple[Passed, ...], tuple[Passed, ...]]]:
    """The latest that came, and the latest that went; what the reader does not see of them is not named."""
    latest = [s for s in tx.statements.recent(_LATEST) if not _goes_to_all_peers(s)]
    known = seen_by_id(tx, reader, (s.id for s in latest), now).value
    listed = _listed(tx, [s for s in latest if s.id in known])
    made = [s for s in latest if s.id in known and listed.get(s.num) != []]
    rows = [s for s in made if s.party_ref != own_ref][:ROWS], [s for s in made if s.party_ref == own_ref][:ROWS]
    ids = {stix_id for s in (*rows[0], *rows[1]) for stix_id in listed.get(s.num, ())}
    return seen_by_id(tx, reader, ids, now).map(
        lambda seen: (
            tuple(_passed(tx, s, [seen[i] for i in listed.get(s.num, ()) if i in seen]) for s in rows[0]),
            tuple(_passed(tx, s, [seen[i] for i in listed.get(s.num, ()) if i in seen]) for s in rows[1]),
        )
    )


def _goes_to_all_peers(statement: Statement) -> bool:
    """Cards alone do."""
    audience = audience_named(statement.audience_ref)
    return audience is not None and audience.kind is AudienceKind.PEERS


def _listed(tx: Transaction, statements: Sequence[Statement]) -> dict[int, list[str]]:
    """What the smaller ones list, the nodes' own words to one another left out; a large one is read on its own page."""
    small = [s for s in statements if s.objects <= _NAMED_UP_TO]
    raw = tx.versions.raw([s.version for s in small])
    found = {}
    for statement in small:
        content: dict[str, Any] = msgspec.json.decode(raw.get(statement.version, b"{}"))
        ids = [str(entry.get("id")) for entry in content.get("entries") or content.get("withdraws") or ()]
        found[statement.num] = [stix_id for stix_id in ids if type_of(stix_id) not in MACHINERY]
    return found


def _passed(tx: Transaction, statement: Statement, objects: Sequence[Seen]) -> Passed:
    to = ref_name(tx, statement.audience_ref)
    return Passed(statement, tx.parties.code_of(statement.party_ref), to, tuple(objects[:_NAMES]))
