"""Whom a grant reached, and to whom something of it is therefore told."""

from __future__ import annotations

from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.federation.ports import Transaction
from kenesh.holdings.rows import Grant, StoredTerm
from kenesh.parties.hosts import meant_with
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, AudienceKind, party_audience
from kenesh.release.caveats import Caveats


@dataclass(frozen=True, slots=True)
class Address:
    """To whom something is told: an audience, without those for whom it is not."""

    audience: Audience
    not_for: tuple[str, ...] = ()


class Reached:
    """Whom a grant reached: its audience, and the inbox of everybody who has left it since."""

    def __init__(self, tx: Transaction, own: Own, now: Instant) -> None:
        self._tx = tx
        self._now = now
        self._audiences = {c.num: c.audience for c in tx.grants.collections()}
        self._others = set(tx.parties.admitted()) - {own.ref}
        self._terms: dict[str, list[StoredTerm]] = {}
        self._caveats: dict[int, Caveats] = {}

    def of(self, grant: Grant) -> list[Address]:
        """The audience first."""
        audience, not_for = self._audiences[grant.collection], self._not_for(grant)
        departed = sorted(one for one in self._departed(audience, grant) if not self._is_barred(one, not_for))
        return [Address(audience, not_for), *(Address(party_audience(party)) for party in departed)]

    def _not_for(self, grant: Grant) -> tuple[str, ...]:
        if grant.statement not in self._caveats:
            self._caveats[grant.statement] = self._tx.statements.get([grant.statement])[grant.statement].caveats
        return self._caveats[grant.statement].not_for

    def _is_barred(self, party_ref: str, not_for: tuple[str, ...]) -> bool:
        """Whether it is not for that party or for its host, who would hear of it, or its state."""
        return bool(not_for) and not set(not_for).isdisjoint(meant_with(self._tx.parties, party_ref))

    def _departed(self, audience: Audience, grant: Grant) -> set[str]:
        """Admitted parties whose term has ended, and was open when the grant was made."""
        if audience.kind not in (AudienceKind.BODY, AudienceKind.CLASS):
            return set()
        if audience.ref not in self._terms:
            self._terms[audience.ref] = self._tx.terms.of_audiences([audience.ref])
        terms = self._terms[audience.ref]
        there = {s.term.party_ref for s in terms if s.term.is_in_force(self._now)}
        past = {
            s.term.party_ref
            for s in terms
            if s.stamp is not None and s.stamp < grant.stamp and (s.term.ends is None or s.term.ends > grant.stamp)
        }
        return (past - there) & self._others
