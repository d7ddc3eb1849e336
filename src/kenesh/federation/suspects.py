"""What a revoked key may have signed in other hands: listed and marked, for a person to judge; nothing is deleted.

A statement is no suspect where this node itself had it before the instant of compromise. The author's own times do not
count: who has the key writes what he likes. Source: design.md, idea 4; ADR 26.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kenesh.basis.instants import Instant
from kenesh.federation.key_lines import known_of_keys
from kenesh.federation.ports import Transaction
from kenesh.federation.proofs import ProofShelf
from kenesh.holdings.ports import chunks
from kenesh.holdings.rows import Hold, Statement
from kenesh.parties.keys import kid_of


@dataclass(frozen=True, slots=True)
class Suspect:
    """A release or withdrawal by a revoked key, which nothing here shows to be older than the compromise."""

    party: str
    statement: Statement
    kid: str
    since: Instant


def revoked_since(tx: Transaction, party_ref: str) -> Mapping[str, Instant]:
    """The revoked keys of a party, each with the earliest instant that its recovery key named."""
    heard = known_of_keys(tx, party_ref)
    found: dict[str, Instant] = {}
    for one in heard.revocations if heard else ():
        found[one.kid] = min(one.since, found.get(one.kid, one.since))
    return found


def suspects(tx: Transaction, party_ref: str) -> Iterator[Suspect]:
    """In the order in which they came."""
    revoked = revoked_since(tx, party_ref)
    if not revoked:
        return
    first, code = min(revoked.values()), tx.parties.code_of(party_ref)
    late = [s for s in tx.statements.of_party(party_ref, None) if s.at >= first]
    for part in chunks(sorted(late, key=lambda s: s.num), 100):
        raw = tx.versions.raw([s.version for s in part])
        for statement in part:
            kid = _kid(raw.get(statement.version))
            if kid in revoked and statement.at >= revoked[kid]:
                yield Suspect(code, statement, kid, revoked[kid])


def suspected(tx: Transaction, writer: str, holds: Iterable[Hold]) -> Instant | None:
    """Since when the writer's key is not believed, where every way in which a version came rests on that key.

    A version that came before, or that was taken in from a file, is no suspect.
    """
    revoked = revoked_since(tx, writer)
    if not revoked:
        return None
    shelf, found = ProofShelf(tx), []
    for hold in holds:
        kid = shelf.signer_of(hold, writer)
        if kid not in revoked or hold.since < revoked[kid]:
            return None
        found.append(revoked[kid])
    return min(found, default=None)


def _kid(raw: bytes | None) -> str:
    # What was erased says nothing any more.
    value: Mapping[str, Any] = msgspec.json.decode(raw) if raw else {}
    return kid_of(str(value["signatures"][0])) if value.get("signatures") else ""
