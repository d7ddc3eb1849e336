"""Words for the stories of who states what: AZ is the author, TR gives what others made, KZ is the node itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kenesh.basis.instants import Instant, ModifiedKey, modified_key
from kenesh.edges.store.transaction import StoreTransaction
from kenesh.holdings.events import Event, Listener
from kenesh.holdings.ingest import Ingest
from kenesh.holdings.rows import Arrival, Source, Taken
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import Version

NOW = Instant(1_795_000_000_000_000)
AZ: Final = "identity--11111111-1111-5111-8111-111111111111"
TR: Final = "identity--22222222-2222-5222-8222-222222222222"
KZ: Final = "identity--33333333-3333-5333-8333-333333333333"
PARTIES: Final = frozenset((AZ, TR, KZ))
IT: Final = "indicator--00000000-0000-4000-8000-000000000001"
ADDRESS: Final = "ipv4-addr--00000000-0000-5000-8000-000000000001"
MARKING: Final = "marking-definition--00000000-0000-4000-8000-000000000009"


def a_version(stix_id: str = IT, modified: int | None = 1, words: str = "", **said: Any) -> Version:
    """A version of that id; `words` are its content beyond what is said otherwise.

    `by` is its author, `tlp` its marking, `cites` markings beyond it, `revoked` as it says.
    """
    author, tlp = said.get("by"), said.get("tlp")
    refs = (*((tlp.marking_ref,) if tlp is not None else ()), *said.get("cites", ()))
    stamp = f"2026-01-01T00:00:{modified:02}.000Z" if modified is not None else None
    value: dict[str, Any] = {"id": stix_id, "modified": stamp, "words": words, "revoked": said.get("revoked", False)}
    value |= {"created_by_ref": author, "refs": list(refs)} | said.get("value", {})
    octets = repr(sorted(value.items())).encode()
    return Version(
        id=stix_id,
        type=stix_id.partition("--")[0],
        modified=modified_key(stamp) if stamp else None,
        created_by_ref=author,
        revoked=said.get("revoked", False),
        sha256=hashlib.sha256(octets).digest(),
        raw=octets,
        value=value,
        marking_refs=refs,
        granular_refs=tuple(said.get("granular", ())),
        references=tuple(said.get("refers_to", ())),
    )


def from_party(
    version: Version, giver: str, *, proved: bool = False, statement: int | None = None, **said: Any
) -> Arrival:
    """The version as it arrives from a party."""
    source = Source(giver, giver, said.get("label"), statement, said.get("import_num"), said.get("person", ""))
    return Arrival(version, source, proved)


class Heard:
    """Listens to everything that happens."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def listeners(self, *kinds: type) -> Mapping[type, Sequence[Listener]]:
        return {kind: [lambda tx, event, now: self.events.append(event)] for kind in kinds}

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def take(tx: StoreTransaction, *arrivals: Arrival, ingest: Ingest | None = None) -> Taken:
    """Takes the arrivals in as one batch."""
    return (ingest or Ingest(lambda _: PARTIES, {})).take(tx, arrivals, NOW)


def state_of(tx: StoreTransaction, stix_id: str = IT) -> dict[str, Any]:
    """What the store knows of an object, without numbers and givers: the same whatever the order."""
    known = tx.versions.known([stix_id]).get(stix_id)
    if known is None:
        return {}
    current = {v.num: (v.key, v.sha256) for v in known.versions}.get(known.current or 0)
    return {
        "writer": known.writer,
        "proved": known.proved,
        "tlp": known.tlp,
        "revoked": known.revoked,
        "current": current,
        "counting": sorted((v.key, v.sha256, v.proved) for v in known.versions if v.accepted),
        "set apart": sorted((v.key, v.sha256) for v in known.versions if not v.accepted),
        "held": sorted(h.version for h in tx.holds.of_object(known.num)) != [],
    }


def counting(tx: StoreTransaction, stix_id: str = IT) -> list[str]:
    """The words of the versions that count, oldest first."""
    return [_words(tx, held.num) for held in tx.versions.all_of(stix_id)]


def newest(tx: StoreTransaction, stix_id: str = IT) -> str:
    """The words of the version that is the object's newest; "" where none is held."""
    current = tx.versions.current_of([stix_id]).get(stix_id)
    return _words(tx, current.num) if current else ""


def _words(tx: StoreTransaction, num: int) -> str:
    return str(dict(eval(tx.versions.raw([num])[num]))["words"])  # the octets are this module's own repr


def key(modified: int) -> ModifiedKey:
    """The key of that `modified`."""
    return modified_key(f"2026-01-01T00:00:{modified:02}.000Z")


RED, AMBER, GREEN, CLEAR = Tlp.RED, Tlp.AMBER, Tlp.GREEN, Tlp.CLEAR
