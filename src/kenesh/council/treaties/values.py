"""What a treaty and a step say, and how a treaty stands, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kenesh.basis.instants import Instant
from kenesh.council.treaties.dates import Term
from kenesh.council.treaties.kinds import Counts, Of, Step
from kenesh.council.values import Ignored


@dataclass(frozen=True, slots=True)
class Rule:
    """By which a treaty enters into force.

    Attributes:
        count: with the consent of how many; `of` whom.
        first: how long after the last of these. later: how long after its own consent, for whoever comes later.
        denunciation: how long after the receipt of a denunciation it ends; None: the treaty knows none.
        accession: whether who has not signed may come in.
        zone: by whose day it is counted. source: where that is said.
    """

    count: int
    of: Of
    counts: Counts
    first: Term
    later: Term
    denunciation: Term | None
    accession: bool
    zone: str
    source: str


@dataclass(frozen=True, slots=True)
class Treaty:
    """One version of a treaty, as somebody states it. `names` by language."""

    id: str
    modified_at: Instant
    by_ref: str
    names: tuple[tuple[str, str], ...]
    kind: str
    authentic_languages: tuple[str, ...]
    depositary_ref: str
    rule: Rule
    open_until: date | None = None
    revoked: bool = False

    @property
    def name(self) -> str:
        """The English name, or else the first."""
        return dict(self.names).get("en", self.names[0][1])


@dataclass(frozen=True, slots=True)
class Stated:
    """One version of a step. `by_ref` states it of `about_ref`; `as_of`: when the source knew it."""

    id: str
    modified_at: Instant
    by_ref: str
    about_ref: str
    step: Step
    on: date
    reference: str = ""
    text: str = ""
    source: str = ""
    as_of: date | None = None
    revoked: bool = False


class Basis(StrEnum):
    """On whose word a step rests."""

    OWN = "own"
    DEPOSITARY = "depositary"
    REPORTED = "reported"


class Standing(StrEnum):
    """How a party stands to a treaty; `to-enter`: the day of its entry into force is known, and has not come."""

    NOTHING = "nothing"
    SIGNED = "signed"
    APPROVED = "approved"
    NOTIFIED = "notified"
    CONSENTED = "consented"
    TO_ENTER = "to-enter"
    IN_FORCE = "in-force"
    LEAVES = "leaves"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it counts."""

    said: Stated
    basis: Basis


@dataclass(frozen=True, slots=True)
class PartyState:
    """How one party stands.

    Attributes:
        steps: by their days, what is reported among them. disputed: steps of which different days are stated.
        since: from when it is, or will be, in force for it. until: from when no more.
        waits_for: which steps it takes still; of internal approval each state is its own judge.
    """

    party_ref: str
    standing: Standing
    steps: tuple[Taken, ...]
    disputed: tuple[Step, ...]
    since: date | None
    until: date | None
    waits_for: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TreatyState:
    """How a treaty stands on a day.

    Attributes:
        consents: how many that count there are. missing: how many more it needs.
        enters_on: when it enters, or entered, into force. earliest: when it would, if all that is missing came on `on`.
        said_otherwise: other days of its entry into force that were stated.
        too_many: whether more have signed than a rule that counts signatories alone says.
        changes_on: the next day on which something changes if nothing arrives.
    """

    treaty: Treaty
    on: date
    parties: tuple[PartyState, ...]
    consents: int
    missing: int
    enters_on: date | None
    earliest: date | None
    said_otherwise: tuple[Taken, ...]
    too_many: bool
    ignored: tuple[Ignored, ...]
    changes_on: date | None

    @property
    def in_force(self) -> bool:
        return self.enters_on is not None and self.enters_on <= self.on
