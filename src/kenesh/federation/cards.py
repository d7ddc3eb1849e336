"""This node's own card: stated anew when what it says changes, and given to every admitted peer."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kenesh.basis.instants import DAY, Instant, instant_of
from kenesh.federation.authoring import Author
from kenesh.federation.issuing import Issuer
from kenesh.federation.numbering import first_number, next_number
from kenesh.federation.ports import Transaction
from kenesh.holdings.egress import release_facts
from kenesh.parties.card import CARD, make_card
from kenesh.parties.own import Own
from kenesh.release.audience import PEERS
from kenesh.release.decision import only_released
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp

#: A card is made anew so long before it expires.
RENEWAL: Final = 60 * DAY


def own_card(tx: Transaction, own: Own, author: Author, issuer: Issuer, now: Instant) -> dict[str, Any]:
    """The card as it is; where it says something old, or expires soon, a new one, released to the peers.

    Raises:
        SettingsProblem: no address is known yet.
    """
    url = own.address
    known = known_card(tx, own)
    if known is not None and _is_good(known, own, now) and int(known["serial"]) >= first_number(tx):
        return known
    serial = next_number(tx, int(known["serial"]) if known else 0)
    # A later card is a later version, even where the clock was set back.
    at = max(now, Instant(instant_of(known["modified"]) + 1000)) if known else now
    card = make_card(
        own.signer,
        party=own.code,
        name=own.name,
        url=url,
        recovery_kid=own.recovery_kid,
        serial=serial,
        now=at,
        hosted_by_ref=own.hosted_by_ref,
    )
    (held,) = author.state(tx, [card], now)
    released = only_released(Stage.RELEASE, [(release_facts(held, PEERS, Tlp.CLEAR, own.ref), held)])
    issuer.release(tx, PEERS, released, Tlp.CLEAR, now, reason="card")
    return card


def known_card(tx: Transaction, own: Own) -> dict[str, Any] | None:
    """This node's newest card; None before it has one."""
    for held in tx.versions.of_type(CARD.name):
        if held.writer == own.ref:
            value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            return value
    return None


def _is_good(card: dict[str, Any], own: Own, now: Instant) -> bool:
    says = (card["name"], card["url"], card["jwk"], card.get("hosted_by_ref", ""))
    return (
        says == (own.name, own.url, own.signer.public.jwk, own.hosted_by_ref)
        and instant_of(card["valid_until"]) > now + RENEWAL
    )
