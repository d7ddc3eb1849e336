"""Terms as this node keeps them: derived from memberships, applied under the node's own stamps, never back-dated."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import msgspec

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, instant_of
from kenesh.holdings.events import Listeners, TermBegan, announce
from kenesh.holdings.granting import MAX_GAP
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import StoredTerm
from kenesh.parties.bodies import BODY, COUNCIL, MEMBERSHIP, Membership, read_membership
from kenesh.parties.terms import Term, body_terms, class_terms, is_honoured
from kenesh.release.audience import CLASSES


class Terms:
    """Keeps the terms of bodies, and of the council's classes.

    `is_council_keeper` says whose body of purpose `council` is the council: the depositary, set on each node by hand.
    """

    def __init__(
        self, own_ref: str, chance: Chance, is_council_keeper: Callable[[Transaction, str], bool], listeners: Listeners
    ) -> None:
        self._own_ref = own_ref
        self._chance = chance
        self._is_council_keeper = is_council_keeper
        self._listeners = listeners

    def derive(self, tx: Transaction, body_ref: str, now: Instant) -> None:
        """Brings the stored terms of a body to what its memberships say now."""
        body = tx.versions.current_of([body_ref]).get(body_ref)
        if body is None or not body.proved:
            return
        memberships, stated_at = _memberships(tx, body_ref, body.writer)
        wanted = body_terms(memberships)
        content = msgspec.json.decode(tx.versions.raw([body.num])[body.num])
        is_council = content.get("purpose") == COUNCIL and self._is_council_keeper(tx, body.writer)
        refs = [body_ref]
        if is_council:
            wanted += class_terms(memberships, CLASSES)
            refs += CLASSES.values()
        self._reconcile(tx, refs, wanted, stated_at, now)
        self._compare(tx, body_ref, now)

    def _reconcile(
        self, tx: Transaction, refs: list[str], wanted: list[Term], stated_at: dict[str, Instant], now: Instant
    ) -> None:
        """Keeps what is wanted; what this body's memberships gave before and do not say any more ends now."""
        kept = tx.terms.of_audiences(refs)
        # Also of those that were revoked since, and are not among the wanted: each has a term in the body itself.
        memberships = {s.term.membership_id for s in kept if s.term.audience_ref == refs[0]}
        stored = {_key(s.term): s for s in kept if s.term.membership_id in memberships}
        for term in wanted:
            there = stored.pop(_key(term), None)
            if there is None:
                tx.terms.add(term, stated_at[term.membership_id])
            elif there.term != term:
                tx.terms.restate(there.num, term)
                if there.stamp is not None and not there.term.is_in_force(now) and term.is_in_force(now):
                    # It had ended: from here on it begins anew, and opens nothing of what went in between.
                    tx.terms.apply(there.num, None)
        for gone in stored.values():
            if gone.stamp is None:
                tx.terms.remove(gone.num)
            elif gone.term.ends is None or gone.term.ends > now:
                tx.terms.restate(gone.num, replace(gone.term, ends=now))

    def _compare(self, tx: Transaction, body_ref: str, now: Instant) -> None:
        """A term that was applied and names another node than the one admitted here gives that one nothing any more."""
        admitted = tx.parties.admitted()
        for stored in tx.terms.of_audiences([body_ref]):
            kids = admitted.get(stored.term.party_ref, ())
            if stored.stamp is not None and stored.term.is_in_force(now) and stored.term.kid not in kids:
                self._alarm(tx, stored, kids, now)

    def apply_due(self, tx: Transaction, now: Instant) -> list[StoredTerm]:
        """Applies the terms whose time has come: each gets this node's own stamp; who listens gives what it brings.

        A term of a party whose node is not admitted here by the same fingerprint waits: it gives nothing. So does one
        that stands in a list whose keeper was not heard for too long.
        """
        admitted = tx.parties.admitted()
        begun = []
        for stored in tx.terms.unapplied(now):
            kids = admitted.get(stored.term.party_ref, ())
            if stored.term.party_ref != self._own_ref and stored.term.kid not in kids:
                self._alarm(tx, stored, kids, now)
            if not self._may_begin(tx, stored, kids, now):
                continue
            (stamp,) = tx.grants.stamps(now, [1 + self._chance.below(MAX_GAP)])
            tx.terms.apply(stored.num, stamp)
            begun.append(StoredTerm(stored.num, stored.term, stored.stated_at, stamp))
        for term in begun:
            if term.term.party_ref != self._own_ref:
                announce(self._listeners, tx, TermBegan(term), now)
        return begun

    def is_any_due(self, tx: Transaction, now: Instant) -> bool:
        """Whether there is a term to apply."""
        unapplied = tx.terms.unapplied(now)
        admitted = tx.parties.admitted() if unapplied else {}
        return any(self._may_begin(tx, s, admitted.get(s.term.party_ref, ()), now) for s in unapplied)

    def _may_begin(self, tx: Transaction, stored: StoredTerm, kids: Collection[str], now: Instant) -> bool:
        if stored.term.party_ref == self._own_ref:
            return True
        return stored.term.kid in kids and is_honoured(tx.parties.list_heard_at(stored.term.membership_id), now)

    def _alarm(self, tx: Transaction, stored: StoredTerm, kids: Collection[str], now: Instant) -> None:
        if kids:
            code = tx.parties.code_of(stored.term.party_ref)
            tx.alarms.raise_alarm(
                "fingerprints-differ",
                code,
                f"A membership names another node of {code} than the one admitted here; it gives that party nothing. "
                f"Read the fingerprint of {code} over the telephone again, and tell the body's keeper.",
                now,
            )


def _key(term: Term) -> tuple[str, str, Instant]:
    """What stays of a term when it is stated anew."""
    return term.audience_ref, term.membership_id, term.begins


def _memberships(tx: Transaction, body_ref: str, keeper: str) -> tuple[list[Membership], dict[str, Instant]]:
    """Every version of the body's memberships that its keeper stated, and when each membership was first stated."""
    found: list[Membership] = []
    stated_at: dict[str, Instant] = {}
    for held in tx.versions.linked_to(body_ref, [MEMBERSHIP.name]):
        versions = [v for v in tx.versions.all_of(held.id) if v.proved and v.writer == keeper and not v.revoked]
        for raw in tx.versions.raw([v.num for v in versions]).values():
            value = msgspec.json.decode(raw)
            found.append(read_membership(value))
            created = instant_of(str(value["created"]))
            stated_at[held.id] = min(created, stated_at.get(held.id, created))
    return found, stated_at


def bodies_named(tx: Transaction, name: str) -> list[str]:
    """The ids of the bodies of that short name."""
    return [held.id for held in tx.versions.of_type(BODY.name) if held.name == name]
