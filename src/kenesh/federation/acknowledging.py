"""Acknowledging: what answers a question of this party's is confirmed to all who got that answer, when it comes.

An answer counts against its deadline when who asked has it. So the receipt is stated by the node itself, at once, and
goes where the answer went: all who know the answer know from when it counts. Where a receipt counts against a deadline
of all, those to whom it comes confirm that in turn: nobody can date one back alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from kenesh.basis.chance import Chance
from kenesh.basis.identifiers import type_of
from kenesh.basis.instants import Instant
from kenesh.federation.authoring import Author
from kenesh.federation.bodies import give
from kenesh.federation.issuing import Issuer
from kenesh.federation.ports import Transaction
from kenesh.holdings.rows import Accepted, Arrival
from kenesh.ledger.acts import Act, ActKind
from kenesh.ledger.book import record
from kenesh.parties.own import Own
from kenesh.release.audience import Audience, AudienceKind, audience_named, party_audience
from kenesh.release.manifest import SALT_OCTETS
from kenesh.release.recalls import RECEIPT, arrival_receipt
from kenesh.stix.objects import Version

#: Where a receipt may follow its answer. Out of a wider audience it goes to who answered, and to nobody else.
_FOLLOWS: Final = (AudienceKind.BODY, AudienceKind.CLASS)
#: So many others' word that a receipt was there is enough: one of them may be cut off from whoever asks.
_KNOWN_TO: Final = 2
#: Who says so often that he has one thing is not answered any more: he would make everybody say it to everybody.
_SAID_AT_MOST: Final = 100


class Acknowledging:
    """States a receipt for each answer that comes. `answered_ref` says which object one answers, by its content.

    What is of a type in `confirmed`, and came through a body, every node of the body confirms to all of it; what is of
    one in `addressed`, and is to this party, is confirmed to its author.
    """

    def __init__(
        self,
        own: Own,
        author: Author,
        issuer: Issuer,
        chance: Chance,
        answered_ref: Callable[[Mapping[str, Any]], str],
        confirmed: Collection[str] = (),
        addressed: Collection[str] = (),
    ) -> None:
        self._own = own
        self._author = author
        self._issuer = issuer
        self._chance = chance
        self._answered_ref = answered_ref
        self._confirmed = frozenset(confirmed)
        self._addressed = frozenset(addressed)

    def acknowledge(self, tx: Transaction, accepted: Iterable[Accepted], now: Instant) -> None:
        """Confirms what answers this party; what its author has not proved confirms nothing."""
        come = list(_once([item.arrival for item in accepted]))
        by_audience: dict[Audience, list[Arrival]] = defaultdict(list)
        for arrival in come:
            if self._is_confirmed_by_all(arrival) and self._is_news(tx, arrival.version):
                by_audience[self._audience(arrival)].append(arrival)
            elif self._is_addressed(arrival):
                by_audience[party_audience(str(arrival.version.created_by_ref))].append(arrival)
        answers = [(arrival, ref) for arrival in come if (ref := self._asked(arrival))]
        asked = tx.versions.current_of({ref for _, ref in answers})
        for arrival, ref in answers:
            if ref in asked and asked[ref].writer == self._own.ref:
                by_audience[self._audience(arrival)].append(arrival)
        for audience, arrivals in by_audience.items():
            self._confirm(tx, audience, arrivals, now)

    def _is_confirmed_by_all(self, arrival: Arrival) -> bool:
        version, through = arrival.version, audience_named(arrival.source.audience_ref)
        is_anothers = arrival.proved and version.created_by_ref not in (None, self._own.ref)
        is_such = version.type in self._confirmed or _type_confirmed(version) in self._confirmed
        return is_such and is_anothers and through is not None and through.kind in _FOLLOWS

    def _is_addressed(self, arrival: Arrival) -> bool:
        version = arrival.version
        is_anothers = arrival.proved and version.created_by_ref not in (None, self._own.ref)
        return version.type in self._addressed and is_anothers and version.value.get("to_ref") == self._own.ref

    def _is_news(self, tx: Transaction, version: Version) -> bool:
        """Of another's receipt: whether it may count against a deadline, and too few confirm yet that it was there."""
        if version.type != RECEIPT.name:
            return True
        about = tx.versions.all_of(version.value["of_ref"])
        if about and about[0].writer == self._own.ref:
            return False
        # When a proposal came somewhere, that party alone says; its later versions count against its deadline.
        is_first = not about or about[0].modified == version.value["of_modified"]
        if is_first and "proposal_ref" not in version.value:
            return False
        said = [held.writer for held in tx.versions.linked_to(version.value["of_ref"], [RECEIPT.name])]
        if said.count(str(version.created_by_ref)) > _SAID_AT_MOST:
            return False
        who = {about[0].writer if about else "", str(version.created_by_ref)}
        knows = {held.writer for held in tx.versions.linked_to(version.id, [RECEIPT.name])} - who
        return len(knows) < _KNOWN_TO

    def _asked(self, arrival: Arrival) -> str:
        """What it answers; "" where it answers nothing, or nobody has to be told that it came."""
        version = arrival.version
        is_anothers = arrival.proved and version.created_by_ref not in (None, self._own.ref)
        return self._answered_ref(version.value) if is_anothers and version.modified is not None else ""

    def _audience(self, arrival: Arrival) -> Audience:
        through = audience_named(arrival.source.audience_ref)
        if through is not None and through.kind in _FOLLOWS:
            return through
        return party_audience(str(arrival.version.created_by_ref))

    def _confirm(self, tx: Transaction, audience: Audience, arrivals: list[Arrival], now: Instant) -> None:
        receipts = [
            arrival_receipt(self._chance.uuid4(), arrival.version.value, party_ref=self._own.ref, now=now)
            for arrival in arrivals
        ]
        held = self._author.state(tx, receipts, now, audience_ref=audience.ref)
        give(tx, self._issuer, self._own, audience, held, now, reason="receipt")
        for arrival in arrivals:
            act = Act(ActKind.RECEIPT_MADE, now, "node", arrival.version.id, {"outcome": "received"})
            record(tx.ledger, act, self._chance.octets(SALT_OCTETS))


def _once(come: Iterable[Arrival]) -> Iterator[Arrival]:
    """Of receipts by which one party says the same thing more than once, the first."""
    said = set[tuple[str, ...]]()
    for arrival in come:
        value = arrival.version.value
        if _type_confirmed(arrival.version):
            key = str(value.get("created_by_ref")), str(value["of_ref"]), str(value["of_modified"])
            if key in said:
                continue
            said.add(key)
        yield arrival


def _type_confirmed(version: Version) -> str:
    """Of what type the version is that a receipt confirms; "" where it is none, or answers a recall."""
    if version.type != RECEIPT.name or "of_modified" not in version.value:
        return ""
    return type_of(str(version.value["of_ref"]))
