"""Asking an author to pass his object on, answering such requests, and telling how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, instant_of, stix_timestamp
from kenesh.basis.printable import visible
from kenesh.basis.problem import UnknownPartyProblem, UnknownProblem, UsageProblem
from kenesh.federation.audiences import NamedAudience, parties_of
from kenesh.federation.authoring import Author
from kenesh.federation.bodies import give
from kenesh.federation.issuing import Issuer
from kenesh.federation.ports import Transaction
from kenesh.holdings.holding import newest_seen_by, ways_seen_by
from kenesh.holdings.rows import HeldVersion
from kenesh.parties.own import Own
from kenesh.release.audience import AudienceKind, party_audience
from kenesh.release.forwarding import (
    FORWARD_REQUEST,
    MAX_REASON,
    ForwardRequest,
    Said,
    Standing,
    request_object,
)
from kenesh.release.reader import Reader
from kenesh.release.recalls import RECEIPT, Outcome, Receipt, receipt_object

_ADVICE: Final = "`kenesh forward list` lists what was asked, and of whom."


@dataclass(frozen=True, slots=True)
class Told:
    """A request, and how it stands."""

    request: ForwardRequest
    standing: Standing
    reason: str


class Forwarding:
    """The requests of this node's party, and those that are made of it."""

    def __init__(self, own: Own, author: Author, issuer: Issuer, chance: Chance) -> None:
        self._own = own
        self._author = author
        self._issuer = issuer
        self._chance = chance

    def ask(
        self, tx: Transaction, asker: Reader, object_id: str, named: NamedAudience, reason: str, now: Instant
    ) -> ForwardRequest:
        """States the request, and gives it to the object's author alone.

        Raises:
            UnknownProblem: the asker sees no such object. UnknownPartyProblem: its author's node is not admitted here.
            UsageProblem: there is nothing to ask, or asking it would tell the author of a circle that he is not in.
        """
        ways = newest_seen_by(tx, asker, [object_id], now).value
        if not ways:
            raise UnknownProblem(f"This node holds no {object_id[:80]}.", advice="`kenesh lookup` finds objects.")
        author_ref = ways[0][0].writer
        self._check(tx, author_ref, named, reason, now)
        audience = named.audience
        for asked in [told.request for told in self.told(tx, asker, now) if told.standing is Standing.ASKED]:
            if (asked.by_ref, asked.object_ref, asked.audience_ref) == (self._own.ref, object_id, audience.ref):
                raise UsageProblem(f"It was asked already: {asked.id}.", advice=_ADVICE)
        value = request_object(
            self._chance.uuid4(), author_ref, object_id, audience.ref, reason, party_ref=self._own.ref, now=now
        )
        within = audience.ref if audience.kind is AudienceKind.BODY else ""
        held = self._author.state(tx, [value], now, person=asker.name, audience_ref=within)
        give(tx, self._issuer, self._own, party_audience(author_ref), held, now, reason="forward request")
        return ForwardRequest.read(value)

    def _check(self, tx: Transaction, author_ref: str, named: NamedAudience, reason: str, now: Instant) -> None:
        if author_ref == self._own.ref:
            raise UsageProblem("It is this party's own.", advice="Release it: kenesh release OBJECT --to ...")
        author = tx.peers.by_ref(author_ref)
        if author is None:
            raise UnknownPartyProblem(
                "Its author has no node that is admitted here, so that nobody can be asked.",
                advice="`kenesh show` says who gave it; ask them.",
            )
        if named.audience.ref == author_ref:
            raise UsageProblem(f"{author.code} is its author.", advice="Name those whom it should reach.")
        if named.audience.kind is AudienceKind.GROUP:
            raise UsageProblem(
                "Of this party's own constituents its author is told nothing.",
                advice="TLP:AMBER of another may go to them without asking; what is marked more strictly may not.",
            )
        in_circle = parties_of(tx, self._own, named.audience, now)
        if named.audience.kind is AudienceKind.BODY and author.code not in in_circle:
            raise UsageProblem(
                f"{author.code} is not in {visible(named.name, 80)}, and would learn of it.",
                advice="Ask for its members by their codes.",
            )
        if not reason.strip() or len(reason) > MAX_REASON:
            raise UsageProblem(f"A request says why, in at most {MAX_REASON} characters.", advice="Say --why TEXT.")

    def told(self, tx: Transaction, reader: Reader, now: Instant) -> list[Told]:
        """The requests that the reader sees, of this party's and of others', the newest first.

        What is asked of an object that he does not see is not there for him either: it would tell of it.
        """
        seen = ways_seen_by(tx, reader, tx.versions.of_type(FORWARD_REQUEST.name), now).value
        read = [(self._value(tx, held), held) for held in {held.num: held for held, _ in seen}.values()]
        # Who asks signed it himself; what another says in his name asks nothing.
        requests = [ForwardRequest.read(value) for value, held in read if value["created_by_ref"] == held.writer]
        objects = newest_seen_by(tx, reader, {one.object_ref for one in requests}, now).value
        visible = {held.id for held, _ in objects}
        requests = [one for one in requests if one.object_ref in visible]
        found = [Told(one, *one.standing(self._said(tx, one.id))) for one in requests]
        return sorted(found, key=lambda told: (told.request.asked_at, told.request.id), reverse=True)

    def waiting(self, tx: Transaction, reader: Reader, now: Instant) -> list[ForwardRequest]:
        """What is asked of this party, and has no answer."""
        told = self.told(tx, reader, now)
        return [t.request for t in told if t.request.author_ref == self._own.ref and t.standing is Standing.ASKED]

    def open(self, tx: Transaction, reader: Reader, request_id: str, now: Instant) -> ForwardRequest:
        """A request that this party may answer: one that it has not granted.

        Raises:
            UnknownProblem: none of that name is made of it, or it was granted.
        """
        for told in self.told(tx, reader, now):
            is_asked_of_us = told.request.id == request_id and told.request.author_ref == self._own.ref
            if is_asked_of_us and told.standing is not Standing.GRANTED:
                return told.request
        raise UnknownProblem(f"No request {request_id[:80]} waits here.", advice=_ADVICE)

    def answer(self, tx: Transaction, request: ForwardRequest, outcome: Outcome, reason: str, now: Instant) -> None:
        """Tells who asked, and nobody else."""
        receipt = Receipt(request.id, outcome, 1, 0, 0, reason=reason)
        value = receipt_object(self._chance.uuid4(), receipt, party_ref=self._own.ref, now=now)
        held = self._author.state(tx, [value], now)
        give(tx, self._issuer, self._own, party_audience(request.by_ref), held, now, reason="receipt")

    def _said(self, tx: Transaction, request_id: str) -> list[Said]:
        receipts = tx.versions.linked_to(request_id, [RECEIPT.name])
        return [self._read(held, self._value(tx, held)) for held in receipts]

    def _read(self, held: HeldVersion, value: dict[str, Any]) -> Said:
        modified = instant_of(held.modified or stix_timestamp(held.added_at))
        return Said(held.writer, modified, Outcome(value["outcome"]), str(value.get("reason", "")))

    def _value(self, tx: Transaction, held: HeldVersion) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
        return found
