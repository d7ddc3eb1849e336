"""The act of withdrawing: one's own releases end, everyone they reached is told, others' words are passed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UnknownProblem
from kenesh.federation.audiences import parties_of
from kenesh.federation.issuing import Issuer
from kenesh.federation.ports import Transaction
from kenesh.holdings.egress import may_release
from kenesh.holdings.granting import Grants
from kenesh.holdings.rows import Collection, Grant, HeldVersion, Statement
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, AudienceKind, party_audience
from kenesh.release.statements import RELEASE, Withdrawn


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withdrawn: the statements made, the objects, and the codes of the parties that are told."""

    statements: tuple[Statement, ...]
    objects: int
    recipients: tuple[str, ...]


class Withdrawing:
    """Takes back what this node gave."""

    def __init__(self, own: Own, issuer: Issuer, grants: Grants) -> None:
        self._own = own
        self._issuer = issuer
        self._grants = grants

    def withdraw(self, tx: Transaction, name: str, reason: str, now: Instant) -> Withdrawal:
        """Withdraws one release, or one object from everybody.

        Raises:
            UnknownProblem: there is no such release or object here, or nobody ever got it.
        """
        if name.startswith(f"{RELEASE.name}--"):
            return self._withdraw_release(tx, name, reason, now)
        versions = tx.versions.all_of(name)
        if not versions:
            raise UnknownProblem(f"This node holds no {name[:80]}.", advice="`kenesh show` takes the object's id.")
        return self._withdraw_object(tx, versions, reason, now)

    def _withdraw_release(self, tx: Transaction, name: str, reason: str, now: Instant) -> Withdrawal:
        statement = tx.statements.find(name)
        if statement is None or statement.party_ref != self._own.ref:
            raise UnknownProblem(f"This node made no {name[:80]}.", advice="`kenesh show OBJECT` lists the releases.")
        grants = [g for g in tx.grants.of_statement(statement.num) if g.version != statement.version]
        if not grants:
            raise UnknownProblem(f"{name} has nothing in force any more.")
        held = {h.num: h for h in tx.versions.held([g.version for g in grants])}
        entries = [self._entry(held[g.version], release_ref=name) for g in grants if g.version in held]
        return self._carry_out(tx, grants, {h.id: e for h, e in zip(held.values(), entries, strict=True)}, reason, now)

    def _withdraw_object(
        self, tx: Transaction, versions: Sequence[HeldVersion], reason: str, now: Instant
    ) -> Withdrawal:
        obj, newest = versions[0].object, versions[-1]
        grants = self._own_grants(tx, tx.grants.of_objects([obj]))
        if not grants:
            raise UnknownProblem(f"{newest.id} is released to nobody.", advice="There is nothing to withdraw.")
        return self._carry_out(tx, grants, {newest.id: self._entry(newest)}, reason, now)

    def _own_grants(self, tx: Transaction, grants: Sequence[Grant]) -> list[Grant]:
        statements = tx.statements.get({g.statement for g in grants})
        return [g for g in grants if statements[g.statement].party_ref == self._own.ref]

    def _entry(self, held: HeldVersion, release_ref: str | None = None) -> Withdrawn:
        """A withdrawal covers every version up to the newest: an earlier one does not come back behind the cursors."""
        entry = Withdrawn(held.id, held.modified, release_ref)
        return self._issuer.signed_by_author(entry) if held.writer == self._own.ref else entry

    def _carry_out(
        self, tx: Transaction, grants: Sequence[Grant], entries: dict[str, Withdrawn], reason: str, now: Instant
    ) -> Withdrawal:
        """Ends the grants, and tells each audience and whoever left it."""
        ids = {h.object: h.id for h in tx.versions.held([g.version for g in grants])}
        reached = self._reached(tx, grants, now)
        self._grants.end(tx, grants, now, "withdrawn")
        statements: list[Statement] = []
        for audience, objects in reached.items():
            told = [entries[ids[obj]] for obj in sorted(objects) if ids[obj] in entries]
            statements += self._issuer.withdraw(tx, audience, told, reason, now)
        recipients = {code for audience in reached for code in parties_of(tx, self._own, audience, now)}
        return Withdrawal(tuple(statements), len(set(ids.values())), tuple(sorted(recipients)))

    def _reached(self, tx: Transaction, grants: Iterable[Grant], now: Instant) -> dict[Audience, set[int]]:
        """The audiences that these grants reached; who has left one since hears it in his inbox."""
        collections = {c.num: c for c in tx.grants.collections()}
        reached: dict[Audience, set[int]] = defaultdict(set)
        for grant in grants:
            reached[collections[grant.collection].audience].add(grant.object)
            for party in self._departed(tx, collections[grant.collection], grant, now):
                reached[party_audience(party)].add(grant.object)
        return reached

    def _departed(self, tx: Transaction, collection: Collection, grant: Grant, now: Instant) -> set[str]:
        """Admitted parties whose term has ended, and was open when the grant was made."""
        if collection.audience.kind not in (AudienceKind.BODY, AudienceKind.CLASS):
            return set()
        terms = tx.terms.of_audiences([collection.audience.ref])
        there = {s.term.party_ref for s in terms if s.term.is_in_force(now)}
        past = {
            s.term.party_ref
            for s in terms
            if s.stamp is not None and s.stamp < grant.stamp and (s.term.ends is None or s.term.ends > grant.stamp)
        }
        return {p for p in past - there if p in tx.parties.admitted() and p != self._own.ref}

    def tighten(self, tx: Transaction, objects: Sequence[int], now: Instant) -> None:
        """Grants of objects that are marked more strictly now: kept under the new marking, or ended, and told."""
        grants = self._own_grants(tx, tx.grants.of_objects(objects))
        held = {h.num: h for h in tx.versions.held([g.version for g in grants])}
        collections = {c.num: c.audience for c in tx.grants.collections()}
        told: dict[Audience, dict[str, Withdrawn]] = defaultdict(dict)
        for grant in grants:
            version, audience = held[grant.version], collections[grant.collection]
            marking = max(version.own_marking(), grant.tlp)
            if may_release(version, audience, marking, self._own.ref).allowed:
                if marking != grant.tlp:
                    tx.grants.remark(grant, marking)
                entry = Withdrawn(version.id, version.modified, label=marking)
            else:
                self._grants.end(tx, [grant], now, "marked more strictly")
                entry = Withdrawn(version.id, version.modified)
            if version.writer == self._own.ref:
                entry = self._issuer.signed_by_author(entry)
            told[audience][version.id] = entry
        for audience, entries in told.items():
            self._issuer.withdraw(tx, audience, list(entries.values()), "marked more strictly by its author", now)

    def pass_on(self, tx: Transaction, versions: Sequence[HeldVersion], said: Withdrawn, now: Instant) -> None:
        """What this node had passed on ends with the author's word, which goes to everyone it had reached."""
        nums = {held.num for held in versions}
        grants = [
            g for g in self._own_grants(tx, tx.grants.of_objects({h.object for h in versions})) if g.version in nums
        ]
        if grants:
            entry = Withdrawn(said.id, said.up_to, None, said.label, said.author_signature)
            self._carry_out(tx, grants, {said.id: entry}, "withdrawn by its author", now)
