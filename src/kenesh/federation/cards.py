"""This node's own card: stated anew when what it says changes, and given to every admitted peer."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kenesh.basis.instants import DAY, Instant, instant_of
from kenesh.basis.problem import SettingsProblem
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
    if own.url is None:
        raise SettingsProblem(
            "This node has no address yet, so it has no card.", advice="Start it once: kenesh serve --port PORT."
        )
    known = _known(tx, own)
    if known is not None and _is_good(known, own, now) and int(known["serial"]) >= first_number(tx):
        return known
    serial = next_number(tx, int(known["serial"]) if known else 0)
    # A later card is a later version, even where the clock was set back.
    at = max(now, Instant(instant_of(known["modified"]) + 1000)) if known else now
    card = make_card(
        own.signer, party=own.code, name=own.name, url=own.url, recovery_kid=own.recovery_kid, serial=serial, now=at
    )
    (held,) = author.state(tx, [card], now)
    released = only_released(Stage.RELEASE, [(release_facts(held, PEERS, Tlp.CLEAR, own.ref), held)])
    issuer.release(tx, PEERS, released, Tlp.CLEAR, now, reason="card")
    return card


def _known(tx: Transaction, own: Own) -> dict[str, Any] | None:
    for held in tx.versions.of_type(CARD.name):
        if held.writer == own.ref:
            value: dict[str, Any] = msgspec.json.decode(tx.versions.raw([held.num])[held.num])
            return value
    return None


def _is_good(card: dict[str, Any], own: Own, now: Instant) -> bool:
    says = (card["name"], card["url"], card["jwk"])
    return says == (own.name, own.url, own.signer.public.jwk) and instant_of(card["valid_until"]) > now + RENEWAL
