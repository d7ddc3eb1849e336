"""Notice without content: something so marked came from that party, and where to look. Nothing else leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from kenesh.federation.ports import Transaction
from kenesh.holdings.granting import Grants
from kenesh.holdings.rows import HeldVersion, Hold
from kenesh.parties.own import Own
from kenesh.release.audience import PEERS
from kenesh.stix.marking import Tlp
from kenesh.stix.objects import MARKING_DEFINITION
from kenesh.stix.register import Channel as Register

_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: from whom, how marked, and a link to this node's own desk."""

    party: str
    marking: Tlp
    link: str

    @property
    def sentence(self) -> str:
        return f"Something marked {self.marking.label} came from {self.party}."


class Telling(Protocol):
    """What may be told by ways that others can read: a sentence, and a link to this node's own desk."""

    @property
    def sentence(self) -> str: ...

    @property
    def link(self) -> str: ...


class Channel(Protocol):
    """A way for notices to go out."""

    name: str

    def send(self, notice: Telling) -> None:
        """Raises UnreachableProblem where it is not taken."""


@dataclass(frozen=True, slots=True)
class News:
    """What a channel has not told yet, each kind once. `upto`: the last hold of it; `moved`: there is one."""

    notices: tuple[Notice, ...]
    upto: int
    moved: bool


def news(tx: Transaction, own: Own, grants: Grants, channel: Channel) -> News:
    """What came from others since the channel was last told; a new channel begins with what comes from now on."""
    known, last = tx.notes.get(_mark(channel)), tx.holds.last()
    if known is None:
        return News((), last, moved=True)
    holds = tx.holds.after(int(known), _AT_ONCE)
    versions = {held.num: held for held in tx.versions.held({hold.version for hold in holds})}
    kinds = {
        (tx.parties.code_of(hold.party_ref), versions[hold.version].marking_under(hold.label))
        for hold in holds
        if hold.party_ref != own.ref and hold.version in versions and _is_news(hold, versions[hold.version], grants)
    }
    notices = tuple(Notice(party, marking, f"{own.url or ''}/desk") for party, marking in sorted(kinds))
    return News(notices, holds[-1].num if holds else last, moved=bool(holds))


def _is_news(hold: Hold, held: HeldVersion, grants: Grants) -> bool:
    """Cards, memberships, releases and their like govern the exchange; markings only go along."""
    governs = hold.audience_ref == PEERS.ref or grants.channel_of(held.type) is not Register.CONTENT
    return not governs and held.type != MARKING_DEFINITION


def note_told(tx: Transaction, channel: Channel, upto: int) -> None:
    """What came up to this hold is told."""
    tx.notes.set(_mark(channel), str(upto))


def _mark(channel: Channel) -> str:
    return f"noticed/{channel.name}"
