"""This node's own key gives way: succeeded by a new one, or revoked by the recovery key. And what of it peers are told.

Source: design.md, idea 4; ADR 26.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kenesh.basis.chance import Chance
from kenesh.basis.instants import Instant, instant_of
from kenesh.basis.problem import UntrustedProblem
from kenesh.federation.authoring import Author
from kenesh.federation.cards import known_card
from kenesh.federation.issuing import Issuer
from kenesh.federation.numbering import next_number
from kenesh.federation.ports import Line, Transaction
from kenesh.holdings.egress import release_facts
from kenesh.holdings.granting import Grants
from kenesh.parties.card import CARD, make_card
from kenesh.parties.keys import Signer
from kenesh.parties.own import Own
from kenesh.parties.revocation import REVOCATION, make_revocation
from kenesh.release.audience import PEERS
from kenesh.release.decision import Released, only_released
from kenesh.release.rules import Stage
from kenesh.stix.marking import Tlp
from kenesh.taxii.envelope import envelope_bytes

#: Where a node takes cards and revocations from whoever brings them: they prove themselves.
KEYS_PATH: Final = "/api/keys"
#: So many are given at once: a node's card and its last successions.
MAX_TOLD: Final = 50
#: The note that says by which key this node signs; the home's files follow it.
KEY_NOTE: Final = "kid"


class Rekeying:
    """What a node does with its own key."""

    def __init__(self, own: Own, author: Author, grants: Grants, chance: Chance) -> None:
        self._own = own
        self._author = author
        self._grants = grants
        self._chance = chance

    def succeed(self, tx: Transaction, successor: Signer, now: Instant) -> None:
        """The present key names its successor; who reads the card that both signed follows it.

        Raises:
            SettingsProblem: no address is known yet, so there is no card.
        """
        self._state(tx, self._own, [self._card(tx, successor, now, former=self._own.signer)], now)
        tx.notes.set(KEY_NOTE, successor.kid)

    def revoke(
        self, tx: Transaction, recovery: Signer, kid: str, since: Instant, successor: Signer | None, now: Instant
    ) -> None:
        """The recovery key revokes a key of this node's from an instant on.

        Where it is the present one, `successor` takes its place, or nothing does. Where it is another, the present one
        counts from now on.

        Raises:
            UntrustedProblem: it is not this node's recovery key.
        """
        own = self._own
        if recovery.kid != own.recovery_kid:
            raise UntrustedProblem(
                "This is not the recovery key of this node.", advice="It is the one that `kenesh init` showed."
            )
        is_present = kid == own.kid
        replacement = own.signer.public if not is_present else successor.public if successor else None
        said = make_revocation(
            recovery, party=own.code, kid=kid, since=since, replacement=replacement, now=self._later(tx, now)
        )
        if not is_present or successor is None:
            self._state(tx, own, [said], now)
            return
        # What the revoked key signs is not believed any more: the new one releases its own card.
        new = replace(own, signer=successor, former=(*own.former, own.signer.public))
        self._state(tx, new, [said, self._card(tx, successor, now)], now)
        tx.notes.set(KEY_NOTE, successor.kid)

    def _card(self, tx: Transaction, signer: Signer, now: Instant, *, former: Signer | None = None) -> dict[str, Any]:
        own, known = self._own, known_card(tx, self._own)
        serial = next_number(tx, int(known["serial"]) if known else 0)
        return make_card(
            signer,
            party=own.code,
            name=own.name,
            url=own.address,
            recovery_kid=own.recovery_kid,
            serial=serial,
            now=self._later(tx, now),
            former=former,
            hosted_by_ref=own.hosted_by_ref,
        )

    def _later(self, tx: Transaction, now: Instant) -> Instant:
        """A later card is a later version, even where the clock was set back."""
        known = known_card(tx, self._own)
        return max(now, Instant(instant_of(known["modified"]) + 1000)) if known else now

    def _state(self, tx: Transaction, own: Own, objects: list[dict[str, Any]], now: Instant) -> None:
        held = self._author.state(tx, objects, now)
        facts = [(release_facts(one, PEERS, Tlp.CLEAR, own.ref), one) for one in held]
        issuer = Issuer(own, self._author, self._grants, self._chance)
        issuer.release(tx, PEERS, only_released(Stage.RELEASE, facts), Tlp.CLEAR, now, reason="key")


def told_of_keys(tx: Transaction, own: Own) -> Released[tuple[bytes, ...]]:
    """This node's newest cards, and what its recovery key said, in the order in which it was said."""
    ids = [held.id for kind in (CARD.name, REVOCATION.name) for held in tx.versions.of_type(kind)]
    held = [version for one in dict.fromkeys(ids) for version in tx.versions.all_of(one) if version.writer == own.ref]
    newest = sorted(held, key=lambda version: version.key)[-MAX_TOLD:]
    facts = [(release_facts(one, PEERS, Tlp.CLEAR, own.ref), one) for one in newest]
    released = only_released(Stage.RELEASE, facts)
    return released.map(lambda items: tuple(tx.versions.raw([one.num])[one.num] for one in items))


def tell_keys(line: Line, told: Released[tuple[bytes, ...]]) -> bool:
    """Brings them to a peer that may know only a key before the present one; whether it took them.

    Raises:
        UnreachableProblem: nobody answers.
    """
    return line.post(KEYS_PATH, envelope_bytes(b",".join(told.value))).status == 202
