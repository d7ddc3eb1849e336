"""Which key of a party counts now, and what of its former keys still does: a pure function of what was heard.

It starts from the card that was admitted by its fingerprint. A key names its successor with its own signature; that is
followed at once, and is provisional for seven days from when it was heard here. The recovery key beats all: a key that
it revokes gives way to the replacement that it names, whatever the revoked key said, or to nothing.

Source: design.md, idea 4; ADR 26.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.basis.instants import DAY, Instant
from kenesh.parties.card import Card, is_succession
from kenesh.parties.keys import PublicKey
from kenesh.parties.revocation import Revocation

#: So long a succession may be undone before it counts as settled, and so long the former key's statements still come.
PROVISIONAL: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class HeardCard:
    """A card whose own signature holds, and when it was first heard here.

    `confirmed`: its fingerprint was compared here by hand, too.
    """

    card: Card
    value: Mapping[str, Any]
    at: Instant
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key of the party's node that counts no more as its present one.

    Attributes:
        until: up to when statements that it signed are taken in.
        revoked_since: from when on it is not to be believed at all; None where it was properly succeeded.
    """

    key: PublicKey
    until: Instant
    revoked_since: Instant | None = None

    @property
    def kid(self) -> str:
        return self.key.kid


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The keys of a party's node, as they follow each other.

    Attributes:
        key: the present one; None where the last was revoked and nothing took its place.
        card: the newest card that counts: by the present key, or the last one before it.
        provisional_until: None where the present key is settled.
        former: those before it, the oldest first.
        rivals: keys that a key of this line also named as its successor, and that are not followed.
    """

    key: PublicKey | None
    card: Card
    provisional_until: Instant | None = None
    former: tuple[FormerKey, ...] = ()
    rivals: tuple[PublicKey, ...] = ()


def key_line(anchor: Card, cards: Iterable[HeardCard], revocations: Iterable[Revocation], now: Instant) -> KeyLine:
    """The line that begins with the admitted card. The order and number of what was heard change nothing.

    Only what the admitted card's recovery key signed revokes, and no later card names another recovery key: else who
    stole the key could take the safe's place.
    """
    heard = [h for h in cards if (h.card.party, h.card.recovery_kid) == (anchor.party, anchor.recovery_kid)]
    said = [r for r in revocations if (r.party, r.recovery_kid) == (anchor.party, anchor.recovery_kid)]
    return _Walk(anchor, heard, said, now).line()


class _Walk:
    """From key to key."""

    def __init__(self, anchor: Card, heard: list[HeardCard], said: list[Revocation], now: Instant) -> None:
        self._anchor = anchor
        self._heard = heard
        self._said = said
        self._now = now
        self._former: list[FormerKey] = []
        self._rivals: dict[str, PublicKey] = {}
        self._provisional: list[Instant] = []
        self._seen: set[str] = set()

    def line(self) -> KeyLine:
        key, card = self._anchor.key, self._anchor
        while True:
            self._seen.add(key.kid)
            card = self._newest(key, card)
            revoked = self._revoked(key)
            if revoked is not None:
                since, replacement = revoked
                self._former.append(FormerKey(key, since, since))
                # The recovery key spoke: nothing before it is provisional any more.
                self._provisional.clear()
                if replacement is None or replacement.kid in self._seen:
                    back = next((f for f in self._former if replacement and f.kid == replacement.kid), None)
                    if back is None or back.revoked_since is not None:
                        return self._ended(None, card)
                    self._former.remove(back)
                    return self._ended(back.key, self._newest(back.key, self._anchor))
                key = replacement
                continue
            successor = self._successor(key)
            if successor is None:
                return self._ended(key, card)
            self._former.append(FormerKey(key, Instant(successor.at + PROVISIONAL)))
            if not successor.confirmed:
                self._provisional.append(Instant(successor.at + PROVISIONAL))
            key = successor.card.key

    def _ended(self, key: PublicKey | None, card: Card) -> KeyLine:
        until = max(self._provisional, default=self._now)
        rivals = tuple(self._rivals[kid] for kid in sorted(self._rivals))
        provisional = until if key is not None and until > self._now else None
        return KeyLine(key, card, provisional, tuple(self._former), rivals)

    def _newest(self, key: PublicKey, known: Card) -> Card:
        """The card of the key with the highest serial; an older one that is shown again changes nothing."""
        own = [h for h in self._heard if h.card.key == key]
        newest = max(own, key=lambda h: (h.card.serial, str(h.value["modified"]), -h.at), default=None)
        if newest is None or (known.key == key and newest.card.serial <= known.serial):
            return known
        return newest.card

    def _revoked(self, key: PublicKey) -> tuple[Instant, PublicKey | None] | None:
        """Since when, and by what it is replaced: the last word counts, but that nothing replaces it is the last."""
        about = [r for r in self._said if r.kid == key.kid]
        if not about:
            return None
        last = max(about, key=lambda r: (r.modified, r.replacement.x if r.replacement else ""))
        replacement = None if any(r.replacement is None for r in about) else last.replacement
        return min(r.since for r in about), replacement

    def _successor(self, key: PublicKey) -> HeardCard | None:
        """What the key named first, as heard here; whatever else it named is a rival, and somebody else's."""
        named: dict[str, HeardCard] = {}
        for one in sorted(self._heard, key=lambda h: (h.at, h.card.serial, h.card.key.kid)):
            kid = one.card.key.kid
            if kid not in self._seen and kid not in named and is_succession(one.value, key):
                named[kid] = one
        if not named:
            return None
        first, *others = named.values()
        self._rivals |= {one.card.key.kid: one.card.key for one in others}
        confirmed = any(h.confirmed for h in self._heard if h.card.key == first.card.key)
        return HeardCard(first.card, first.value, first.at, confirmed)
