"""What the acts between nodes ask of a store and of the network, beyond what the holdings ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from kenesh.basis.instants import SECOND, Instant
from kenesh.federation.key_rows import KeyRows
from kenesh.federation.leftovers import TakenBackRows
from kenesh.federation.peer import Peer
from kenesh.holdings.ports import PartyRows
from kenesh.holdings.ports import Transaction as HoldingsTransaction
from kenesh.ledger.ports import WitnessRows
from kenesh.parties.constituents import ConstituentRows
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

_NEVER: Final = Instant(0)


class Scheme(StrEnum):
    """How a feed's server is told who asks."""

    NONE = "none"
    BASIC = "basic"
    TOKEN = "token"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Feed:
    """A collection of another server.

    Attributes:
        url: the collection's address, with a slash at its end.
        label: how what comes unmarked is held. licence: the condition under which it may be passed on.
        every_s: how often it is drained while the node is served; 0 is by hand alone.
        carries: the audience whose content is pushed to it; '' where nothing is.
        added_after: the last date that was read. pushed: the stamp up to which was pushed.
    """

    name: str
    url: str
    scheme: Scheme = Scheme.NONE
    user: str = ""
    certificate: str = ""
    key: str = ""
    label: Tlp = Tlp.AMBER_STRICT
    licence: str = ""
    every_s: int = 3600
    carries: str = ""
    added_after: str | None = None
    pushed: Instant = _NEVER
    asked_at: Instant | None = None
    said: str = ""

    def is_due(self, now: Instant) -> bool:
        """Whether it is to be drained again."""
        return bool(self.every_s) and (self.asked_at is None or now >= self.asked_at + self.every_s * SECOND)


@dataclass(frozen=True, slots=True)
class Secret:
    """A one-time log-in, a session or an API token. Only its SHA-256 is kept."""

    sha256: bytes
    kind: str
    name: str
    party_ref: str
    made_at: Instant
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something of a peer's that did not hold, with its octets as they came."""

    num: int
    party_ref: str
    audience_ref: str
    channel: Channel
    object_id: str
    reason: str
    at: Instant
    raw: bytes


class PeerRows(PartyRows, Protocol):
    """Admitted nodes."""

    def all(self) -> list[Peer]: ...

    def by_ref(self, party_ref: str) -> Peer | None: ...

    def by_code(self, code: str) -> Peer | None: ...

    def put(self, peer: Peer, card: bytes) -> None:
        """The peer as it is from now on, and its newest card."""

    def remove(self, party_ref: str) -> None:
        """From now on no node of that party is admitted."""

    def set_depositary(self, party_ref: str) -> None: ...

    def note_sync(self, party_ref: str, *, at: Instant | None, error: str, skew: int) -> None: ...


class CursorRows(Protocol):
    """How far this node has read, and applied, each collection of a peer."""

    def get(self, party_ref: str, collection_id: str) -> str | None: ...

    def set(self, party_ref: str, collection_id: str, added_after: str, at: Instant) -> None: ...


class FeedRows(Protocol):
    """Feeds, by their names, and how far each was read and filled."""

    def all(self) -> list[Feed]: ...

    def find(self, name: str) -> Feed | None: ...

    def add(self, feed: Feed) -> None: ...

    def remove(self, name: str) -> None: ...

    def advance(self, name: str, added_after: str) -> None: ...

    def advance_push(self, name: str, stamp: Instant) -> None: ...

    def note(self, name: str, at: Instant, said: str) -> None:
        """When it was asked, and what went wrong; '' where nothing did."""


class PackRows(Protocol):
    """Packs, by the party they go to or came from, and their numbers."""

    def last(self, party_ref: str, *, outgoing: bool) -> tuple[int, str]:
        """Number and digest of the last one; 0 and '' where there was none."""

    def find(self, party_ref: str, number: int) -> str | None:
        """The digest of the one with that number that came."""

    def numbers(self, party_ref: str) -> set[int]: ...

    def add(self, party_ref: str, number: int, digest: str, at: Instant, *, outgoing: bool) -> None: ...


class SecretRows(Protocol):
    """Secrets, by their SHA-256."""

    def add(self, secret: Secret) -> None: ...

    def find(self, kind: str, sha256: bytes, now: Instant) -> Secret | None: ...

    def forget(self, sha256: bytes) -> None: ...

    def of_kind(self, kind: str) -> list[Secret]: ...


class QuarantineRows(Protocol):
    """What did not hold, with its bytes."""

    def put(
        self, party_ref: str, audience_ref: str, channel: Channel, object_id: str, raw: bytes, reason: str, at: Instant
    ) -> bool: ...

    def of_party(self, party_ref: str, after: int, limit: int) -> list[Quarantined]: ...

    def find(self, num: int) -> Quarantined | None: ...

    def remove(self, num: int) -> None: ...

    def erase(self, party_ref: str, ids: Collection[str]) -> None:
        """What waits of a party's under these ids, so that no octet of it is left."""

    def counts(self) -> dict[str, tuple[int, int]]: ...

    def by_audience(self) -> dict[tuple[str, str], int]:
        """How many wait, by the party that gave them and the audience to which they were given."""


class StatusRows(Protocol):
    """Status resources of POSTs."""

    def add(self, status_id: str, owner: str, body: bytes, at: Instant) -> None: ...

    def find(self, status_id: str, owner: str) -> bytes | None: ...

    def forget(self, before: Instant) -> None: ...


class NoteRows(Protocol):
    """Small facts about the node itself, by name."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...


class Transaction(HoldingsTransaction, Protocol):
    """A transaction with what federation adds."""

    @property
    def peers(self) -> PeerRows: ...
    @property
    def keys(self) -> KeyRows: ...
    @property
    def cursors(self) -> CursorRows: ...
    @property
    def secrets(self) -> SecretRows: ...
    @property
    def packs(self) -> PackRows: ...
    @property
    def feeds(self) -> FeedRows: ...
    @property
    def taken_back(self) -> TakenBackRows: ...
    @property
    def quarantine(self) -> QuarantineRows: ...
    @property
    def statuses(self) -> StatusRows: ...
    @property
    def witnessed(self) -> WitnessRows: ...
    @property
    def notes(self) -> NoteRows: ...
    @property
    def constituents(self) -> ConstituentRows: ...


class Store(Protocol):
    """Gives transactions."""

    def reading(self) -> AbstractContextManager[Transaction]: ...

    def writing(self) -> AbstractContextManager[Transaction]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer's server answered: a status, the headers that are read, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Line(Protocol):
    """An HTTP line to one peer, each request with its own node token. It follows no redirect."""

    def get(self, path: str) -> Answer:
        """Raises UnreachableProblem where nobody answers."""

    def post(self, path: str, body: bytes) -> Answer:
        """Raises UnreachableProblem where nobody answers."""


class Lines(Protocol):
    """Opens lines to peers."""

    def open(self, peer: Peer) -> AbstractContextManager[Line]: ...

    def skew_of(self, peer: Peer) -> int:
        """The peer's clock less ours in microseconds, as its last answer said; 0 where none came."""


class FeedLine(Protocol):
    """An HTTP line to a feed's server, with its credentials. It follows no redirect."""

    def get(self, path: str) -> Answer:
        """Raises UnreachableProblem where nobody answers, or the answer does not come whole."""

    def post(self, path: str, body: bytes) -> Answer:
        """Raises UnreachableProblem where nobody answers."""

    def delete(self, path: str) -> Answer:
        """Raises UnreachableProblem where nobody answers."""


class FeedLines(Protocol):
    """Opens lines to feeds' servers."""

    def open(self, feed: Feed, secret: str | None = None) -> AbstractContextManager[FeedLine]:
        """A line with the credentials that are kept for the feed, or with these."""
