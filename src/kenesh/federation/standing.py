"""What lasts how long: the memberships by which a party has a collection, and until when what was given to it holds.

An explanation says whether a party sees an object now. A person who plans asks besides by which membership it does,
from when on, and what takes it away again without anybody's doing. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kenesh.basis.instants import Instant, stix_timestamp
from kenesh.federation.audiences import audience_name
from kenesh.federation.explaining import Question, grants_known
from kenesh.federation.ports import Transaction
from kenesh.holdings.feed import opening
from kenesh.holdings.holding import newest_seen_by
from kenesh.holdings.rows import StoredTerm
from kenesh.parties.terms import HONOURED
from kenesh.release.audience import Audience, AudienceKind
from kenesh.release.reader import Reader

#: Terms of one party in one body that are told: that in which it is, and those nearest to it.
_NEAR: Final = 2


def lasting(tx: Transaction, asker: Reader, object_id: str, asked: Question, now: Instant) -> tuple[str, ...]:
    """For everything by which the object went to somebody: what opens that to whoever is asked about, and until when.

    Of memberships, releases and versions that the asker does not see, nothing is said.
    """
    ways = newest_seen_by(tx, asker, [object_id], now).value
    if not ways:
        return ()
    collections = {one.num: one.audience for one in tx.grants.collections()}
    told: dict[str, None] = {}
    for grant in grants_known(tx, asker, ways[0][0].object, asked, now):
        audience = collections[grant.collection]
        name = audience_name(tx, audience)
        until = tx.statements.get([grant.statement])[grant.statement].caveats.valid_until
        told |= dict.fromkeys(_memberships(tx, asker, audience, name, asked, now))
        if until is not None:
            told[f"The release to {name} holds until {stix_timestamp(until)}."] = None
    # Under what it was given to this node, no release of it is kept for longer.
    for _, hold in ways:
        if hold.party_ref and hold.caveats.valid_until is not None:
            giver, until = tx.parties.code_of(hold.party_ref), hold.caveats.valid_until
            told[f"It was given here by {giver} until {stix_timestamp(until)}."] = None
    return tuple(told)


def _memberships(
    tx: Transaction, asker: Reader, audience: Audience, name: str, asked: Question, now: Instant
) -> Iterator[str]:
    if asked.audience.kind is not AudienceKind.PARTY or audience.kind not in (AudienceKind.BODY, AudienceKind.CLASS):
        return
    party = asked.audience.ref
    every = [one for one in tx.terms.of_audiences([audience.ref]) if one.term.party_ref == party]
    ids = {one.term.membership_id for one in every}
    seen = {held.id for held, _ in newest_seen_by(tx, asker, ids, now).value}
    if not every:
        yield f"No membership gives {asked.named} what goes to {name}."
    for one in _nearest([one for one in every if one.term.membership_id in seen], asked.at):
        yield from _term(tx, one, name, asked)
    after = opening(tx, audience, asked.reader, asked.at)
    if after is not None and seen:
        yield f"It opens to {asked.named} what is released to {name} after {stix_timestamp(after)}."


def _nearest(terms: Sequence[StoredTerm], at: Instant) -> list[StoredTerm]:
    """The terms in force then; where there is none, the last that began before, and the next that begins."""
    ordered = sorted(terms, key=lambda one: (one.term.begins, one.num))
    if there := [one for one in ordered if one.term.is_in_force(at)]:
        return there[-_NEAR:]
    return [*[one for one in ordered if one.term.begins <= at][-1:], *[o for o in ordered if o.term.begins > at][:1]]


def _term(tx: Transaction, stored: StoredTerm, name: str, asked: Question) -> Iterator[str]:
    term = stored.term
    begins = stix_timestamp(term.begins)
    until = "; no end is stated" if term.ends is None else f" until {stix_timestamp(term.ends)}"
    yield f"{term.membership_id} gives {asked.named} what goes to {name}, from {begins}{until}."
    if term.kid not in tx.parties.admitted().get(term.party_ref, ()):
        yield f"{term.membership_id} names a node of {asked.named} that is not admitted here, and so opens nothing."
    if stored.stamp is None:
        yield f"{term.membership_id} has not been applied here yet, and so opens nothing."
    heard = tx.parties.list_heard_at(term.membership_id)
    if heard is not None:
        lapse = stix_timestamp(Instant(heard + HONOURED))
        yield f"Where the keeper of {name} is not heard again, its memberships open nothing from {lapse} on."
