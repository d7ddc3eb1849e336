"""Admitting a peer: its card, held against the fingerprint that was read out over the telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kenesh.basis.instants import Instant
from kenesh.basis.problem import UntrustedProblem, UsageProblem
from kenesh.federation.key_lines import admit_key
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.holdings.membership import Terms
from kenesh.parties.card import read_card
from kenesh.parties.keys import heard
from kenesh.parties.own import Own
from kenesh.release.audience import collection_id, party_audience
from kenesh.stix.register import Channel


def admit_peer(
    tx: Transaction,
    own: Own,
    terms: Terms,
    value: Mapping[str, Any],
    fingerprint: str,
    now: Instant,
    *,
    depositary: bool = False,
) -> Peer:
    """Admits the node of a card whose key has that fingerprint.

    Raises:
        UntrustedProblem: the fingerprint is another's; the card was changed, is expired, or older than the one known.
        UsageProblem: it is this node's own card.
    """
    card = read_card(value, now)
    if card.party == own.code:
        raise UsageProblem("This is the card of this node's own party.", advice="Give the card of another party.")
    if heard(fingerprint) != card.key.kid:
        raise UntrustedProblem(
            f"The card of {card.party} has another fingerprint than the one you were told.",
            advice="Do not admit it. Call them on a number you know, and compare again.",
        )
    known = tx.peers.by_ref(card.party_ref)
    if known is not None and known.kid == card.key.kid and card.serial < known.serial:
        raise UntrustedProblem(
            f"This card of {card.party} is number {card.serial}; number {known.serial} is known here.",
            advice="Ask for the newest card.",
        )
    admit_key(tx, terms, value, now)
    if depositary:
        tx.peers.set_depositary(card.party_ref)
    for channel in Channel:
        # Its inbox is there from now on, also for what it posts.
        new_id = str(collection_id(own.ref, card.party_ref, channel))
        tx.grants.collection(party_audience(card.party_ref), channel, new_id)
    for body in {s.term.audience_ref for s in tx.terms.of_party(own.ref)}:
        if body.startswith("kenesh-body--"):
            terms.derive(tx, body, now)
    terms.apply_due(tx, now)
    peer = tx.peers.by_ref(card.party_ref)
    assert peer is not None
    return peer
