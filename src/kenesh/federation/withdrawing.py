"""The act of withdrawing: one's own releases end, everyone they reached is told, others' words are passed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from kenesh.basis.instants import Instant, ModifiedKey
from kenesh.basis.problem import ForbiddenProblem, UnknownProblem
from kenesh.federation.audiences import audience_name, parties_of
from kenesh.federation.issuing import Issuer
from kenesh.federation.ports import Transaction
from kenesh.federation.reaching import Address, Reached
from kenesh.holdings.egress import Given, Terms, given_under, may_release, refs_of_audience
from kenesh.holdings.feed import ceiling_of
from kenesh.holdings.granting import Grants
from kenesh.holdings.rows import Grant, HeldVersion, Statement
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, AudienceKind
from kenesh.release.recalls import Recall
from kenesh.release.statements import RELEASE, Withdrawn
from kenesh.stix.marking import Tlp

#: Why a newcomer finds in its inbox what went to its circle since its term began, before this node knew of it.
PRESENT: Final = "present since its term began"
#: What is said of each object, by its id.
Entries = Mapping[str, Sequence[Withdrawn]]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withdrawn: the statements made, the objects, and the codes of the parties that are told.

    `groups` are those of this party's own constituents: the recipients are told to an author, and these to nobody.
    """

    statements: tuple[Statement, ...]
    objects: int
    recipients: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Withdrawing:
    """Takes back what this node gave."""

    def __init__(self, own: Own, issuer: Issuer, grants: Grants) -> None:
        self._own = own
        self._issuer = issuer
        self._grants = grants

    @property
    def own_ref(self) -> str:
        """The party that withdraws here."""
        return self._own.ref

    def withdraw(
        self, tx: Transaction, name: str, reason: str, now: Instant, recall: Recall | None = None
    ) -> Withdrawal:
        """Withdraws one release, or one object from everybody; with a recall, who has it is to confirm that.

        Raises:
            UnknownProblem: there is no such release or object here, or nobody ever got it.
        """
        if name.startswith(f"{RELEASE.name}--"):
            return self._withdraw_release(tx, name, reason, now, recall)
        versions = tx.versions.all_of(name)
        if not versions:
            raise UnknownProblem(f"This node holds no {name[:80]}.", advice="`kenesh show` takes the object's id.")
        return self._withdraw_object(tx, versions, reason, now, recall)

    def _withdraw_release(
        self, tx: Transaction, name: str, reason: str, now: Instant, recall: Recall | None
    ) -> Withdrawal:
        statement = tx.statements.find(name)
        if statement is None or statement.party_ref != self._own.ref:
            raise UnknownProblem(f"This node made no {name[:80]}.", advice="`kenesh show OBJECT` lists the releases.")
        grants = [g for g in tx.grants.of_statement(statement.num) if g.version != statement.version]
        if not grants:
            raise UnknownProblem(f"{name} has nothing in force any more.")
        grants += self._earlier(tx, grants)
        grants += self._present(tx, grants)
        return self._carry_out(tx, grants, self._release_entries(tx, grants), reason, now, recall)

    def _earlier(self, tx: Transaction, grants: Sequence[Grant]) -> list[Grant]:
        """The grants of earlier versions to the same audience: they would be the last again, behind the cursors."""
        newest: dict[tuple[int, int], ModifiedKey] = {}
        for grant in grants:
            place = (grant.collection, grant.object)
            newest[place] = max(grant.key, newest.get(place, grant.key))
        known = {(grant.collection, grant.stamp) for grant in grants}
        return [
            grant
            for grant in self._own_grants(tx, tx.grants.of_objects({grant.object for grant in grants}))
            if (grant.collection, grant.stamp) not in known
            and grant.key < newest.get((grant.collection, grant.object), grant.key)
        ]

    def _present(self, tx: Transaction, grants: Sequence[Grant]) -> list[Grant]:
        """The grants of the same versions to those who were present in a circle before this node knew it."""
        versions = {grant.version for grant in grants}
        kinds = {c.num: c.audience.kind for c in tx.grants.collections()}
        if all(kinds[grant.collection] not in (AudienceKind.BODY, AudienceKind.CLASS) for grant in grants):
            return []
        others = [
            grant
            for grant in self._own_grants(tx, tx.grants.of_objects({grant.object for grant in grants}))
            if grant.version in versions and kinds[grant.collection] is AudienceKind.PARTY
        ]
        statements = tx.statements.get({grant.statement for grant in others})
        return [grant for grant in others if statements[grant.statement].reason == PRESENT]

    def _release_entries(self, tx: Transaction, grants: Sequence[Grant]) -> Entries:
        """For each object what is taken back of each release: up to its newest version among these grants."""
        held = {h.num: h for h in tx.versions.held([g.version for g in grants])}
        statements = tx.statements.get({g.statement for g in grants})
        newest: dict[str, HeldVersion] = {}
        releases: dict[str, set[str]] = defaultdict(set)
        for grant in grants:
            version = held[grant.version]
            newest[version.id] = max(version, newest.get(version.id, version), key=lambda h: (h.key, h.num))
            releases[version.id].add(statements[grant.statement].id)
        return {i: [self._entry(newest[i], release_ref=ref) for ref in sorted(refs)] for i, refs in releases.items()}

    def _withdraw_object(
        self, tx: Transaction, versions: Sequence[HeldVersion], reason: str, now: Instant, recall: Recall | None
    ) -> Withdrawal:
        obj, newest = versions[0].object, versions[-1]
        grants = self._own_grants(tx, tx.grants.of_objects([obj]))
        if not grants:
            raise UnknownProblem(f"{newest.id} is released to nobody.", advice="There is nothing to withdraw.")
        return self._carry_out(tx, grants, {newest.id: [self._entry(newest)]}, reason, now, recall)

    def take_out(self, tx: Transaction, grants: Sequence[Grant], reason: str, now: Instant) -> None:
        """Ends grants of one collection and no others; where a release gave them, its audience is told.

        Raises:
            ForbiddenProblem: a withdrawal covers earlier versions too, and some of these are to stay.
        """
        released = self._own_grants(tx, grants)
        collections = {grant.collection for grant in released}
        if any(grant.collection in collections for grant in self._earlier(tx, released)):
            raise ForbiddenProblem(
                "It was released, and a withdrawal covers earlier versions too.", advice="Delete every version of it."
            )
        self._carry_out(tx, grants, self._release_entries(tx, released), reason, now)

    def _own_grants(self, tx: Transaction, grants: Sequence[Grant]) -> list[Grant]:
        statements = tx.statements.get({g.statement for g in grants})
        return [g for g in grants if g.is_released and statements[g.statement].party_ref == self._own.ref]

    def _entry(self, held: HeldVersion, release_ref: str | None = None) -> Withdrawn:
        """A withdrawal covers every version up to the newest: an earlier one does not come back behind the cursors."""
        entry = Withdrawn(held.id, held.modified, release_ref)
        return self._issuer.signed_by_author(entry) if held.writer == self._own.ref else entry

    def _carry_out(
        self,
        tx: Transaction,
        grants: Sequence[Grant],
        entries: Entries,
        reason: str,
        now: Instant,
        recall: Recall | None = None,
    ) -> Withdrawal:
        """Ends the grants, and tells each audience and whoever left it; what was only given back, nobody is told."""
        ids = {h.object: h.id for h in tx.versions.held([g.version for g in grants])}
        reached: dict[Address, set[int]] = defaultdict(set)
        audiences = Reached(tx, self._own, now)
        for grant in (g for g in grants if g.is_released):
            for address in audiences.of(grant):
                reached[address].add(grant.object)
        self._grants.end(tx, grants, now, "withdrawn")
        statements: list[Statement] = []
        for address, objects in reached.items():
            told = [entry for obj in sorted(objects) for entry in entries.get(ids[obj], ())]
            statements += self._tell(tx, address, told, reason, now, recall)
        codes, groups = self._codes(tx, reached, now), _groups(tx, reached)
        return Withdrawal(tuple(statements), len(set(ids.values())), codes, groups)

    def _tell(
        self,
        tx: Transaction,
        address: Address,
        entries: Sequence[Withdrawn],
        reason: str,
        now: Instant,
        recall: Recall | None = None,
    ) -> list[Statement]:
        return self._issuer.withdraw(tx, address.audience, entries, reason, now, recall, address.not_for)

    def tighten(
        self,
        tx: Transaction,
        objects: Sequence[int],
        now: Instant,
        said: Withdrawn | None = None,
        recall: Recall | None = None,
        reason: str = "marked more strictly by its author",
    ) -> Withdrawal:
        """Grants of objects that are marked more strictly now: kept under the new marking, or ended, and told.

        `said` is the author's word where this node heard it: it is passed on as he signed it.
        """
        there = tx.grants.of_objects(objects)
        grants = self._own_grants(tx, there)
        held = {h.num: h for h in tx.versions.held([g.version for g in there])}
        statements = tx.statements.get({g.statement for g in grants})
        for grant in there:
            if not grant.is_released and held[grant.version].own_marking() > grant.tlp:
                tx.grants.remark(grant, held[grant.version].own_marking())
        audiences = Reached(tx, self._own, now)
        told: dict[Address, dict[Withdrawn, None]] = defaultdict(dict)
        for grant in grants:
            version, reached = held[grant.version], audiences.of(grant)
            marking = max(version.own_marking(), grant.tlp)
            entries = [] if said is None else [said]
            if version.writer == self._own.ref:
                entries.append(self._issuer.signed_by_author(Withdrawn(version.id, version.modified, label=marking)))
            terms = self._terms(tx, version, statements[grant.statement], reached[0].audience, now)
            if not self._stays(tx, grant, version, reached[0].audience, marking, terms):
                self._grants.end(tx, [grant], now, "marked more strictly")
                entries.append(self._entry(version, release_ref=statements[grant.statement].id))
            for address in reached:
                told[address] |= dict.fromkeys(entries)
        made: list[Statement] = []
        for address, said_there in told.items():
            made += self._tell(tx, address, list(said_there), reason, now, recall)
        codes, groups = self._codes(tx, told, now), _groups(tx, told)
        return Withdrawal(tuple(made), len({grant.object for grant in grants}), codes, groups)

    def _codes(self, tx: Transaction, told: Iterable[Address], now: Instant) -> tuple[str, ...]:
        """The codes of those to whom these addresses lead."""
        reached = (parties_of(tx, self._own, to.audience, now, not_for=to.not_for) for to in told)
        return tuple(sorted({code for codes in reached for code in codes}))

    def _terms(
        self, tx: Transaction, version: HeldVersion, release: Statement, audience: Audience, now: Instant
    ) -> Terms:
        """The terms on which it went: an object's own PAP may have become stricter, and then counts by itself."""
        given = given_under(tx, [version], self._own.ref).get(version.num, Given())
        refs = refs_of_audience(tx, audience, now)
        return Terms(now, release.caveats, given, refs, ceiling=ceiling_of(tx, refs))

    def _stays(
        self, tx: Transaction, grant: Grant, version: HeldVersion, audience: Audience, marking: Tlp, terms: Terms
    ) -> bool:
        """Whether the grant may stay under the marking; it stands under it then."""
        if not may_release(version, audience, marking, self._own.ref, terms).allowed:
            return False
        if marking != grant.tlp:
            tx.grants.remark(grant, marking)
        return True

    def take_back(self, tx: Transaction, grants: Sequence[Grant], why: str, now: Instant) -> None:
        """Ends grants of what does not count any more, and tells whomever they reached: of these releases alone."""
        raws = tx.versions.raw({grant.version for grant in grants})
        statements = tx.statements.get({grant.statement for grant in grants})
        audiences = Reached(tx, self._own, now)
        told: dict[Address, list[Withdrawn]] = defaultdict(list)
        for grant in (g for g in grants if g.is_released):
            value = msgspec.json.decode(raws[grant.version])
            for address in audiences.of(grant):
                told[address].append(Withdrawn(value["id"], value.get("modified"), statements[grant.statement].id))
        self._grants.end(tx, grants, now, why)
        for address, entries in told.items():
            self._tell(tx, address, entries, why, now)

    def pass_on(
        self, tx: Transaction, versions: Sequence[HeldVersion], said: Withdrawn, now: Instant, recall: Recall | None
    ) -> tuple[str, ...]:
        """What this node had passed on ends with the author's word, which goes to everyone it had reached.

        Gives their codes.
        """
        nums = {held.num for held in versions}
        grants = [g for g in tx.grants.of_objects({held.object for held in versions}) if g.version in nums]
        if not grants:
            return ()
        entry = Withdrawn(said.id, said.up_to, None, said.label, said.author_signature)
        return self._carry_out(tx, grants, {said.id: [entry]}, "withdrawn by its author", now, recall).recipients


def _groups(tx: Transaction, told: Iterable[Address]) -> tuple[str, ...]:
    """The groups of constituents to which these addresses lead."""
    found = {to.audience for to in told if to.audience.kind is AudienceKind.GROUP}
    return tuple(sorted(audience_name(tx, audience) for audience in found))
