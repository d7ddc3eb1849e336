"""What follows from what happened: terms bring what they bring, new versions follow, stricter markings end releases.

`kenesh.node.wiring` routes the events of the holdings here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kenesh.basis.instants import DAY, Instant
from kenesh.federation.audiences import audience_name
from kenesh.federation.bodies import give
from kenesh.federation.issuing import Issuer
from kenesh.federation.key_lines import KEY_TYPES, note_key_statement
from kenesh.federation.offering import Offer
from kenesh.federation.ports import Transaction
from kenesh.federation.withdrawing import PRESENT, Withdrawing
from kenesh.holdings.granting import Grants
from kenesh.holdings.membership import Terms
from kenesh.holdings.rows import Accepted, Conflict, HeldVersion, StoredTerm
from kenesh.parties.bodies import BODY, MEMBERSHIP, read_membership
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, audience_named, party_audience
from kenesh.release.caveats import Caveats
from kenesh.release.decision import only_released
from kenesh.release.recalls import Recall
from kenesh.release.rules import Stage
from kenesh.release.statements import Withdrawn
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version
from kenesh.stix.register import Channel

#: So many conflicts of one party's are named, among so many alarms.
_NAMED_AT_MOST = 10
_LOOKED_BACK = 200
#: How far back a newcomer counts as present, at most, whatever its term says.
PRESENT_AT_MOST = 7 * DAY
#: What a releaser himself said when he released: nobody need be told that it holds.
_SAID_SO = frozenset({"CAV-01", "CAV-02"})
#: A release's label and caveats, which hold for what follows it too.
Under = tuple[Tlp, Caveats]


class Reactions:
    """What this node does when something happens in its holdings."""

    def __init__(self, own: Own, issuer: Issuer, grants: Grants, withdrawing: Withdrawing, terms: Terms) -> None:
        self._own = own
        self._issuer = issuer
        self._grants = grants
        self._withdrawing = withdrawing
        self._terms = terms

    def derive_terms(self, tx: Transaction, accepted: tuple[Accepted, ...], now: Instant) -> None:
        """A body's or membership's new version brings the terms up to date."""
        bodies = set()
        for item in accepted:
            version = item.arrival.version
            if version.type == BODY.name:
                bodies.add(version.id)
            elif version.type == MEMBERSHIP.name:
                bodies.add(read_membership(version.value).body_ref)
        for body in sorted(bodies):
            self._terms.derive(tx, body, now)
        if bodies:
            self._terms.apply_due(tx, now)

    def note_keys(self, tx: Transaction, versions: Iterable[Version], now: Instant) -> None:
        """A peer's newer card takes the older one's place, and a key that is succeeded or revoked gives way."""
        said = [version.value for version in versions if version.type in KEY_TYPES]
        for value in sorted(said, key=lambda v: int(v.get("serial", 0))):
            note_key_statement(tx, self._terms, value, now)

    def begin_term(self, tx: Transaction, stored: StoredTerm, now: Instant) -> None:
        """What a term brings lies in the party's inbox with new stamps: the circle, and what it was present for."""
        audience = audience_named(stored.term.audience_ref)
        assert audience is not None
        inbox = party_audience(stored.term.party_ref)
        self._give_circle(tx, stored.term.audience_ref, inbox, now)
        since = max(stored.term.begins, stored.stated_at, now - PRESENT_AT_MOST)
        collection = self._grants.collection(tx, audience, Channel.CONTENT)
        by_release: dict[tuple[Tlp, Caveats], list[HeldVersion]] = defaultdict(list)
        grants = tx.grants.since(collection.num, Instant(since), self._own.ref)
        statements = tx.statements.get({grant.statement for grant in grants})
        held = {h.num: h for h in tx.versions.held([grant.version for grant in grants])}
        for grant in grants:
            statement = statements[grant.statement]
            if statement.label is not None and grant.version in held:
                by_release[statement.label, statement.caveats].append(held[grant.version])
        for (label, caveats), items in by_release.items():
            # New versions follow in the circle, to whoever is in it then; nothing follows into the inbox.
            circle = stored.term.audience_ref
            self._release(tx, inbox, items, (label, caveats), now, follow=False, reason=PRESENT, within=circle)

    def _give_circle(self, tx: Transaction, body_ref: str, inbox: Audience, now: Instant) -> None:
        """The keeper gives a new member the body and its memberships."""
        body = tx.versions.current_of([body_ref]).get(body_ref)
        if body is None or body.writer != self._own.ref:
            return
        memberships = tx.versions.linked_to(body_ref, [MEMBERSHIP.name])
        items = [body, *(held for held in memberships if held.writer == self._own.ref)]
        visible = self._grants.visible_versions(tx, inbox, {held.object for held in items})
        fresh = [held for held in items if held.num not in visible]
        if fresh:
            give(tx, self._issuer, self._own, inbox, fresh, now)

    def follow(self, tx: Transaction, accepted: tuple[Accepted, ...], now: Instant) -> None:
        """New versions go where an earlier one went, if that release says follow and the version is this party's own.

        A revocation always follows, also of what was passed on. The whole decision is made again.
        """
        granted = {grant.object for grant in tx.grants.of_objects({item.object for item in accepted})}
        for held in tx.versions.held([item.num for item in accepted if item.object in granted]):
            for audience, under, follows in self._earlier_releases(tx, held):
                if held.revoked or (follows and held.writer == self._own.ref):
                    self._release(tx, audience, [held], under, now, follow=follows, reason="a new version follows")

    def _earlier_releases(self, tx: Transaction, held: HeldVersion) -> list[tuple[Audience, Under, bool]]:
        grants = [grant for grant in tx.grants.of_objects([held.object]) if grant.is_released]
        statements = tx.statements.get({grant.statement for grant in grants})
        collections = {c.num: c.audience for c in tx.grants.collections()} if grants else {}
        found: dict[Audience, tuple[Under, bool]] = {}
        for grant in grants:
            statement = statements[grant.statement]
            if grant.version != held.num and grant.key <= held.key and statement.label is not None:
                under = statement.label, statement.caveats
                _, follows = found.get(collections[grant.collection], (under, False))
                found[collections[grant.collection]] = (under, follows or statement.follow)
        return [(audience, under, follows) for audience, (under, follows) in found.items()]

    def _release(
        self,
        tx: Transaction,
        audience: Audience,
        items: list[HeldVersion],
        under: Under,
        now: Instant,
        *,
        follow: bool,
        reason: str,
        within: str = "",
    ) -> None:
        """Releases what the rules allow; what they do not is an alarm for a person to decide."""
        label, caveats = under
        offers = {
            tlp: Offer(tx, self._own, audience, max(label, tlp), now, caveats, within=within)
            for tlp in {held.own_marking() for held in items}
        }
        released = only_released(
            Stage.RELEASE, [pair for item in items for pair in offers[item.own_marking()].facts([item])]
        )
        for held, decision in [pair for item in items for pair in offers[item.own_marking()].decisions([item])]:
            if not decision.allowed and decision.rule.id not in _SAID_SO:
                name = audience_name(tx, audience)
                text = f"A new version did not go to {name}: {decision.reason}."
                tx.alarms.raise_alarm("not-followed", held.id, text, now)
        if released.value:
            strictest = max(label, *(held.own_marking() for held in released.value))
            self._issuer.release(tx, audience, released, strictest, now, follow=follow, reason=reason, caveats=caveats)

    def tighten(self, tx: Transaction, objects: tuple[int, ...], now: Instant) -> None:
        """Stricter marking: releases continue under it or end, and everyone reached is told."""
        self._withdrawing.tighten(tx, objects, now)

    def end_displaced(self, tx: Transaction, versions: tuple[int, ...], now: Instant) -> None:
        """What gave way to the author's own is served to nobody any more, and whoever got it from here hears that."""
        displaced = set(versions)
        objects = tx.versions.objects_of(versions)
        grants = [grant for grant in tx.grants.of_objects(objects) if grant.version in displaced]
        self._withdrawing.take_back(tx, grants, "the author's own version took its place", now)

    def mark_more_strictly(
        self, tx: Transaction, obj: int, said: Withdrawn, now: Instant, recall: Recall | None
    ) -> tuple[str, ...]:
        """The author marks an object more strictly: it holds for every version, and for what was passed on.

        Gives the codes of those to whom it had been.
        """
        if said.label is None or not tx.versions.tighten(obj, said.label):
            return ()
        return self._withdrawing.tighten(tx, [obj], now, said, recall).recipients

    def tell_conflicts(self, tx: Transaction, conflicts: tuple[Conflict, ...], now: Instant) -> None:
        """A version that does not count is shown, not silently dropped; many of one party hide no other alarms."""
        raised = [alarm.text for alarm in tx.alarms.recent(_LOOKED_BACK) if alarm.code == "conflict"]
        for conflict in conflicts:
            code = tx.parties.code_of(conflict.source)
            words = f"A version from {code} does not count: "
            if sum(text.startswith(words) for text in raised) >= _NAMED_AT_MOST:
                text = f"More versions from {code} do not count than are named here; each is kept with the object."
                tx.alarms.raise_alarm("conflicts", code, text, now)
            else:
                raised.append(f"{words}{conflict.why}.")
                tx.alarms.raise_alarm("conflict", conflict.object_id, raised[-1], now)
