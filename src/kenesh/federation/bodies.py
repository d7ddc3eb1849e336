"""The keeper's acts: form a body, admit a party to it, end its term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.basis.problem import RefusedProblem, UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.federation.audiences import audiences_named
from kenesh.federation.authoring import Author
from kenesh.federation.issuing import Issuer
from kenesh.federation.naming import Places, name_receiver, places
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.holdings.egress import release_facts
from kenesh.holdings.membership import Terms, bodies_named
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.bodies import BODY, CIRCLE, COUNCIL, MEMBERSHIP, SPEAKS, Role, body_object, membership_object
from kenesh.parties.own import Own
from kenesh.parties.party import party_code, party_id
from kenesh.release.audience import Audience, body_audience, party_audience
from kenesh.release.decision import only_released
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp

#: A circle's name and members are known to its members only.
CIRCLE_LABEL: Final = Tlp.AMBER_STRICT


class Bodies:
    """What a body's keeper does."""

    def __init__(self, own: Own, author: Author, issuer: Issuer, terms: Terms, chance: Chance) -> None:
        self._own = own
        self._author = author
        self._issuer = issuer
        self._terms = terms
        self._chance = chance

    def form(
        self,
        tx: Transaction,
        name: str,
        title: str,
        now: Instant,
        *,
        council: bool | None = None,
        exercise: bool = False,
    ) -> HeldVersion:
        """States a new body; its keeper is its first member.

        The first body that a keeper forms is the council, unless `council` says otherwise; it has one at the most.
        A body that plays an exercise never is by itself. Only the depositary's council counts for classes, on each node
        whose own hand made that party the depositary.

        Raises:
            UsageProblem: this keeper has a body of that name, or a council already.
        """
        kept = [held for held in tx.versions.of_type(BODY.name) if held.writer == self._own.ref]
        if any(held.name == name for held in kept):
            raise UsageProblem(f"{self._own.code} keeps a body '{name}' already.", advice="Choose another name.")
        has_council = any(self._purpose(tx, held) == COUNCIL for held in kept)
        if council and has_council:
            raise UsageProblem(f"{self._own.code} keeps a council already.", advice="Leave out --council.")
        value = body_object(
            self._chance.uuid4(),
            name=name,
            title=title,
            purpose=COUNCIL if council or (council is None and not kept and not exercise) else CIRCLE,
            keeper_ref=self._own.ref,
            now=now,
            exercise=exercise,
        )
        (body,) = self._author.state(tx, [value], now)
        self._admit(tx, body.id, self._own.code, self._own.kid, Role.MEMBER, None, now)
        self._terms.apply_due(tx, now)
        return body

    def _purpose(self, tx: Transaction, held: HeldVersion) -> str:
        return str(msgspec.json.decode(tx.versions.raw([held.num])[held.num])["purpose"])

    def admit(
        self,
        tx: Transaction,
        name: str,
        code: str,
        role: Role,
        begins: Instant | None,
        now: Instant,
        *,
        basis: str = "",
    ) -> HeldVersion:
        """States a party's membership, or a new role from an instant on; members hear it, the party gets the body.

        `basis` is the act on which it rests: of a role, not of the one before.

        An agency that its state has named there sits in the state's place, whose own seat ends as its begins.

        Raises:
            UnknownPartyProblem: that party's node is not admitted here. UnknownProblem: this node keeps no such body.
            UsageProblem: it is to speak for a state that has not named it, or that another speaks for.
        """
        body = self._kept(tx, name)
        peer = tx.peers.by_code(party_code(code))
        if peer is None:
            raise UnknownPartyProblem(
                f"No node of {code} is admitted here, so it cannot be a member.",
                advice=f"Admit it first: kenesh peer add {code.lower()}.card.json --fingerprint F.",
            )
        places = self._places(tx, body, peer, role)
        membership = self._admit(
            tx, body.id, code, peer.kid, role, begins, now, naming=places.naming, legal_basis=basis
        )
        for state in places.taken:
            self.end(tx, body.id, state, begins or now, now)
        self._give(tx, party_audience(peer.party_ref), [body, membership], now)
        self._give(tx, body_audience(body.id), [body, membership], now)
        self._terms.apply_due(tx, now)
        return membership

    def end(self, tx: Transaction, name: str, code: str, until: Instant, now: Instant) -> HeldVersion:
        """States that a party's term ends.

        Raises:
            UnknownProblem: it has none in that body.
        """
        body = self._kept(tx, name)
        membership = self._membership(tx, body.id, party_id(party_code(code)))
        if membership is None:
            raise UnknownProblem(f"{code} is no member of '{name}'.", advice="`kenesh status` lists the members.")
        ended = self._restate(tx, membership, {"until": stix_timestamp(until)}, now)
        self._give(tx, party_audience(party_id(code)), [ended], now)
        self._give(tx, body_audience(body.id), [ended], now)
        return ended

    def name_receiver(self, tx: Transaction, name: str, agency: str, now: Instant) -> tuple[HeldVersion, bool]:
        """States to a body's keeper which agency's node receives there for this party; and whether that is new.

        Raises:
            UnknownProblem: this party is in no such body. UsageProblem, UnknownPartyProblem: as of `naming`.
        """
        (named,) = audiences_named(tx, self._own, f"body:{name}", now)
        body = tx.versions.current_of([named.audience.ref])[named.audience.ref]
        word, is_new = name_receiver(tx, self._own, self._author, body, party_code(agency), now)
        if is_new:
            self._give(tx, party_audience(body.writer), [word], now)
        return word, is_new

    def _kept(self, tx: Transaction, name: str) -> HeldVersion:
        ids = [name] if name.startswith(f"{BODY.name}--") else bodies_named(tx, name)
        for body in tx.versions.current_of(ids).values():
            if body.writer == self._own.ref:
                return body
        raise UnknownProblem(
            f"{self._own.code} keeps no body '{name[:80]}'.", advice="A body's members are its keeper's to state."
        )

    def _admit(
        self,
        tx: Transaction,
        body_ref: str,
        code: str,
        kid: str,
        role: Role,
        begins: Instant | None,
        now: Instant,
        **more: str,
    ) -> HeldVersion:
        there = self._membership(tx, body_ref, party_id(code))
        said = {"role": role.value, "kid": kid} | {name: text for name, text in more.items() if text}
        if there is not None and begins is None and self._says(tx, there, said):
            # Said once more, it begins no later than it did.
            return there
        if there is not None:
            return self._restate(tx, there, said | {"from": stix_timestamp(begins or now)}, now)
        value = membership_object(
            self._chance.uuid4(),
            body_ref=body_ref,
            party=code,
            party_ref=party_id(code),
            kid=kid,
            role=role,
            keeper_ref=self._own.ref,
            begins=begins or now,
            now=now,
        )
        (membership,) = self._author.state(tx, [value | said], now)
        return membership

    def _places(self, tx: Transaction, body: HeldVersion, peer: Peer, role: Role) -> Places:
        seated = {code for code in self._seated(tx, body.id) if code != peer.code}
        return places(tx, self._own, body, peer, role, seated)

    def _seated(self, tx: Transaction, body_ref: str) -> Iterator[str]:
        for held in tx.versions.linked_to(body_ref, [MEMBERSHIP.name]):
            value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            if "until" not in value and value["role"] in SPEAKS:
                yield value["party"]

    def _membership(self, tx: Transaction, body_ref: str, party_ref: str) -> HeldVersion | None:
        """The party's membership that is still open; an ended one is left, and a re-join is a new one."""
        for held in tx.versions.linked_to(body_ref, [MEMBERSHIP.name]):
            value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            if value["party_ref"] == party_ref and "until" not in value:
                return held
        return None

    def _says(self, tx: Transaction, held: HeldVersion, wanted: dict[str, str]) -> bool:
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        return all(value.get(name) == text for name, text in wanted.items())

    def _restate(self, tx: Transaction, held: HeldVersion, changes: dict[str, str], now: Instant) -> HeldVersion:
        """A later version of an own statement. Its `modified` is later than the one before, whatever the clock says."""
        value = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        later = max(now, instant_of(value["modified"]) + 1000)
        # Another role rests on another act.
        kept = {name: said for name, said in value.items() if name != "legal_basis" or "role" not in changes}
        (version,) = self._author.state(tx, [kept | changes | {"modified": stix_timestamp(later)}], now)
        return version

    def _give(self, tx: Transaction, audience: Audience, items: Sequence[HeldVersion], now: Instant) -> None:
        give(tx, self._issuer, self._own, audience, items, now)


def give(
    tx: Transaction,
    issuer: Issuer,
    own: Own,
    audience: Audience,
    items: Sequence[HeldVersion],
    now: Instant,
    reason: str = "membership",
) -> None:
    """Releases statements about a circle, or to one party alone, under the circle's label.

    Raises:
        RefusedProblem: a rule stands against it.
    """
    facts = [(release_facts(held, audience, CIRCLE_LABEL, own.ref), held) for held in items]
    released = only_released(Stage.RELEASE, facts)
    if len(released.value) != len(items):
        raise RefusedProblem("A statement about the body may not go to that audience.", refused=[])
    issuer.release(tx, audience, released, CIRCLE_LABEL, now, reason=reason)
