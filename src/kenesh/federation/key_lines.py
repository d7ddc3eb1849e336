"""The keys of each peer's node, as they were heard: kept as they came, and the peer's present key follows from them.

A card and a revocation prove themselves, by the key before them or by the recovery key. So it does not matter from whom
they come, in which release, or whether any lists them. Source: design.md, idea 4; ADR 26.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from kenesh.basis.instants import Instant, short_timestamp
from kenesh.basis.problem import Problem, UntrustedProblem
from kenesh.federation.key_rows import KeySaid, KeyStatement
from kenesh.federation.peer import Peer
from kenesh.federation.ports import Transaction
from kenesh.federation.proofs import prove_again
from kenesh.holdings.membership import Terms
from kenesh.parties.card import CARD, Card, is_succession, signed_card
from kenesh.parties.key_line import HeardCard, KeyLine, key_line
from kenesh.parties.keys import spoken
from kenesh.parties.revocation import REVOCATION, Revocation, signed_revocation

#: The types of statements that prove themselves.
KEY_TYPES: Final = frozenset((CARD.name, REVOCATION.name))
#: So many cards of a party are kept.
MAX_CARDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a party's keys since its node was admitted by hand; its revocations, whenever they came."""

    anchor: HeardCard
    cards: tuple[HeardCard, ...]
    revocations: tuple[Revocation, ...]

    def line(self, now: Instant) -> KeyLine:
        return key_line(self.anchor.card, self.cards, self.revocations, now)

    def octets_of(self, card: Card) -> bytes:
        return msgspec.json.encode(next(one.value for one in (*self.cards, self.anchor) if one.card == card))


def known_of_keys(tx: Transaction, party_ref: str) -> Heard | None:
    """What was heard of the party's keys; None where no node of it was ever admitted."""
    anchor: HeardCard | None = None
    cards: list[HeardCard] = []
    revocations: list[Revocation] = []
    for one in tx.keys.of_party(party_ref):
        value = msgspec.json.decode(one.raw)
        if one.said is KeySaid.REVOCATION:
            revocations.append(signed_revocation(value))
            continue
        card = HeardCard(signed_card(value), value, one.at, one.said is KeySaid.CONFIRMED)
        if one.said is KeySaid.ADMITTED:
            # What the node before said of its successor binds this one to nothing.
            anchor, cards = card, []
        else:
            cards.append(card)
    return None if anchor is None else Heard(anchor, tuple(cards), tuple(revocations))


def note_key_statement(tx: Transaction, terms: Terms, value: Mapping[str, Any], now: Instant) -> bool:
    """Takes in a card or a revocation that proves itself; whether it was new, and says something of an admitted node.

    `value` has passed its type's schema.
    """
    party_ref = str(value.get("created_by_ref"))
    heard = known_of_keys(tx, party_ref)
    if heard is None:
        return False
    try:
        said = _said(heard, value, now)
    except Problem:
        return False
    if said is None or not tx.keys.add(party_ref, KeyStatement(said, msgspec.json.encode(value), now)):
        return False
    settle(tx, terms, party_ref, now)
    return True


def _said(heard: Heard, value: Mapping[str, Any], now: Instant) -> KeySaid | None:
    """What the statement is to this node; None where it says nothing about the line.

    Raises:
        UntrustedProblem: its own signature does not hold.
    """
    line = heard.line(now)
    if value["type"] == REVOCATION.name:
        is_ours = signed_revocation(value).recovery_kid == heard.anchor.card.recovery_kid
        return KeySaid.REVOCATION if is_ours else None
    card = signed_card(value)
    keys = [former.key for former in line.former] + ([line.key] if line.key else [])
    if len(heard.cards) >= MAX_CARDS or card.recovery_kid != heard.anchor.card.recovery_kid:
        return None
    belongs = card.key in keys or any(is_succession(value, key) for key in keys)
    return KeySaid.CARD if belongs else None


def admit_key(tx: Transaction, terms: Terms, value: Mapping[str, Any], now: Instant) -> None:
    """Takes in a card whose fingerprint was compared by hand: it settles the present key, or begins another line.

    Raises:
        UntrustedProblem: the recovery key revoked that key.
    """
    card = signed_card(value)
    heard = known_of_keys(tx, card.party_ref)
    line = heard.line(now) if heard else None
    is_present = line is not None and line.key == card.key and line.card.recovery_kid == card.recovery_kid
    said = KeySaid.CONFIRMED if is_present else KeySaid.ADMITTED
    tx.keys.add(card.party_ref, KeyStatement(said, msgspec.json.encode(value), now))
    begun = known_of_keys(tx, card.party_ref)
    if begun is None or begun.line(now).key is None:
        raise UntrustedProblem(
            f"The recovery key of {card.party} revoked this key.", advice="Ask them for the card of their new key."
        )
    settle(tx, terms, card.party_ref, now, by_hand=True)


def settle(tx: Transaction, terms: Terms, party_ref: str, now: Instant, *, by_hand: bool = False) -> None:
    """Brings the peer to what its statements say now; without a key that counts, no node of it is admitted.

    What a person does here `by_hand` is no alarm.
    """
    heard = known_of_keys(tx, party_ref)
    assert heard is not None
    line, known = heard.line(now), tx.peers.by_ref(party_ref)
    _tell_rivals(tx, heard.anchor.card.party, line, now)
    if line.key is None:
        _end(tx, known, heard.anchor.card.party, party_ref, now)
        return
    peer = _peer(line, known, now)
    tx.peers.put(peer, heard.octets_of(line.card))
    if known is not None and known.hosted_by_ref != peer.hosted_by_ref and not by_hand:
        _tell_host(tx, known, peer, now)
    if known is None or known.kid != peer.kid:
        if not by_hand:
            _tell_change(tx, peer, now)
        prove_again(tx, party_ref, now)
        terms.apply_due(tx, now)


def _peer(line: KeyLine, known: Peer | None, now: Instant) -> Peer:
    card, key = line.card, line.key
    assert key is not None
    changes: dict[str, Any] = {
        "name": card.name,
        "url": card.url,
        "key": key,
        "kid": key.kid,
        "serial": card.serial,
        "valid_until": card.valid_until,
        "former": line.former,
        "provisional_until": line.provisional_until,
        "hosted_by_ref": card.hosted_by_ref,
    }
    if known is not None:
        is_same = known.kid == key.kid
        return replace(known, **changes, admitted_at=known.admitted_at if is_same else now)
    rest: dict[str, Any] = {"is_depositary": False, "admitted_at": now, "last_sync_at": None}
    return Peer(party_ref=card.party_ref, code=card.party, last_error="", skew=0, **changes, **rest)


def _end(tx: Transaction, known: Peer | None, code: str, party_ref: str, now: Instant) -> None:
    tx.notes.set(f"code:{party_ref}", code)
    if known is not None:
        tx.peers.remove(party_ref)
        text = (
            f"The recovery key of {code} revoked its key, and no other takes its place: nothing is served to that "
            "node, and nothing of it believed. Admit its new card by its fingerprint: kenesh peer add."
        )
        tx.alarms.raise_alarm("key-revoked", code, text, now)


def _tell_change(tx: Transaction, peer: Peer, now: Instant) -> None:
    fingerprint = spoken(peer.kid)
    if peer.former and peer.former[-1].revoked_since is not None:
        text = f"The recovery key of {peer.code} revoked its key; its key is now {fingerprint}."
        text += f" Look at what the revoked one signed: kenesh keys suspects {peer.code}."
        tx.alarms.raise_alarm("key-revoked", peer.code, text, now)
    elif peer.provisional_until is not None:
        until = short_timestamp(peer.provisional_until)
        text = f"{peer.code} has another key now, as its former one says: {fingerprint}. Until {until} its recovery key"
        text += " is waited for. Ask them on a number you know, and compare: kenesh keys confirm."
        tx.alarms.raise_alarm("key-succeeded", peer.code, text, now)


def _tell_host(tx: Transaction, known: Peer, peer: Peer, now: Instant) -> None:
    """Another party's people run the node now, and read what it holds already, too."""
    before, after = (tx.parties.code_of(one.hosted_by_ref) if one.hosted_by_ref else "" for one in (known, peer))
    if after:
        text = f"{peer.code} is hosted by {after} now: whoever runs {after}'s node can read what {peer.code} can, and"
        text += f" what was given to it before. Withdraw from {peer.code} what is not for {after}; what was released on"
        text += f" that very condition it hears no more of: ask {peer.code} to erase that."
    else:
        text = f"{peer.code} is hosted by {before} no more. Has it another key now? Who ran its node knew the old one."
    # The number tells it from the same change at another time, which is told again.
    tx.alarms.raise_alarm("host-changed", peer.code, f"{text} So says its card number {peer.serial}.", now)


def _tell_rivals(tx: Transaction, code: str, line: KeyLine, now: Instant) -> None:
    for rival in line.rivals:
        text = f"A key of {code} named two successors. The one that is not followed is {spoken(rival.kid)}."
        text += " Somebody else may have that key: ask them; their recovery key decides."
        tx.alarms.raise_alarm("key-succeeded-twice", code, text, now)
