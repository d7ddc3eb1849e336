"""The list of objects: the newest first, by type and by a part of their name or id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from kenesh.doors.desk.passing import MACHINERY
from kenesh.doors.desk.seen import Seen, newest
from kenesh.doors.searching import bring_up
from kenesh.doors.services import Services, Transaction
from kenesh.holdings.searching import wanted as wanted_words
from kenesh.release.decision import Released
from kenesh.release.reader import Reader

PER_PAGE: Final = 50
#: So many of the newest matches are looked through; whoever looks for more says more.
LOOKED_THROUGH: Final = 1_000
_MAX_QUERY: Final = 200

#: What the list may be narrowed to: the types of STIX 2.1 that are shared, and the council's own.
TYPES: Final = (
    *("attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator"),
    *("infrastructure", "intrusion-set", "location", "malware", "malware-analysis", "note", "observed-data"),
    *("opinion", "relationship", "report", "sighting", "threat-actor", "tool", "vulnerability"),
    *("artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file"),
    *("ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url"),
    *("user-account", "windows-registry-key", "x509-certificate", "marking-definition", *sorted(MACHINERY)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `before` is the number of a version: the page begins with what is older."""

    text: str = ""
    type: str = ""
    before: int | None = None

    def older(self, before: int) -> str:
        """The address of the page that begins there."""
        asked = {"q": self.text, "type": self.type, "page": str(before)}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, each object with the party from which it came."""

    wanted: Wanted
    items: tuple[tuple[Seen, str], ...]
    older: str | None
    types: tuple[str, ...] = TYPES
    looked_through: int = LOOKED_THROUGH


def wanted(query: Mapping[str, str]) -> Wanted:
    """What an address asks for; what is no type or number asks for nothing."""
    stix_type, page = query.get("type", ""), query.get("page", "")
    return Wanted(
        text=query.get("q", "").strip()[:_MAX_QUERY],
        type=stix_type if stix_type in TYPES else "",
        before=int(page) if page.isascii() and page.isdigit() and len(page) < 16 else None,
    )


def listed(services: Services, reader: Reader, asked: Wanted) -> Released[Listed]:
    """The newest objects that match and that the reader sees.

    Where no type is named, what the nodes tell one another by themselves is left out. The page is cut after it was
    decided what is seen, so that it says nothing of what is not.
    """
    text = asked.text or (f"{asked.type}--" if asked.type else "")
    words = wanted_words(asked.text)
    if any(words):
        bring_up(services)
    with services.store.reading() as tx:
        versions = {held.num: held for held in tx.versions.search(text, LOOKED_THROUGH)}
        if any(words):
            # A name or id as it is written, and texts in whatever script.
            hits = tx.searched.matching(words, (), 2**62, LOOKED_THROUGH)
            versions |= {held.num: held for held in tx.versions.held([hit.num for hit in hits])}
        found = [
            held
            for _, held in sorted(versions.items(), reverse=True)[:LOOKED_THROUGH]
            if (held.type == asked.type if asked.type else held.type not in MACHINERY)
            and (asked.before is None or held.num < asked.before)
        ]
        return newest(tx, reader, found, services.clock.now()).map(lambda items: _listed(tx, asked, items))


def _listed(tx: Transaction, asked: Wanted, items: tuple[Seen, ...]) -> Listed:
    shown = items[:PER_PAGE]
    older = asked.older(shown[-1].held.num) if len(items) > PER_PAGE else None
    return Listed(asked, tuple((item, tx.parties.code_of(item.holds[0].party_ref)) for item in shown), older)
