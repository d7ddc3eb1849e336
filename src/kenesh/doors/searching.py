"""Searching the texts of what the reader may see, in whatever script or accent the words are typed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kenesh.basis.folding import finds
from kenesh.basis.problem import UsageProblem
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.holding import Way, newest_among
from kenesh.holdings.rows import HeldVersion
from kenesh.holdings.searching import PROSE, catch_up, is_behind, texts_of, wanted
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.stix.marking import Tlp
from kenesh.stix.quoting import condition_of

#: So many are told at once, where nothing else is said, and at the most.
SHOWN: Final = 50
MOST: Final = 1_000
_ROUND: Final = 500
_END: Final = 2**62
_SNIPPET: Final = 160


@dataclass(frozen=True, slots=True)
class Hit:
    """An object that holds the words. `text` is where they stand; what quotes others tells its `condition`."""

    id: str
    type: str
    name: str
    tlp: Tlp
    text: str
    condition: str

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "tlp": self.tlp.label,
            "text": self.text,
            **({"condition": self.condition} if self.condition else {}),
        }


@dataclass(frozen=True, slots=True)
class Hits:
    """The newest first. `more`: older ones hold the words too."""

    found: tuple[Hit, ...]
    more: bool


def bring_up(services: Services) -> None:
    """Makes the keys of what came since somebody searched last."""
    with services.reading() as tx:
        behind = is_behind(tx)
    while behind:
        with services.store.writing() as tx:
            behind = catch_up(tx, _types(services))


def _types(services: Services) -> frozenset[str]:
    return PROSE | services.prose


def search(
    services: Services, reader: Reader, text: str, types: Collection[str] = (), most: int = SHOWN
) -> Released[Hits]:
    """The newest objects that hold every one of the words and that the reader sees.

    What is withheld neither shows nor counts: the list is cut after it was decided what is seen.

    Raises:
        UsageProblem: there is no word to search, or a type holds no texts.
    """
    words = wanted(text)
    if not any(words):
        raise UsageProblem("There is no word to search.", advice="Say letters or digits: kenesh search Қазақстан")
    if unknown := sorted(set(types) - _types(services)):
        raise UsageProblem(f"No texts of the type '{unknown[0][:60]}' are searched.", advice="A value is looked up.")
    services.bring_up_to_date()
    bring_up(services)
    most = min(most, MOST)
    with services.reading() as tx:
        shown = list(_shown(tx, services, reader, words, types, most))
        ways = newest_among(tx, reader, shown, services.clock.now())
        return ways.map(lambda found: _told(tx, found, text, most))


def _shown(
    tx: Transaction, services: Services, reader: Reader, words: list[list[str]], types: Collection[str], most: int
) -> Iterator[HeldVersion]:
    """Versions that hold the words and are the newest that the reader sees, until there are enough of them."""
    before, count = _END, 0
    while count <= most:
        hits = tx.searched.matching(words, list(types), before, _ROUND)
        if not hits:
            return
        before = hits[-1].num
        held = sorted(tx.versions.held([hit.num for hit in hits]), key=lambda one: -one.num)
        seen = {one.num: one for one, _ in newest_among(tx, reader, held, services.clock.now()).value}
        yield from seen.values()
        count += len(seen)


def _told(tx: Transaction, found: tuple[Way, ...], text: str, most: int) -> Hits:
    ways: dict[int, Way] = {}
    for way in found:
        ways.setdefault(way[0].num, way)
    raws = tx.versions.raw(list(ways))
    hits = [_hit(held, held.marking_under(hold.label), raws[num], text) for num, (held, hold) in ways.items()]
    return Hits(tuple(hits[:most]), len(hits) > most)


def _hit(held: HeldVersion, tlp: Tlp, raw: bytes, text: str) -> Hit:
    value = msgspec.json.decode(raw)
    words = text.split()
    # Of all texts that hold one of the words, the one that holds the most of them.
    best = max(texts_of(value), key=lambda one: sum(finds(word, one) for word in words), default="")
    plain = " ".join(best.split())
    cut = plain if len(plain) <= _SNIPPET else f"{plain[: _SNIPPET - 1]}…"
    # What people gave no name is told by its text alone.
    name = "" if held.name == held.id else held.name
    return Hit(held.id, held.type, name, tlp, "" if cut == name else cut, condition_of(held.type, raw))
