"""What leaves the node in a file: versions as one reader sees them, and under which conditions they may be passed on.

Everything here went through the decision for that reader. A file is written from it piece by piece, so that an export
of a million objects needs no more memory than one of a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec

from kenesh.basis.instants import Instant
from kenesh.holdings.holding import Way, newest_among, newest_seen_by, ways_seen_by
from kenesh.holdings.ports import Transaction
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.holdings.words import Words, strictest_words
from kenesh.release.caveats import NO_CAVEATS, Caveats
from kenesh.release.decision import Released
from kenesh.release.reader import Reader
from kenesh.stix.marking import Tlp
from kenesh.stix.pap import Pap, pap_of, strictest
from kenesh.stix.quoting import condition_of

#: So many versions are read at once.
LOAD: Final = 1000
#: The types of what an event is about, and so many of them are named at its head.
ABOUT: Final = frozenset({"threat-actor", "intrusion-set", "malware", "tool", "attack-pattern"})
_MAX_ABOUT: Final = 500
#: Of each reason so many objects are told by name; all are counted.
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """One version that leaves.

    Attributes:
        tlp: its effective marking for this reader; of several ways in which he has it, the strictest.
        sources: the codes of the parties from whom it came, but for those who are not to be named.
        licences: under which conditions those gave it, and on which what it quotes may be reproduced.
        counts: it is the newest version, and the object is not revoked.
        given_pap: the strictest of what those said of PAP who gave it, or this node where it gives it on.
    """

    held: HeldVersion
    octets: bytes
    tlp: Tlp
    sources: tuple[str, ...]
    licences: tuple[str, ...]
    counts: bool
    given_pap: Pap | None = None

    def value(self) -> dict[str, Any]:
        """The object, decoded."""
        found: dict[str, Any] = msgspec.json.decode(self.octets)
        return found

    def pap(self, value: Mapping[str, Any], words: Words) -> Pap | None:
        """What may be done with it: the strictest of what the object itself says (`pap_of`) and who gave it."""
        return strictest([pap_of(value, words), self.given_pap])


@dataclass(frozen=True, slots=True)
class Load:
    """Some versions that leave together, and of the marking-definitions that they cite those that the reader sees.

    `words` are what all that they cite say of PAP: also what he does not see binds him.
    """

    items: tuple[Leaving, ...]
    markings: tuple[Leaving, ...]
    words: Words


@dataclass(slots=True)
class Told:
    """How often the same was said of objects, and of which first."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def of(self, object_id: str) -> None:
        self.count += 1
        if len(self.first) < _EXAMPLES:
            self.first.append(object_id)

    def wire(self) -> dict[str, Any]:
        return {"count": self.count, "first": self.first}


@dataclass(slots=True)
class Tally:
    """What an export came to: how much was written, why the rest was left out, and what must be known of it."""

    written: int = 0
    left_out: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    remarks: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))

    def leave_out(self, object_id: str, reason: str) -> None:
        self.left_out[reason].of(object_id)

    def remark(self, object_id: str, text: str) -> None:
        self.remarks[text].of(object_id)


@dataclass(slots=True)
class Conditions:
    """Under which conditions the whole of an export stands: the strictest label, from whom, and what those demand.

    `about` has the actors, malware, tools and techniques in it by their ids, which some formats name at the head.
    """

    tlp: Tlp = Tlp.CLEAR
    sources: set[str] = field(default_factory=set)
    licences: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    about: dict[str, Leaving] = field(default_factory=dict)

    def add(self, load: Load) -> None:
        for item in load.items:
            self.tlp = max(self.tlp, item.tlp)
            self.sources.update(item.sources)
            self.licences.update(item.licences)
            if item.held.type in ABOUT and item.counts and len(self.about) < _MAX_ABOUT:
                self.about[item.held.id] = item
        self.statements.update(text for marking in load.markings if (text := statement_of(marking.value())))


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer of a format must know besides what leaves.

    Attributes:
        dated_at: since when its content is what it is; `now` where nothing else is said.
        url: the address at which it will stand, where a format holds that.
        kind: the one kind of value that is asked for, where the format asks for one.
        hosts: hosts of nodes with which this one talks: no tool may be told to cut them off.
        uuid: of the file itself, where a format gives it one. title: what the file is called, likewise.
    """

    now: Instant
    party: str
    uuid: UUID
    conditions: Conditions = field(default_factory=Conditions)
    title: str = ""
    dated_at: Instant | None = None
    url: str = ""
    kind: str = ""
    hosts: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)


def load_of(
    tx: Transaction,
    reader: Reader,
    numbers: Sequence[int],
    now: Instant,
    wants: Callable[[str], bool] = lambda stix_type: True,
    *,
    newest: bool = False,
) -> Released[Load]:
    """Of these versions, and of the types that are wanted, what the reader sees. What he does not see is not read.

    With `newest`, those alone that are the newest of their objects that he sees.
    """
    held = [h for h in tx.versions.held(numbers) if wants(h.type)]
    seen = (newest_among if newest else ways_seen_by)(tx, reader, held, now)
    return seen.map(
        lambda ways: Load(
            _items(tx, reader, ways, now),
            _markings(tx, reader, ways, now),
            strictest_words(tx, {version.num for version, _ in ways}),
        )
    )


def _markings(tx: Transaction, reader: Reader, ways: Sequence[Way], now: Instant) -> tuple[Leaving, ...]:
    cited = tx.versions.cited_markings({held.num for held, _ in ways})
    return newest_seen_by(tx, reader, cited, now).map(lambda found: _items(tx, reader, found, now)).value


def _items(tx: Transaction, reader: Reader, ways: Sequence[Way], now: Instant) -> tuple[Leaving, ...]:
    by_version: dict[int, tuple[HeldVersion, list[Hold]]] = {}
    for held, hold in ways:
        by_version.setdefault(held.num, (held, []))[1].append(hold)
    shown = [
        (held, max(held.marking_under(hold.label) for hold in holds), holds) for held, holds in by_version.values()
    ]
    newest = {held.num for held, _ in newest_seen_by(tx, reader, {held.id for held, _, _ in shown}, now).value}
    return items_of(tx, shown, newest)


def items_of(
    tx: Transaction,
    shown: Sequence[tuple[HeldVersion, Tlp, Sequence[Hold]]],
    newest: AbstractSet[int],
    released: Mapping[int, Caveats] = MappingProxyType({}),
) -> tuple[Leaving, ...]:
    """The versions, each under its effective marking and with how it came; the caller has decided about each.

    `newest` are the numbers of those that are, for whoever gets them, the newest of their objects; `released` are the
    caveats of the releases by which this node itself gives them on.
    """
    octets = tx.versions.raw([held.num for held, _, _ in shown])
    imports = {hold.import_num for _, _, holds in shown for hold in holds if hold.import_num is not None}
    licences = tx.imports.licences(imports) if imports else {}
    codes = {ref: tx.parties.code_of(ref) for ref in {hold.party_ref for _, _, holds in shown for hold in holds}}
    return tuple(
        Leaving(
            held=held,
            octets=octets[held.num],
            tlp=tlp,
            sources=tuple(sorted({codes[hold.party_ref] for hold in holds if not hold.caveats.source_hidden})),
            licences=_conditions(
                holds,
                licences,
                released.get(held.num, NO_CAVEATS),
                condition_of(held.type, octets[held.num]),
            ),
            counts=not held.revoked and (held.num in newest or not held.key),
            given_pap=strictest([released.get(held.num, NO_CAVEATS).pap, *(hold.caveats.pap for hold in holds)]),
        )
        for held, tlp, holds in shown
    )


def _conditions(
    holds: Sequence[Hold], licences: Mapping[int, str], released: Caveats, condition: str
) -> tuple[str, ...]:
    """Under which conditions a version may be passed on, a sentence each; `condition`: what it says of itself."""
    said = {text for caveats in (released, *(hold.caveats for hold in holds)) for text in caveats.told()}
    imports = {hold.import_num for hold in holds if hold.import_num is not None}
    said |= {condition} - {""}
    return tuple(sorted({licences[num] for num in imports & licences.keys()} | said))


def statement_of(marking: Mapping[str, Any]) -> str:
    """The text of a statement marking; "" where it is none (STIX 2.1 §7.2.1.3)."""
    definition = marking.get("definition")
    text = definition.get("statement") if isinstance(definition, Mapping) else None
    return text if isinstance(text, str) else ""
